//! A thread for one kind of work, which waits for itself.
//!
//! Writes wait for one another anyway. What reading numbers and addresses keeps in memory for its next
//! time is kept once for each thread that does it, and a pool has many: a first sync grew by a third.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

type Job = Box<dyn FnOnce() + Send>;

/// A thread of its own, which ends with the last handle.
#[derive(Debug)]
pub(crate) struct Alone {
    jobs: mpsc::Sender<Job>,
}

impl Alone {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        std::thread::spawn(move || waiting.into_iter().for_each(|job| job()));
        Self { jobs }
    }

    /// Runs work there and blocks until it is done; a panic there goes on here.
    pub(crate) fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let (done, result) = mpsc::sync_channel(1);
        let job = move || {
            // Whoever asked waits until this is sent.
            let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
        };
        self.jobs.send(Box::new(job)).expect("the thread ends with its last handle");
        match result.recv().expect("every job sends its result, also after a panic") {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_runs_on_one_thread_and_a_panic_there_ends_nothing_but_its_own() {
        let alone = Alone::start();
        let first = alone.run(|| std::thread::current().id());
        let panicked = catch_unwind(AssertUnwindSafe(|| alone.run(|| panic!("a record like no other"))));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"a record like no other"));
        assert_eq!(alone.run(|| std::thread::current().id()), first);
        assert_ne!(std::thread::current().id(), first);
    }
}
