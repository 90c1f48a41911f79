// SPDX-License-Identifier: GPL-2.0-only
// For tests and the benchmark: readers and writers of two mms that never end, so that a history is as long as one wants it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "run/scheduler.h"
#include "run/workspace.h"

namespace vmalab::testing {

inline std::string endless_scenario(int threads) {
  std::string text = "title = \"endless\"\nstory = \"Threads take turns.\"\ncode = [\"endless.c\"]\n";
  for (int n = 0; n < 2; ++n) {
    const std::string number = std::to_string(n);
    text += "[[mm]]\nname = \"mm" + number + "\"\n[[vma]]\nname = \"vma" + number + "\"\nmm = \"mm" + number + "\"\n";
  }
  for (int t = 0; t < threads; ++t) {
    const bool reads = t % 4 != 3;
    text += "[[thread]]\nname = \"" + std::string(reads ? "r" : "w") + std::to_string(t) + "\"\nrun = \"" + (reads ? "readers" : "writers") + "(mm" +
            std::to_string(t % 2) + ", 0x1000)\"\n";
  }
  return text;
}

/// Random steps, always the same. The folder is only read while this runs.
inline Result<Document> endless_run(const Workspace& workspace, const std::filesystem::path& folder, int threads, int steps) {
  std::ofstream(folder / "endless.toml") << endless_scenario(threads);
  std::ofstream(folder / "endless.c") << "void readers(struct mm_struct *mm, unsigned long addr)\n{\n\tfor (;;)\n\t\treader_fallback(mm, addr);\n}\n"
                                         "void writers(struct mm_struct *mm, unsigned long addr)\n{\n\tfor (;;)\n\t\twriter(mm, addr);\n}\n";
  Origin origin;
  origin.text = (folder / "endless.toml").string();
  origin.what = what_is(origin.text);
  Result<Document> document = workspace.open(origin);
  if (!document) return document;
  const auto chance = random_scheduler(1);
  for (int i = 0; i < steps && take_step(document->session, *chance); ++i) {
  }
  return document;
}

}  // namespace vmalab::testing
