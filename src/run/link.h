// SPDX-License-Identifier: GPL-2.0-only
// Links: a run as a short text for a mail or a chat. Format in FORMAT.md beside this file.
//
// A link says all that ran: the scenario and the variant by name where vmalab ships them, else their texts; lockdep, signals, the
// width of the sequence; the steps; and two sums, of the C and of what every step did. Opening one runs exactly that or
// refuses and says what is missing: never something else. A link is text from somewhere: it can name what vmalab ships
// with and nothing else on this machine.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/codebase.h"
#include "machine/machine.h"
#include "run/session.h"

namespace vmalab {

constexpr int kLinkVersion = 3;                                 ///< what we write of a run with branches; 1 is still read
constexpr int kUnbranchedLinkVersion = 2;                       ///< what we write otherwise
constexpr std::size_t kMostLinkBytes = std::size_t{32} << 10U;  ///< a longer link is not made

/// "vmalab:2:writer-waits-for-a-reader::l:<hash of the C>:<sum of the run>:r1.3,w1.9::<checksum>". Whatever `assets` has under
/// the same name with the same text is named, the rest carried. The alphabet is what mails, chats and Markdown leave
/// alone: a-z 0-9 and , . - % : in any case. Error: the link would be too long, or the C cannot be carried; a trace can.
Result<std::string> link_text(const Machine& machine, const std::vector<Action>& actions, const std::filesystem::path& assets);
/// The whole session: its branches, its talk and which step is selected.
Result<std::string> link_text(const Session& session, const std::filesystem::path& assets);

/// What a link says, nothing of it looked up.
struct Link {
  int version = kUnbranchedLinkVersion;
  std::string scenario;  ///< a name, never a path
  std::string variant;   ///< of assets/variants; empty: none
  bool lockdep = true, signals = false;
  Ordering ordering = Ordering::kSc;
  int seq_bits = 0;       ///< 0: what the scenario says (version 1)
  std::string code_hash;  ///< CodeBase::hash
  std::string run_hash;   ///< of what every step did; empty in version 1
  std::string schedule;
  std::string toml;  ///< the scenario's text, when the link carries it
  struct Code {
    std::string path;  ///< without a text: of a file in assets
    std::optional<std::string> text;
    SourceFile::Origin origin = SourceFile::Origin::kModel;
  };
  std::vector<Code> code;  ///< all of it in order, when the link carries any; else the model and the variant
  struct Branch {
    std::size_t from = 0;  ///< the step that it follows
    std::string schedule;
  };
  std::vector<Branch> branches;     ///< their steps are counted on from those of `schedule`
  std::string talk;                 ///< see talk_text(); empty: none
  std::vector<std::uint8_t> marks;  ///< step_mark() of every step; empty: not known
};
/// Finds the link in a text: a mail or a chat may have wrapped, quoted, escaped or decorated it and put words around it.
Result<Link> parse_link(std::string_view text);

/// What a link stands for, ready to run.
struct LinkedRun {
  Session session;
  std::string notice;    ///< the C has changed since and the run has not; of continue_link(): how it differs; else empty
  bool differs = false;  ///< of continue_link(): the run is not the one that the link was made of
};
/// Builds what the link says, and runs it to see that it is the run that the link was made of. `given`: C that the user names,
/// for links of version 1, which carry none; it must be the right one.
Result<LinkedRun> open_link(const Link& link, const std::filesystem::path& assets, const std::optional<CodeBase>& given = {});
/// The same where the C has changed so much that the run is another one: it stops at the first step that differs, and goes on along the nearest
/// run (rerun.h), as the notice says. `other`: makes what runs from the link's scenario; the steps are then compared with those of the link's own
/// C, if that still runs it as it did, else by their marks. In a link without marks a step that happens counts as the same.
Result<LinkedRun> continue_link(const Link& link, const std::filesystem::path& assets, const std::function<Result<Machine>(Scenario)>& other = {});

}  // namespace vmalab
