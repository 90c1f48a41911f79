// SPDX-License-Identifier: GPL-2.0-only
#include "app/check_support.h"

#include <unistd.h>

#include <cstdio>

#include "app/player.h"
#include "base/words.h"

namespace vmalab::app {
namespace {

std::string indented(const std::string& text) {
  std::string out = "    ";
  for (const char c : text) out += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return out + "\n";
}

}  // namespace

bool show_progress(const check::Progress& p) {
  static const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal) {
    const auto states = static_cast<unsigned long long>(p.states), left = static_cast<unsigned long long>(p.frontier);
    const double mib = static_cast<double>(p.bytes) / (1 << 20);
    if (p.phase == check::Phase::kSearch || p.phase == check::Phase::kConfirmation) {
      std::fprintf(stderr, "\r\033[K%llu states, %.0f a second, level %d, %llu to expand, %.0f MiB  (Ctrl-C stops)", states,
                   p.seconds > 0 ? static_cast<double>(p.states) / p.seconds : 0.0, p.depth, left, mib);
    } else {
      const char* what = p.phase == check::Phase::kTermination ? "can all threads finish from everywhere?"
                         : p.phase == check::Phase::kFutures   ? "what can still come?"
                         : p.phase == check::Phase::kThinning  ? "leaving out what does not matter;"
                                                               : "the shortest way there";
      std::fprintf(stderr, "\r\033[K%llu states; %s %llu to look at, %.0f MiB  (Ctrl-C stops)", states, what, left, mib);
    }
    std::fflush(stderr);
  }
  return !interrupted();
}

bool show_progress_of_long(const check::Progress& p) {
  constexpr double kPatience = 0.3;  // seconds; of what is there at once no word is said
  return p.seconds < kPatience ? !interrupted() : show_progress(p);
}

std::size_t memory_limit(const BudgetChoice& budget) {
  check::CheckOptions options;
  options.memory_mib = static_cast<std::size_t>(budget.memory_mib);
  return check::memory_limit_of(options);
}

void clear_progress() {
  if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

check::CheckOptions check_options(const SearchChoice& search) {
  check::CheckOptions o;
  o.symmetry = search.symmetry;
  o.partial_order = search.partial_order;
  o.jobs = search.jobs;
  o.memory_mib = static_cast<std::size_t>(search.memory_mib);
  o.progress = show_progress;
  return o;
}

Result<std::vector<std::string>> all_scenarios(const std::filesystem::path& assets) {
  Result<std::vector<Scenario>> shipped = list_scenarios(assets);
  if (!shipped) return tl::unexpected(shipped.error());
  std::vector<std::string> names;
  for (const Scenario& s : *shipped) names.push_back(s.name);
  for (const char* standard : {"standard-2-1-0", "standard-2-0-1", "standard-2-1-1", "standard-1-2-1"}) names.push_back(standard);
  return names;
}

std::string plural(std::size_t n, const std::string& what) { return std::to_string(n) + " " + words::plural(n, what); }

std::string cannot_run(Diagnostic error, std::set<std::string>& told) {
  error.needed_by.clear();  // the line names the scenario, and the same mistake stops many
  const std::string because = error.function.empty() ? "" : ", because of " + error.function + "()";
  return " CANNOT RUN" + because + "\n" + (told.insert(error.to_string()).second ? indented(error.to_string()) : "");
}

std::string why_not_judged(const Diagnostic& error) {
  return "the code that is loaded and the simulator's do not agree on how " + error.misfit + "() is called";
}

std::string not_judged(Diagnostic error, std::set<std::string>& told) {
  error.needed_by.clear();
  return " not judged: " + why_not_judged(error) + "\n" + (told.insert(error.to_string()).second ? indented(error.to_string()) : "");
}

}  // namespace vmalab::app
