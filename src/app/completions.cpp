// SPDX-License-Identifier: GPL-2.0-only
#include "app/completions.h"

#include <algorithm>

namespace vmalab::app {
namespace {

/// What a value is, as far as a shell can help with it.
enum class Kind { kFree, kWords, kFile, kFolder, kScenario, kRun, kVariant, kLesson };

Kind kind_of(const OptionRow& option) {
  if (!option.words.empty()) return Kind::kWords;
  if (std::find(option.names.begin(), option.names.end(), "--variant") != option.names.end()) return Kind::kVariant;
  if (option.value == "LESSON") return Kind::kLesson;
  if (option.value.starts_with("SCENARIO|TRACE")) return Kind::kRun;
  if (option.value.starts_with("SCENARIO")) return Kind::kScenario;
  if (option.value.starts_with("FILE") || option.value.starts_with("TRACE")) return Kind::kFile;
  return option.value == "DIR" ? Kind::kFolder : Kind::kFree;
}

const OptionRow* argument_of(const CommandRow& command) {
  const auto at = std::find_if(command.options.begin(), command.options.end(), [](const OptionRow& option) { return option.names.empty(); });
  return at == command.options.end() ? nullptr : &*at;
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::vector<std::string> command_names(const CommandTable& table) {
  std::vector<std::string> names;
  for (const CommandRow& command : table.commands) names.push_back(command.name);
  return names;
}

/// The names of all options that take a value, or of all.
std::vector<std::string> option_names(const CommandRow& command, bool with_value_only = false) {
  std::vector<std::string> names;
  for (const OptionRow& option : command.options) {
    if (!with_value_only || !option.value.empty()) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
  return text;
}

std::string first_lines(const char* shell) {
  return std::string("# SPDX-License-Identifier: GPL-2.0-only\n# Completes vmalab; made by `vmalab completion ") + shell + "`.\n";
}

// --- bash

constexpr const char* kBashHelpers = R"bash(
# The names that the program knows: scenarios, variants, lessons.
_vmalab_names() { "${COMP_WORDS[0]/#\~/$HOME}" completion "$1" 2>/dev/null | cut -f1; }
_vmalab_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
# Words with commas between them: the last one is completed.
_vmalab_list() {
    local before=
    [[ $cur == *,* ]] && before=${cur%,*},
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
}
_vmalab_folders() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}
_vmalab_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
# Words, or files with one of these endings, and the folders in which they may be.
_vmalab_words_or_files() {
    local words=$1 ending
    shift
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(
        compgen -W "$words" -- "$cur"
        for ending; do compgen -f -X "!*.$ending" -- "$cur"; done
        compgen -d -- "$cur"
    )
}
)bash";

std::string bash_action(const OptionRow& option) {
  switch (kind_of(option)) {
    case Kind::kFree: return ":";
    case Kind::kWords: return (option.list ? "_vmalab_list '" : "_vmalab_words '") + joined(option.words, " ") + "'";
    case Kind::kFile: return "_vmalab_files";
    case Kind::kFolder: return "_vmalab_folders";
    case Kind::kScenario: return "_vmalab_words_or_files \"$(_vmalab_names scenarios)\" toml";
    case Kind::kRun: return "_vmalab_words_or_files \"$(_vmalab_names scenarios)\" toml jsonl";
    case Kind::kVariant: return "_vmalab_words_or_files \"$(_vmalab_names variants)\" c";
    case Kind::kLesson: return "_vmalab_words_or_files \"$(_vmalab_names lessons)\" toml";
  }
  return ":";
}

std::string bash_values(const CommandRow& command, const std::string& pattern) {
  std::string out;
  for (const OptionRow& option : command.options) {
    if (option.names.empty() || option.value.empty()) continue;
    out += "        ";
    for (const std::string& name : option.names) out += (&name == &option.names.front() ? "" : " | ") + pattern + name;
    out += ") " + bash_action(option) + "; return ;;\n";
  }
  return out;
}

// --- zsh

constexpr const char* kZshHelpers = R"zsh(
_vmalab_names() {  # before the last word come options of compadd
    local -a rows
    rows=(${(f)"$(_call_program names ${(q)program} completion $@[-1])"})
    rows=(${${rows//:/\\:}/$'\t'/:})
    _describe -t $@[-1] ${@[-1]%s} rows
}
_vmalab_scenarios() { _alternative 'scenarios:scenario:_vmalab_names scenarios' 'files:scenario file:_files -g "*.toml"'; }
_vmalab_runs() { _alternative 'scenarios:scenario:_vmalab_names scenarios' 'files:file:_files -g "*.(toml|jsonl)"'; }
_vmalab_lessons() { _alternative 'lessons:lesson:_vmalab_names lessons' 'files:lesson file:_files -g "*.toml"'; }
_vmalab_variants() { _alternative 'variants:variant:_vmalab_names variants' 'files:C file:_files -g "*.c"'; }
)zsh";

/// Between single quotes.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }

std::string zsh_text(std::string text) {
  for (const char* special : {"\\", "[", "]", ":"}) text = replaced(std::move(text), special, std::string("\\") + special);
  return text;
}

std::string zsh_action(const OptionRow& option) {
  switch (kind_of(option)) {
    case Kind::kFree: return " ";
    case Kind::kWords: return option.list ? "_sequence compadd - " + joined(option.words, " ") : "(" + joined(option.words, " ") + ")";
    case Kind::kFile: return "_files";
    case Kind::kFolder: return "_files -/";
    case Kind::kScenario: return "_vmalab_scenarios";
    case Kind::kRun: return "_vmalab_runs";
    case Kind::kVariant: return "_vmalab_variants";
    case Kind::kLesson: return "_vmalab_lessons";
  }
  return " ";
}

/// The arguments of _arguments, one a line.
std::string zsh_specs(const CommandRow& command, const std::string& indent) {
  std::string out;
  for (const OptionRow& option : command.options) {
    const std::string value = option.value.empty() ? "" : ":" + zsh_text(option.value) + ":" + zsh_action(option);
    if (option.names.empty()) out += indent + quoted(":" + value) + " \\\n";
    for (const std::string& name : option.names) {
      const std::string takes = option.value.empty() ? "" : name.starts_with("--") ? "=" : "+";
      const std::string others = option.names.size() > 1 ? "(" + joined(option.names, " ") + ")" : "";
      out += indent + quoted((option.repeatable ? "*" : others) + name + takes + "[" + zsh_text(option.help) + "]" + value) + " \\\n";
    }
  }
  return out;
}

// --- fish

std::string fish_action(const OptionRow& option) {
  const std::string scenarios = "vmalab completion scenarios; __fish_complete_suffix .toml";
  switch (kind_of(option)) {
    case Kind::kFree: return " -x";
    case Kind::kWords:
      return option.list ? " -x -a '(__fish_append , " + joined(option.words, " ") + ")'" : " -x -a '" + joined(option.words, " ") + "'";
    case Kind::kFile: return " -r -F";
    case Kind::kFolder: return " -x -a '(__fish_complete_directories)'";
    case Kind::kScenario: return " -x -a '(" + scenarios + ")'";
    case Kind::kRun: return " -x -a '(" + scenarios + "; __fish_complete_suffix .jsonl)'";
    case Kind::kVariant: return " -x -a '(vmalab completion variants; __fish_complete_suffix .c)'";
    case Kind::kLesson: return " -x -a '(vmalab completion lessons; __fish_complete_suffix .toml)'";
  }
  return "";
}

std::string fish_text(std::string text) { return "'" + replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'") + "'"; }

std::string fish_lines(const CommandRow& command, const std::string& condition) {
  std::string out;
  for (const OptionRow& option : command.options) {
    std::string line = "complete -c vmalab" + condition;
    for (const std::string& name : option.names) line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.names.empty() && kind_of(option) == Kind::kFree) continue;
    if (!option.value.empty()) line += fish_action(option);
    if (!option.names.empty()) line += " -d " + fish_text(option.help);
    out += line + "\n";
  }
  return out;
}

}  // namespace

std::string bash_completion(const CommandTable& table) {
  std::string out = first_lines("bash") + kBashHelpers;
  out += R"bash(
_vmalab() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i
    COMPREPLY=()
    # --option=value comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            )bash" +
         joined(option_names(table.program, true), " | ") + R"bash()
                [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
                ((i++))
                ;;
            -*) ;;
            *) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    case "$command $prev" in
)bash" + bash_values(table.program, "*' '");
  for (const CommandRow& command : table.commands) out += bash_values(command, "'" + command.name + " '");
  out += "    esac\n    if [[ $cur == -* ]]; then\n        case $command in\n";
  const std::string everywhere = joined(option_names(table.program), " ");
  for (const CommandRow& command : table.commands) {
    out += "            " + command.name + ") _vmalab_words '" + joined(option_names(command), " ") + " " + everywhere + "' ;;\n";
  }
  out += "            *) _vmalab_words '" + everywhere + "' ;;\n        esac\n        return\n    fi\n    case $command in\n";
  out += "        '') _vmalab_words_or_files '" + joined(command_names(table), " ") + "' toml jsonl ;;\n";
  for (const CommandRow& command : table.commands) {
    if (const OptionRow* argument = argument_of(command)) out += "        " + command.name + ") " + bash_action(*argument) + " ;;\n";
  }
  return out + "    esac\n}\ncomplete -F _vmalab vmalab\n";
}

std::string zsh_completion(const CommandTable& table) {
  std::string out = "#compdef vmalab\n" + first_lines("zsh") + kZshHelpers;
  out += "\n_vmalab_commands() {\n    local -a commands=(\n";
  for (const CommandRow& command : table.commands) out += "        " + quoted(command.name + ":" + zsh_text(command.help)) + "\n";
  out += "    )\n    _alternative 'commands:command:{_describe -t commands command commands}' 'files:file:_files -g \"*.(toml|jsonl)\"'\n}\n";
  out +=
      "\n_vmalab() {\n    local program=$words[1] curcontext=$curcontext state ret=1\n    local -a line\n    typeset -A opt_args\n    _arguments -C \\\n";
  out += zsh_specs(table.program, "        ") + "        ': :_vmalab_commands' '*::: :->rest' && ret=0\n    [[ $state == rest ]] || return ret\n";
  out += "    words=($line[1] \"${words[@]}\")\n    ((CURRENT += 1))\n    curcontext=${curcontext%:*}-$line[1]:\n    case $line[1] in\n";
  for (const CommandRow& command : table.commands) {
    out += "        " + command.name + ")\n            _arguments \\\n" + zsh_specs(command, "                ");
    CommandRow everywhere = table.program;
    std::erase_if(everywhere.options, [&](const OptionRow& option) {
      return std::any_of(command.options.begin(), command.options.end(), [&](const OptionRow& own) { return own.names == option.names; });
    });
    out += zsh_specs(everywhere, "                ") + "                && ret=0\n            ;;\n";
  }
  return out + "    esac\n    return ret\n}\n\nif [[ $funcstack[1] == _vmalab ]]; then _vmalab \"$@\"; else compdef _vmalab vmalab; fi\n";
}

std::string fish_completion(const CommandTable& table) {
  std::string out = first_lines("fish") + "complete -c vmalab -f\n" + fish_lines(table.program, "");
  for (const CommandRow& command : table.commands) {
    out += "complete -c vmalab -n __fish_use_subcommand -a " + command.name + " -d " + fish_text(command.help) + "\n";
  }
  out += "complete -c vmalab -n __fish_use_subcommand -a '(__fish_complete_suffix .toml; __fish_complete_suffix .jsonl)'\n";
  for (const CommandRow& command : table.commands) out += fish_lines(command, " -n '__fish_seen_subcommand_from " + command.name + "'");
  return out;
}

}  // namespace vmalab::app
