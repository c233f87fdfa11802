//! What the shop's own database holds beside the world: metadata, notes, coupons, what was typed.

use std::collections::{BTreeMap, HashMap};

use super::coupons::Coupon;
use super::meta::Meta;
use super::notes::Note;
use crate::world::{AccountId, Moment, OrderId, ProductId, RefundId, VariantId};

/// Everything that the world has no place for.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) orders: HashMap<OrderId, OrderBook>,
    pub(super) refunds: HashMap<RefundId, RefundBook>,
    pub(super) products: HashMap<ProductId, ProductBook>,
    pub(super) variants: HashMap<VariantId, VariantBook>,
    pub(super) customers: HashMap<AccountId, CustomerBook>,
    /// By the order of making; one that was removed leaves its place empty.
    pub(super) coupons: Vec<Option<Coupon>>,
    /// In the order of writing; one that was removed leaves its place empty.
    pub(super) notes: Vec<Option<Note>>,
    /// The id given to metadata last.
    pub(super) last_meta: u64,
}

/// What was typed over the fields of an address.
pub(super) type Typed = BTreeMap<String, String>;

/// What is kept of an order.
#[derive(Debug, Default)]
pub(super) struct OrderBook {
    /// A status that was set, and the one that followed from the order itself at that time: once
    /// that moves on, it counts again.
    pub(super) status: Option<(String, &'static str)>,
    pub(super) meta: Meta,
    pub(super) billing: Typed,
    pub(super) shipping: Typed,
    pub(super) customer_note: Option<String>,
    /// The id of another gateway that was set.
    pub(super) payment_method: Option<String>,
    /// Pieces of each line, by place, that refunds have put back to stock.
    pub(super) restocked: HashMap<u16, u32>,
    /// Has a cancellation put the rest back to stock?
    pub(super) returned: bool,
    /// Since when it is in the bin.
    pub(super) trashed: Option<Moment>,
    /// Is it removed for good?
    pub(super) gone: bool,
}

/// What is kept of a refund.
#[derive(Debug, Default)]
pub(super) struct RefundBook {
    pub(super) meta: Meta,
    /// Did money move through the gateway?
    pub(super) paid: bool,
    /// The lines as they were given: place in the order, pieces, net and tax in minor units.
    pub(super) lines: Vec<(u16, i64, i64, i64)>,
}

/// What is kept of a product.
#[derive(Debug, Default)]
pub(super) struct ProductBook {
    pub(super) meta: Meta,
    pub(super) short_description: String,
    /// The description as it was typed, with its tags.
    pub(super) description: Option<String>,
    pub(super) status: Option<String>,
}

/// What is kept of a variation, or of a simple product's only variant.
#[derive(Debug, Default)]
pub(super) struct VariantBook {
    pub(super) meta: Meta,
    /// The price as typed; empty if it was cleared, absent if never typed.
    pub(super) regular: Option<String>,
    pub(super) sale: String,
    pub(super) description: String,
    pub(super) unmanaged: bool,
}

/// What is kept of a customer.
#[derive(Debug, Default)]
pub(super) struct CustomerBook {
    pub(super) meta: Meta,
    pub(super) billing: Typed,
    pub(super) shipping: Typed,
    pub(super) gone: bool,
}

/// Writes the texts of an object over what was typed before; returns whether anything changed.
pub(super) fn type_over(typed: &mut Typed, given: &serde_json::Value) -> bool {
    let mut changed = false;
    for (name, value) in given.as_object().into_iter().flatten() {
        if let Some(text) = value.as_str() {
            changed |= typed.insert(name.clone(), text.to_owned()).as_deref() != Some(text);
        }
    }
    changed
}
