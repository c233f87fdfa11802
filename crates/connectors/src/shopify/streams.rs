//! Per stream: what is asked for, and how the answer becomes a page.

use fermata_model::record::Unreadable;
use fermata_model::{Change, Platform, Record, Stream, Timestamp};
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::map::{self, Unfit};
use super::{CAPABILITY, Document, Shopify, errors, wire};
use crate::{Error, Kind, Page, Pull};

/// How one stream is read.
struct Source {
    stream: Stream,
    document: Document,
    /// What is left to read of a list inside a record.
    rest: Option<Rest>,
    filter: fn(&Pull) -> String,
    read: fn(&str) -> Result<Option<Change>, Unfit>,
}

/// A list inside a record that may go on after its first part.
struct Rest {
    document: Document,
    /// The field that holds the list.
    field: &'static str,
}

static SOURCES: &[Source] = &[
    Source {
        stream: Stream::Customers,
        document: Document {
            operation: "customers",
            text: include_str!("queries/customers.graphql"),
            cost: 60,
        },
        rest: None,
        filter: whole_days,
        read: |raw| map::customer(raw).map(seen),
    },
    Source {
        stream: Stream::Products,
        document: Document {
            operation: "products",
            text: include_str!("queries/products.graphql"),
            cost: 150,
        },
        rest: Some(Rest {
            document: Document {
                operation: "productVariants",
                text: include_str!("queries/product_variants.graphql"),
                cost: 20,
            },
            field: "variants",
        }),
        filter: |pull| window("updated_at", pull),
        read: |raw| map::product(raw).map(seen),
    },
    Source {
        stream: Stream::Orders,
        document: Document { operation: "orders", text: include_str!("queries/orders.graphql"), cost: 250 },
        rest: Some(Rest {
            document: Document {
                operation: "orderLines",
                text: include_str!("queries/order_lines.graphql"),
                cost: 30,
            },
            field: "lineItems",
        }),
        filter: |pull| window("updated_at", pull),
        read: |raw| map::order(raw).map(seen),
    },
    Source {
        stream: Stream::Carts,
        document: Document { operation: "carts", text: include_str!("queries/carts.graphql"), cost: 200 },
        rest: Some(Rest {
            document: Document {
                operation: "cartLines",
                text: include_str!("queries/cart_lines.graphql"),
                cost: 30,
            },
            field: "lineItems",
        }),
        filter: |pull| window("updated_at", pull),
        read: |raw| map::cart(raw).map(seen),
    },
    Source {
        stream: Stream::Removals,
        document: Document {
            operation: "removals",
            text: include_str!("queries/removals.graphql"),
            cost: 15,
        },
        rest: None,
        filter: |pull| format!("action:destroy AND subject_type:PRODUCT AND {}", window("created_at", pull)),
        read: |raw| Ok(map::removal(raw)?.map(Change::Gone)),
    },
];

/// Where a pass goes on: the cursor, and the filter it belongs to.
#[derive(Serialize, Deserialize)]
struct Token {
    after: String,
    filter: String,
}

#[derive(Serialize)]
struct Variables<'a> {
    size: u32,
    after: Option<&'a str>,
    filter: &'a str,
    /// Is the whole to be counted? Once a pass is enough. Not known to every document, so it is
    /// left out where it would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<bool>,
}

pub(super) async fn pull(shopify: &Shopify, pull: &Pull) -> Result<Page, Error> {
    let source = source(pull.stream)?;
    let token = pull.token.as_deref().map(Token::read).transpose()?;
    let filter = token.as_ref().map_or_else(|| (source.filter)(pull), |token| token.filter.clone());
    let after = token.as_ref().map(|token| token.after.as_str());
    let counted = (source.stream != Stream::Removals).then_some(after.is_none());

    let body =
        page(shopify, source, pull.size, |size| Variables { size, after, filter: &filter, counted }).await?;
    let envelope: wire::Envelope<'_> = serde_json::from_str(&body).map_err(|_| malformed(source))?;
    let data = envelope.data.ok_or_else(|| malformed(source))?;
    let listed: wire::Listed<'_> = serde_json::from_str(data.get()).map_err(|_| malformed(source))?;
    let listing = listed.page.ok_or_else(|| malformed(source))?;

    let mut changes = Vec::with_capacity(listing.nodes.len());
    for node in &listing.nodes {
        let raw = whole(shopify, source, node.get()).await?;
        let change = change(source, raw.as_deref().unwrap_or(node.get()));
        changes.extend(change.filter(|change| is_inside(change, pull)));
    }
    let next = match (listing.page_info.has_next_page, listing.page_info.end_cursor) {
        (false, _) => None,
        // The same place again would never end.
        (true, Some(cursor)) if Some(cursor.as_str()) != after => {
            Some(Token { after: cursor, filter }.write()?)
        }
        (true, _) => return Err(malformed(source)),
    };
    Ok(Page { changes, next, total: listed.total.map(|total| total.count) })
}

pub(super) fn reread(stream: Stream, raw: &str) -> Result<Change, Error> {
    let source = source(stream)?;
    match (source.read)(raw) {
        Ok(Some(change)) => Ok(change),
        Ok(None) => Err(Error::new(
            Platform::Shopify,
            source.document.operation,
            Kind::Malformed,
            "The record says nothing that Fermata keeps.",
        )),
        Err(unfit) => Err(Error::new(
            Platform::Shopify,
            source.document.operation,
            Kind::Malformed,
            format!("The record still cannot be read: {unfit}."),
        )),
    }
}

