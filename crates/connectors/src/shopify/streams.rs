//! Per stream: what is asked for, and how the answer becomes a page.

use fermata_model::record::{Gone, Unreadable};
use fermata_model::{Change, Platform, Stream, Timestamp};
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::map::{self, Unfit};
use super::{CAPABILITY, Document, Shopify, envelope, errors, locked, wire};
use crate::{Error, Kind, Page, Pull};

/// How one stream is read.
struct Source {
    stream: Stream,
    document: Document,
    /// Reads on in a list inside a record.
    rest: Option<Document>,
    filter: fn(&Pull) -> String,
    read: fn(&str) -> Result<Read, Unfit>,
}

/// What became of one raw record.
enum Read {
    Seen(map::Read),
    Gone(Gone),
    /// Nothing that Fermata keeps.
    Nothing,
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
        read: |raw| map::customer(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Products,
        document: Document {
            operation: "products",
            text: include_str!("queries/products.graphql"),
            cost: 150,
        },
        rest: Some(Document {
            operation: "productVariants",
            text: include_str!("queries/product_variants.graphql"),
            cost: 20,
        }),
        filter: |pull| window("updated_at", pull),
        read: |raw| map::product(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Orders,
        document: Document { operation: "orders", text: include_str!("queries/orders.graphql"), cost: 250 },
        rest: Some(Document {
            operation: "orderLines",
            text: include_str!("queries/order_lines.graphql"),
            cost: 30,
        }),
        filter: |pull| window("updated_at", pull),
        read: |raw| map::order(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Carts,
        document: Document { operation: "carts", text: include_str!("queries/carts.graphql"), cost: 200 },
        rest: Some(Document {
            operation: "cartLines",
            text: include_str!("queries/cart_lines.graphql"),
            cost: 30,
        }),
        filter: |pull| window("updated_at", pull),
        read: |raw| map::cart(raw).map(Read::Seen),
    },
    Source {
        stream: Stream::Discounts,
        document: Document {
            operation: "discounts",
            text: include_str!("queries/discounts.graphql"),
            cost: 100,
        },
        rest: None,
        filter: whole_days,
        read: |raw| map::discount(raw).map(Read::Seen),
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
        read: |raw| Ok(map::removal(raw)?.map_or(Read::Nothing, Read::Gone)),
    },
];

/// Where a pass goes on: the cursor, and the filter it belongs to.
#[derive(Serialize, Deserialize)]
struct Token {
    after: String,
    filter: String,
    /// Does the pass go from the newest to the oldest?
    #[serde(default)]
    newest_first: bool,
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
    /// From the newest to the oldest? Not known to every document either.
    #[serde(skip_serializing_if = "Option::is_none")]
    reverse: Option<bool>,
}

pub(super) async fn pull(shopify: &Shopify, pull: &Pull) -> Result<Page, Error> {
    let source = source(pull.stream)?;
    let token = pull.token.as_deref().map(Token::read).transpose()?;
    let filter = token.as_ref().map_or_else(|| (source.filter)(pull), |token| token.filter.clone());
    let after = token.as_ref().map(|token| token.after.as_str());
    // A first pass shows what is newest first. What changes meanwhile leaves the window, which ends
    // where the pass began, and is read by the next one.
    let newest_first = token.as_ref().map_or(pull.since.is_none(), |token| token.newest_first);
    let reverse = (source.stream != Stream::Removals).then_some(newest_first);
    let counted = (!matches!(source.stream, Stream::Removals | Stream::Discounts)).then_some(after.is_none());

    let body =
        page(shopify, source, pull.size, |size| Variables { size, after, filter: &filter, counted, reverse })
            .await?;
    let envelope: envelope::Envelope<'_> = serde_json::from_str(&body).map_err(|_| malformed(source))?;
    let data = envelope.data.ok_or_else(|| malformed(source))?;
    let listed: wire::Listed<'_> = serde_json::from_str(data.get()).map_err(|_| malformed(source))?;
    let listing = listed.page.ok_or_else(|| malformed(source))?;

    let mut changes = Vec::with_capacity(listing.nodes.len());
    for node in &listing.nodes {
        let change = change(shopify, source, node.get()).await?;
        changes.extend(change.filter(|change| is_inside(change, pull)));
    }
    let next = match (listing.page_info.has_next_page, listing.page_info.end_cursor) {
        (false, _) => None,
        // The same place again would never end.
        (true, Some(cursor)) if Some(cursor.as_str()) != after => {
            Some(Token { after: cursor, filter, newest_first }.write()?)
        }
        (true, _) => return Err(malformed(source)),
    };
    Ok(Page { changes, next, total: listed.total.map(|total| total.count) })
}

pub(super) fn reread(stream: Stream, raw: &str) -> Result<Change, Error> {
    let source = source(stream)?;
    match (source.read)(raw) {
        Ok(Read::Seen(read)) => Ok(Change::Seen(read.record)),
        Ok(Read::Gone(gone)) => Ok(Change::Gone(gone)),
        Ok(Read::Nothing) => Err(Error::new(
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
    let known = locked(&shopify.sizes).get(operation).copied();
    let mut size = wanted.unwrap_or(most).clamp(1, known.unwrap_or(most));
    loop {
        let response = shopify.ask(&source.document, &variables(size)).await?;
        if !errors::is_too_costly(&response.body) {
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
        locked(&shopify.sizes).insert(operation, size);
        // What the refused page would have cost is not what the smaller one does.
        locked(&shopify.costs).remove(operation);
    }
}

/// Reads one record; whole, if it has to be asked for in parts.
async fn change(shopify: &Shopify, source: &Source, raw: &str) -> Result<Option<Change>, Error> {
    let set_aside = |unfit: &Unfit, raw: &str| {
        Change::Unreadable(Unreadable {
            stream: source.stream,
            external_id: serde_json::from_str::<wire::Named>(raw).ok().map(|named| map::number(&named.id)),
            reason: unfit.to_string(),
            raw: raw.to_owned(),
        })
    };
    Ok(match (source.read)(raw) {
        Ok(Read::Seen(map::Read { record, rest: None })) => Some(Change::Seen(record)),
        Ok(Read::Seen(map::Read { rest: Some(rest), .. })) => {
            let raw = joined(shopify, source, raw, rest).await?;
            match (source.read)(&raw) {
                Ok(Read::Seen(read)) => Some(Change::Seen(read.record)),
                Ok(_) => None,
                Err(unfit) => Some(set_aside(&unfit, &raw)),
            }
        }
        Ok(Read::Gone(gone)) => Some(Change::Gone(gone)),
        Ok(Read::Nothing) => None,
        Err(unfit) => Some(set_aside(&unfit, raw)),
    })
}

/// Reads what is left of the list inside a record.
///
/// Returns the record's text with one more field, `more`, so that it can be read again whole.
async fn joined(shopify: &Shopify, source: &Source, raw: &str, rest: map::Rest) -> Result<String, Error> {
    let document = source.rest.as_ref().ok_or_else(|| malformed(source))?;
    let map::Rest { gid, mut cursor } = rest;
    let mut more = String::new();
    loop {
        let variables = serde_json::json!({ "id": gid, "after": cursor });
        let response = shopify.ask(document, &variables).await?;
        let envelope: envelope::Envelope<'_> =
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
    Ok(format!("{open},\"more\":[{more}]}}"))
}

/// Drops what a filter of whole days brought along from outside the window.
fn is_inside(change: &Change, pull: &Pull) -> bool {
    match change {
        Change::Seen(record) if matches!(record.stream, Stream::Customers | Stream::Discounts) => {
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
