//! Panics that are taken as errors.
//!
//! What is asked of an index is run in a guard, so that a panic in it ends that
//! request and not the process, and the program does not report it as its own.
//! Which thread is in a guard is remembered for the hook that reports panics.
//! Imports nothing.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// How many guards this thread is inside of.
    static IN_GUARD: Cell<u32> = const { Cell::new(0) };
}

/// Runs `work`; of a panic in it comes back what it said.
///
/// # Errors
/// When `work` panics: the message of the panic, if it is a text.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Option<String>> {
    IN_GUARD.set(IN_GUARD.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    IN_GUARD.set(IN_GUARD.get() - 1);
    result.map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(|&said| said.to_owned()))
    })
}

/// Whether a panic of this thread becomes an error, and need not be reported.
pub fn is_guarded() -> bool {
    IN_GUARD.get() > 0
}

/// Lets another thread do `work`, which this thread waits for, with panics taken
/// as they are on this one.
pub(crate) fn guarded_alike<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let guards = IN_GUARD.get();
    move || {
        IN_GUARD.set(guards);
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helping_thread_is_guarded_as_the_one_that_waits() {
        let asked = |work: &(dyn Fn() -> bool + Sync)| {
            std::thread::scope(|scope| {
                let help = guarded_alike(work);
                let helper = scope.spawn(help);
                let helped = helper.join();
                helped.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        };
        assert!(!asked(&is_guarded));
        assert_eq!(caught(|| asked(&is_guarded)), Ok(true));
        let failed = caught(|| asked(&|| panic!("a block is cut")));
        assert_eq!(failed, Err(Some("a block is cut".to_owned())));
    }
}
