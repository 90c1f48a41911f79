// SPDX-License-Identifier: GPL-2.0-only
// The formats that a run can be written in as a text, by the extension of the file. One file a format; this is their table.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "export/recorded_run.h"

namespace vmalab {

struct ExportOptions {
  int columns = 80;              ///< width of a transcript
  bool only_shared = false;      ///< a transcript leaves out looks that no race depends on (race_steps.h)
  std::filesystem::path assets;  ///< where the page of an .html is
};

/// An extension with its dot, what it is for in a sentence, and who writes it. Errors: what the format cannot say, or stopped.
struct ExportFormat {
  std::string_view extension, what;
  Result<std::string> (*write)(const RecordedRun& run, const ExportOptions& options);
  int most_steps = 0;  ///< of a longer run its end is written; 0: all of it
};

constexpr int kMostPageSteps = 2000;  ///< a browser has to hold the state behind each

std::span<const ExportFormat> export_formats();
/// By the end of the file's name: ".itf.json" is one extension. Null: there is no such format.
const ExportFormat* find_export_format(const std::filesystem::path& file);

// ---- the formats, each in a file of its own name
Result<std::string> write_html(const RecordedRun& run, const ExportOptions& options);
Result<std::string> write_svg(const RecordedRun& run, const ExportOptions& options);
Result<std::string> write_text(const RecordedRun& run, const ExportOptions& options);
Result<std::string> write_markdown(const RecordedRun& run, const ExportOptions& options);
Result<std::string> write_mermaid(const RecordedRun& run, const ExportOptions& options);
Result<std::string> write_trace_events(const RecordedRun& run, const ExportOptions& options);
Result<std::string> write_itf(const RecordedRun& run, const ExportOptions& options);

/// "&lt;" and the like, for text between tags and in attributes.
std::string markup_escaped(std::string_view text);

}  // namespace vmalab
