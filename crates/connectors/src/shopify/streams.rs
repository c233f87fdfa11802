//! Per stream: what is asked for, and how the answer becomes a page.

use std::borrow::Cow;

use fermata_model::record::Unreadable;
use fermata_model::{Change, Platform, Stream};
use serde::{Deserialize, Serialize};

use super::map;
use super::pages::Paged;
use super::sources::{Read, Source, source};
use super::{CAPABILITY, Shopify, bulk, envelope, stock, wire};
use crate::reading::read_again;
use crate::rest::{token, written};
use crate::{Error, Kind, Page, Pull};

/// Where a pass goes on: the cursor, and the filter it belongs to.
#[derive(Serialize, Deserialize)]
struct Token {
    after: String,
    filter: String,
    /// Does the pass go from the newest to the oldest?
    #[serde(default)]
    newest_first: bool,
    /// How far a file has come that replaces the pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bulk: Option<bulk::Stage>,
}

#[derive(Serialize)]
struct Variables<'a> {
    size: u32,
    after: Option<&'a str>,
    filter: &'a str,
    /// Is the whole to be counted? Once is enough, at the beginning of a first pass. Not known to
    /// every document, so it is left out where it would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<bool>,
    /// From the newest to the oldest? Not known to every document either.
    #[serde(skip_serializing_if = "Option::is_none")]
    reverse: Option<bool>,
}

pub(super) async fn pull(shopify: &Shopify, pull: &Pull) -> Result<Page, Error> {
    if pull.stream == Stream::Stock {
        return stock::pull(shopify, pull).await;
    }
    let source = source(pull.stream)?;
    let token: Option<Token> = token(Platform::Shopify, source.document.operation, pull)?;
    let mut stage = None;
    if let (Some(asked), Some(Token { bulk: Some(begun), filter, .. })) = (&source.bulk, &token) {
        match bulk::step(shopify, asked, begun.clone(), filter, pull).await? {
            bulk::Step::Records(records, next) => {
                let records = records.iter().filter_map(|raw| mapped(source, raw));
                let changes = records.filter(|change| is_inside(change, pull)).collect();
                // The place among the pages is kept: there the pass goes on if the file fails.
                let token = token.filter(|_| next.is_some()).map(|token| Token { bulk: next, ..token });
                return Ok(Page { changes, next: token.as_ref().map(written), total: None });
            }
            bulk::Step::Page(next) => stage = next,
        }
    }
    let filter = token.as_ref().map_or_else(|| (source.filter)(pull), |token| token.filter.clone());
    let after = token.as_ref().map(|token| token.after.as_str());
    // A first pass shows what is newest first. What changes meanwhile leaves the window, which ends
    // where the pass began, and is read by the next one.
    let newest_first = token.as_ref().map_or(pull.since.is_none(), |token| token.newest_first);
    let reverse = (source.stream != Stream::Removals).then_some(newest_first);
    // A count costs as much as a page; how much changed lately nobody needs to know beforehand.
    let begins = after.is_none() && pull.since.is_none();
    let counted = (!matches!(source.stream, Stream::Removals | Stream::Discounts)).then_some(begins);

    let paged = Paged { document: &source.document, pull, list: "", begins: after.is_none() };
    let variables = |size| Variables { size, after, filter: &filter, counted, reverse };
    let body = paged.read(shopify, variables).await?;
    let envelope: envelope::Envelope<'_> = serde_json::from_str(&body).map_err(|_| malformed(source))?;
    let data = envelope.data.ok_or_else(|| malformed(source))?;
    let listed: wire::Listed<'_> = serde_json::from_str(data.get()).map_err(|_| malformed(source))?;
    let listing = match listed.page {
        Some(listing) => listing,
        // The one list that the schema lets be null; a listing of all ids finds what it would have told.
        None if source.stream == Stream::Removals => {
            return Ok(Page { changes: Vec::new(), next: None, total: None });
        }
        None => return Err(malformed(source)),
    };
    paged.learn(shopify, listing.nodes.len(), listing.page_info.has_next_page);

    let mut changes = Vec::with_capacity(listing.nodes.len());
    for node in &listing.nodes {
        let change = change(shopify, source, node.get()).await?;
        changes.extend(change.filter(|change| is_inside(change, pull)));
    }
    let total = listed.total.map(|total| total.count);
    let is_long = || bulk::is_worth(total, CAPABILITY.page_size(pull));
    if after.is_none() && newest_first && source.bulk.is_some() && is_long() {
        stage = Some(bulk::Stage::Due);
    }
    let next = match (listing.page_info.has_next_page, listing.page_info.end_cursor) {
        (false, _) => None,
        // The same place again would never end.
        (true, Some(cursor)) if Some(cursor.as_str()) != after => {
            Some(written(&Token { after: cursor, filter, newest_first, bulk: stage }))
        }
        (true, _) => return Err(malformed(source)),
    };
    Ok(Page { changes, next, total })
}

pub(super) fn reread(stream: Stream, raw: &str) -> Result<Change, Error> {
    if stream == Stream::Stock {
        return read_again(Platform::Shopify, map::stock(raw));
    }
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

/// Reads one record; whole, if it has to be asked for in parts.
async fn change(shopify: &Shopify, source: &Source, raw: &str) -> Result<Option<Change>, Error> {
    let rest = match (source.read)(raw) {
        Ok(Read::Seen(map::Read { rest, .. })) => rest,
        _ => None,
    };
    let raw = match rest {
        Some(rest) => Cow::Owned(joined(shopify, source, raw, rest).await?),
        None => Cow::Borrowed(raw),
    };
    Ok(match &source.bulk {
        Some(bulk) => mapped(source, &bulk.even(&raw)),
        None => mapped(source, &raw),
    })
}

/// Reads one whole record, or sets it aside.
fn mapped(source: &Source, raw: &str) -> Option<Change> {
    match (source.read)(raw) {
        Ok(Read::Seen(read)) => Some(Change::Seen(read.record)),
        Ok(Read::Gone(gone)) => Some(Change::Gone(gone)),
        Ok(Read::Nothing) => None,
        Err(unfit) => Some(Change::Unreadable(Unreadable {
            stream: source.stream,
            external_id: serde_json::from_str::<wire::Named>(raw).ok().map(|named| map::number(&named.id)),
            reason: unfit.to_string(),
            raw: raw.to_owned(),
        })),
    }
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

fn malformed(source: &Source) -> Error {
    Error::new(
        Platform::Shopify,
        source.document.operation,
        Kind::Malformed,
        "Shopify sent a page that is not what it documents.",
    )
}
