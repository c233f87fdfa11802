//! The Klaviyo twin: the account's JSON:API over HTTP, stable revision 2026-07-15.
//!
//! It signs in by private key (`Authorization: Klaviyo-API-Key pk_...`), demands the `revision` header and the
//! vendor's media type, and refuses every query parameter, field, filter and body member that the specification does
//! not declare for the operation. Limits are those of each endpoint, on the real clock.
//!
//! What it does as the vendor does:
//! - a missing or wrong key is 400, a revoked one 401, a missing scope 403;
//! - 202 means accepted: an event is shown a few seconds later, a suppression job is queued, processing, complete;
//! - one event per `unique_id`, profile and metric, the first one wins; the id is not given back;
//! - events happen before or after the vendor learns of them;
//! - only suppressions that somebody wished can be lifted;
//! - lists are changed by an empty 204, campaigns stopped by one; a back-in-stock subscription cannot be read;
//! - the last page of a list has no `links.next`.
//!
//! What it leaves out: records beyond those in [`operations`], sorts by text, suppression by list or segment, `_kx`
//! and anonymous visitors. All are refused rather than ignored.
//!
//! Source: klaviyo/openapi stable 2026-07-15 (commit f0a30ba), developers.klaviyo.com, read November 2026.

mod blocks;
mod bodies;
mod campaigns;
mod collections;
mod errors;
mod events;
mod fields;
mod filter;
mod gate;
mod ids;
mod jobs;
mod limits;
mod lists;
mod operations;
mod paging;
mod profiles;
mod query;
mod records;
mod restock;

use fermata_model::Platform;
use serde_json::{Value, json};

use crate::rest;
use crate::shape::{self, Shape, Unfit};
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};
use crate::world::Moment;

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Klaviyo,
    storefront: false,
    scopes: &[
        "accounts:read",
        "profiles:read",
        "profiles:write",
        "lists:read",
        "lists:write",
        "segments:read",
        "subscriptions:read",
        "subscriptions:write",
        "events:read",
        "events:write",
        "metrics:read",
        "campaigns:read",
        "flows:read",
        "templates:read",
        "catalogs:write",
        "campaigns:write",
        "templates:write",
    ],
    keys: |seal| {
        let token = format!("pk_{}", seal.mark("key"));
        let credentials = json!({ "api_key": token });
        Keys { token, credentials, ..Keys::default() }
    },
    vendor: |_, options| {
        Box::new(Klaviyo {
            limits: limits::Limits::new(options.rates),
            jobs: jobs::Jobs::default(),
            extras: profiles::Extras::default(),
            lists: lists::Lists::default(),
            blocks: blocks::Blocks::default(),
        })
    },
};

/// How long what was accepted stays unseen, in practice seconds.
const SETTLES_IN: i64 = 5;

/// Tells whether what was accepted at a moment can be seen.
fn settled(accepted: Moment, now: Moment) -> bool {
    now.since(accepted) >= SETTLES_IN
}

#[derive(Debug)]
struct Klaviyo {
    limits: limits::Limits,
    jobs: jobs::Jobs,
    extras: profiles::Extras,
    lists: lists::Lists,
    blocks: blocks::Blocks,
}

impl Vendor for Klaviyo {
    fn operation(&self, request: &Request) -> Operation {
        rest::operation(operations::OPERATIONS, request)
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        let pass = match gate::enter(request, call, &mut self.limits) {
            Ok(pass) => pass,
            Err(refusal) => return refusal,
        };
        let reply = query::Query::read(request, pass.operation)
            .and_then(|query| self.serve(&Asked { request, query, id: pass.id }, pass.operation.name, call))
            .unwrap_or_else(|refusal| refusal);
        pass.stamp(reply)
    }

    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        errors::throttled(retry_after.map(u64::from))
    }

    fn failed(&self, status: u16) -> Reply {
        errors::failed(status)
    }
}

/// A request that passed the gate.
struct Asked<'a> {
    request: &'a Request,
    query: query::Query,
    /// The id in the path, empty where there is none.
    id: &'a str,
}

