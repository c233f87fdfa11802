//! Rate limits. They count in real time, because a client waits in real time even when the
//! practice store's day takes a second.

use std::collections::VecDeque;
use std::time::Duration;

/// A bucket of points that fills up evenly: what is called a leaky bucket, counted from above.
#[derive(Debug)]
pub(crate) struct Bucket {
    size: f64,
    per_second: f64,
    left: f64,
    at: Duration,
}

impl Bucket {
    /// Makes a full bucket.
    pub(crate) fn new(size: f64, per_second: f64) -> Self {
        Self { size, per_second, left: size, at: Duration::ZERO }
    }

    /// Takes points, `now` after the start of the store, if they are all there.
    ///
    /// Errors: how long until they are; then nothing is taken.
    pub(crate) fn take(&mut self, points: f64, now: Duration) -> Result<(), Duration> {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.size);
        self.at = now;
        let short = points - self.left;
        // What filled for exactly long enough must not refuse over a rounding error.
        if short > 1e-9 {
            return Err(Duration::try_from_secs_f64(short / self.per_second).unwrap_or(Duration::MAX));
        }
        self.left = (self.left - points).max(0.0);
        Ok(())
    }

    /// Gives back points that were not used.
    pub(crate) fn give_back(&mut self, points: f64) {
        self.left = (self.left + points).min(self.size);
    }

    /// Returns the points that were there after the last call.
    pub(crate) fn left(&self) -> f64 {
        self.left
    }

    /// Returns the points that it holds.
    pub(crate) fn size(&self) -> f64 {
        self.size
    }

    /// Returns the points that come back in a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.per_second
    }
}

/// Counts calls in fixed windows, such as one of a second and one of a minute; a window opens with
/// the first call after the last one closed.
#[derive(Debug)]
pub(crate) struct Windows(Vec<Window>);

/// One window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Calls that fit.
    pub(crate) limit: u32,
    /// Calls counted.
    pub(crate) used: u32,
    length: Duration,
    opened: Duration,
}

impl Windows {
    /// Makes windows of so many calls in so long, opened at `now`.
    pub(crate) fn new(limits: &[(u32, Duration)], now: Duration) -> Self {
        Self(limits.iter().map(|&(limit, length)| Window { limit, used: 0, length, opened: now }).collect())
    }

    /// Counts one call if every window has room for it.
    ///
    /// Errors: how long until it has; then the call is not counted.
    pub(crate) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        for window in &mut self.0 {
            if now.saturating_sub(window.opened) >= window.length {
                *window = Window { used: 0, opened: now, ..*window };
            }
        }
        let full = self.0.iter().filter(|window| window.used >= window.limit);
        if let Some(wait) = full.map(|window| window.closes_in(now)).max() {
            return Err(wait);
        }
        self.0.iter_mut().for_each(|window| window.used += 1);
        Ok(())
    }

    /// Returns a window, by its place in the list it was made from.
    pub(crate) fn window(&self, place: usize) -> Option<Window> {
        self.0.get(place).copied()
    }
}

impl Window {
    /// Returns how long until it closes.
    pub(crate) fn closes_in(&self, now: Duration) -> Duration {
        self.length.saturating_sub(now.saturating_sub(self.opened))
    }
}

/// Counts the calls of the last so-and-so long, at any moment.
#[derive(Debug)]
pub(crate) struct Sliding {
    limit: usize,
    length: Duration,
    calls: VecDeque<Duration>,
}

impl Sliding {
    /// Makes a window of so many calls in so long, without calls.
    pub(crate) fn new(limit: u32, length: Duration) -> Self {
        Self { limit: usize::try_from(limit).unwrap_or(usize::MAX), length, calls: VecDeque::new() }
    }

    /// Counts one call, `now` after the start of the store, if there is room for it.
    ///
    /// Errors: how long until there is; then the call is not counted.
    pub(crate) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        while self.calls.front().is_some_and(|call| now.saturating_sub(*call) >= self.length) {
            self.calls.pop_front();
        }
        match self.calls.front() {
            Some(first) if self.calls.len() >= self.limit => {
                Err(self.length.saturating_sub(now.saturating_sub(*first)))
            }
            _ => {
                self.calls.push_back(now);
                Ok(())
            }
        }
    }

    /// Returns how many calls there was still room for after the last one.
    pub(crate) fn left(&self) -> usize {
        self.limit.saturating_sub(self.calls.len())
    }
}

/// Multiplies a published limit; at least one call always fits.
pub(crate) fn scaled(limit: u32, rates: f64) -> u32 {
    (f64::from(limit) * rates).clamp(1.0, f64::from(u32::MAX)).floor() as u32
}

/// Rounds a wait up to whole seconds, as headers tell it; never 0.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_bucket_lets_its_size_pass_at_once_and_then_as_much_as_comes_back() {
        let mut bucket = Bucket::new(40.0, 2.0);
        for _ in 0..40 {
            assert_eq!(bucket.take(1.0, Duration::ZERO), Ok(()));
        }
        assert_eq!(bucket.take(1.0, Duration::ZERO), Err(Duration::from_millis(500)));
        assert_eq!(bucket.take(1.0, Duration::from_millis(500)), Ok(()), "two come back every second");
        assert_eq!(bucket.take(1.0, seconds(60)), Ok(()));
        assert!((bucket.left() - 39.0).abs() < 1e-6, "it never holds more than its size");
    }

    #[test]
    fn a_full_second_waits_for_the_next_and_a_full_minute_for_the_minute() {
        let mut windows = Windows::new(&[(1, seconds(1)), (15, seconds(60))], seconds(100));
        assert_eq!(windows.take(seconds(100)), Ok(()));
        assert_eq!(windows.take(seconds(100)), Err(seconds(1)));
        for second in 101..115 {
            assert_eq!(windows.take(seconds(second)), Ok(()), "one call a second fits");
        }
        assert_eq!(windows.take(seconds(120)), Err(seconds(40)));
        assert_eq!(windows.take(seconds(160)), Ok(()));
        let minute = windows.window(1).expect("the minute");
        assert_eq!((minute.limit, minute.used, minute.closes_in(seconds(161))), (15, 1, seconds(59)));
    }

    #[test]
    fn a_sliding_window_lets_one_more_pass_when_its_oldest_call_is_old_enough() {
        let mut window = Sliding::new(2, seconds(60));
        assert_eq!(window.take(seconds(10)), Ok(()));
        assert_eq!(window.take(seconds(50)), Ok(()));
        assert_eq!(window.take(seconds(55)), Err(seconds(15)), "a fixed window would have begun anew at 60");
        assert_eq!(window.take(seconds(70)), Ok(()));
        assert_eq!((window.take(seconds(71)), window.left()), (Err(seconds(39)), 0));
    }

    #[test]
    fn a_limit_that_is_scaled_never_reaches_nothing() {
        assert_eq!([scaled(40, 1.0), scaled(40, 0.001), scaled(3, 2.5)], [40, 1, 7]);
        assert_eq!(scaled(u32::MAX, 10.0), u32::MAX);
    }
}
