// SPDX-License-Identifier: GPL-2.0-only
// variant: wake-only-attached
// title: Readers wake only at flag + 1
// story: That is a writer's target. A detacher has dropped the attach reference
//   and waits for the bare flag: the last reader to leave says nothing, and the
//   detacher sleeps for ever with mmap_lock held.
// breaks: no-stuck
// scenario: standard-1-0-1

static inline bool __vma_are_readers_excluded(int refcnt)
{
	return refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 1;
}
