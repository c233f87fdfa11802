//! The Stripe twin: payments that a shop takes itself, over HTTP, version 2026-09-30.endive.
//!
//! It signs in by a restricted key, as Bearer or as the user name of HTTP Basic; bodies are forms with names in brackets
//! (`metadata[order_id]`), and every parameter that the vendor does not declare is refused by its name.
//!
//! What it does as the vendor does:
//! - lists are newest first, 10 unless told, at most 100, and go on from an object (`starting_after`);
//! - amounts are whole numbers of the smallest unit, currencies in lower case, times seconds since 1970;
//! - `Idempotency-Key`: the first status and body come again for a day, marked `Idempotent-Replayed`; with other
//!   parameters it is refused; what failed before anything was executed is not kept;
//! - 200 for a refund is not arrival: one that goes back to PayPal is `pending` for a while;
//! - a refund of nothing that is left is `charge_already_refunded`, one of a contested charge `charge_disputed`;
//! - 25 requests a second, as in the vendor's sandboxes.
//!
//! Charges are the paid orders of all storefronts that run, except those paid by gift card. What the shop itself gives
//! back is a refund here, and what is refunded here stands in the shop's books, as with a shop that listens to the
//! vendor's webhooks. Charges of WooCommerce orders carry what its Stripe plugin writes.
//!
//! What it leaves out: making charges, events, webhooks, evidence for disputes, refunds from a customer's balance.
//!
//! Source: stripe/openapi 2026-09-30.endive, cut down to refunds; docs.stripe.com "Idempotent requests", "Rate limits",
//! November 2026. That file has no paths for charges, payment intents, disputes and the account: their objects follow the
//! vendor's fixtures, their parameters docs.stripe.com "List all charges", "List all disputes".

mod disputes;
mod errors;
mod ids;
mod lists;
mod once;
mod params;
mod records;
mod refunds;
mod routes;

use std::collections::HashMap;
use std::time::Duration;

use fermata_model::Platform;
use serde_json::json;

use crate::rate::{self, Windows};
use crate::rest::{self, Found};
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};
use crate::world::{Order, OrderId, RefundId, World};

/// Versions that it answers in: that of the description and that of the vendor's client of the time.
const VERSIONS: [&str; 2] = ["2026-09-30.endive", "2026-10-28.endive"];

/// Requests a second in a sandbox (docs.stripe.com "Rate limits").
const PER_SECOND: u32 = 25;

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Stripe,
    storefront: false,
    scopes: &[
        "charge_read",
        "charge_write",
        "payment_intent_read",
        "dispute_read",
        "accounts_kyc_basic_read",
    ],
    keys: |seal| {
        let token = format!("rk_test_{}", seal.mark("key"));
        let credentials = json!({ "api_key": token });
        Keys { token, credentials, ..Keys::default() }
    },
    vendor: |_, options| {
        let most = rate::scaled(PER_SECOND, options.rates);
        Box::new(Stripe {
            windows: Windows::new(&[(most, Duration::from_secs(1))], Duration::ZERO),
            once: once::Once::default(),
            said: HashMap::new(),
            doubled: None,
        })
    },
};

/// What came with refunds and the world has no place for.
type Said = HashMap<RefundId, refunds::Said>;

#[derive(Debug)]
struct Stripe {
    windows: Windows,
    once: once::Once,
    said: Said,
    /// The list and the object from which its next page shows that object again, for the fault `double_page`.
    doubled: Option<(u64, u64)>,
}

impl Vendor for Stripe {
    fn operation(&self, request: &Request) -> Operation {
        rest::operation(routes::ROUTES, request)
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        let reply = self.answered(request, call).unwrap_or_else(|refusal| refusal);
        let version = request.header("stripe-version").unwrap_or(VERSIONS[0]).to_owned();
        reply.with("Stripe-Version", version)
    }

    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        errors::throttled().with_some("Retry-After", retry_after)
    }

    fn failed(&self, status: u16) -> Reply {
        errors::failed(status)
    }
}

/// A request that was let in.
struct Asked<'a> {
    request: &'a Request,
    route: &'static routes::Route,
    given: params::Given,
    /// The id in the path, if there is one.
    id: &'a str,
}

impl Stripe {
    fn answered(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        if !call.replaying {
            sign_in(request, call)?;
            if let Some(version) = request.header("stripe-version")
                && !VERSIONS.contains(&version)
            {
                return Err(errors::bad(None, &format!("Invalid Stripe API version: {version}")));
            }
            self.windows.take(call.elapsed).map_err(|_| errors::throttled())?;
        }
        let (route, parts) = match rest::find(routes::ROUTES, &request.method, &request.path) {
            Found::Route(route, parts) => (route, parts),
            Found::OtherMethod | Found::Nowhere => return Err(errors::no_such_url(request)),
        };
        if !call.replaying && !allows(call, route.scope) {
            return Err(errors::forbidden(route.scope));
        }
        let given = params::read(request, route)?;
        let asked = Asked { request, route, given, id: parts.first().copied().unwrap_or_default() };
        let Some(key) = request.header("idempotency-key").filter(|_| request.method == "POST") else {
            return self.serve(&asked, call);
        };
        call.key(key);
        match self.once.begin(key, request, call.now)? {
            once::Attempt::Again(reply) => Ok(reply),
            once::Attempt::First => {
                let reply = self.serve(&asked, call).unwrap_or_else(|refusal| refusal);
                self.once.end(key, request, call.now, &reply);
                Ok(reply)
            }
        }
    }

