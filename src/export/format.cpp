// SPDX-License-Identifier: GPL-2.0-only
#include "export/format.h"

#include <array>

namespace vmalab {
namespace {

constexpr std::array kFormats{
    ExportFormat{".html", "a page that plays the run in any browser, without a network", write_html, kMostPageSteps},
    ExportFormat{".svg", "the timeline as a drawing, its words as text", write_svg},
    ExportFormat{".txt", "a transcript with the threads in columns, for a mail or a commit message", write_text},
    ExportFormat{".md", "the same in Markdown, with the story", write_markdown},
    ExportFormat{".mmd", "a sequence diagram for Mermaid", write_mermaid},
    ExportFormat{".itf.json", "states and steps in the Informal Trace Format of the TLA+ world", write_itf},
    ExportFormat{".json", "trace events, for Perfetto and chrome://tracing", write_trace_events},
};

}  // namespace

std::span<const ExportFormat> export_formats() { return kFormats; }

const ExportFormat* find_export_format(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  for (const ExportFormat& format : kFormats) {
    if (name.size() > format.extension.size() && name.ends_with(format.extension)) return &format;
  }
  return nullptr;
}

std::string markup_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace vmalab
