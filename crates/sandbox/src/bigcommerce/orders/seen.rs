//! An order as this storefront knows it. A checkout that was left at the payment page is an order, too.

use std::borrow::Cow;
use std::collections::HashMap;

use fermata_model::Platform;

use super::super::Asked;
use super::super::numbers::{CARTS, ORDERS};
use crate::vendor::Reply;
use crate::world::{Cart, CartId, Id, Moment, Order, OrderId, Payment, Thing, TransactionId, World};

/// Which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Which {
    /// One that was placed.
    Placed(OrderId),
    /// One whose buyer reached the payment page and left.
    Left(CartId),
}

impl Which {
    /// Returns its number.
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Placed(id) => ORDERS.of(id),
            Self::Left(id) => CARTS.of(id),
        }
    }

    /// Returns its place among all, by which its address is counted.
    pub(super) fn place(self) -> u32 {
        match self {
            Self::Placed(id) => id.place(),
            // Carts are far fewer than half of what fits.
            Self::Left(id) => id.place() + 10_000_000,
        }
    }

    pub(super) fn thing(self) -> Thing {
        match self {
            Self::Placed(id) => Thing::Order(id),
            Self::Left(id) => Thing::Cart(id),
        }
    }
}

/// An order with what its answer needs beside it.
#[derive(Debug)]
pub(super) struct Seen<'w> {
    pub(super) which: Which,
    pub(super) order: Cow<'w, Order>,
    /// The secret of the cart it came from, if it was left in between.
    pub(super) cart: Option<u64>,
}

/// The carts that became orders, by order.
pub(super) type Carts = HashMap<OrderId, u64>;

/// Looks up which orders come from a cart that was left.
pub(super) fn carts(world: &World) -> Carts {
    world.carts.iter().filter_map(|(_, cart)| Some((cart.order?, cart.token))).collect()
}

/// Returns an order that was placed here.
pub(in super::super) fn placed_here(world: &World, id: OrderId) -> Option<&Order> {
    world.order_at(Platform::Bigcommerce, id)
}

/// Returns a cart of which the payment page was reached and nothing more.
pub(super) fn left_here(world: &World, id: CartId) -> Option<&Cart> {
    world.cart_at(Platform::Bigcommerce, id).filter(|cart| cart.email.is_some() && cart.order.is_none())
}

/// Looks at an order; `None` if there is no such one here.
pub(super) fn see<'w>(world: &'w World, which: Which, carts: &Carts) -> Option<Seen<'w>> {
    Some(match which {
        Which::Placed(id) => {
            Seen { which, order: Cow::Borrowed(placed_here(world, id)?), cart: carts.get(&id).copied() }
        }
        Which::Left(id) => {
            let cart = left_here(world, id)?;
            Seen { which, order: Cow::Owned(unfinished(cart)), cart: Some(cart.token) }
        }
    })
}

/// Reads an order's number.
fn which(number: u64) -> Option<Which> {
    match CARTS.id(number) {
        Some(id) => Some(Which::Left(id)),
        None => ORDERS.id(number).map(Which::Placed),
    }
}

/// Looks at the order that a path names.
///
/// Errors: 404.
pub(super) fn asked_for<'w>(asked: &Asked<'_>, world: &'w World) -> Result<Seen<'w>, Reply> {
    let which = asked.numbers.first().and_then(|number| which(*number));
    let seen = which.and_then(|which| see(world, which, &carts(world)));
    seen.ok_or_else(|| asked.api.not_found())
}

/// Returns the order that a path names, which must have been placed.
///
/// Errors: 404.
pub(in super::super) fn order_of<'w>(
    asked: &Asked<'_>,
    world: &'w World,
) -> Result<(OrderId, &'w Order), Reply> {
    let found = asked.numbers.first().and_then(|number| match which(*number)? {
        Which::Placed(id) => Some((id, placed_here(world, id)?)),
        Which::Left(_) => None,
    });
    found.ok_or_else(|| asked.api.not_found())
}

fn unfinished(cart: &Cart) -> Order {
    let payment = Payment {
        id: TransactionId::new(0),
        gateway: "shopify_payments",
        amount: cart.total(),
        paid_at: None,
    };
    let mut order = Order::placed(
        cart.person,
        cart.account,
        cart.email.clone(),
        cart.lines.clone(),
        payment,
        cart.created_at,
    );
    order.updated_at = cart.updated_at;
    order
}

/// Returns when an order last changed here: also when a refund that had been scheduled was carried out.
pub(super) fn modified(order: &Order, now: Moment) -> Moment {
    let settled = order.refunds.iter().map(|refund| refund.created_at.plus(super::state::SETTLES));
    settled.filter(|at| *at <= now).max().map_or(order.updated_at, |at| at.max(order.updated_at))
}
