// SPDX-License-Identifier: GPL-2.0-only
#include "lang/patch_mail.h"

#include <doctest/doctest.h>

using namespace vmalab;

namespace {

const std::string kDiff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a = b\n+a = c\n";

std::string mail(int number, const std::string& subject) {
  return "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A B <a@b.example>\nSubject: [PATCH v2 " +
         std::to_string(number) + "/2] " + subject + "\n\nWhy.\n---\n" + kDiff + "-- \n2.39\n\n";
}

}  // namespace

TEST_CASE("a plain diff is handed on as it is") {
  const auto mails = split_mails(kDiff);
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].text == kDiff);
  CHECK(mails[0].subject.empty());
  CHECK(split_mails("").size() == 1);
}

TEST_CASE("a mailbox is split, its mails put in the order of their numbers") {
  const auto mails = split_mails(mail(2, "mm: second") + mail(1, "mm: a subject that is\n folded"));
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].subject == "mm: a subject that is folded");
  CHECK(mails[0].number == 1);
  CHECK(mails[0].total == 2);
  CHECK(mails[1].subject == "mm: second");
  CHECK(mails[1].text.find(kDiff) != std::string::npos);
  // "From here" in a text begins no mail.
  CHECK(split_mails("Subject: x\n\nFrom here on\nit goes.\n").size() == 1);
}

TEST_CASE("numbers put the mails of one series in order, not those of different ones") {
  const auto tagged = [](const std::string& tag) { return "From x Mon\nSubject: [" + tag + "] " + tag + "\n\n" + kDiff; };
  std::string order;
  for (const PatchMail& mail : split_mails(tagged("PATCH 2/3") + tagged("PATCH v2 2/2") + tagged("PATCH 1/3") + tagged("PATCH v2 1/2")))
    order += mail.subject + "; ";
  CHECK(order == "PATCH 1/3; PATCH 2/3; PATCH v2 1/2; PATCH v2 2/2; ");
  for (const char* none : {"PATCH", "PATCH 5/3", "PATCH 99999999999/3", "PATCH 1/", "PATCH 1/-3", "and/or"}) {
    CAPTURE(none);
    CHECK(split_mails(tagged(none))[0].number == 0);
    CHECK(split_mails(tagged(none))[0].total == 0);
  }
}

TEST_CASE("bodies in transfer encodings") {
  const auto one = [](const std::string& text) {
    const auto mails = split_mails(text);
    REQUIRE(mails.size() == 1);
    return mails[0];
  };
  const std::string quoted =
      "From: a@b.example\nSubject: =?UTF-8?q?mm=3A_caf=C3=A9?=\nContent-Transfer-Encoding: quoted-printable\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a =3D b\n+a =\n=3D c\n";
  CHECK(one(quoted).text == kDiff);
  CHECK(one(quoted).subject == "mm: caf\xc3\xa9");
  const std::string base64 =
      "Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nLS0tIGEveAorKysgYi94CkBAIC0xICsxIEBACi1hID0gYgorYSA9\r\nIGMK\n";
  CHECK(one(base64).text == kDiff);
  const std::string parts =
      "Subject: x\nContent-Type: multipart/mixed;\n boundary=\"cut here\"\n\npreamble\n--cut here\nContent-Type: text/html\n\n<p>\n--cut here\nContent-Type: text/x-patch; name=x.patch\n\n" +
      kDiff + "--cut here--\n";
  CHECK(one(parts).text.find(kDiff) == 0);
  CHECK(one("Subject: [PATCH] a\x1b[31mb\n\n" + kDiff).subject == "a [31mb");
}

TEST_CASE("damaged mails are no accident") {
  const std::string whole = mail(1, "=?UTF-8?b?YWJj?= =?UTF-8?q?=") + "Content-Type: multipart/mixed; boundary=\n\n--\n";
  for (std::size_t n = 0; n <= whole.size(); ++n) CHECK(!split_mails(whole.substr(0, n)).empty());
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "Content-Type: multipart/mixed; boundary=a\nSubject: x\n\n--a\n";
  CHECK(split_mails(nested).size() == 1);
}
