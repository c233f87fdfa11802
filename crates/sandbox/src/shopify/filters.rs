//! Which filters each list knows, and what they match.
//!
//! Those of the vendor's that are missing here are treated as unknown, with a warning: a caller that relies on one
//! of them hears of it.

use super::search::{Op, Term, Verdict};
use super::values::{Span, number_holds, text_holds, words_hold};
use super::view::cart::CartView;
use super::view::catalogue::{ProductView, VariantView};
use super::view::customer::CustomerView;
use super::view::discount::DiscountNodeView;
use super::view::event::EventView;
use super::view::order::OrderView;
use super::view::stock::{ItemView, LevelView, LocationView};
use crate::world::Moment;

/// What kind of value a filter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Time,
    Number,
    Text,
}

/// Something that a list can be searched for.
pub(crate) trait Searched {
    /// The filters that the list knows.
    const FILTERS: &'static [(&'static str, Filter)];
    /// The filters that the list's count knows, where they differ.
    const COUNTED_BY: &'static [(&'static str, Filter)] = Self::FILTERS;

    /// Tells whether it matches a term whose filter is known and whose value can be read.
    fn holds(&self, term: &Term) -> bool;
}

/// A filter's kind of value, opaque outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter(Kind);

const TIME: Filter = Filter(Kind::Time);
const NUMBER: Filter = Filter(Kind::Number);
const TEXT: Filter = Filter(Kind::Text);

/// Judges a term of a search by the filters that are known.
pub(crate) fn judge(known: &[(&str, Filter)], term: &mut Term, now: Moment) -> Verdict {
    let Some(field) = term.field.as_deref() else { return Verdict::Fine };
    let Some((_, Filter(kind))) = known.iter().find(|(name, _)| *name == field) else {
        return Verdict::UnknownField;
    };
    let fine = match kind {
        Kind::Time => {
            term.span = Span::read(&term.value, now);
            term.span.is_some()
        }
        Kind::Number => term.value.parse::<i64>().is_ok(),
        Kind::Text => term.op == Op::Is && !term.value.is_empty(),
    };
    if fine { Verdict::Fine } else { Verdict::BadValue }
}

fn time_holds(term: &Term, at: Moment) -> bool {
    term.span.is_some_and(|span| span.holds(term.op, at))
}

fn id_holds(term: &Term, number: u64) -> bool {
    i64::try_from(number).is_ok_and(|number| number_holds(term, number))
}

fn tagged(term: &Term, tags: &[Box<str>]) -> bool {
    tags.iter().any(|tag| text_holds(term, Some(tag)))
}

impl Searched for OrderView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] = &[
        ("id", NUMBER),
        ("name", TEXT),
        ("email", TEXT),
        ("created_at", TIME),
        ("processed_at", TIME),
        ("updated_at", TIME),
        ("customer_id", NUMBER),
        ("financial_status", TEXT),
        ("fulfillment_status", TEXT),
        ("return_status", TEXT),
        ("status", TEXT),
        ("gateway", TEXT),
        ("tag", TEXT),
        ("tag_not", TEXT),
        ("test", TEXT),
    ];

    fn holds(&self, term: &Term) -> bool {
        let order = self.order;
        let name = || self.scene.world.order_name(self.id);
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.id.number()),
            Some("name") => {
                let name = name();
                text_holds(term, Some(&name)) || text_holds(term, Some(name.trim_start_matches('#')))
            }
            Some("email") => words_hold(term, order.email.as_deref()),
            Some("created_at" | "processed_at") => time_holds(term, order.created_at),
            Some("updated_at") => time_holds(term, order.updated_at),
            Some("customer_id") => order.account.is_some_and(|account| id_holds(term, account.number())),
            Some("financial_status") => text_holds(term, Some(order.financial_status())),
            Some("fulfillment_status") => match term.value.to_lowercase().as_str() {
                "shipped" => order.fulfillment_status() == "FULFILLED",
                "unshipped" => order.fulfillment_status() == "UNFULFILLED",
                "partial" => order.fulfillment_status() == "PARTIALLY_FULFILLED",
                _ => text_holds(term, Some(order.fulfillment_status())),
            },
            Some("return_status") => {
                let back = order.lines.iter().any(|line| line.refunded > 0);
                text_holds(term, Some(if back { "returned" } else { "no_return" }))
            }
            Some("status") => match term.value.to_lowercase().as_str() {
                "any" => true,
                "open" => order.closed_at.is_none() && order.cancelled_at.is_none(),
                "closed" => order.closed_at.is_some(),
                "cancelled" => order.cancelled_at.is_some(),
                "not_closed" => order.closed_at.is_none(),
                _ => false,
            },
            Some("gateway") => text_holds(term, Some(order.payment.gateway)),
            Some("tag") => tagged(term, &order.tags),
            Some("tag_not") => !tagged(term, &order.tags),
            Some("test") => term.value == "false",
            _ => words_hold(term, Some(&name())) || words_hold(term, order.email.as_deref()),
        }
    }
}