    fn serve(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        match asked.route.name {
            "GetAccount" => Ok(Reply::json(200, &records::account(call.world))),
            "GetRefunds" => refunds::list(self, asked, call),
            "GetRefundsRefund" => refunds::get(&self.said, asked, call),
            "PostRefunds" => refunds::create(&mut self.said, asked, call),
            "PostRefundsRefund" => refunds::update(&mut self.said, asked, call),
            "PostRefundsRefundCancel" => refunds::cancel(asked, call),
            "GetDisputes" => self.disputes(asked, call),
            "GetDisputesDispute" => {
                let found = ids::read(ids::DISPUTE, asked.id).and_then(OrderId::from_number);
                let found = found.and_then(|id| disputes::of(call.world, id, call.now));
                let dispute = found.ok_or_else(|| errors::missing("dispute", asked.id, "id"))?;
                Ok(Reply::json(200, &self.dispute(call.world, &dispute, asked.given.expands("charge"))))
            }
            "GetCharges" => self.charges(asked, call),
            "GetChargesCharge" => {
                let found = order_of(call.world, ids::CHARGE, asked.id);
                let (id, order) = found.ok_or_else(|| errors::missing("charge", asked.id, "id"))?;
                Ok(Reply::json(200, &records::charge(call.world, id, order, call.now)))
            }
            "GetPaymentIntents" => self.intents(asked, call),
            "GetPaymentIntentsIntent" => {
                let found = order_of(call.world, ids::INTENT, asked.id);
                let (id, order) =
                    found.ok_or_else(|| errors::missing("payment_intent", asked.id, "intent"))?;
                Ok(Reply::json(200, &records::intent(call.world, id, order)))
            }
            _ => Err(errors::no_such_url(asked.request)),
        }
    }

    fn charges(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let page = self.page(asked, call, (ids::CHARGE, "charge"), paid)?;
        let (world, now) = (&*call.world, call.now);
        let shown = page.rows.iter().filter_map(|row| {
            world.orders.get(row.order).map(|order| records::charge(world, row.order, order, now))
        });
        Ok(page.reply("/v1/charges", shown.collect()))
    }

    fn intents(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let page = self.page(asked, call, (ids::INTENT, "payment_intent"), paid)?;
        let world = &*call.world;
        let shown = page.rows.iter().filter_map(|row| {
            world.orders.get(row.order).map(|order| records::intent(world, row.order, order))
        });
        Ok(page.reply("/v1/payment_intents", shown.collect()))
    }

    fn disputes(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let page = self.page(asked, call, (ids::DISPUTE, "dispute"), disputes::all)?;
        let expands = asked.given.expands("data.charge");
        let disputes: Vec<_> =
            page.rows.iter().filter_map(|row| disputes::of(call.world, row.order, call.now)).collect();
        let shown = disputes.iter().map(|dispute| self.dispute(call.world, dispute, expands));
        Ok(page.reply("/v1/disputes", shown.collect()))
    }

    fn dispute(&self, world: &World, dispute: &disputes::Dispute, expands: bool) -> serde_json::Value {
        let mut shown = records::dispute(world, dispute);
        if expands && let Some(order) = world.orders.get(dispute.order) {
            shown["charge"] = records::charge(world, dispute.order, order, dispute.now);
        }
        shown
    }
}

/// The orders that were charged here, newest first.
fn charged(world: &World) -> impl Iterator<Item = (OrderId, &Order)> {
    world.orders.before(None).filter(|(_, order)| is_charged(order))
}

/// The same as rows.
fn paid(world: &World, _: crate::world::Moment) -> Vec<lists::Row> {
    charged(world)
        .map(|(id, order)| lists::Row { number: id.number(), created: order.created_at, order: id })
        .collect()
}

/// Tells whether an order was paid by a charge: gift cards are the shop's own money.
fn is_charged(order: &Order) -> bool {
    order.received() > 0 && order.payment.gateway != "gift_card"
}

/// Finds the order that an id of a charge or a payment intent stands for.
fn order_of<'w>(world: &'w World, prefix: &str, text: &str) -> Option<(OrderId, &'w Order)> {
    let id = ids::read(prefix, text).and_then(OrderId::from_number)?;
    world.orders.get(id).filter(|order| is_charged(order)).map(|order| (id, order))
}

fn sign_in(request: &Request, call: &Call<'_>) -> Result<(), Reply> {
    let bearer = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    let given = bearer.map(str::to_owned).or_else(|| request.basic().map(|(user, _)| user));
    match given {
        None => Err(errors::no_key()),
        Some(key) if call.revoked || key != call.access.token => Err(errors::wrong_key(&key)),
        Some(_) => Ok(()),
    }
}

/// Tells whether the key may do this; one that may write may also read (docs.stripe.com "Restricted API keys").
fn allows(call: &Call<'_>, scope: &str) -> bool {
    call.access.allows(scope) || call.access.allows(&scope.replace("_read", "_write"))
}
