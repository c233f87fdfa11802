//! The numbers under which the warehouse knows things: 32-bit, of its own, and apart from each other.

use crate::world::{Id, OrderId, VariantId};

const FIRST_ORDER: u64 = 250_000_000;
const FIRST_SHIPMENT: u64 = 410_000_000;
const FIRST_ITEM: u64 = 31_000_000;
const FIRST_CENTER: u64 = 8;
/// How many shipments an order has numbers for.
const SHIPMENTS: u64 = 16;

/// Returns the number of an order.
pub(super) fn order(id: OrderId) -> u64 {
    FIRST_ORDER + u64::from(id.place())
}

/// Reads the number of an order.
pub(super) fn read_order(number: u64) -> Option<OrderId> {
    u32::try_from(number.checked_sub(FIRST_ORDER)?).ok().map(OrderId::new)
}

/// Returns the number of an order's shipment, by its place among them.
pub(super) fn shipment(id: OrderId, nth: usize) -> u64 {
    FIRST_SHIPMENT + u64::from(id.place()) * SHIPMENTS + u64::try_from(nth).unwrap_or(SHIPMENTS - 1)
}

/// Reads the number of a shipment: the order, and its place among the order's.
pub(super) fn read_shipment(number: u64) -> Option<(OrderId, usize)> {
    let number = number.checked_sub(FIRST_SHIPMENT)?;
    let order = u32::try_from(number / SHIPMENTS).ok().map(OrderId::new)?;
    Some((order, usize::try_from(number % SHIPMENTS).ok()?))
}

/// Returns the number of an inventory item.
pub(super) fn item(id: VariantId) -> u64 {
    FIRST_ITEM + u64::from(id.place())
}

/// Reads the number of an inventory item.
pub(super) fn read_item(number: u64) -> Option<VariantId> {
    u32::try_from(number.checked_sub(FIRST_ITEM)?).ok().map(VariantId::new)
}

/// Returns the number of a fulfillment center, by its place among the world's locations.
pub(super) fn center(place: usize) -> u64 {
    FIRST_CENTER + u64::try_from(place).unwrap_or(0)
}

/// Reads the number of a fulfillment center.
pub(super) fn read_center(number: u64) -> Option<usize> {
    usize::try_from(number.checked_sub(FIRST_CENTER)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_back_to_what_has_it() {
        let id = OrderId::new(1_234);
        assert_eq!(read_order(order(id)), Some(id));
        assert_eq!(read_shipment(shipment(id, 3)), Some((id, 3)));
        assert_eq!(read_item(item(VariantId::new(7))), Some(VariantId::new(7)));
        assert_eq!(read_center(center(1)), Some(1));
        assert_eq!((read_order(3), read_center(1)), (None, None));
    }
}