impl Searched for CustomerView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] = &[
        ("id", NUMBER),
        ("email", TEXT),
        ("phone", TEXT),
        ("first_name", TEXT),
        ("last_name", TEXT),
        ("customer_date", TIME),
        ("updated_at", TIME),
        ("state", TEXT),
        ("accepts_marketing", TEXT),
        ("tag", TEXT),
        ("tag_not", TEXT),
    ];
    const COUNTED_BY: &'static [(&'static str, Filter)] =
        &[("id", NUMBER), ("created_at", TIME), ("updated_at", TIME)];

    fn holds(&self, term: &Term) -> bool {
        let account = self.account;
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.id.number()),
            Some("email") => words_hold(term, account.email.as_deref()),
            Some("phone") => text_holds(term, account.phone.as_deref()),
            Some("first_name") => words_hold(term, Some(&account.first)),
            Some("last_name") => words_hold(term, Some(&account.last)),
            Some("customer_date" | "created_at") => time_holds(term, account.created_at),
            Some("updated_at") => {
                term.span.is_some_and(|span| span.days().holds(term.op, account.updated_at))
            }
            Some("state") => text_holds(term, Some("DISABLED")),
            Some("accepts_marketing") => term.value == account.accepts_marketing.to_string(),
            Some("tag") => tagged(term, &account.tags),
            Some("tag_not") => !tagged(term, &account.tags),
            _ => {
                let parts = [Some(&*account.first), Some(&*account.last), account.email.as_deref()];
                parts.into_iter().any(|part| words_hold(term, part))
            }
        }
    }
}

impl Searched for CartView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] = &[
        ("id", NUMBER),
        ("created_at", TIME),
        ("updated_at", TIME),
        ("recovery_state", TEXT),
        ("status", TEXT),
    ];

    fn holds(&self, term: &Term) -> bool {
        let cart = self.cart;
        let done = cart.completed_at.is_some();
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.id.number()),
            Some("created_at") => time_holds(term, cart.created_at),
            Some("updated_at") => time_holds(term, cart.updated_at),
            Some("recovery_state") => {
                text_holds(term, Some(if done { "recovered" } else { "not_recovered" }))
            }
            Some("status") => text_holds(term, Some(if done { "closed" } else { "open" })),
            _ => words_hold(term, cart.email.as_deref()),
        }
    }
}

impl Searched for ProductView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] = &[
        ("id", NUMBER),
        ("title", TEXT),
        ("handle", TEXT),
        ("created_at", TIME),
        ("updated_at", TIME),
        ("published_at", TIME),
        ("product_type", TEXT),
        ("vendor", TEXT),
        ("status", TEXT),
        ("tag", TEXT),
        ("tag_not", TEXT),
        ("sku", TEXT),
        ("inventory_total", NUMBER),
    ];

    fn holds(&self, term: &Term) -> bool {
        let product = self.product;
        let variants = || product.variants.iter().filter_map(|id| self.scene.world.variants.get(*id));
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.id.number()),
            Some("handle") => text_holds(term, Some(&product.handle)),
            Some("created_at" | "published_at") => time_holds(term, product.created_at),
            Some("updated_at") => time_holds(term, product.updated_at),
            Some("product_type") => text_holds(term, Some(&product.kind)),
            Some("vendor") => text_holds(term, Some(&product.vendor)),
            Some("status") => text_holds(term, Some("active")),
            Some("tag") => tagged(term, &product.tags),
            Some("tag_not") => !tagged(term, &product.tags),
            Some("sku") => variants().any(|variant| text_holds(term, Some(&variant.sku))),
            Some("inventory_total") => {
                number_holds(term, variants().map(crate::world::Variant::available).sum())
            }
            _ => words_hold(term, Some(&product.title)),
        }
    }
}

