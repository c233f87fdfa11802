//! How each stream is asked for: its document, its filter, and how its records are read.

use fermata_model::record::Gone;
use fermata_model::{Platform, Stream, Timestamp};
use jiff::{SignedDuration, tz::TimeZone};

use super::Document;
use super::bulk::Bulk;
use super::map::{self, Unfit};
use crate::failure::no_stream;
use crate::{Error, Pull};

/// How one stream is read that is a list of its own.
pub(super) struct Source {
    pub(super) stream: Stream,
    pub(super) document: Document,
    /// Reads on in a list inside a record.
    pub(super) rest: Option<Document>,
    /// How a long first pass is read in bulk, where there may be one.
    pub(super) bulk: Option<Bulk>,
    pub(super) filter: fn(&Pull) -> String,
    pub(super) read: fn(&str) -> Result<Read, Unfit>,
}

/// What became of one raw record.
pub(super) enum Read {
    Seen(map::Read),
    Gone(Gone),
    /// Nothing that Fermata keeps.
    Nothing,
}

static SOURCES: &[Source] = &[
    Source {
        stream: Stream::Customers,
        document: document!("customers", "customers", 60, "parts/customer"),
        rest: None,
        bulk: Some(Bulk { list: "customers", fields: query!("parts/customer"), inner: None }),
        filter: whole_days,
        read: |raw| map::customer(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Products,
        document: document!("products", "products", 150),
        rest: Some(document!("productVariants", "product_variants", 20)),
        bulk: None,
        filter: changed,
        read: |raw| map::product(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Orders,
        document: document!("orders", "orders", 250, "parts/order", "parts/line"),
        rest: Some(document!("orderLines", "order_lines", 30, "parts/line")),
        bulk: Some(Bulk {
            list: "orders",
            fields: query!("parts/order"),
            inner: Some(("lineItems", query!("parts/line"))),
        }),
        filter: changed,
        read: |raw| map::order(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Carts,
        document: document!("carts", "carts", 200),
        rest: Some(document!("cartLines", "cart_lines", 30)),
        bulk: None,
        filter: changed,
        read: |raw| map::cart(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Discounts,
        document: document!("discounts", "discounts", 100),
        rest: None,
        bulk: None,
        filter: whole_days,
        read: |raw| map::discount(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Removals,
        document: document!("removals", "removals", 15),
        rest: None,
        bulk: None,
        filter: |pull| format!("action:destroy AND subject_type:PRODUCT AND {}", window("created_at", pull)),
        read: |raw| Ok(map::removal(raw)?.map_or(Read::Nothing, Read::Gone)),
    },
];

/// Returns how a stream is read.
///
/// Errors: [`crate::Kind::Unsupported`] if it is none of those here.
pub(super) fn source(stream: Stream) -> Result<&'static Source, Error> {
    SOURCES.iter().find(|source| source.stream == stream).ok_or_else(|| no_stream(Platform::Shopify, stream))
}

/// Writes the filter for what changed in the window.
pub(super) fn changed(pull: &Pull) -> String {
    window("updated_at", pull)
}

/// Writes the filter for a window of time, both ends included, to whole seconds.
fn window(field: &str, pull: &Pull) -> String {
    let second = SignedDuration::from_millis(999);
    let until = pull.until.saturating_add(second).unwrap_or(pull.until);
    let upper = format!("{field}:<='{}'", instant(until));
    match pull.since {
        Some(since) => format!("{field}:>='{}' AND {upper}", instant(since)),
        None => upper,
    }
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Writes the filter for customers, which knows whole days only, and for discounts, whose times are
/// those of the shop's zone (descriptions in the vendor's schema, 2026-10). It begins a day early,
/// since the shop's days are not ours.
fn whole_days(pull: &Pull) -> String {
    match pull.since {
        Some(since) => {
            let day = since.to_zoned(TimeZone::UTC).date();
            format!("updated_at:>='{}'", day.yesterday().unwrap_or(day))
        }
        None => String::new(),
    }
}
