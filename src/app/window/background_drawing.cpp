// SPDX-License-Identifier: GPL-2.0-only
#include "app/window/background_drawing.h"

#include <cerrno>
#include <cstring>

#include "app/platform/desktop/child_process.h"
#include "base/input_file.h"
#include "base/platform.h"
#include "run/recorder.h"

namespace vmalab::app {
namespace {

constexpr std::size_t kMostComplaints = std::size_t{1} << 20U;

class Drawing final : public Exporting::Drawing {
 public:
  Result<void> begin(const std::filesystem::path& assets, const Session& session, const Exporting::Wish& wish) {
    if (!scratch_.made()) return fail(std::string("no folder for the run can be made: ") + std::strerror(errno), scratch_.path());
    const std::optional<std::filesystem::path> program = platform::executable();
    if (!program) return fail("it is not known where this program is");
    const std::string trace = scratch_.path() + "/run.jsonl";
    Session whole = session;
    whole.go_to_depth(static_cast<int>(whole.path().size()) - 1);
    if (Result<void> saved = save_trace(trace, whole); !saved) return saved;
    std::vector<std::string> words{program->string(),
                                   "export",
                                   trace,
                                   "-o",
                                   wish.file.string(),
                                   "--assets",
                                   assets.string(),
                                   "--range",
                                   std::to_string(wish.range.first) + "-" + std::to_string(wish.range.last),
                                   "--theme",
                                   wish.look.theme == ThemeId::kLight ? "light" : "dark"};
    if (wish.look.stage) words.emplace_back("--stage");
    if (!child_.start(std::move(words), complaints()))
      return fail(std::string("the program cannot be started: ") + std::strerror(errno), program->string());
    return {};
  }

  std::optional<Result<void>> finished() override {
    const std::optional<bool> well = child_.ended();
    if (!well) return std::nullopt;
    if (*well) return Result<void>();
    const Result<std::string> said = read_input(complaints(), "what it said", kMostComplaints);
    return Result<void>(fail(said && !said->empty() ? said->substr(0, said->find('\n')) : std::string("The drawing has ended and says nothing.")));
  }

 private:
  std::string complaints() const { return scratch_.path() + "/complaints"; }

  // The child is stopped before its folder goes.
  ScratchFolder scratch_;
  ChildProcess child_;
};

}  // namespace

Exporting::Draw drawing_in_background(const Workspace& workspace) {
  return [assets = workspace.assets()](const Session& session, const Exporting::Wish& wish) -> Result<std::unique_ptr<Exporting::Drawing>> {
    auto drawing = std::make_unique<Drawing>();
    if (Result<void> begun = drawing->begin(assets, session, wish); !begun) return tl::unexpected(begun.error());
    return drawing;
  };
}

}  // namespace vmalab::app
