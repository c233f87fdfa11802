//! The ShipBob twin: the warehouse's REST API over HTTP, version 2026-01.
//!
//! It packs what people ordered at all storefronts that run; each of them is a channel of its own beside the token's.
//! It signs in by bearer token (401 without a body; a missing scope 403), counts 150 requests a minute in one sliding
//! window over all endpoints, and answers 400 to parameters and members that the vendor does not declare.
//!
//! What it does as the vendor does:
//! - `/order` is a bare array with its page facts in headers, fifty a page unless told otherwise; stock and channels
//!   are `items` with a `next` that is a relative path, a bare token or a whole address;
//! - 200 may hold a failure: an order that cannot be cancelled, a shipment that cannot be held;
//! - `Completed` means left the warehouse; arrival is `delivery_date` and the timeline;
//! - a held shipment stays until it is released; a receiving order made twice is there twice;
//! - `shipbob_channel_id` must be there where the vendor's file says so, and must be a channel wherever it is sent;
//! - shapes of refusals differ from place to place.
//!
//! What it leaves out: making orders, products, returns, webhooks, billing, editing shipments. No supplier ships what
//! was announced: a receiving order stays `Awaiting` until it is cancelled; those of the past are done.
//!
//! Source: the vendor's portal file of 2026-01; its pages for hold and release; November 2026. What `timeline` calls
//! its entries is not described there; ours are made up.

mod errors;
mod ids;
mod orders;
mod places;
mod query;
mod receiving;
mod routes;
mod shipments;
mod stock;
mod stops;

use std::time::Duration;

use fermata_model::Platform;
use serde_json::{Value, json};

use crate::paging::Numbered;
use crate::rate::{self, Sliding};
use crate::rest::{self, Found};
use crate::shape::{self, Shape, Unfit};
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};

/// Requests a minute, over all endpoints.
///
/// Source: developer.shipbob.com rate-limit, November 2026.
const PER_MINUTE: u32 = 150;

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Shipbob,
    storefront: false,
    scopes: &[
        "orders_read",
        "orders_write",
        "inventory_read",
        "receiving_read",
        "receiving_write",
        "channels_read",
        "locations_read",
    ],
    keys: |seal| {
        let token = seal.mark("personal access token");
        let credentials = json!({ "token": token });
        Keys { token, credentials, ..Keys::default() }
    },
    vendor: |_, options| {
        Box::new(Shipbob {
            window: Sliding::new(rate::scaled(PER_MINUTE, options.rates), Duration::from_mins(1)),
            pages: Numbered::default(),
            receiving: receiving::Book::default(),
        })
    },
};

#[derive(Debug)]
struct Shipbob {
    window: Sliding,
    pages: Numbered,
    receiving: receiving::Book,
}

impl Vendor for Shipbob {
    fn operation(&self, request: &Request) -> Operation {
        rest::operation(routes::ROUTES, request)
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        if call.replaying {
            return self.serve(request, call).unwrap_or_else(|refusal| refusal);
        }
        let bearer = format!("Bearer {}", call.access.token);
        if call.revoked || request.header("authorization") != Some(bearer.as_str()) {
            return Reply::empty(401);
        }
        let reply = match self.window.take(call.elapsed) {
            Err(wait) => errors::throttled(Some(rate::whole_seconds(wait))),
            Ok(()) => self.serve(request, call).unwrap_or_else(|refusal| refusal),
        };
        reply.with("x-remaining-calls", self.window.left().to_string())
    }

    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        errors::throttled(retry_after.map(u64::from))
    }

    fn failed(&self, status: u16) -> Reply {
        errors::problem(status, "An error occurred while processing your request.")
    }
}

/// A request that was let in.
struct Asked<'a> {
    request: &'a Request,
    query: query::Query,
    /// The numbers in the path, in order.
    numbers: Vec<u64>,
}

impl Shipbob {
    fn serve(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let (route, parts) = match rest::find(routes::ROUTES, &request.method, &request.path) {
            Found::Route(route, parts) => (route, parts),
            Found::OtherMethod => return Err(Reply::empty(405)),
            Found::Nowhere => return Err(Reply::empty(404)),
        };
        if !call.replaying && !call.access.allows(route.scope) {
            return Err(Reply::empty(403));
        }
        places::check_channel(request, route, call)?;
        let numbers = parts.iter().filter_map(|part| part.parse().ok()).collect();
        let asked = &Asked { request, query: query::Query::read(request, route)?, numbers };
        match route.name {
            "get-channels" => places::channels(asked, call),
            "get-locations" => Ok(places::locations(asked, call)),
            "get-fulfillment-centers" => Ok(places::centers(call)),
            "get-orders" => orders::list(asked, call, &mut self.pages),
            "get-order" => orders::get(asked, call),
            "get-all-shipments-for-order" => orders::shipments(asked, call),
            "cancel-order" => stops::cancel_order(asked, call),
            "get-shipment" => shipments::get(asked, call),
            "get-shipment-timeline" | "get-shipment-logs" => shipments::timeline(asked, call),
            "cancel-shipment" => stops::cancel(asked, call),
            "batch-cancel-shipments" => stops::cancel_several(asked, call),
            "bulk-place-shipments-on-hold" => stops::hold(asked, call),
            "bulk-release-shipments-from-hold" => stops::release(asked, call),
            "get-all-inventory-levels-grouped-by-fulfillment-center" => {
                stock::list(asked, call, &self.receiving)
            }
            "get-inventory-levels-grouped-by-fulfillment-center" => stock::get(asked, call, &self.receiving),
            "get-multiple-warehouse-receiving-orders" => self.receiving.list(asked, call, &mut self.pages),
            "get-warehouse-receiving-order" => self.receiving.get(asked, call),
            "get-warehouse-receiving-order-boxes" => self.receiving.boxes(asked, call),
            "create-warehouse-receiving-order" => self.receiving.create(asked, call),
            "cancel-warehouse-receiving-order" => self.receiving.cancel(asked, call),
            _ => Err(Reply::empty(404)),
        }
    }
}

/// Reads a body and holds it against its shape; `status` is the vendor's for one that does not fit.
fn body(asked: &Asked<'_>, shape: &Shape, status: u16) -> Result<Value, Reply> {
    shape::read(asked.request, shape).map_err(|unfit| match unfit {
        Unfit::NotJson => errors::bad(status, "", "The body is not valid JSON."),
        Unfit::Shape(complaints) => errors::bad_shape(status, &complaints),
    })
}
