// SPDX-License-Identifier: GPL-2.0-only
// Scopes, and what runs when they are left: guards and __free(). A way out of a scope (its end, return, break, continue,
// goto) runs what the scopes it leaves have gathered up to there, the latest first.
#include <algorithm>

#include "lang/lowering_nesting.h"

namespace vmalab {
namespace {

/// What the label stands in, outermost first; false when it is not there.
bool find_label(const Stmt& stmt, std::string_view name, std::vector<const Stmt*>& inside) {
  if (stmt.kind == Stmt::Kind::kLabel && stmt.name == name) return true;
  inside.push_back(&stmt);
  for (const Stmt* inner : stmt.list) {
    if (find_label(*inner, name, inside)) return true;
  }
  if (stmt.body != nullptr && find_label(*stmt.body, name, inside)) return true;
  if (stmt.otherwise != nullptr && find_label(*stmt.otherwise, name, inside)) return true;
  inside.pop_back();
  return false;
}

}  // namespace

void Lowering::open_scope(const Stmt* owner) {
  activations_.back().scopes.emplace_back();
  activations_.back().scopes.back().owner = owner;
}

void Lowering::close_scope() {
  run_cleanups(activations_.back().scopes.size() - 1);
  activations_.back().scopes.pop_back();
}

/// Runs what is to run when all scopes but the outermost `scopes_left` are left; the scopes themselves stay.
void Lowering::run_cleanups(std::size_t scopes_left) {
  for (std::size_t i = activations_.back().scopes.size(); i-- > scopes_left;) run_scope_cleanups(i, 0);
}

/// Runs what the scope has gathered after the first `kept`, the latest first.
void Lowering::run_scope_cleanups(std::size_t scope, std::size_t kept) {
  const std::vector<Cleanup> cleanups = activations_.back().scopes[scope].cleanups;
  for (std::size_t c = cleanups.size(); c-- > kept;) {
    const FunctionAst& ast = declarations_.parse(*cleanups[c].function);
    Expr at;
    at.pos = at.end = cleanups[c].pos;
    (void)inline_body(ast, {convert(cleanups[c].argument, ast.parameters[0].type, at)}, cleanups[c].pos);
  }
}

void Lowering::add_cleanup(std::string_view function, const Value& argument, SourcePos pos) {
  const Declarations::Function* found = declarations_.find_function(function);
  if (found == nullptr) fail(pos, "no loaded file defines what `" + std::string(function) + "` does (DEFINE_GUARD, DEFINE_FREE)");
  if (declarations_.parse(*found).parameters.size() != 1) fail(pos, "`" + std::string(function) + "` should take one argument");
  activations_.back().scopes.back().cleanups.push_back({found, argument, pos});
}

void Lowering::lower_guard(const Stmt& stmt) {
  const std::string destructor = "class_" + std::string(stmt.name) + "_destructor";
  if (declarations_.find_function(stmt.expr->name) == nullptr)
    fail(stmt.pos, "there is no guard `" + std::string(stmt.name) + "`: no loaded file has a DEFINE_GUARD of it");
  if (stmt.body != nullptr) open_scope(&stmt);
  Value held = any_value(*stmt.expr);
  if (held.kind != Value::Kind::kWord) fail(stmt.pos, "this guard holds nothing that can be let go");
  // The value lives as long as the scope.
  const int slot = new_named(1);
  assign_slot(slot, held.op, stmt.expr);
  held.op = reg(slot);
  if (stmt.otherwise != nullptr) {
    const int taken = new_block(), missed = new_block();
    branch(held.op, taken, missed, stmt.expr->pos, stmt.expr->end);
    place(missed);
    statement(*stmt.otherwise);
    const int after = new_block();
    jump(after);
    place(taken);
    add_cleanup(destructor, held, stmt.pos);
    statement(*stmt.body);
    close_scope();
    jump(after);
    return place(after);
  }
  add_cleanup(destructor, held, stmt.pos);
  if (stmt.body == nullptr) return;
  // A conditional guard that was not taken skips what it would have been held for.
  const int taken = new_block(), after = new_block();
  branch(held.op, taken, after, stmt.expr->pos, stmt.expr->end);
  place(taken);
  activations_.back().breaks.push_back({after, activations_.back().scopes.size() - 1});
  activations_.back().continues.push_back({after, activations_.back().scopes.size() - 1});
  statement(*stmt.body);
  activations_.back().breaks.pop_back();
  activations_.back().continues.pop_back();
  close_scope();
  jump(after);
  place(after);
}

Lowering::Activation::Label& Lowering::label(std::string_view name) {
  Activation& activation = activations_.back();
  Activation::Label& found = activation.labels[name];
  if (found.block < 0) {
    found.block = new_block();
    if (activation.ast != nullptr) find_label(*activation.ast->body, name, found.inside);
  }
  return found;
}

void Lowering::lower_goto(const Stmt& stmt) {
  Activation& activation = activations_.back();
  Activation::Label& target = label(stmt.name);
  target.used = stmt.pos;
  const std::vector<Scope>& scopes = activation.scopes;
  // Scopes that the label stands in stay; the parameters' scope belongs to no statement.
  std::size_t kept = std::min<std::size_t>(1, scopes.size());
  const auto stays = [&](const Scope& scope) { return std::find(target.inside.begin(), target.inside.end(), scope.owner) != target.inside.end(); };
  while (kept < scopes.size() && stays(scopes[kept])) ++kept;
  run_cleanups(kept);
  if (target.placed) {
    // Backwards within a scope: what was gathered after the label is let go.
    for (std::size_t i = std::min(kept, target.cleanups.size()); i-- > 0;) run_scope_cleanups(i, target.cleanups[i]);
  }
  if (target.placed) pause();
  jump(target.block);
  place(new_block());
}

void Lowering::lower_label(const Stmt& stmt) {
  Activation::Label& target = label(stmt.name);
  if (target.placed) fail(stmt.pos, "the label `" + std::string(stmt.name) + "` is there twice");
  target.placed = true;
  for (const Scope& scope : activations_.back().scopes) target.cleanups.push_back(scope.cleanups.size());
  jump(target.block);
  place(target.block);
  if (stmt.body != nullptr) statement(*stmt.body);
}

}  // namespace vmalab
