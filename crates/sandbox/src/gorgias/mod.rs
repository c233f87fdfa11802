//! The Gorgias twin: the help desk's REST API over HTTP, as documented in version 1.5.1.
//!
//! It signs in by HTTP Basic (address and key: 401, a missing scope 403), counts 40 requests per 20 s in one leaky
//! bucket on the real clock, and answers 400 to every parameter and member that the vendor does not declare.
//!
//! What it does as the vendor does:
//! - lists have cursors of at most 100; the ticket list shows trashed tickets unless told otherwise and no messages;
//! - `/api/messages` knows no filter but the ticket; nothing but `/api/events` can be asked for a time;
//! - deletions and merges are seen in `/api/events` alone;
//! - 201 for a message means stored: `sent_datetime` follows a few seconds later, or an error if the sender's address
//!   is not the integration's;
//! - tag routes answer without a body; tag names must exist, and their case matters;
//! - times come in several spellings, see [`records`].
//!
//! What it leaves out: views, rules, macros, jobs, custom fields, search, attachments, making customers and tickets.
//!
//! Source: developers.gorgias.com 1.5.1 through the rebuilt subset; practice of gorgias-pp-cli, Gorgias-MCP-Server
//! and tap-gorgias; November 2026.

mod bodies;
mod customers;
mod directory;
mod errors;
mod limits;
mod lists;
mod messages;
mod query;
mod records;
mod routes;
mod surveys;
mod tags;
mod tickets;

use std::collections::HashMap;

use fermata_model::Platform;
use serde_json::{Map, Value, json};

use crate::options::OWNER;
use crate::rate::{self, Bucket};
use crate::rest::{self, Found};
use crate::shape::{self, Shape, Unfit};
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};
use crate::world::MessageId;

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Gorgias,
    storefront: false,
    scopes: &[
        "account:read",
        "tickets:read",
        "tickets:write",
        "customers:read",
        "customers:write",
        "users:read",
        "events:read",
        "integrations:read",
        "custom_fields:read",
    ],
    keys: |seal| {
        let token = seal.mark("key");
        let credentials = json!({ "email": OWNER, "api_key": token });
        Keys { token, user: OWNER.to_owned(), credentials, ..Keys::default() }
    },
    vendor: |_, options| {
        Box::new(Gorgias {
            bucket: limits::bucket(options.rates),
            tags: tags::Tags::default(),
            extras: HashMap::new(),
        })
    },
};

/// What came with messages and the world has no place for.
type Extras = HashMap<MessageId, Map<String, Value>>;

#[derive(Debug)]
struct Gorgias {
    bucket: Bucket,
    tags: tags::Tags,
    extras: Extras,
}

impl Vendor for Gorgias {
    fn operation(&self, request: &Request) -> Operation {
        rest::operation(routes::ROUTES, request)
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        if call.replaying {
            return self.serve(request, call).unwrap_or_else(|refusal| refusal);
        }
        if let Err(refusal) = sign_in(request, call) {
            return refusal;
        }
        let reply = match self.bucket.take(1.0, call.elapsed) {
            Err(wait) => errors::throttled(Some(rate::whole_seconds(wait))),
            Ok(()) => self.serve(request, call).unwrap_or_else(|refusal| refusal),
        };
        limits::stamp(reply, &self.bucket)
    }

    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        errors::throttled(retry_after.map(u64::from))
    }

    fn failed(&self, status: u16) -> Reply {
        errors::refuse(status, "Internal server error.")
    }
}

fn sign_in(request: &Request, call: &Call<'_>) -> Result<(), Reply> {
    let ours = (call.access.user.clone(), call.access.token.clone());
    if call.revoked || request.basic() != Some(ours) {
        return Err(
            errors::refuse(401, "Unauthorized.").with("WWW-Authenticate", "Basic realm=\"Login Required\"")
        );
    }
    Ok(())
}

/// A request that was let in.
struct Asked<'a> {
    request: &'a Request,
    query: query::Query,
    /// The numbers in the path, in order.
    numbers: Vec<u64>,
}

impl Gorgias {
    fn serve(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let (route, parts) = match rest::find(routes::ROUTES, &request.method, &request.path) {
            Found::Route(route, parts) => (route, parts),
            Found::OtherMethod => {
                return Err(errors::refuse(405, "The method is not allowed for the requested URL."));
            }
            Found::Nowhere => return Err(errors::not_found("The requested URL was")),
        };
        let numbers = parts.iter().filter_map(|part| part.parse().ok()).collect();
        if !call.replaying && !call.access.allows(route.scope) {
            return Err(errors::refuse(403, "You do not have the permission to access this resource."));
        }
        let asked = &Asked { request, query: query::Query::read(request, route)?, numbers };
        match route.name {
            "get-account" => Ok(directory::account(call)),
            "list-users" => Ok(directory::users(asked, call)),
            "get-user" => directory::user(asked, call),
            "list-integrations" => Ok(directory::integrations(asked, call)),
            "get-integration" => directory::integration(asked, call),
            "list-events" => directory::events(asked, call),
            "get-event" => directory::event(asked, call),
            "list-satisfaction-surveys" => Ok(surveys::list(asked, call)),
            "list-teams" | "list-custom-fields" => Ok(lists::small(request, &asked.query, Vec::new())),
            "list-tickets" => tickets::list(asked, call),
            "get-ticket" => tickets::get(asked, call, &self.extras),
            "update-ticket" => tickets::update(asked, call, &self.tags),
            "delete-ticket" => tickets::delete(asked, call),
            "list-ticket-tags" => tags::of_ticket(asked, call),
            "create-ticket-tags" | "update-ticket-tags" | "delete-ticket-tags" => {
                self.tags.change(asked, call)
            }
            "list-tags" => Ok(self.tags.list(asked, call)),
            "create-tag" => self.tags.create(asked, call),
            "list-messages" => messages::list(asked, call, &self.extras),
            "list-ticket-messages" => messages::of_ticket(asked, call, &self.extras),
            "get-ticket-message" => messages::get(asked, call, &self.extras),
            "create-ticket-message" => messages::create(asked, call, &mut self.extras),
            "list-customers" => customers::list(asked, call),
            "get-customer" => customers::get(asked, call),
            "merge-customers" => customers::merge(asked, call),
            other => Err(errors::not_found(other)),
        }
    }
}

/// Reads a body and holds it against its shape.
fn body(asked: &Asked<'_>, shape: &Shape) -> Result<Value, Reply> {
    shape::read(asked.request, shape).map_err(|unfit| match unfit {
        Unfit::NotJson => errors::refuse(400, "The request body is not valid JSON."),
        Unfit::Shape(complaints) => errors::bad_shape(&complaints),
    })
}
