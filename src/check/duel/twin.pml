/* SPDX-License-Identifier: GPL-2.0-only */
/* A Promela twin of the standard scenario, for comparison with `vmalab check`: R readers, W writers and D detachers on
 * one VMA of one mm. One shared access a transition, locals cleared when dead, no address tree walk but its
 * result, everything in bytes: as small as a Spin user would make it. FLAG is 64 here. Safety only.
 *
 *   spin -a -DR=3 -DW=1 -DD=1 twin.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * At exit pan prints every value of vm_refcnt that was reached.
 */
#ifndef R
#define R 3
#endif
#ifndef W
#define W 1
#endif
#ifndef D
#define D 1
#endif
#define FLAG 64

c_decl {
  static unsigned char refcnt_seen[256];
  static void print_reached(void)
  {
    int v;
    printf("vm_refcnt:");
    for (v = 0; v < 256; v++)
      if (refcnt_seen[v]) printf(" %d", v);
    printf("\n");
  }
};

byte ref = 1;        /* vm_refcnt */
byte vseq = 255;     /* vm_lock_seq; UINT_MAX at init */
byte mseq = 0;       /* mm_lock_seq */
byte waiter = 0;     /* vma_writer_wait.task: 0, or 1 + thread */
bit mlock = 0;       /* mmap_lock, held for write */
bit intree = 1;
bit asleep[W + D];   /* task state of the threads that can wait: UNINTERRUPTIBLE */
bit writing = 0;     /* ghost, for the exclusion assertion */

#define NOTE c_code { refcnt_seen[now.ref] = 1; }

proctype reader()
{
  byte t;
walk:
  if
  :: atomic { intree -> t = 0 }
  :: atomic { !intree -> goto endr }
  fi;
  t = vseq;
  if
  :: atomic { t == mseq -> t = 0; goto endr }
  :: atomic { t != mseq -> t = 0 }
  fi;
  if
  :: atomic { ref != 0 && ref < FLAG -> ref++; NOTE }
  :: atomic { ref == 0 -> goto walk }
  :: atomic { ref >= FLAG -> goto endr }
  fi;
  t = vseq;
  if
  :: atomic { t == mseq -> t = 0 }
  :: atomic { t != mseq -> t = 0; assert(!writing) };
     assert(!writing) /* the critical section */
  fi;
  atomic {
    ref--; NOTE;
    if
    :: !(ref == FLAG || ref == FLAG + 1) -> goto endr
    :: else
    fi
  };
  atomic {
    t = waiter;
    if
    :: t == 0 -> goto endr
    :: else
    fi
  };
  atomic { asleep[t - 1] = 0; t = 0 };
endr:
  false
}

inline exclude(me, target)
{
  waiter = me + 1;
  do
  :: asleep[me] = 1;
     if
     :: atomic { ref == target -> break }
     :: atomic { ref != target -> skip }
     fi;
     !asleep[me] /* schedule() */
  od;
  waiter = 0;
  asleep[me] = 0
}

inline start_write(me)
{
  if
  :: atomic { vseq == mseq -> skip } /* already write-locked */
  :: atomic { vseq != mseq -> skip };
     if
     :: atomic { ref != 0 -> ref = ref + FLAG; NOTE };
        exclude(me, FLAG + 1);
        atomic { vseq = mseq; writing = 1 };
        atomic { ref = ref - FLAG; NOTE }
     :: atomic { ref == 0 -> skip };
        atomic { vseq = mseq; writing = 1 }
     fi
  fi
}

inline write_unlock()
{
  atomic { mseq++; writing = 0 };
  mlock = 0
}

proctype writer(byte me)
{
  atomic { !mlock -> mlock = 1 };
  mseq++;
  if
  :: atomic { intree -> skip };
     start_write(me);
     skip /* the critical section */
  :: atomic { !intree -> skip }
  fi;
  write_unlock();
endw:
  false
}

proctype detacher(byte me)
{
  atomic { !mlock -> mlock = 1 };
  mseq++;
  if
  :: atomic { intree -> skip };
     start_write(me);
     if
     :: atomic { ref == 1 -> ref = 0; NOTE }
     :: atomic { ref != 1 -> ref--; NOTE };
        if
        :: atomic { ref != 0 -> ref = ref + FLAG; NOTE };
           exclude(me, FLAG);
           atomic { ref = ref - FLAG; NOTE }
        :: atomic { ref == 0 -> skip }
        fi
     fi;
     intree = 0
  :: atomic { !intree -> skip }
  fi;
  write_unlock();
endd:
  false
}

init {
  byte i;
  atomic {
    c_code { atexit(print_reached); refcnt_seen[now.ref] = 1; };
    i = 0;
    do :: i < R -> run reader(); i++ :: else -> break od;
    i = 0;
    do :: i < W -> run writer(i); i++ :: else -> break od;
    i = 0;
    do :: i < D -> run detacher(W + i); i++ :: else -> break od;
    i = 0
  }
}
