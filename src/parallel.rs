//! Work that several threads share, for as long as one call takes.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Each of some threads, this one among them, takes one item after another. Returns what each began with, in no order that
/// means anything.
///
/// # Panics
/// Where `work` does, once all threads have ended.
pub fn share<I: Send, S: Send>(
    threads: usize,
    items: impl Iterator<Item = I> + Send,
    begin: impl Fn() -> S,
    work: impl Fn(&mut S, I) + Sync,
) -> Vec<S> {
    let items = Mutex::new(items);
    // A thread that panics ends them all.
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take_some = |mut state: S| {
        while let Some(item) = next() {
            work(&mut state, item);
        }
        state
    };
    thread::scope(|scope| {
        let take_some = &take_some;
        let helpers: Vec<_> = (1..threads)
            .map(|_| {
                let state = begin();
                scope.spawn(move || take_some(state))
            })
            .collect();
        let mut all = vec![take_some(begin())];
        all.extend(helpers.into_iter().map(joined));
        all
    })
}

/// The result of a thread.
///
/// # Panics
/// Where the thread did.
pub fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_taken_once() {
        for threads in [0, 1, 2, 5] {
            let taken = share(threads, 0..1000, Vec::new, |mine: &mut Vec<u32>, item| mine.push(item));
            assert_eq!(taken.len(), threads.max(1));
            let mut all = taken.concat();
            all.sort_unstable();
            assert_eq!(all, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "item 7")]
    fn a_panic_goes_on_in_the_caller() {
        share(3, 0..10, || (), |(), item| assert!(item != 7, "item {item}"));
    }
}
