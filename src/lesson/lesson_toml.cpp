// SPDX-License-Identifier: GPL-2.0-only
// The TOML form of a lesson: its keys, and how each is read.
#include <algorithm>
#include <array>
#include <utility>

#include "base/words.h"
#include "lesson/lesson.h"
#include "machine/property.h"
#include "machine/words.h"

namespace vmalab {
namespace {

constexpr std::array kKeys{
    TomlKey{"", "title", "one line that says what is learned; needed"},
    TomlKey{"", "title_claim", "what the title says of the machine after some step of the lesson, or \"no claim\"; needed"},
    TomlKey{"", "step", "a step of the lesson, one table [[step]] after the other; at least one"},

    TomlKey{"step", "scenario", "the name of a scenario, or standard-2-1-0: the step begins at its start; the first step needs it"},
    TomlKey{"step", "variant", "the name of a variant: the step begins at the start, with it; \"\" is the lock as it is"},
    TomlKey{"step", "ordering",
            "sc, lkmm or lkmm+lb: the step begins at the start, under it; where nothing is said it is that of the variant, or sc"},
    TomlKey{"step", "again", "true: the step begins at the scenario's start; else where the one before ended, and after a goal always"},
    TomlKey{"step", "run", "steps that are taken first: \"r1*3,w1\", and \"w1!\" for a fatal signal to w1"},
    TomlKey{"step", "text", "a few sentences"},
    TomlKey{"step", "claims",
            "a list, one a sentence, as `claims` of a caption: C that is not zero after `run`, \"did: ...\", \"always: ...\", \"no claim\""},
    TomlKey{"step", "show",
            "a list of what the text speaks of: \"panel: vma\", \"thread: w1\", \"field: vma0->vm_refcnt\", \"line: FUNCTION: a part of the line\""},
    TomlKey{"step", "known", "true: the fast track passes over it; false is the usual"},
    TomlKey{"step", "ask", "a question, or with `goal` what is to be done; one sentence that claims nothing"},
    TomlKey{
        "step", "answer",
        "how the machine answers when `reveal` was run: \"value: EXPR\", \"yes if: EXPR\", \"who can step\", \"who is woken\", \"which check breaks\""},
    TomlKey{"step", "choices",
            "a list to choose from: values as C, threads, or checks; one of them is right. Without it: yes and no, or all threads"},
    TomlKey{"step", "reveal", "steps that are taken when the question has been answered: before that nothing is seen of what they do"},
    TomlKey{"step", "right", "sentences for who was right, true after `reveal`"},
    TomlKey{"step", "right_claims", "a claim for each of them"},
    TomlKey{"step", "wrong", "sentences for who was not"},
    TomlKey{"step", "wrong_claims", "a claim for each of them"},
    TomlKey{"step", "goal", "C over the state that the student has to make true, or \"breaks: CHECK\"; the checker proves how short that can be"},
    TomlKey{"step", "least", "how many steps the shortest way has, for tests"},
    TomlKey{"step", "solved", "sentences for who has done it, true at the end of the shortest way"},
    TomlKey{"step", "solved_claims", "a claim for each of them"},
};
constexpr std::array<TomlTitle, 2> kTitles{{{"", "the lesson"}, {"step", "[[step]]"}}};

constexpr std::array<std::string_view, 10> kPanels{"threads", "vma",    "memory",   "messages", "classes",
                                                   "source",  "checks", "timeline", "map",      "causes"};

/// The text behind a prefix, or nothing.
std::optional<std::string_view> behind(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return words::trimmed(text.substr(prefix.size()));
}

class LessonReader {
 public:
  explicit LessonReader(Lesson& out) : lesson_(out) {}

  void read(TomlTable& root) {
    lesson_.title = root.text("title", true);
    lesson_.title_place = root.place("title");
    lesson_.title_claim = root.text("title_claim", true);
    lesson_.title_claim_place = root.place("title_claim");
    root.tables("step", [this](TomlTable& t) { step(t); });
    root.finish();
    if (lesson_.steps.empty()) root.error("title", "a lesson needs at least one [[step]]");
  }

 private:
  static ClaimedText claimed(TomlTable& t, const char* key, const char* claims) {
    ClaimedText text;
    text.text = t.text(key, false);
    text.place = t.place(key);
    text.claims = t.texts(claims, &text.places);
    return text;
  }

