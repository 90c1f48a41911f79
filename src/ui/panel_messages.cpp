// SPDX-License-Identifier: GPL-2.0-only
// Messages: for each word the values that somebody may still read, newest first, with who wrote each, who may read it, and what it
// tells those who acquire it. Only where memory is weaker than sequentially consistent is there anything to see.
#include <algorithm>
#include <string>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/messages.h"

namespace vmalab {

void draw_messages(const PanelContext& context) {
  const Theme& theme = context.theme();
  const float em = context.em(), width = ImGui::GetContentRegionAvail().x;
  if (context.machine().weak() == nullptr) {
    wrapped(theme.text_dim, "Memory is sequentially consistent here: each load returns the newest value. With --ordering lkmm it need not.");
    return;
  }
  const std::vector<WordRow> rows = word_rows(context.machine(), context.state(), context.timeline().messages(), context.session().depth());
  if (rows.empty())
    wrapped(theme.text_dim, "Whoever reads now reads the newest value: of no word is there an older one that somebody may still read.");
  const float line = 1.45F * em;
  for (const WordRow& row : rows) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    {
      WithFont bold(context.fonts().bold);
      paint_text(at, width, theme.text, row.name);
    }
    context.mark_rect("messages/" + row.name, at, {at.x + width, at.y + line * static_cast<float>(row.messages.size() + 1)});
    float y = at.y + 1.35F * em;
    for (const MessageRow& message : row.messages) {
      float x = at.x + 0.8F * em;
      {
        WithFont code(context.fonts().code);
        x += std::max(paint_text({x, y}, 0.4F * width, message.newest ? theme.text : theme.text_dim, message.value), 5 * em) + 0.6F * em;
      }
      WithFont small(context.fonts().small);
      const float text_y = y + 0.12F * em;
      x += std::max(paint_text({x, text_y}, 9 * em, theme.text_dim, message.origin), 6.5F * em) + 0.5F * em;
      for (const ThreadId reader : message.readers) {
        const std::string& name = context.thread_name(reader);
        if (x + thread_chip_width(reader, name) > at.x + width) break;
        const float wide = paint_thread_chip(context, {x, y}, reader, name, !message.newest);
        rect_tooltip({x, y}, {x + wide, y + chip_height()},
                     name + (message.newest ? " may read this, the newest." : " may still read this older value."));
        x += wide + 0.3F * em;
      }
      if (!message.carries.empty() && x + 5 * em < at.x + width)
        paint_text({x + 0.3F * em, text_y}, at.x + width - x - 0.3F * em, theme.text_dim, "tells " + message.carries);
      y += line;
    }
    ImGui::SetCursorScreenPos({at.x, y + 0.25F * em});
  }
  ImGui::Dummy({1, 0});  // a place alone does not count as content
}

}  // namespace vmalab
