//! What the platforms that speak REST share, beside [`http`](crate::http).
//!
//! - [`Rest`] is the door of a connection: it signs, sends, and reads JSON. A platform says
//!   through [`Credentials`] what it reads from the vault and how a request is signed.
//! - [`token`] and [`written`] keep the place where a pass stands in the page token; [`onward`]
//!   refuses a list that leads back to the page itself.
//! - [`Draft`] is what an action comes to, [`leaving`] the request that was frozen of it.
//! - [`Climb`] walks up a list that is sorted by time and numbered by pages, [`Descent`] down, without
//!   losing what moves while it is read; [`Walk`] is either.

mod climb;
mod descent;
mod door;
mod draft;
mod place;

pub(crate) use climb::Climb;
pub(crate) use descent::{Descent, Walk};
pub(crate) use door::{Credentials, Rest};
pub(crate) use draft::{Draft, leaving, percent, serialized, written_by_another};
pub(crate) use place::{Trail, onward, token, written};
