//! Stock, place by place: each place lists what lies there, and that list can be filtered by its change.

use fermata_model::Platform;
use serde::{Deserialize, Serialize};

use super::pages::Paged;
use super::{Document, Shopify, envelope, map, sources, wire};
use crate::failure::{circle, malformed};
use crate::rest::{token, written};
use crate::{Error, Kind, Page, Pull};

const LEVELS: Document = document!("stock", "stock", 120);

/// Where a walk over the places stands.
#[derive(Deserialize, Serialize)]
struct Walk {
    /// The cursor of the place before the one that is being read.
    place: Option<String>,
    /// Where the list of this place goes on.
    after: Option<String>,
    filter: String,
}

#[derive(Serialize)]
struct Variables<'a> {
    #[serde(flatten)]
    walk: &'a Walk,
    size: u32,
}

/// Reads a page of what lies at one place.
pub(super) async fn pull(shopify: &Shopify, pull: &Pull) -> Result<Page, Error> {
    let operation = LEVELS.operation;
    let walk: Option<Walk> = token(Platform::Shopify, operation, pull)?;
    let walk = walk.unwrap_or_else(|| Walk { place: None, after: None, filter: sources::changed(pull) });
    let place = walk.place.as_deref().unwrap_or_default();
    let paged = Paged { document: &LEVELS, pull, list: place, begins: walk.after.is_none() };
    let body = paged.read(shopify, |size| Variables { walk: &walk, size }).await?;
    let odd = || malformed(Platform::Shopify, operation, "a page is not what it documents");
    let answer: envelope::Envelope<'_> = serde_json::from_str(&body).map_err(|_| odd())?;
    if answer.has_code("ACCESS_DENIED") {
        let message = "Shopify does not show what lies where to the credentials of this connection.";
        return Err(Error::new(Platform::Shopify, operation, Kind::Forbidden, message).with_hint(
            "Give the app read_inventory, read_locations and read_products, then sign in again (Settings, Connections).",
        ));
    }
    let data = answer.data.ok_or_else(odd)?;
    let read: wire::Stocked<'_> = serde_json::from_str(data.get()).map_err(|_| odd())?;
    let (mut changes, mut further) = (Vec::new(), None);
    for place in read.places.nodes {
        changes.extend(place.page.nodes.iter().map(|level| map::stock(level.get())));
        paged.learn(shopify, place.page.nodes.len(), place.page.page_info.has_next_page);
        further = place.page.page_info.onward();
    }
    let next = match (further, read.places.page_info.onward()) {
        (Some(after), _) if walk.after.as_ref() == Some(&after) => {
            return Err(circle(Platform::Shopify, operation));
        }
        (Some(after), _) => Some(Walk { after: Some(after), ..walk }),
        (None, Some(place)) if walk.place.as_ref() == Some(&place) => {
            return Err(circle(Platform::Shopify, operation));
        }
        (None, Some(place)) => Some(Walk { place: Some(place), after: None, ..walk }),
        (None, None) => None,
    };
    Ok(Page { changes, next: next.as_ref().map(written), total: None })
}
