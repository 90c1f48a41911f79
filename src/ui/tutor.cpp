// SPDX-License-Identifier: GPL-2.0-only
#include "ui/tutor.h"

#include <algorithm>

#include "machine/describe.h"

namespace vmalab {

void Tutor::keep() {
  if (run_) (void)kept_.keep(*run_);  // where nothing can be written, nothing is kept
}

void Tutor::read_course(const std::filesystem::path& assets) {
  trouble_.clear();
  Result<LessonList> lessons = list_lessons(assets);
  Result<std::vector<Chapter>> chapters = vmalab::read_course(assets);
  if (!lessons || !chapters) {
    trouble_ = (lessons ? chapters.error() : lessons.error()).to_string();
    return;
  }
  lessons_ = std::move(lessons->lessons);
  for (const Diagnostic& why : lessons->unreadable) trouble_ += (trouble_.empty() ? "" : "\n") + why.to_string();
  chapters_ = std::move(*chapters);
}

const std::string& Tutor::chapter(const std::string& lesson) const {
  static const std::string none;
  for (const Chapter& chapter : chapters_) {
    if (std::find(chapter.scenarios.begin(), chapter.scenarios.end(), lesson) != chapter.scenarios.end()) return chapter.title;
  }
  return none;
}

const Lesson* Tutor::following() const {
  if (!run_) return nullptr;
  const auto here = std::find_if(lessons_.begin(), lessons_.end(), [&](const Lesson& one) { return one.name == run_->lesson().name; });
  return here == lessons_.end() || here + 1 == lessons_.end() ? nullptr : &*(here + 1);
}

std::vector<std::string> spot_marks(const Spot& spot, const Machine& machine) {
  switch (spot.kind) {
    case Highlight::Kind::kPanel: {
      if (spot.name == "causes") return {"causes"};
      std::vector<std::string> marks{"panel/" + (spot.name == "classes" ? "classmap" : spot.name)};
      if (spot.name == "vma") marks.emplace_back("stage/word");
      if (spot.name == "threads") marks.emplace_back("stage/steps");
      return marks;
    }
    case Highlight::Kind::kThread: {
      const std::string& name = machine.scenario().threads[spot.thread->value].name;
      return {"threads/" + name + "/card", "memory/" + name, "timeline/" + name, "stage/steps"};
    }
    case Highlight::Kind::kLine: return {"source/line/" + std::to_string(spot.line)};
    case Highlight::Kind::kField: {
      const std::size_t arrow = spot.name.find("->");
      const std::string object = spot.name.substr(0, arrow), field = spot.name.substr(arrow + 2);
      if (address_kind(spot.address) == ObjectKind::kVma) {
        const std::string what = field == "vm_refcnt" ? "refcnt" : field == "vm_lock_seq" ? "sequence" : "";
        if (!what.empty()) return {"vma/" + object + "/" + what, what == "refcnt" ? "stage/word" : "stage/sequence"};
        return {"memory/" + object + "/seen"};
      }
      // Of an mm's fields the VMA panel shows some, for the VMA that it is on.
      const std::string fact = field == "mmap_lock" ? "mmap_lock" : field == "vma_writer_wait" ? "waiter" : field == "mm_lock_seq" ? "sequence" : "";
      std::vector<std::string> marks;
      if (!fact.empty()) {
        for (const VmaSetup& vma : machine.scenario().vmas) {
          if (vma.mm == object) marks.push_back("vma/" + vma.name + "/" + fact);
        }
        marks.push_back("stage/" + fact);
      } else {
        marks.push_back("memory/" + object);
      }
      return marks;
    }
  }
  return {};
}

}  // namespace vmalab
