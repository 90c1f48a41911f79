// SPDX-License-Identifier: GPL-2.0-only
#include "view/futures_view.h"

#include <doctest/doctest.h>

#include <set>

namespace vmalab {

using check::Future;
using check::Known;

TEST_CASE("each future has its own words, for a violation and for a goal") {
  const std::vector<Future> futures = {{Known::kYes, Known::kYes, Known::kUnknown},    {Known::kYes, Known::kNo, Known::kUnknown},
                                       {Known::kNo, Known::kYes, Known::kNo},          {Known::kNo, Known::kYes, Known::kYes},
                                       {Known::kNo, Known::kNo, Known::kYes},          {Known::kNo, Known::kUnknown, Known::kUnknown},
                                       {Known::kUnknown, Known::kYes, Known::kUnknown}};
  for (const bool is_goal : {false, true}) {
    std::set<std::string_view> texts{future_text({}, true, is_goal)};
    std::set<std::string> sentences;
    for (const Future& future : futures) {
      texts.insert(future_text(future, false, is_goal));
      const std::string sentence = future_sentence(future, "it", is_goal);
      CHECK(sentence.find("it") != std::string::npos);
      sentences.insert(sentence);
    }
    CHECK(texts.size() == futures.size() + 1);
    CHECK(sentences.size() == futures.size());
  }
  // What was not asked to the end is not said to be known: that it can be avoided is, whether it can happen is not.
  CHECK(future_text({Known::kYes, Known::kUnknown, Known::kUnknown}, false, false) == "a violation can still be avoided");
  CHECK(future_sentence({Known::kNo, Known::kYes, Known::kNo}, "a violation", false) == "a violation is no longer avoidable");
}

}  // namespace vmalab