  void step(TomlTable& t) {
    const LessonStep* before = lesson_.steps.empty() ? nullptr : &lesson_.steps.back();
    LessonStep step;
    const std::size_t errors = t.errors();
    step.place = t.place("");
    situation(t, step, before);
    step.run = t.text("run", false);
    step.run_place = t.place("run");
    step.text = claimed(t, "text", "claims");
    std::vector<TomlPlace> places;
    const std::vector<std::string> shown = t.texts("show", &places);
    for (std::size_t i = 0; i < shown.size(); ++i) {
      Result<Highlight> one = parse_highlight(shown[i]);
      if (!one) {
        t.error(places[i], one.error().message);
        continue;
      }
      one->place = places[i];
      step.show.push_back(std::move(*one));
    }
    step.known = t.flag("known", false);
    step.ask = t.text("ask", false);
    step.ask_place = t.place("ask");
    if (t.has("goal")) {
      goal(t, step);
    } else if (t.has("ask")) {
      predict(t, step);
    }
    const auto only_with = [&](const char* key, bool fits, const char* what) {
      if (t.has(key) && !fits) t.error(key, "'" + std::string(key) + "' belongs to a step with " + what);
    };
    for (const char* key : {"answer", "choices", "reveal", "right", "right_claims", "wrong", "wrong_claims"}) {
      only_with(key, step.kind == LessonStep::Kind::kPredict, "'ask' and without 'goal'");
    }
    for (const char* key : {"least", "solved", "solved_claims"}) only_with(key, step.kind == LessonStep::Kind::kBreak, "'goal'");
    if (step.kind == LessonStep::Kind::kTell && step.text.text.empty()) t.error("text", "[[step]] says nothing; expected 'text', 'ask' or 'goal'");
    step.whole = t.errors() == errors;
    lesson_.steps.push_back(std::move(step));
  }

  static void situation(TomlTable& t, LessonStep& step, const LessonStep* before) {
    if (before != nullptr) {
      step.scenario = before->scenario;
      step.variant = before->variant;
      step.ordering = before->ordering;
      step.begins = before->kind == LessonStep::Kind::kBreak;
    } else if (!t.has("scenario")) {
      t.error("scenario", "the first [[step]] needs 'scenario'");
    }
    if (t.has("scenario")) {
      step.scenario = t.text("scenario", true);
      step.variant.clear();
      step.ordering.reset();
    }
    if (t.has("variant")) {
      step.variant = t.text("variant", false);
      step.ordering.reset();
    }
    if (t.has("ordering")) {
      step.ordering = find_ordering(t.text("ordering", false));
      if (!step.ordering) t.error("ordering", "'ordering' of [[step]] is sc, lkmm or lkmm+lb");
    }
    step.situation_place = t.place(t.has("variant") ? "variant" : "scenario");
    step.begins = t.flag("again", false) || step.begins || before == nullptr || t.has("scenario") || t.has("variant") || t.has("ordering");
  }

  void predict(TomlTable& t, LessonStep& step) {
    step.kind = LessonStep::Kind::kPredict;
    if (!step.ask.ends_with('?') || sentences(step.ask).size() != 1) t.error("ask", "'ask' is one sentence that ends in a question mark");
    const std::string how = t.text("answer", true);
    step.answer_place = t.place("answer");
    if (Result<Answer> answer = parse_answer(how)) {
      step.answer = std::move(*answer);
    } else {
      t.error("answer", answer.error().message);
    }
    step.choices = t.texts("choices");
    step.choices_place = t.place("choices");
    if (step.answer.kind == Answer::Kind::kValue && step.choices.size() < 2) t.error("choices", "'choices' of [[step]] are at least two values");
    if (step.choices.size() > 6) t.error("choices", "'choices' of [[step]] are at most six");
    step.reveal = t.text("reveal", true);
    step.reveal_place = t.place("reveal");
    step.right = claimed(t, "right", "right_claims");
    step.wrong = claimed(t, "wrong", "wrong_claims");
    for (const auto& [key, text] : {std::pair{"right", &step.right.text}, {"wrong", &step.wrong.text}}) {
      if (text->empty()) t.error(key, "[[step]] asks something and needs '" + std::string(key) + "': what is said to who was " + key);
    }
  }

