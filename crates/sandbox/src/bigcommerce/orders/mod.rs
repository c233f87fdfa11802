//! Orders as v2 shows them, and what can be done to them.
//!
//! | module | what is in it |
//! | --- | --- |
//! | `seen` | an order as this storefront knows it, also one that was left at the payment page |
//! | `state` | its status, and what the world has no place for |
//! | `sums` | discount and tax, shared out among the lines |
//! | `view` | the order itself |
//! | `parts` | lines, addresses, parcels |
//! | `list` | finding orders |
//! | `change` | what a `PUT` does |

mod change;
mod list;
mod parts;
mod seen;
pub(super) mod state;
pub(super) mod sums;
mod view;

pub(super) use change::{archive, update, update_address};
pub(super) use list::{get, list, statuses};
pub(super) use parts::{address_of, addresses, coupons, products, shipments};
pub(super) use seen::{order_of, placed_here};
pub(super) use state::Book;