/// Asks for a page, for a smaller one if the shop finds it too costly, and remembers what it took.
async fn page<'a>(
    shopify: &Shopify,
    source: &Source,
    wanted: Option<u32>,
    variables: impl Fn(u32) -> Variables<'a>,
) -> Result<String, Error> {
    let operation = source.document.operation;
    let most = CAPABILITY.stream(source.stream).map_or(250, |stream| stream.page_size);
    let known =
        shopify.sizes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(operation).copied();
    let mut size = wanted.unwrap_or(most).clamp(1, known.unwrap_or(most));
    loop {
        let response = shopify.ask(&source.document, &variables(size)).await?;
        let too_costly = serde_json::from_str::<wire::Envelope<'_>>(&response.body)
            .is_ok_and(|envelope| errors::is_too_costly(&envelope));
        if !too_costly {
            return Ok(response.body);
        }
        if size == 1 {
            return Err(Error::new(
                Platform::Shopify,
                operation,
                Kind::Rejected,
                "Shopify finds even a single record too costly to read.",
            ));
        }
        size /= 2;
        shopify.sizes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(operation, size);
    }
}

/// Reads what is left of the list inside a record; `None` if nothing is.
///
/// Returns the record's text with one more field, `more`, so that it can be read again whole.
async fn whole(shopify: &Shopify, source: &Source, raw: &str) -> Result<Option<String>, Error> {
    let Some(rest) = &source.rest else { return Ok(None) };
    let Some((id, mut cursor)) = unfinished(raw, rest.field) else { return Ok(None) };
    let mut more = String::new();
    loop {
        let variables = serde_json::json!({ "id": id, "after": cursor });
        let response = shopify.ask(&rest.document, &variables).await?;
        let envelope: wire::Envelope<'_> =
            serde_json::from_str(&response.body).map_err(|_| malformed(source))?;
        let data = envelope.data.ok_or_else(|| malformed(source))?;
        let read: wire::Rest<'_> = serde_json::from_str(data.get()).map_err(|_| malformed(source))?;
        // Gone since the page was read: the next pass will say so.
        let Some(listing) = read.whole.and_then(|whole| whole.page) else { break };
        for node in &listing.nodes {
            if !more.is_empty() {
                more.push(',');
            }
            more.push_str(node.get());
        }
        match (listing.page_info.has_next_page, listing.page_info.end_cursor) {
            (true, Some(next)) if next != cursor => cursor = next,
            (true, _) => return Err(malformed(source)),
            (false, _) => break,
        }
    }
    let open = raw.trim_end().strip_suffix('}').ok_or_else(|| malformed(source))?;
    Ok(Some(format!("{open},\"more\":[{more}]}}")))
}

/// Returns the id of a record and the cursor where its inner list goes on, if it does.
fn unfinished(raw: &str, field: &str) -> Option<(String, String)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Lists {
        id: String,
        line_items: Option<Place>,
        variants: Option<Place>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Place {
        page_info: wire::PageInfo,
    }
    let lists: Lists = serde_json::from_str(raw).ok()?;
    let place = if field == "variants" { lists.variants } else { lists.line_items }?;
    let cursor = place.page_info.end_cursor.filter(|_| place.page_info.has_next_page)?;
    Some((lists.id, cursor))
}

fn change(source: &Source, raw: &str) -> Option<Change> {
    match (source.read)(raw) {
        Ok(change) => change,
        Err(unfit) => Some(Change::Unreadable(Unreadable {
            stream: source.stream,
            external_id: serde_json::from_str::<wire::Named>(raw).ok().map(|named| map::number(&named.id)),
            reason: unfit.to_string(),
            raw: raw.to_owned(),
        })),
    }
}

fn seen(record: Record) -> Option<Change> {
    Some(Change::Seen(Box::new(record)))
}

/// Drops what a filter of whole days brought along from outside the window.
fn is_inside(change: &Change, pull: &Pull) -> bool {
    match change {
        Change::Seen(record) if record.stream == Stream::Customers => {
            record.changed_at <= pull.until && pull.since.is_none_or(|since| record.changed_at >= since)
        }
        _ => true,
    }
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

/// Writes the filter for customers, which knows whole days only (description of `customers` in
/// the vendor's schema, 2026-10). It begins a day early, since the shop's days are not ours.
fn whole_days(pull: &Pull) -> String {
    match pull.since {
        Some(since) => {
            let day = since.to_zoned(TimeZone::UTC).date();
            format!("updated_at:>='{}'", day.yesterday().unwrap_or(day))
        }
        None => String::new(),
    }
}

fn source(stream: Stream) -> Result<&'static Source, Error> {
    SOURCES.iter().find(|source| source.stream == stream).ok_or_else(|| {
        Error::new(
            Platform::Shopify,
            stream.name(),
            Kind::Unsupported,
            format!("Shopify has no {}.", stream.name()),
        )
    })
}

fn malformed(source: &Source) -> Error {
    Error::new(
        Platform::Shopify,
        source.document.operation,
        Kind::Malformed,
        "Shopify sent a page that is not what it documents.",
    )
}

impl Token {
    fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|_| {
            Error::new(
                Platform::Shopify,
                "page token",
                Kind::CursorRefused,
                "The place where the last page ended is not known any more.",
            )
        })
    }

    fn write(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| {
            Error::new(Platform::Shopify, "page token", Kind::Unsupported, error.to_string())
        })
    }
}
