//! Other threads that help with one search.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::panics::guarded_alike;

/// Works on all `things`, on this thread and on so many `helpers`, and gives the
/// outcomes in the order of the things. Each thread takes the next thing when it
/// is done with one, and has a tool of its own: this one `tool`, a helper one
/// that it makes. Threads that cannot be had are done without.
pub(crate) fn together<T: Send, U: Send, S: Default>(
    things: Vec<T>,
    helpers: usize,
    tool: &mut S,
    work: impl Fn(T, &mut S) -> U + Sync,
) -> Vec<U> {
    if helpers == 0 {
        return things.into_iter().map(|thing| work(thing, tool)).collect();
    }
    let waiting = Mutex::new(things.into_iter().enumerate());
    let take = |tool: &mut S| -> Vec<(usize, U)> {
        let next = || {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.next()
        };
        std::iter::from_fn(next)
            .map(|(place, thing)| (place, work(thing, tool)))
            .collect()
    };
    let help = || guarded_alike(|| take(&mut S::default()));
    let mut outcomes = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, help()).ok();
        let helpers: Vec<_> = (0..helpers).map_while(spawn).collect();
        let mut outcomes = take(tool);
        for helper in helpers {
            outcomes.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        outcomes
    });
    outcomes.sort_unstable_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_worked_on_once_and_outcomes_keep_their_order() {
        for helpers in [0, 1, 7] {
            let things: Vec<usize> = (0..500).collect();
            let mut done = 0_usize;
            let outcomes = together(things, helpers, &mut done, |thing, done| {
                *done += 1;
                thing * 2
            });
            assert_eq!(
                outcomes,
                (0..500).map(|thing| thing * 2).collect::<Vec<_>>()
            );
            assert!(done <= 500 && (helpers > 0 || done == 500));
        }
    }
}
