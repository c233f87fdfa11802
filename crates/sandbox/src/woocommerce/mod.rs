//! The WooCommerce twin: a WordPress shop's REST API `wc/v3` over HTTP, as WooCommerce 10.5.0 answers.
//!
//! It signs in by HTTP Basic: with `ck_` and `cs_` keys, also in the query where a host strips the header, or as a user
//! of WordPress with an application password ([`wordpress`]). The scopes `read` and `write` stand for the permission
//! of the key pair; what a user may do follows from the role. Plain HTTP is taken for HTTPS here. There is no limit
//! of requests; 429 comes from the hosting company, as a page for people.
//!
//! What it does as the vendor does:
//! - lists are numbered pages; past the end is `[]`; unknown filters are ignored without a word, and customers cannot
//!   be asked for changes at all; stamps are shop-local unless told otherwise, and exclude their own second;
//! - a refund has no idempotency: equal ones are all booked, and those of one second do not see each other's sums;
//!   money and stock move unless told not to; every refusal is HTTP 500 with `data` a bare number;
//! - removing a refund, writing a note or metadata does not move an order's `date_modified`;
//! - cancelling gives pieces back to stock and no money; any status follows any other;
//! - a price that is no number clears the price and is 200; names come back escaped; unknown members are ignored;
//! - what is in the bin is in no list but that of the bin, and in that of coupons; only a coupon in force has its code;
//! - lists of refunds declare a filter by order (`parent`) and do not look at it;
//! - its own routes know its keys; the index of WordPress takes one for a user's name, and refuses it.
//!
//! What it leaves out: making orders, customers and products, removing products, e-mails, taxes by place, reports,
//! webhooks, and the filters that [`routes`] calls `Elsewhere`, which it refuses.
//!
//! Two things are not core: order numbers come from a plugin, as in most shops, and parcels are told in the metadata
//! `_wc_shipment_tracking_items`, as the extension Shipment Tracking writes it.
//!
//! Source: 58 recorded answers, the route index and the OPTIONS schemas of WooCommerce 10.5.0 on WordPress 6.9.1 with
//! order storage HPOS, November 2026.

mod books;
mod checks;
mod coupons;
mod customers;
mod door;
mod errors;
mod fields;
mod goods;
mod lists;
mod meta;
mod notes;
mod orders;
mod places;
mod query;
mod refunds;
mod routes;
mod shop;
mod times;
mod wordpress;
mod writes;

use fermata_model::{Money, Platform};
use serde_json::{Value, json};

use crate::paging::Numbered;
use crate::rest::{self, Found};
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};
use crate::world::World;
use books::Books;
use query::Query;
use routes::{Route, What};
use times::Zone;
use wordpress::Passwords;
use writes::Target;

pub use wordpress::{Role, Settings, USER};

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Woocommerce,
    storefront: true,
    scopes: &["read", "write"],
    keys: |seal| {
        let key = |kind: &str| format!("{kind}_{}{}", seal.mark(kind), &seal.mark("the rest")[..8]);
        let (user, token) = (key("ck"), key("cs"));
        let credentials = json!({ "consumer_key": user, "consumer_secret": token });
        Keys { token, user, credentials, ..Keys::default() }
    },
    vendor: |shop, options| {
        let zone = Zone::of(&shop.country);
        let passwords = Passwords::new(options.woocommerce, options.seed);
        Box::new(Woocommerce {
            numbered: Numbered::default(),
            shop: Shop { books: Books::default(), zone, passwords },
        })
    },
};

#[derive(Debug)]
struct Woocommerce {
    numbered: Numbered,
    shop: Shop,
}

/// The shop's own side: its database and its clock.
#[derive(Debug)]
struct Shop {
    books: Books,
    zone: Zone,
    passwords: Passwords,
}

impl Shop {
    /// Looks at the world through it.
    fn scene<'a>(&'a self, world: &'a World, request: &'a Request) -> Scene<'a> {
        Scene { world, books: &self.books, zone: &self.zone, base: &request.base_url }
    }
}

/// What an answer is written from.
#[derive(Debug, Clone, Copy)]
struct Scene<'a> {
    world: &'a World,
    books: &'a Books,
    zone: &'a Zone,
    base: &'a str,
}

impl Scene<'_> {
    /// Writes an amount in the shop's currency.
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.world.shop.currency).decimal()
    }

    /// Writes the address of a resource.
    fn href(&self, path: &str) -> String {
        format!("{}/wp-json/wc/v3/{path}", self.base)
    }

    /// Writes the links of a record: to itself and to its list.
    fn links(&self, list: &str, number: u64) -> Value {
        let own = self.href(&format!("{list}/{number}"));
        json!({ "self": [{ "href": own }], "collection": [{ "href": self.href(list) }] })
    }
}

impl Vendor for Woocommerce {
    fn operation(&self, request: &Request) -> Operation {
        wordpress::operation(request).unwrap_or_else(|| rest::operation(routes::ROUTES, request))
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        self.serve(request, call).unwrap_or_else(|refusal| refusal)
    }

    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        errors::throttled(retry_after)
    }

    fn failed(&self, status: u16) -> Reply {
        errors::failed(status)
    }
}

/// A request that was let in.
struct Asked<'a> {
    request: &'a Request,
    route: &'static Route,
    query: Query,
    /// What stands in the path, in order.
    parts: Vec<&'a str>,
}

