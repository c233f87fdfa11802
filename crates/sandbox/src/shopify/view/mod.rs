//! What the world looks like through the vendor's schema: one object per GraphQL type.
//!
//! Every object borrows the world and resolves one field at a time; nothing is built that was not asked for.
//! Which scope a field needs is in [`super::access`], checked here before a field is resolved.

pub(crate) mod cart;
pub(crate) mod catalogue;
pub(crate) mod connection;
pub(crate) mod customer;
pub(crate) mod discount;
pub(crate) mod event;
pub(crate) mod line;
pub(crate) mod order;
pub(crate) mod packing;
pub(crate) mod parcel;
pub(crate) mod payload;
pub(crate) mod place;
pub(crate) mod refund;
pub(crate) mod root;
pub(crate) mod shop;
pub(crate) mod stock;
pub(crate) mod suggestion;
pub(crate) mod transaction;

use std::cell::RefCell;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};
use fermata_model::{Currency, Money};
use serde_json::Value;

use super::books::Books;
use super::bulk::Runs;
use super::errors::Refusal;
use super::gid;
use super::refund::Restocks;
use crate::options::Access;
use crate::world::{DAY, Moment, Order, Thing, World};

/// What a field resolves to.
pub(crate) type Resolved<'a> = Result<ResolvedValue<'a>, FieldError>;

/// Days of orders that an app sees without `read_all_orders`.
const WINDOW: i64 = 60;

/// What every object needs to answer.
#[derive(Debug)]
pub(crate) struct Scene<'w> {
    /// The truth.
    pub(crate) world: &'w World,
    /// The present.
    pub(crate) now: Moment,
    /// Credentials and their scopes.
    pub(crate) access: &'w Access,
    /// Is nobody's scope checked, because an old request is answered again?
    pub(crate) free: bool,
    /// How many seconds the search index lags behind.
    pub(crate) lag: i64,
    /// Which lines of refunds went back to stock.
    pub(crate) restocks: &'w Restocks,
    /// What the world has no place for.
    pub(crate) books: &'w Books,
    /// Bulk operations.
    pub(crate) bulk: &'w Runs,
    /// Must cursors lead back by one record?
    pub(crate) doubles: bool,
    /// What the lists of this answer show.
    pub(crate) shown: RefCell<Vec<Thing>>,
    /// What the searches of this answer complain about.
    pub(crate) searches: RefCell<Vec<Value>>,
}

impl<'w> Scene<'w> {
    /// Tells whether an app may see an order of this age.
    pub(crate) fn sees(&self, order: &Order) -> bool {
        self.free || order.created_at >= self.now.plus(-WINDOW * DAY) || self.access.allows("read_all_orders")
    }

    /// Returns the shop's currency.
    pub(crate) fn currency(&self) -> Currency {
        self.world.shop.currency
    }

    /// Resolves to an amount as the shop and as the customer saw it; here both are one.
    pub(crate) fn bag<'a>(&self, minor: i64) -> ResolvedValue<'a> {
        ResolvedValue::object(Bag(Money::new(minor, self.currency())))
    }

    /// Resolves to an amount.
    pub(crate) fn money<'a>(&self, minor: i64) -> ResolvedValue<'a> {
        ResolvedValue::object(Amount(Money::new(minor, self.currency())))
    }

    /// Resolves to an amount as a plain decimal, as the `Money` scalar has it.
    pub(crate) fn plain<'a>(&self, minor: i64) -> ResolvedValue<'a> {
        text(&Money::new(minor, self.currency()).decimal())
    }

    /// Refuses a field whose scope is not granted.
    pub(crate) fn may(&self, ty: &str, field: &str) -> Result<(), FieldError> {
        match super::access::scope(ty, field) {
            Some(scope) if !self.free && !self.access.allows(scope) => {
                Err(Refusal::no_access(field, scope).into())
            }
            _ => Ok(()),
        }
    }
}

/// Implements the executor's trait for an object whose `field` method resolves its fields; the path leads to
/// its scene, if that is not a field of its own.
macro_rules! object {
    ($view:ident, $name:literal) => {
        $crate::shopify::view::object!($view, $name, scene);
    };
    ($view:ident, $name:literal, $($scene:ident).+) => {
        impl apollo_compiler::resolvers::ObjectValue for $view<'_> {
            fn type_name(&self) -> &str {
                $name
            }

            fn resolve_field<'a>(
                &'a self,
                info: &'a apollo_compiler::resolvers::ResolveInfo<'a>,
            ) -> $crate::shopify::view::Resolved<'a> {
                self.$($scene).+.may($name, info.field_name())?;
                self.field(info.field_name(), info)
            }
        }

        impl $crate::shopify::view::connection::Listed for $view<'_> {
            const CONNECTION: &'static str = concat!($name, "Connection");
            const EDGE: &'static str = concat!($name, "Edge");
        }
    };
}
pub(crate) use object;

/// Declares an object that shows one thing of the world or of the books in its scene.
macro_rules! view {
    ($(#[$about:meta])* $view:ident, $name:literal, $thing:ident: $kind:ty) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub(crate) struct $view<'w> {
            scene: &'w $crate::shopify::view::Scene<'w>,
            $thing: &'w $kind,
        }
        $crate::shopify::view::object!($view, $name);
    };
}
pub(crate) use view;