impl Searched for VariantView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] =
        &[("id", NUMBER), ("sku", TEXT), ("product_id", NUMBER), ("title", TEXT), ("updated_at", TIME)];
    const COUNTED_BY: &'static [(&'static str, Filter)] = &[];

    fn holds(&self, term: &Term) -> bool {
        let variant = self.variant;
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.id.number()),
            Some("sku") => text_holds(term, Some(&variant.sku)),
            Some("product_id") => id_holds(term, variant.product.number()),
            Some("updated_at") => time_holds(term, variant.updated_at),
            _ => words_hold(term, Some(&variant.title())) || words_hold(term, Some(&self.product.title)),
        }
    }
}

impl Searched for ItemView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] =
        &[("id", NUMBER), ("sku", TEXT), ("created_at", TIME), ("updated_at", TIME)];

    fn holds(&self, term: &Term) -> bool {
        match term.field.as_deref() {
            Some("created_at") => time_holds(term, self.of.variant.created_at),
            _ => self.of.holds(term),
        }
    }
}

impl Searched for LevelView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] =
        &[("inventory_item_id", NUMBER), ("created_at", TIME), ("updated_at", TIME)];

    fn holds(&self, term: &Term) -> bool {
        match term.field.as_deref() {
            Some("inventory_item_id") => id_holds(term, self.item()),
            Some("created_at") => time_holds(term, self.variant().created_at),
            Some("updated_at") => time_holds(term, self.variant().updated_at),
            _ => false,
        }
    }
}

impl Searched for DiscountNodeView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] = &[
        ("id", NUMBER),
        ("title", TEXT),
        ("status", TEXT),
        ("tag", TEXT),
        ("created_at", TIME),
        ("updated_at", TIME),
        ("starts_at", TIME),
    ];

    fn holds(&self, term: &Term) -> bool {
        let discount = self.discount;
        match term.field.as_deref() {
            Some("id") => id_holds(term, discount.number),
            Some("status") => text_holds(term, Some(discount.status(self.scene.now))),
            Some("tag") => discount.tags.iter().any(|tag| text_holds(term, Some(tag))),
            Some("created_at") => time_holds(term, discount.created_at),
            Some("updated_at") => time_holds(term, discount.updated_at),
            Some("starts_at") => time_holds(term, discount.starts_at),
            _ => words_hold(term, Some(&discount.title)) || words_hold(term, Some(&discount.code)),
        }
    }
}

impl Searched for LocationView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] = &[("id", NUMBER), ("name", TEXT)];

    fn holds(&self, term: &Term) -> bool {
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.location.id.number()),
            _ => words_hold(term, Some(&self.location.name)),
        }
    }
}

impl Searched for EventView<'_> {
    const FILTERS: &'static [(&'static str, Filter)] =
        &[("id", NUMBER), ("action", TEXT), ("subject_type", TEXT), ("created_at", TIME), ("comments", TEXT)];

    fn holds(&self, term: &Term) -> bool {
        match term.field.as_deref() {
            Some("id") => id_holds(term, self.number()),
            Some("action") => text_holds(term, Some(self.action)),
            Some("subject_type") => text_holds(term, Some("PRODUCT")),
            Some("created_at") => time_holds(term, self.at),
            // None of these events is a comment.
            Some("comments") => true,
            _ => words_hold(term, Some(self.action)),
        }
    }
}
