//! Work done several at a time, its results in order, and how far it is told to whoever watches.

use crate::cli::progress;
use crate::cli::term::Voice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The most threads. More than there are processors only take memory.
const MOST: usize = 64;

/// Does `work` for every number below `count`, on up to `jobs` threads, in no certain order; the results come in that of
/// the numbers.
pub(super) fn each<R: Send>(count: usize, jobs: usize, voice: &Voice, work: &(dyn Fn(usize) -> R + Sync)) -> Vec<R> {
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    let worker = || {
        while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count) {
            let result = work(number);
            // Another thread's panic leaves the list as whole as it was.
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((number, result));
            told(voice, finished.fetch_add(1, Ordering::Relaxed) + 1, count);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.clamp(1, MOST).min(count.max(1)) {
            scope.spawn(worker);
        }
        worker();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Says how many are done, where a person is watching: often enough to be seen moving, seldom enough not to cost anything.
fn told(voice: &Voice, done: usize, of: usize) {
    let every = (of / 200).max(1);
    if !voice.quiet && of >= 8 && (done.is_multiple_of(every) || done == of) {
        progress::done(done, of, "graded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_for_any_number_of_threads() {
        let voice = Voice { quiet: true, verbose: false };
        let expected: Vec<usize> = (0..100).map(|number| number * number).collect();
        for jobs in [0, 1, 3, 1000] {
            assert_eq!(each(100, jobs, &voice, &|number| number * number), expected, "{jobs}");
        }
        assert!(each(0, 4, &voice, &|number| number).is_empty());
    }
}
