//! The memory that articles under way share.
//!
//! Whoever hands out articles takes room for them, in the order of the files,
//! and waits where there is none; what was made of them gives it back once it
//! is in the segment. Since the oldest always has its room, all come to an
//! end.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Room for articles, in bytes.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    whole: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

impl MemoryBudget {
    /// All of `whole` is free.
    pub(crate) fn of(whole: u64) -> Arc<MemoryBudget> {
        Arc::new(MemoryBudget {
            whole,
            free: Mutex::new(whole),
            freed: Condvar::new(),
        })
    }

    /// Waits until so much is free, and takes it; of what is more than all, all.
    pub(crate) fn take(self: &Arc<Self>, bytes: u64) -> Room {
        let bytes = bytes.min(self.whole);
        let mut free = self.free();
        while *free < bytes {
            free = self
                .freed
                .wait(free)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
        Room {
            budget: Arc::clone(self),
            bytes,
        }
    }

    fn free(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room that was taken; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    budget: Arc<MemoryBudget>,
    bytes: u64,
}

impl Drop for Room {
    fn drop(&mut self) {
        *self.budget.free() += self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is() {
        let budget = MemoryBudget::of(100);
        let (taken, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for number in 0..4_u64 {
                let (budget, taken, most) = (&budget, &taken, &most);
                scope.spawn(move || {
                    for turn in 0..200 {
                        let bytes = (number * 31 + turn * 17) % 90 + 1;
                        let room = budget.take(bytes);
                        let now = taken.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        taken.fetch_sub(bytes, Ordering::SeqCst);
                        drop(room);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(*budget.free(), 100);
        // What is larger than all gets all, and does not wait for ever.
        drop(budget.take(1000));
        assert_eq!(*budget.free(), 100);
    }
}
