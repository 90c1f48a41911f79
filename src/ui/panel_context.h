// SPDX-License-Identifier: GPL-2.0-only
// What every panel may see: the open document, how things look, what is selected, and whom to tell what the person does.
#pragma once

#include <string>
#include <string_view>

#include "ui/actions.h"
#include "ui/appearance.h"
#include "ui/documents.h"
#include "ui/foresight.h"
#include "ui/motion.h"
#include "ui/panel_cache.h"
#include "ui/widgets.h"

namespace vmalab {

/// Alive through the frame: a panel sees what another one has done before it.
struct PanelContext {
  const Documents& documents;
  const Appearance& appearance;
  const ThreadId& selected;
  PanelCache& cache;
  Motion& motion;
  WidgetLog& widgets;
  Actions& actions;
  const Foresight& foresight;

  /// Of the document: caches of an older one are void.
  std::uint64_t serial() const { return documents.serial(); }
  /// The run's timeline, up to date.
  const SessionTimeline& timeline() const {
    cache.timeline.update(session(), serial());
    return cache.timeline;
  }
  const MemoryView& memory() const { return cache.memory(session(), serial()); }
  const Session& session() const { return documents.current().session; }
  const Machine& machine() const { return session().machine(); }
  const State& state() const { return session().state(); }
  const Scenario& scenario() const { return machine().scenario(); }
  /// The step that led to the cursor; null at the root.
  const StepInfo* last_step() const { return session().depth() == 0 ? nullptr : &session().info(session().cursor()); }
  const std::string& thread_name(ThreadId t) const { return scenario().threads[t.value].name; }
  const Theme& theme() const { return appearance.theme(); }
  const Fonts& fonts() const { return appearance.fonts(); }
  float em() const { return appearance.em(); }
  /// The widget drawn last, or a place on the screen, under a name for tests.
  void mark(std::string_view name, bool enabled = true) const { widgets.mark_item(name, enabled); }
  void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool enabled = true) const { widgets.mark_rect(name, min, max, enabled); }
};

}  // namespace vmalab