impl Klaviyo {
    fn serve(&mut self, asked: &Asked<'_>, operation: &str, call: &mut Call<'_>) -> Result<Reply, Reply> {
        match operation {
            "get_accounts" => Ok(collections::accounts(asked, call)),
            "get_account" => collections::account(asked, call),
            "get_metrics" => Ok(collections::metrics(asked, call)),
            "get_metric" => collections::metric(asked, call),
            "get_lists" => Ok(lists::list(asked, call)),
            "get_list" => lists::get(asked, call),
            "get_list_ids_for_profile" => self.lists.ids_of(asked, call),
            "add_profiles_to_list" => self.lists.change(true, asked, call),
            "remove_profiles_from_list" => self.lists.change(false, asked, call),
            "create_back_in_stock_subscription" => restock::subscribe(asked, call, &mut self.extras),
            "get_segments" => Ok(collections::segments(asked, call)),
            "get_flows" => Ok(collections::flows(asked, call)),
            "get_campaigns" => campaigns::list(asked, call),
            "get_campaign" => campaigns::get(asked, call),
            "get_campaign_send_job" => campaigns::job(asked, call),
            "cancel_campaign_send" => campaigns::stop(asked, call),
            "send_campaign" => campaigns::send(asked, call),
            "get_all_universal_content" => Ok(self.blocks.list(asked, call)),
            "get_universal_content" => self.blocks.get(asked, call),
            "update_universal_content" => self.blocks.update(asked, call),
            "get_profiles" => Ok(profiles::list(asked, call, &self.extras)),
            "get_profile" => profiles::get(asked, call, &self.extras, &self.lists),
            "create_or_update_profile" => profiles::import(asked, call, &mut self.extras),
            "get_events" => events::list(asked, call, &self.extras),
            "get_event" => events::get(asked, call, &self.extras),
            "create_event" => events::create(asked, call, &mut self.extras),
            "bulk_suppress_profiles" => self.jobs.create(jobs::Kind::Suppress, asked, call),
            "bulk_unsuppress_profiles" => self.jobs.create(jobs::Kind::Lift, asked, call),
            "get_bulk_suppress_profiles_jobs" => Ok(self.jobs.list(jobs::Kind::Suppress, asked, call)),
            "get_bulk_unsuppress_profiles_jobs" => Ok(self.jobs.list(jobs::Kind::Lift, asked, call)),
            "get_bulk_suppress_profiles_job" => self.jobs.get(jobs::Kind::Suppress, asked, call),
            "get_bulk_unsuppress_profiles_job" => self.jobs.get(jobs::Kind::Lift, asked, call),
            other => Err(errors::not_found(&format!("'{other}' is not served."))),
        }
    }
}

/// Returns the path as routes have it; the vendor takes a slash at the end or leaves it.
fn path(request: &Request) -> &str {
    request.path.strip_suffix('/').unwrap_or(&request.path)
}

/// Answers with one document.
fn one(status: u16, asked: &Asked<'_>, record: Value) -> Reply {
    let link = record["links"].clone();
    document(status, &json!({ "data": asked.query.cut(record), "links": link }))
}

/// Answers with one page of a list; `next` is the cursor after it, if there is more.
fn page(
    asked: &Asked<'_>,
    records: Vec<Value>,
    next: Option<query::Cursor>,
    included: Option<Vec<Value>>,
) -> Reply {
    let address = |cursor: Option<String>| {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &asked.request.query {
            if name != "page[cursor]" || cursor.is_none() {
                pairs.append_pair(name, value);
            }
        }
        if let Some(cursor) = &cursor {
            pairs.append_pair("page[cursor]", cursor);
        }
        let pairs = pairs.finish();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{pairs}", asked.request.base_url, path(asked.request))
    };
    let mut links = json!({ "self": address(None) });
    if let Some(next) = next {
        links["next"] = json!(address(Some(asked.query.seal(next))));
    }
    let cut =
        |records: Vec<Value>| records.into_iter().map(|record| asked.query.cut(record)).collect::<Vec<_>>();
    let mut body = json!({ "data": cut(records), "links": links });
    if let Some(included) = included {
        body["included"] = json!(cut(included));
    }
    document(200, &body)
}

fn document(status: u16, body: &Value) -> Reply {
    Reply::typed(status, errors::MEDIA_TYPE, body)
}

/// Reads a body and holds it against its shape.
fn body(asked: &Asked<'_>, shape: &Shape, most_bytes: usize) -> Result<Value, Reply> {
    if asked.request.body.len() > most_bytes {
        return Err(errors::refuse(
            413,
            "payload_too_large",
            "Payload too large.",
            &format!("The payload exceeds {most_bytes} bytes."),
            &errors::Place::Request,
        ));
    }
    shape::read(asked.request, shape).map_err(|unfit| match unfit {
        Unfit::NotJson => errors::bad_body("", "The request body is not valid JSON."),
        Unfit::Shape(complaints) => errors::bad_shape(&complaints),
    })
}
