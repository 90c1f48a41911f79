// SPDX-License-Identifier: GPL-2.0-only
// The tables of a TOML file, read strictly: whatever is not understood, or not in the table of keys, is an error that says what was
// expected, with its line. Scenarios, lessons and films are read by it. Every error is kept, of a key the first; what was read is of use only
// where there is none.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/scenario.h"

namespace vmalab {

/// Where in a text something is written; line 0: nowhere.
using TomlPlace = ScenarioPlace;

struct TomlKey {
  std::string_view table;  ///< "" (the file itself), "mm", "thread"
  std::string_view name;
  std::string_view meaning;  ///< a few words for people, with what holds when it is left out
};
struct TomlTitle {
  std::string_view table;
  std::string_view title;  ///< as it is written: "the scenario", "[[mm]]", "[expect]"
};
/// Every key that a kind of file may have, table by table.
struct TomlFormat {
  std::span<const TomlKey> keys;
  std::span<const TomlTitle> titles;

  bool has(std::string_view table, std::string_view name) const;
  std::string_view title_of(std::string_view table) const;
};

class TomlTable {
 public:
  TomlTable(const TomlTable&) = delete;
  TomlTable& operator=(const TomlTable&) = delete;

  /// Where the value of a key is, or the table when it has no such key.
  TomlPlace place(std::string_view key) const;
  /// There.
  void error(std::string_view key, std::string message);
  /// Of an entry of a list.
  void error(TomlPlace place, std::string message);
  /// How many there are so far, in the whole text.
  std::size_t errors() const;
  bool has(std::string_view key) const;

  std::string text(std::string_view key, bool required);
  bool flag(std::string_view key, bool otherwise);
  std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t otherwise);
  std::vector<std::string> texts(std::string_view key, std::vector<TomlPlace>* places = nullptr);
  /// A [table], if there.
  void table(std::string_view key, const std::function<void(TomlTable&)>& read);
  /// Every [[table]] of a name.
  void tables(std::string_view key, const std::function<void(TomlTable&)>& read);
  /// Objects to keys that the format does not have; done of itself when the table has been read.
  void finish();

 private:
  friend std::vector<Diagnostic> read_all_of_toml(std::string_view text, std::string_view origin, const TomlFormat& format,
                                                  const std::function<void(TomlTable&)>& read);
  class Reader;
  struct Node;  ///< the library's, which nobody else needs to know
  TomlTable(Reader& reader, const Node& table, std::string_view name);
  const Node* find(std::string_view key, bool required);
  void wrong(std::string_view key, const std::string& expected);

  Reader& reader_;
  const Node& table_;
  std::string_view name_;
  std::string what_;
};

/// Reads a file's text by `read`, and objects to keys that the format does not have. Every error, as it was found; none when all
/// is well. `origin` names the text in errors.
std::vector<Diagnostic> read_all_of_toml(std::string_view text, std::string_view origin, const TomlFormat& format,
                                         const std::function<void(TomlTable&)>& read);
/// The first of them.
std::optional<Diagnostic> read_toml(std::string_view text, std::string_view origin, const TomlFormat& format,
                                    const std::function<void(TomlTable&)>& read);

/// An error about something written in a text: at `place`, its line shown, `offset` characters into the string there.
Diagnostic error_in_toml(std::string_view toml, std::string_view origin, TomlPlace place, std::string message, std::size_t offset = 0);

}  // namespace vmalab
