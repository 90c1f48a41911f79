// SPDX-License-Identifier: GPL-2.0-only
// Any number of threads, as it is asked for on the command line: by kinds of a scenario that is made by numbers, or in a scenario's own words.
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"
#include "machine/machine.h"

namespace vmalab::app {

/// In place of a number of threads.
constexpr int kAnyNumber = -1;
/// A scenario for `--any`: its name without the numbers, of which each is any.
constexpr const char* kLifecycle = "lifecycle-";

/// There is a kind of thread that there is any number of.
bool has_any_number(const Subject& subject);
/// The same with one of each kind that there is any number of: it can be opened.
Subject with_one_of_each(Subject subject);
/// By thread of what that opens: there is any number of it. Empty: of none, here and in the scenario.
std::vector<bool> any_threads_of(const Subject& subject, const Scenario& scenario);
/// "any number of readers, 1 writer, 0 detachers on one VMA"
std::string any_title(const Subject& subject, const std::string& scenario, const std::string& crowd);

}  // namespace vmalab::app