/// Resolves a field that the schema has and the object forgot; a bug that tests look for.
pub(crate) fn forgotten<'a>(object: &impl ObjectValue, info: &ResolveInfo<'_>) -> Resolved<'a> {
    Err(object.unknown_field_error(info))
}

/// Resolves to a text.
pub(crate) fn text<'a>(text: &str) -> ResolvedValue<'a> {
    ResolvedValue::leaf(text)
}

/// Resolves to a text or null.
pub(crate) fn maybe<'a>(text: Option<&str>) -> ResolvedValue<'a> {
    text.map_or_else(ResolvedValue::null, ResolvedValue::leaf)
}

/// Resolves to a time.
pub(crate) fn time<'a>(at: Moment) -> ResolvedValue<'a> {
    ResolvedValue::leaf(at.to_string())
}

/// Resolves to a time or null.
pub(crate) fn maybe_time<'a>(at: Option<Moment>) -> ResolvedValue<'a> {
    at.map_or_else(ResolvedValue::null, time)
}

/// Resolves to a global id.
pub(crate) fn id<'a>(kind: &str, number: u64) -> ResolvedValue<'a> {
    ResolvedValue::leaf(gid::write(kind, number))
}

/// Resolves to a number that may not fit 53 bits, which the vendor writes as a text.
pub(crate) fn big<'a>(number: u64) -> ResolvedValue<'a> {
    ResolvedValue::leaf(number.to_string())
}

/// Resolves to a whole number.
pub(crate) fn whole<'a>(number: i64) -> ResolvedValue<'a> {
    ResolvedValue::leaf(number)
}

/// Resolves to `true` or `false`.
pub(crate) fn flag<'a>(value: bool) -> ResolvedValue<'a> {
    ResolvedValue::leaf(value)
}

/// Resolves to a list of texts.
pub(crate) fn texts<'a>(texts: &[Box<str>]) -> ResolvedValue<'a> {
    let all: Vec<ResolvedValue<'a>> = texts.iter().map(|one| text(one)).collect();
    ResolvedValue::list(all)
}

/// Resolves to a list without entries.
pub(crate) fn none<'a>() -> ResolvedValue<'a> {
    ResolvedValue::list(Vec::new())
}

/// Reads one argument as a text.
pub(crate) fn text_argument(arguments: &JsonMap, name: &str) -> Option<String> {
    match arguments.get(name)? {
        JsonValue::String(text) => Some(text.as_str().to_owned()),
        JsonValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads one argument as a whole number.
pub(crate) fn whole_argument(arguments: &JsonMap, name: &str) -> Option<i64> {
    arguments.get(name)?.as_i64()
}

/// Reads one argument as a flag; `false` if it is absent or null.
pub(crate) fn flag_argument(arguments: &JsonMap, name: &str) -> bool {
    arguments.get(name).and_then(JsonValue::as_bool).unwrap_or(false)
}

/// An amount in one currency.
struct Amount(Money);

impl ObjectValue for Amount {
    fn type_name(&self) -> &str {
        "MoneyV2"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "amount" => Ok(text(&short(self.0))),
            "currencyCode" => Ok(text(self.0.currency.code())),
            _ => forgotten(self, info),
        }
    }
}

/// An amount as the shop and as the customer saw it.
struct Bag(Money);

impl ObjectValue for Bag {
    fn type_name(&self) -> &str {
        "MoneyBag"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "shopMoney" | "presentmentMoney" => Ok(ResolvedValue::object(Amount(self.0))),
            _ => forgotten(self, info),
        }
    }
}

/// Writes a decimal as the vendor's `Decimal` does: as few digits as it takes, but at least one ("15.0").
pub(crate) fn short(money: Money) -> String {
    let full = money.decimal();
    match full.split_once('.') {
        None => format!("{full}.0"),
        Some((whole, part)) => {
            let part = part.trim_end_matches('0');
            format!("{whole}.{}", if part.is_empty() { "0" } else { part })
        }
    }
}

/// Resolves to how many there are, up to a limit.
pub(crate) fn count<'a>(many: usize, limit: Option<i64>) -> ResolvedValue<'a> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    ResolvedValue::object(Count { many: many.min(limit), exact: many <= limit })
}

struct Count {
    many: usize,
    exact: bool,
}

impl ObjectValue for Count {
    fn type_name(&self) -> &str {
        "Count"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "count" => Ok(whole(i64::try_from(self.many).unwrap_or(i64::MAX))),
            "precision" => Ok(text(if self.exact { "EXACT" } else { "AT_LEAST" })),
            _ => forgotten(self, info),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_no_digit_too_many() {
        for (minor, expected) in [(1500, "15.0"), (1550, "15.5"), (1, "0.01"), (0, "0.0"), (-320, "-3.2")] {
            assert_eq!(short(Money::new(minor, Currency::EUR)), expected);
        }
        assert_eq!(short(Money::new(15, Currency::JPY)), "15.0");
    }
}
