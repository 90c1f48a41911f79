// SPDX-License-Identifier: GPL-2.0-only
#include "view/futures_view.h"

namespace vmalab {

std::string_view future_text(const check::Future& future, bool happens, bool is_goal) {
  using check::Known;
  if (happens) return is_goal ? "gets there" : "breaks it";
  if (future.avoidable == Known::kUnknown) return "not known";
  if (future.avoidable == Known::kYes) {
    if (future.possible == Known::kNo) return is_goal ? "out of reach" : "no violation can follow";
    return is_goal ? "can still be missed" : "a violation can still be avoided";
  }
  if (future.possible == Known::kNo) return is_goal ? "out of reach, and nothing ends" : "nothing ends any more";
  if (future.possible == Known::kUnknown) return is_goal ? "no end without it" : "no end without a violation";
  if (future.endless == Known::kYes) return is_goal ? "certain, unless it goes round for ever" : "only going round for ever avoids one";
  return is_goal ? "certain" : "a violation is no longer avoidable";
}

std::string future_sentence(const check::Future& future, const std::string& what, bool is_goal) {
  using check::Known;
  if (future.avoidable == Known::kUnknown) return "whether " + what + " can still be " + (is_goal ? "missed" : "avoided") + " is not known";
  if (future.avoidable == Known::kYes && future.possible != Known::kNo) return what + " can still be " + (is_goal ? "missed" : "avoided");
  if (future.avoidable == Known::kYes) return what + (is_goal ? " is out of reach" : " cannot happen any more");
  if (future.possible == Known::kNo) return "nothing ends any more, and " + what + " is out of reach";
  if (future.possible == Known::kUnknown) return "there is no end without " + what;
  if (future.endless == Known::kYes) return "only going round for ever leads past " + what;
  return what + (is_goal ? " is certain" : " is no longer avoidable");
}

}  // namespace vmalab
