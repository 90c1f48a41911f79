// SPDX-License-Identifier: GPL-2.0-only
// Takes the mail off a patch: mailboxes are split into their mails, quoted-printable and base64 bodies are decoded, of a
// mail in parts those that are text are kept. A text that is no mail is handed on as it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vmalab {

struct PatchMail {
  std::string subject;  ///< on one line, without "[PATCH ...]"; of a plain diff empty
  int number = 0;       ///< n of "[PATCH n/m]"; 0 when it does not say, and of the letter before a series
  int total = 0;        ///< m of it; 0 when it does not say
  std::string text;     ///< the body, decoded: log message and diff
};

/// The mails of a text, in the order of their numbers where all have one. Numbers of mails that disagree on the total are of
/// different series: one series after the other. At least one: a text that is no mail.
std::vector<PatchMail> split_mails(std::string_view text);

}  // namespace vmalab
