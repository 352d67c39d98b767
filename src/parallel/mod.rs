//! Work on a stream of things on all cores, in their order and in bounded memory.
//!
//! Imports `panics` alone. Must not know what the work is.

pub(crate) mod pair;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many threads are worth having for work that reads and understands text.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, |threads| threads.get().min(4))
}

/// Things under way for each thread: one at work, and one that waits.
const DEPTH: usize = 2;

/// A thing to work on, and where its outcome is waited for.
type Task<T, U> = (T, SyncSender<U>);

/// The stack of a thread that works: the parsers of foreign formats go as deep
/// as what they read.
const STACK: usize = 16 << 20;

/// Runs `work` on everything that `produce` sends, on so many threads, and
/// hands the outcomes to `consume` in the order in which they were sent.
///
/// `produce` gets a function that takes a thing and says whether the next one
/// is wanted; it waits while too many are under way.
///
/// # Errors
/// The first error of `consume`, after which nothing more is wanted.
pub fn in_order<T: Send, U: Send, E>(
    workers: usize,
    produce: impl FnOnce(&mut dyn FnMut(T) -> bool) + Send,
    work: impl Fn(T) -> U + Sync,
    mut consume: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E> {
    let (jobs, waiting) = sync_channel::<Task<T, U>>(workers);
    let (places, outcomes) = sync_channel::<Receiver<U>>(workers * DEPTH);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        scope.spawn(move || {
            produce(&mut |thing| {
                let (done, place) = sync_channel(1);
                places.send(place).is_ok() && jobs.send((thing, done)).is_ok()
            });
        });
        let worker = || {
            while let Some((thing, done)) = next(&waiting) {
                // With nobody waiting for it the outcome is not wanted.
                let _ = done.send(work(thing));
            }
        };
        for _ in 0..workers {
            let started = thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, worker);
            if started.is_err() {
                // As a thread that cannot be had otherwise.
                scope.spawn(worker);
            }
        }
        // Moved in, so that an error ends the producer: nobody takes places.
        let outcomes = outcomes;
        outcomes
            .iter()
            .filter_map(|place| place.recv().ok())
            .try_for_each(&mut consume)
    })
}

/// Waits for the next job; `None` when there will be none.
fn next<J>(waiting: &Mutex<Receiver<J>>) -> Option<J> {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_come_in_order() {
        let mut seen = Vec::new();
        let outcome: Result<(), ()> = in_order(
            2,
            |send| {
                for number in 0..1000_u64 {
                    assert!(send(number));
                }
            },
            |number| number * 2,
            |doubled| {
                seen.push(doubled);
                Ok(())
            },
        );
        assert_eq!(outcome, Ok(()));
        assert_eq!(seen, (0..1000).map(|number| number * 2).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_ends_an_endless_stream() {
        let outcome = in_order(
            2,
            |send| {
                let mut number = 0_u64;
                while send(number) {
                    number += 1;
                }
            },
            |number| number,
            |number| if number < 10 { Ok(()) } else { Err(number) },
        );
        assert_eq!(outcome, Err(10));
    }
}
