// SPDX-License-Identifier: GPL-2.0-only
// termination: no run has to go on for ever. No single run can show it: it is decided on the graph of all states, from the final
// ones backwards (check/can_finish.h). A counterexample ends in a state from which the end cannot be reached, and check/confirm.h
// searches again from there.
#include "machine/property.h"

namespace vmalab {

constinit const Property properties::kTermination{
    .name = "termination",
    .statement = "From every state all threads can still finish.",
    .kind = Property::Kind::kCanFinish,
    .exercised_by = "a search of all states",
    .exercised = [](const Happened& happened) { return happened.decided; },
    .explain = [](const Machine&, const StepInfo&) { return std::string(properties::kTermination.statement); },
};

}  // namespace vmalab
