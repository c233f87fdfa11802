//! What every platform needs of HTTP, once.
//!
//! One [`Http`] serves one connection. It signs nothing and knows no vendor: a platform tells it
//! through a [`Dialect`] how its answers are judged and what they say about the rate limit.
//!
//! - **Budget.** Pulls and pushes of a connection draw on one [`Budget`]; whatever changes
//!   something goes before whatever only reads.
//! - **Retries.** Reads are repeated after passing failures, a bounded number of times. An effect
//!   is sent once, whatever happens.
//! - **Fate.** A failed effect is [`NotDone`](crate::Fate::NotDone) only if no byte of it can have
//!   reached the platform, or if the platform answered in a documented way that it did nothing.
//! - **Redaction.** Logs carry the connection, the operation, the status, the platform's request
//!   id, the time taken and the fate. Never a body, a header, a query or a name.
//! - **Addresses.** https only, except on loopback; redirects are not followed, so a secret
//!   cannot travel to another host.

mod budget;
mod client;
mod judge;
mod lanes;
mod patience;
mod points;
mod request;
mod response;
mod share;

pub use budget::{Budget, Meter, Quota};
pub use client::Http;
pub use judge::{Dialect, Judged, fate_of_status, is_page_for_people, judge_status};
pub use lanes::{Lane, Limit};
pub use patience::Patience;
pub use request::{Method, Purpose, Request};
pub use response::Response;
pub use share::Share;
