// SPDX-License-Identifier: GPL-2.0-only
// variant: wake-only-attached
// title: Readers wake only at flag + 1
// story: That is a writer's target. A detacher has dropped the attach reference
//   and waits for the bare flag: the last reader to leave says nothing, and the
//   detacher sleeps for ever with mmap_lock held.
// breaks: no-stuck
// steps: 43
// scenario: standard-1-0-1
// demo: r1*3: r1 finds the VMA and reads the two numbers: they differ, so it
//   looks unlocked. It is held up.
// demo: d1*21: d1 write-locks the VMA. Nobody was counted, so FLAG came and
//   went.
// demo: r1: r1 adds its reference after all: 2.
// demo: r1*4: The second check finds the VMA write-locked: r1 has to drop its
//   reference again, and is held up.
// demo: d1*7: d1 marks the VMA detached: it drops the attach reference, and
//   the 1 that is left is r1.
// demo: d1*6: So it raises FLAG and waits for r1: FLAG+1, name on the door,
//   about to sleep.
// demo: r1: r1 leaves: FLAG. The variant wakes only at FLAG+1, and nobody
//   comes after r1. d1 sleeps for ever.

static inline bool __vma_are_readers_excluded(int refcnt)
{
	return refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 1;
}
