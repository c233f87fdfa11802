//! One answer, read to its end.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;

use super::budget::LONGEST_WAIT;

/// The largest answer that is read, in bytes.
pub(super) const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// One answer, read to its end.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The body as text.
    pub body: String,
    headers: HeaderMap,
}

impl Response {
    pub(super) fn new(status: u16, headers: HeaderMap, body: String) -> Self {
        Self { status, body, headers }
    }

    /// Returns a header's value; `None` if it is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Tells whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the platform's id of this request, under any of the names in use.
    pub fn request_id(&self) -> Option<&str> {
        ["x-request-id", "request-id", "x-shopify-request-id", "x-correlation-id"]
            .into_iter()
            .find_map(|name| self.header(name))
    }

    /// Returns how long the platform wants us to wait.
    ///
    /// `None` means that it named no wait, or none that can be read: not that there is none.
    /// A wait of more than a day is taken as a day. A date is taken relative to the answer's own `Date`, so that a wrong clock here does no
    /// harm.
    ///
    /// Source: RFC 9110, 10.2.3; some vendors send decimals.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse::<f64>() {
            let most = LONGEST_WAIT.as_secs_f64();
            return Duration::try_from_secs_f64(if seconds > most { most } else { seconds }).ok();
        }
        let until = http_date(text)?;
        let now = http_date(self.header("date")?)?;
        let wait = Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO);
        Some(wait.min(LONGEST_WAIT))
    }

    /// Returns the `Content-Type` without parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase())
    }
}

fn http_date(text: &str) -> Option<jiff::Timestamp> {
    // RFC 2822 knows `GMT` as an obsolete zone; HTTP dates use nothing else.
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

impl fmt::Debug for Response {
    /// Shows what may be logged, and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(retry_after: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", retry_after.parse().unwrap());
        if let Some(date) = date {
            headers.insert("date", date.parse().unwrap());
        }
        Response::new(429, headers, String::new()).retry_after()
    }

    #[test]
    fn a_wait_is_read_in_every_form_that_vendors_use() {
        let noon = Some("Sat, 21 Nov 2026 12:00:00 GMT");
        for (header, date, expected) in [
            ("3", None, Some(Duration::from_secs(3))),
            ("2.0", None, Some(Duration::from_secs(2))),
            ("0.5", None, Some(Duration::from_millis(500))),
            ("Sat, 21 Nov 2026 12:00:30 GMT", noon, Some(Duration::from_secs(30))),
            ("Sat, 21 Nov 2026 11:59:30 GMT", noon, Some(Duration::ZERO)),
            ("Sat, 21 Nov 2026 12:00:30 GMT", None, None),
            ("99999999999999999999999", None, Some(LONGEST_WAIT)),
            ("Thu, 31 Dec 9998 12:00:00 GMT", noon, Some(LONGEST_WAIT)),
            ("NaN", None, None),
            ("soon", noon, None),
            ("-5", None, None),
        ] {
            assert_eq!(wait(header, date), expected, "{header}");
        }
    }
}