  void goal(TomlTable& t, LessonStep& step) {
    step.kind = LessonStep::Kind::kBreak;
    if (step.ask.empty() || sentences(step.ask).size() != 1) t.error("ask", "[[step]] with 'goal' needs 'ask': one sentence, what is to be done");
    const std::string text = t.text("goal", true);
    step.goal_place = t.place("goal");
    if (const std::optional<std::string_view> name = behind(text, "breaks:")) {
      step.goal.breaks = find_property(std::string(*name));
      if (step.goal.breaks == nullptr) {
        std::vector<std::string_view> names;
        for (const Property* check : kProperties) names.push_back(check->name);
        t.error("goal", "there is no check named '" + std::string(*name) + "'; the checks are " + words::list(names));
      }
    } else {
      step.goal.expression = text;
    }
    if (const std::int64_t least = t.number("least", 1, 10000, 0); least > 0) step.least = static_cast<int>(least);
    step.least_place = t.place("least");
    step.solved = claimed(t, "solved", "solved_claims");
    if (step.solved.text.empty()) t.error("solved", "[[step]] with 'goal' needs 'solved': what is said when it is reached");
  }

  Lesson& lesson_;
};

}  // namespace

const std::vector<std::string_view>& lesson_panels() {
  static const std::vector<std::string_view> panels(kPanels.begin(), kPanels.end());
  return panels;
}

Result<Highlight> parse_highlight(std::string_view text) {
  Highlight highlight;
  if (const auto panel = behind(text, "panel:")) {
    highlight.name = *panel;
    if (std::find(kPanels.begin(), kPanels.end(), *panel) != kPanels.end()) return highlight;
    return fail("there is no panel '" + highlight.name + "'; there are " + words::list(kPanels));
  }
  if (const auto thread = behind(text, "thread:")) {
    highlight.kind = Highlight::Kind::kThread;
    highlight.name = *thread;
    return highlight;
  }
  if (const auto field = behind(text, "field:")) {
    highlight.kind = Highlight::Kind::kField;
    highlight.name = *field;
    return highlight;
  }
  if (const auto line = behind(text, "line:")) {
    highlight.kind = Highlight::Kind::kLine;
    const std::size_t colon = line->find(':');
    highlight.name = words::trimmed(line->substr(0, colon));
    if (colon != std::string_view::npos) highlight.line = words::trimmed(line->substr(colon + 1));
    if (!highlight.line.empty()) return highlight;
  }
  return fail(
      "'" + std::string(text) +
      "' names nothing to show; expected \"panel: vma\", \"thread: w1\", \"field: vma0->vm_refcnt\" or \"line: FUNCTION: a part of the line\"");
}

Result<Answer> parse_answer(std::string_view text) {
  using Kind = Answer::Kind;
  if (const auto value = behind(text, "value:"); value && !value->empty()) return Answer{Kind::kValue, std::string(*value)};
  if (const auto yes = behind(text, "yes if:"); yes && !yes->empty()) return Answer{Kind::kYes, std::string(*yes)};
  if (text == "who can step") return Answer{Kind::kCanStep};
  if (text == "who is woken") return Answer{Kind::kWoken};
  if (text == "which check breaks") return Answer{Kind::kBroken};
  return fail("'" + std::string(text) +
              "' is no way to answer; expected \"value: EXPR\", \"yes if: EXPR\", \"who can step\", \"who is woken\" or \"which check breaks\"");
}

const TomlFormat& lesson_format() {
  static constexpr TomlFormat kFormat{kKeys, kTitles};
  return kFormat;
}

ReadLesson read_lesson(std::string_view toml, std::string name, std::string_view origin) {
  ReadLesson out;
  out.lesson.name = std::move(name);
  out.lesson.toml = std::string(toml);
  out.lesson.origin = std::string(origin);
  out.faults = read_all_of_toml(toml, origin, lesson_format(), [&](TomlTable& root) { LessonReader(out.lesson).read(root); });
  return out;
}

Result<Lesson> parse_lesson(std::string_view toml, std::string name, std::string_view origin) {
  ReadLesson read = read_lesson(toml, std::move(name), origin);
  if (!read.faults.empty()) return tl::unexpected(std::move(read.faults.front()));
  return std::move(read.lesson);
}

}  // namespace vmalab