impl Asked<'_> {
    /// Returns a number in the path; the table made sure that it is one.
    fn number(&self, place: usize) -> u64 {
        self.parts.get(place).and_then(|part| part.parse().ok()).unwrap_or(0)
    }

    /// Returns the number of the record itself, which stands last in the path.
    fn own_number(&self) -> u64 {
        self.number(self.parts.len().saturating_sub(1))
    }
}

impl Woocommerce {
    fn serve(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        if let Some(answer) = wordpress::answer(&mut self.shop.passwords, request, call) {
            return answer.map(|reply| match fields::Fields::read(request) {
                Some(fields) if reply.status < 300 => cut(reply, &fields),
                _ => reply,
            });
        }
        let Found::Route(route, parts) = rest::find(routes::ROUTES, &request.method, &request.path) else {
            return Err(errors::no_route());
        };
        if !call.replaying {
            match route.what {
                What::Index => door::open(request, call, &self.shop.passwords)?,
                What::Api => {}
                _ => door::sign_in(request, call, &self.shop.passwords)?,
            }
        }
        let query = Query::read(request, route, &self.shop.zone)?;
        let mut asked = Asked { request, route, query, parts };
        let reply = self.route(&mut asked, call)?;
        Ok(match fields::Fields::read(request) {
            Some(fields) if reply.status < 300 => cut(reply, &fields),
            _ => reply,
        })
    }

    fn route(&mut self, asked: &mut Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let (shop, numbered) = (&mut self.shop, &mut self.numbered);
        match asked.route.what {
            What::Index
            | What::Api
            | What::Status
            | What::Currency
            | What::Settings
            | What::Setting
            | What::Gateways
            | What::Gateway
            | What::OrderStatuses => shop::answer(shop, asked, call),
            What::Orders => orders::list(shop, numbered, asked, call),
            What::Order => orders::get(shop, asked, call),
            What::Refunds | What::OrderRefunds => Ok(refunds::list(shop, numbered, asked, call)),
            What::RefundCreate => refunds::create(shop, asked, call),
            What::Refund => refunds::get(shop, asked, call),
            What::RefundDelete => refunds::delete(shop, asked, call),
            What::Notes => notes::list(shop, asked, call),
            What::NoteCreate => notes::create(shop, asked, call),
            What::Note => notes::get(shop, asked, call),
            What::NoteDelete => notes::delete(shop, asked, call),
            What::Customers => Ok(customers::list(shop, numbered, asked, call)),
            What::Customer => customers::get(shop, asked, call),
            What::Products => Ok(goods::list(shop, numbered, asked, call)),
            What::Product => goods::get(shop, asked, call),
            What::Variations | What::AllVariations => goods::variations(shop, numbered, asked, call),
            What::Variation => goods::variation(shop, asked, call),
            What::Coupons => Ok(coupons::list(shop, numbered, asked, call)),
            What::Coupon => coupons::get(shop, asked, call),
            What::CouponCreate => coupons::create(shop, asked, call),
            What::Update(of) => writes::update(shop, call, Target::own(of, asked)),
            What::Delete(of) => writes::delete(shop, call, Target::own(of, asked)),
            What::Batch(of) => writes::batch(shop, call, of, asked),
        }
    }
}

fn cut(reply: Reply, fields: &fields::Fields) -> Reply {
    match serde_json::from_slice::<Value>(&reply.body) {
        Ok(body) => Reply { body: fields.cut(body).to_string().into(), ..reply },
        Err(_) => reply,
    }
}

/// Escapes a text as WordPress keeps it: an ampersand becomes an entity unless it begins one, tags stay.
fn escaped(text: &str) -> String {
    let begins_one = |rest: &str| {
        let end = rest.find(|c: char| c != '#' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        end > 1 && rest[end..].starts_with(';')
    };
    let mut parts = text.split('&');
    let mut escaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        escaped.push_str(if begins_one(part) { "&" } else { "&amp;" });
        escaped.push_str(part);
    }
    escaped
}

/// Reads a text as WordPress keeps it: scripts are taken out, entities of the ampersand are resolved.
fn cleaned(text: &str) -> String {
    let mut left = text.to_owned();
    // Only ASCII letters may change here: lower case can be longer, and then places would not fit any more.
    while let Some(start) = left.to_ascii_lowercase().find("<script") {
        let rest = left[start..].to_ascii_lowercase();
        let end = rest.find("</script>").map_or(left.len(), |end| start + end + "</script>".len());
        left.replace_range(start..end, "");
    }
    left.replace("&amp;", "&").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ampersand_is_escaped_once() {
        assert_eq!(escaped("Tea & co &amp; &lt;3 &c; &"), "Tea &amp; co &amp; &lt;3 &amp;c; &amp;");
    }

    #[test]
    fn scripts_are_taken_out_wherever_they_stand_and_nothing_else() {
        for (given, kept) in [
            (" Hat &amp; scarf ", "Hat & scarf"),
            ("A<SCRIPT>evil()</Script>B", "AB"),
            ("\u{130}\u{130}<script>x</script>\u{e9}", "\u{130}\u{130}\u{e9}"),
            ("never ended<script>x", "never ended"),
        ] {
            assert_eq!(cleaned(given), kept, "{given}");
        }
    }
}
