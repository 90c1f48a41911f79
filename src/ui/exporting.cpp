// SPDX-License-Identifier: GPL-2.0-only
#include "ui/exporting.h"

#include <algorithm>

#include "base/output_file.h"
#include "base/platform.h"
#include "base/words.h"
#include "export/format.h"
#include "ui/open_list.h"

namespace vmalab {

void Exporting::drawn_by(std::vector<std::string> extensions, Draw draw) {
  drawn_ = std::move(extensions);
  draw_ = std::move(draw);
}

std::string Exporting::extensions() const {
  std::vector<std::string> all;
  for (const ExportFormat& format : export_formats()) all.emplace_back(format.extension);
  all.insert(all.end(), drawn_.begin(), drawn_.end());
  return words::joined(all);
}

Result<void> Exporting::write(const std::string& words, const Session& session, Look look) {
  const int steps = static_cast<int>(session.path().size()) - 1;
  if (steps == 0) return fail("There is no step yet that could be written.");
  Wish wish{words, {1, steps}, look};
  // What stands behind the last blank may be a range; a file that is called so is not.
  if (const std::size_t blank = words.rfind(' ');
      blank != std::string::npos && words.find_first_not_of("0123456789-", blank + 1) == std::string::npos) {
    const Result<StepRange> range = parse_range(std::string_view(words).substr(blank + 1), steps);
    if (!range) return tl::unexpected(range.error());
    wish.range = *range;
    wish.file = words.substr(0, words.find_last_not_of(' ', blank) + 1);
  }
  wish.file = expanded_path(wish.file.string(), platform::home_folder());
  const ExportFormat* format = find_export_format(wish.file);
  const bool drawn = format == nullptr && std::find(drawn_.begin(), drawn_.end(), wish.file.extension()) != drawn_.end();
  if (format == nullptr && !drawn) return fail("The extension says what is written: " + extensions() + ".", wish.file.string());
  std::error_code error;
  if (std::filesystem::exists(wish.file, error)) return fail("This file is there already.", wish.file.string());
  if (drawn) {
    if (drawing()) return fail("Another picture is being drawn: " + file_.string() + ".");
    Result<std::unique_ptr<Drawing>> begun = draw_(session, wish);
    if (!begun) return tl::unexpected(begun.error());
    drawing_ = std::move(*begun);
    file_ = wish.file;
    notices_.say(NoticeKind::kInfo, "Drawing " + file_.string() + " beside the window; \"Stop drawing\" in the File menu ends it.");
    return {};
  }
  ExportOptions options;
  options.assets = assets_;
  const Result<std::string> text = format->write(RecordedRun(session, wish.range), options);
  if (!text) return tl::unexpected(text.error());
  if (Result<void> written = write_output(wish.file, *text, false); !written) return written;
  notices_.say(NoticeKind::kInfo, "Wrote " + wish.file.string());
  return {};
}

void Exporting::stop() {
  if (!drawing()) return;
  drawing_.reset();
  notices_.say(NoticeKind::kInfo, "Stopped; " + file_.string() + " is not written.");
}

void Exporting::poll() {
  if (!drawing()) return;
  const std::optional<Result<void>> finished = drawing_->finished();
  if (!finished) return;
  drawing_.reset();
  if (*finished) {
    notices_.say(NoticeKind::kInfo, "Drew " + file_.string());
  } else {
    notices_.say(NoticeKind::kError, "Not drawn. " + finished->error().to_string());
  }
}

}  // namespace vmalab
