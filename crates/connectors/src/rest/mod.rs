//! What the platforms that speak REST share, beside [`http`](crate::http).
//!
//! - [`Rest`] is the door of a connection: it signs, sends, and reads JSON. A platform says
//!   through [`Credentials`] what it reads from the vault and how a request is signed.
//! - [`token`] and [`written`] keep the place where a pass stands in the page token; [`onward`]
//!   refuses a list that leads back to the page itself.
//! - [`Draft`] is what an action comes to, [`leaving`] the request that was frozen of it.
//! - [`Climb`] walks a list that is sorted by change and numbered by pages, without losing what
//!   moves while it is read.

mod climb;
mod door;
mod draft;
mod place;

pub(crate) use climb::Climb;
pub(crate) use door::{Credentials, Rest};
pub(crate) use draft::{Draft, leaving, serialized, written_by_another};
pub(crate) use place::{onward, token, written};
