-- SPDX-License-Identifier: GPL-2.0-only
-- A Murphi twin of the standard scenario, for comparison with `vmalab check`: what twin.pml says, for Rumur. Readers, writers
-- and detachers on one VMA of one mm, one shared access a rule, fields undefined when dead.
--
-- duel.cpp puts the sizes and the types of the threads before it, scalarsets for symmetry or plain ranges:
--
--   const R: 3; W: 1; D: 1;
--   type reader_t: scalarset(R); writer_t: scalarset(W); detacher_t: scalarset(D);
--
-- and a `cover` for each value of vm_refcnt behind it.

const
  FLAG: 64;
  LAST: 2 * (W + D);     -- what mm_lock_seq can count to
  NEVER: LAST + 1;       -- vm_lock_seq at init

type
  seq_t: 0..NEVER;
  reader_pc: enum { r_walk, r_load_seq, r_compare, r_get, r_load_again, r_compare_again, r_use, r_put, r_waiter, r_wake, r_done };
  lock_pc: enum { x_lock, x_begin, x_lookup, x_locked, x_exclude, x_wait, x_sleep, x_test, x_schedule, x_no_wait, x_awake,
                  x_mark, x_mark_detached, x_include, x_body, x_exclude_again, x_include_again, x_erase, x_end, x_unlock, x_done };
  who_t: record
    kind: enum { nobody, a_writer, a_detacher };
    w: writer_t;
    d: detacher_t;
  end;
  thread_t: record
    pc: lock_pc;
    asleep: boolean;
    again: boolean;      -- it is in the second wait of a detacher
  end;
  walker_t: record
    pc: reader_pc;
    seq: seq_t;
    who: who_t;
  end;

var
  ref: 0..127;           -- vm_refcnt
  vseq: seq_t;           -- vm_lock_seq
  mseq: 0..LAST;         -- mm_lock_seq
  waiter: who_t;         -- vma_writer_wait.task
  mlock: boolean;        -- mmap_lock, held for write
  intree: boolean;
  writing: boolean;      -- ghost, for the exclusion assertion
  readers: array [reader_t] of walker_t;
  writers: array [writer_t] of thread_t;
  detachers: array [detacher_t] of thread_t;

procedure forget(var who: who_t);
begin
  undefine who;
  who.kind := nobody;
end;

function can_step(x: thread_t): boolean;
begin
  switch x.pc
    case x_lock: return !mlock;
    case x_schedule: return !x.asleep;
    case x_done: return false;
    else return true;
  endswitch;
end;

-- A step of a thread that locks for write; setting the waiter needs its name and is done by the rule.
procedure step(var x: thread_t; detaches: boolean);
begin
  switch x.pc
    case x_lock: mlock := true; x.pc := x_begin;
    case x_begin: mseq := mseq + 1; x.pc := x_lookup;
    case x_lookup: x.pc := intree ? x_locked : x_end;
    case x_locked: x.pc := vseq = mseq ? x_body : x_exclude;
    case x_exclude:
      if ref = 0 then x.pc := x_mark_detached; else ref := ref + FLAG; x.pc := x_wait; endif;
    case x_wait: x.pc := x_sleep;
    case x_sleep: x.asleep := true; x.pc := x_test;
    case x_test: x.pc := ref = (x.again ? FLAG : FLAG + 1) ? x_no_wait : x_schedule;
    case x_schedule: x.pc := x_sleep;
    case x_no_wait: forget(waiter); x.pc := x_awake;
    case x_awake: x.asleep := false; x.pc := x.again ? x_include_again : x_mark;
    case x_mark: vseq := mseq; writing := true; x.pc := x_include;
    case x_mark_detached: vseq := mseq; writing := true; x.pc := x_body;
    case x_include: ref := ref - FLAG; x.pc := x_body;
    case x_body:
      if !detaches then
        x.pc := x_end;
      else
        ref := ref - 1;
        x.pc := ref = 0 ? x_erase : x_exclude_again;
      endif;
    case x_exclude_again:
      if ref = 0 then x.pc := x_erase; else ref := ref + FLAG; x.again := true; x.pc := x_wait; endif;
    case x_include_again: ref := ref - FLAG; x.again := false; x.pc := x_erase;
    case x_erase: intree := false; x.pc := x_end;
    case x_end: mseq := mseq + 1; writing := false; x.pc := x_unlock;
    case x_unlock: mlock := false; x.pc := x_done;
  endswitch;
end;

startstate begin
  ref := 1;
  vseq := NEVER;
  mseq := 0;
  forget(waiter);
  mlock := false;
  intree := true;
  writing := false;
  for r: reader_t do
    readers[r].pc := r_walk;
    undefine readers[r].seq;
    forget(readers[r].who);
  endfor;
  for w: writer_t do writers[w].pc := x_lock; writers[w].asleep := false; writers[w].again := false; endfor;
  for d: detacher_t do detachers[d].pc := x_lock; detachers[d].asleep := false; detachers[d].again := false; endfor;
end;

ruleset r: reader_t do
  alias me: readers[r] do
    rule "reader" me.pc != r_done ==>
    begin
      switch me.pc
        case r_walk: me.pc := intree ? r_load_seq : r_done;
        case r_load_seq: me.seq := vseq; me.pc := r_compare;
        case r_compare: me.pc := me.seq = mseq ? r_done : r_get; undefine me.seq;
        case r_get:
          if ref = 0 then me.pc := r_walk;
          elsif ref >= FLAG then me.pc := r_done;
          else ref := ref + 1; me.pc := r_load_again; endif;
        case r_load_again: me.seq := vseq; me.pc := r_compare_again;
        case r_compare_again:
          if me.seq = mseq then me.pc := r_put;
          else assert "exclusion" !writing; me.pc := r_use; endif;
          undefine me.seq;
        case r_use: assert "exclusion" !writing; me.pc := r_put;
        case r_put:
          ref := ref - 1;
          me.pc := ref = FLAG | ref = FLAG + 1 ? r_waiter : r_done;
        case r_waiter:
          me.who := waiter;
          me.pc := waiter.kind = nobody ? r_done : r_wake;
        case r_wake:
          if me.who.kind = a_writer then writers[me.who.w].asleep := false; else detachers[me.who.d].asleep := false; endif;
          forget(me.who);
          me.pc := r_done;
      endswitch;
    end;
  end;
end;

ruleset w: writer_t do
  rule "writer" can_step(writers[w]) ==>
  begin
    if writers[w].pc = x_wait then waiter.kind := a_writer; waiter.w := w; endif;
    step(writers[w], false);
  end;
end;

ruleset d: detacher_t do
  rule "detacher" can_step(detachers[d]) ==>
  begin
    if detachers[d].pc = x_wait then waiter.kind := a_detacher; waiter.d := d; endif;
    step(detachers[d], true);
  end;
end;

-- Where all are done nothing is stuck.
rule "end" forall r: reader_t do readers[r].pc = r_done end &
           forall w: writer_t do writers[w].pc = x_done end &
           forall d: detacher_t do detachers[d].pc = x_done end ==>
begin
end;
