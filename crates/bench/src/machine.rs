//! What the machine says about this process.

use std::time::Instant;

/// A measured stretch, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

impl Took {
    /// Runs work and adds what it took, of CPU time only that of this thread.
    pub(crate) fn add<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let result = work();
        self.wall += wall.elapsed().as_secs_f64();
        self.cpu += cpu_seconds() - cpu;
        result
    }
}

/// Returns the CPU time of this thread; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let Ok(text) = std::fs::read_to_string("/proc/thread-self/schedstat") else { return 0.0 };
    let nanos: f64 = text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
    nanos / 1e9
}

/// Returns the most memory that this process ever had resident, in KiB; 0 if unknown.
pub(crate) fn peak_memory() -> u64 {
    peak_memory_of(std::process::id())
}

/// Returns the CPU time of all threads of a process that runs, to a hundredth of a second; `None` where
/// the system does not tell.
pub(crate) fn cpu_seconds_of(process: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before it may hold blanks and brackets.
    let (_, rest) = text.rsplit_once(')')?;
    let ticks = |place: usize| rest.split_whitespace().nth(place)?.parse::<f64>().ok();
    // User and system time are the fields 14 and 15, counted from the process id.
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Forgets how much memory this process had resident until now, so that one part of the benchmarks is
/// not charged with another's; does nothing where the system has no means for it.
pub(crate) fn forget_peak_memory() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Returns the most memory that a process ever had resident, in KiB; 0 if unknown.
pub(crate) fn peak_memory_of(process: u32) -> u64 {
    let Ok(text) = std::fs::read_to_string(format!("/proc/{process}/status")) else { return 0 };
    text.lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Returns the value below which the given share of sorted values lies.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}
