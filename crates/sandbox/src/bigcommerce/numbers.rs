//! The numbers that BigCommerce shows: small and counted from a start of each kind, unlike the world's own.
//!
//! Orders have the number that customers know. A checkout that was left at the payment page is an order of its own
//! range; the vendor keeps its number when it is completed, here the completed order has the shop's next one.

use crate::world::Id;

/// A kind of thing, by its first number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers(u64);

pub(super) const CUSTOMERS: Numbers = Numbers(1);
pub(super) const PRODUCTS: Numbers = Numbers(77);
pub(super) const VARIANTS: Numbers = Numbers(301);
pub(super) const LOCATIONS: Numbers = Numbers(1);
pub(super) const ORDERS: Numbers = Numbers(1_001);
/// Orders that never got further than the payment page.
pub(super) const CARTS: Numbers = Numbers(9_000_001);
/// Companies, and those who buy for them.
pub(super) const COMPANIES: Numbers = Numbers(7_001);
pub(super) const USERS: Numbers = Numbers(500_001);
/// Shipping addresses, one for each order.
pub(super) const ADDRESSES: Numbers = Numbers(20_000_001);
pub(super) const LINES: Numbers = Numbers(40_000_001);
pub(super) const PARCELS: Numbers = Numbers(60_000_001);
pub(super) const REFUNDS: Numbers = Numbers(70_000_001);
pub(super) const TRANSACTIONS: Numbers = Numbers(80_000_001);

impl Numbers {
    /// Returns the number of a thing.
    pub(super) fn of(self, id: impl Id) -> u64 {
        self.0 + u64::from(id.place())
    }

    /// Returns the number of what is not a thing of its own, by its place.
    pub(super) fn number(self, place: u32) -> u64 {
        self.0 + u64::from(place)
    }

    /// Returns the thing that would have a number; `None` below the first.
    pub(super) fn id<I: Id>(self, number: u64) -> Option<I> {
        let place = number.checked_sub(self.0)?;
        u32::try_from(place).ok().map(I::new)
    }
}
