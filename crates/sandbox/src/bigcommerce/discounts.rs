//! Discounts that customers type in: the old coupons of v2, and the codes of v3's promotions.
//!
//! A code is unique in the store, whichever of the two it belongs to, and has at most 50 letters, digits, blanks,
//! underscores and hyphens. v2 makes a coupon with its code in one request and demands the whole of it to change it.
//!
//! Source: marketing.v2 and promotions.v3 of the vendor's OpenAPI files (April 2026).

use serde_json::{Map, Value, json};

use super::errors::Api;
use super::store::opened;
use super::values::{instant, iso, mail_date};
use super::{Asked, bodies, body, lists};
use crate::json::merged;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::Moment;

/// What there is to type in.
#[derive(Debug)]
pub(super) struct Discounts {
    coupons: Vec<Coupon>,
    promotions: Vec<Promotion>,
    codes: Vec<Code>,
    /// Coupons, promotions and codes made so far; numbers are not given twice.
    made: u64,
}

#[derive(Debug, Clone)]
struct Coupon {
    id: u64,
    members: Map<String, Value>,
    /// `None`: with the store.
    at: Option<Moment>,
}

#[derive(Debug, Clone)]
struct Promotion {
    id: u64,
    members: Map<String, Value>,
}

#[derive(Debug, Clone)]
struct Code {
    id: u64,
    promotion: u64,
    members: Map<String, Value>,
    at: Moment,
}

impl Default for Discounts {
    /// A store has had one coupon from the start.
    fn default() -> Self {
        let welcome = json!({
            "name": "Welcome", "type": "percentage_discount", "amount": "10.0000", "code": "WELCOME10",
            "applies_to": { "entity": "categories", "ids": [0] }, "enabled": true,
        });
        let coupon = Coupon { id: 1, members: members(&welcome), at: None };
        Self { coupons: vec![coupon], promotions: Vec::new(), codes: Vec::new(), made: 1 }
    }
}

impl Discounts {
    fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// Says why a code cannot be taken, if it cannot.
    fn wrong(&self, code: &str, except: Option<u64>) -> Option<&'static str> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || " _-".contains(letter);
        if code.is_empty() || !code.chars().all(fits) {
            return Some("Only letters, digits, blanks, underscores and hyphens are allowed.");
        }
        let same = |members: &Map<String, Value>| {
            text(members, "code").is_some_and(|known| known.eq_ignore_ascii_case(code))
        };
        let taken = self.coupons.iter().any(|one| Some(one.id) != except && same(&one.members))
            || self.codes.iter().any(|one| same(&one.members));
        taken.then_some("The code is in use already.")
    }
}

fn members(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn says(members: &Map<String, Value>, name: &str, asked: Option<&str>) -> bool {
    asked.is_none_or(|asked| text(members, name).is_some_and(|known| known.eq_ignore_ascii_case(asked)))
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name).and_then(Value::as_str)
}

/// Finds what the path names among things with these numbers.
fn place_of(asked: &Asked<'_>, mut numbers: impl Iterator<Item = u64>) -> Result<usize, Reply> {
    let place = numbers.position(|number| Some(&number) == asked.numbers.first());
    place.ok_or_else(|| asked.api.not_found())
}

/// Names the change of something that was in force or not, and is so now or not.
fn switched(was: bool, is: bool) -> &'static str {
    match (was, is) {
        (true, false) => "discount.disable",
        (false, true) => "discount.enable",
        _ => "discount.edit",
    }
}

impl Discounts {
    /// Lists coupons.
    pub(super) fn coupons(&self, asked: &Asked<'_>, call: &mut Call<'_>, pages: &mut Numbered) -> Reply {
        let query = &asked.query;
        let found: Vec<Coupon> = self
            .coupons
            .iter()
            .filter(|one| query.whole("id").is_none_or(|id| id == one.id))
            .filter(|one| query.whole("min_id").is_none_or(|id| id <= one.id))
            .filter(|one| query.whole("max_id").is_none_or(|id| one.id <= id))
            .filter(|one| ["code", "name", "type"].iter().all(|it| says(&one.members, it, query.text(it))))
            .filter(|one| {
                let kind = query.text("exclude_type");
                kind.is_none() || !says(&one.members, "type", kind)
            })
            .cloned()
            .collect();
        lists::plain(pages, asked, call, &found, coupon)
    }

    /// Makes a coupon.
    pub(super) fn create_coupon(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let body = self.coupon_body(asked, call, None)?;
        let one = Coupon { id: self.next(), members: body, at: Some(call.now) };
        call.applied("discount.create", one.id, Some(one.id.to_string()), None);
        let written = coupon(call, &one);
        self.coupons.push(one);
        Ok(Reply::json(201, &written))
    }

    /// Changes a coupon.
    pub(super) fn update_coupon(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let place = self.coupon_place(asked)?;
        let id = self.coupons[place].id;
        let body = self.coupon_body(asked, call, Some(id))?;
        let one = &mut self.coupons[place];
        let on =
            |members: &Map<String, Value>| members.get("enabled").and_then(Value::as_bool).unwrap_or(true);
        if one.members != body {
            call.applied(switched(on(&one.members), on(&body)), id, None, None);
        }
        one.members = body;
        Ok(Reply::json(200, &coupon(call, one)))
    }

    /// Deletes a coupon.
    pub(super) fn delete_coupon(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let place = self.coupon_place(asked)?;
        let one = self.coupons.remove(place);
        call.applied("discount.disable", one.id, None, None);
        Ok(Reply::empty(204))
    }

    fn coupon_place(&self, asked: &Asked<'_>) -> Result<usize, Reply> {
        place_of(asked, self.coupons.iter().map(|one| one.id))
    }

    fn coupon_body(
        &self,
        asked: &Asked<'_>,
        call: &Call<'_>,
        id: Option<u64>,
    ) -> Result<Map<String, Value>, Reply> {
        let body = body(asked, &bodies::COUPON)?;
        let text = |member: &str| body[member].as_str().unwrap_or("");
        if let Some(what) = self.wrong(text("code"), id) {
            return Err(Api::V2.refuse(409, what));
        }
        let named = |one: &Coupon| Some(one.id) != id && says(&one.members, "name", Some(text("name")));
        if self.coupons.iter().any(named) {
            return Err(Api::V2.refuse(409, "The name is in use already."));
        }
        for member in ["amount", "min_purchase"] {
            let fits = body
                .get(member)
                .is_none_or(|it| super::values::amount(it, call.world.shop.currency).is_some());
            if !fits {
                return Err(asked.api.bad(member, "Must be an amount."));
            }
        }
        if !text("expires").is_empty() && instant(text("expires"), call.now).is_none() {
            return Err(asked.api.bad("expires", "Must be a date."));
        }
        Ok(members(&body))
    }

    /// Lists promotions.
    pub(super) fn promotions(&self, asked: &Asked<'_>, call: &mut Call<'_>, pages: &mut Numbered) -> Reply {
        let query = &asked.query;
        let has = |promotion: u64, code: &str| {
            self.codes.iter().any(|one| one.promotion == promotion && says(&one.members, "code", Some(code)))
        };
        let found: Vec<Promotion> = self
            .promotions
            .iter()
            .filter(|one| query.whole("id").is_none_or(|id| id == one.id))
            .filter(|one| query.text("code").is_none_or(|code| has(one.id, code)))
            .filter(|one| ["name", "redemption_type"].iter().all(|it| says(&one.members, it, query.text(it))))
            .cloned()
            .collect();
        lists::plain(pages, asked, call, &found, promotion)
    }

    /// Returns a promotion.
    pub(super) fn get_promotion(&self, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        let one = self.promotion_place(asked)?;
        Ok(lists::data(200, promotion(call, &self.promotions[one])))
    }

    fn promotion_place(&self, asked: &Asked<'_>) -> Result<usize, Reply> {
        place_of(asked, self.promotions.iter().map(|one| one.id))
    }

    /// Makes a promotion; one that needs a code has none yet.
    pub(super) fn create_promotion(
        &mut self,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
    ) -> Result<Reply, Reply> {
        let mut members = members(&body(asked, &bodies::PROMOTION)?);
        // What it begins with unless told is the day it was made, not that of reading.
        members.entry("start_date").or_insert_with(|| json!(iso(call.now)));
        let one = Promotion { id: self.next(), members };
        call.applied("promotion.create", one.id, Some(one.id.to_string()), None);
        let data = promotion(call, &one);
        self.promotions.push(one);
        Ok(lists::data(201, data))
    }

    /// Changes a promotion.
    pub(super) fn update_promotion(
        &mut self,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
    ) -> Result<Reply, Reply> {
        let place = self.promotion_place(asked)?;
        let wanted = members(&body(asked, &bodies::UPDATE_PROMOTION)?);
        let one = &mut self.promotions[place];
        let before = one.members.clone();
        one.members.extend(wanted);
        let on = |members: &Map<String, Value>| text(members, "status") != Some("DISABLED");
        if before != one.members {
            call.applied(switched(on(&before), on(&one.members)), one.id, None, None);
        }
        Ok(lists::data(200, promotion(call, one)))
    }

    /// Lists the codes of a promotion, or finds one among all.
    pub(super) fn codes(
        &self,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
        pages: &mut Numbered,
    ) -> Result<Reply, Reply> {
        let of = match asked.numbers.first() {
            Some(_) => Some(self.promotions[self.promotion_place(asked)?].id),
            None if asked.query.text("code").is_none() => return Err(asked.api.bad("code", "Is needed.")),
            None => None,
        };
        let found: Vec<Code> = self
            .codes
            .iter()
            .filter(|one| of.is_none_or(|of| of == one.promotion))
            .filter(|one| says(&one.members, "code", asked.query.text("code")))
            .cloned()
            .collect();
        Ok(lists::plain(pages, asked, call, &found, |_, one| code(one)))
    }

    /// Makes a code of a promotion.
    pub(super) fn create_code(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let place = self.promotion_place(asked)?;
        let (promotion, kind) = {
            let one = &self.promotions[place];
            (one.id, text(&one.members, "redemption_type"))
        };
        if kind != Some("COUPON") {
            return Err(asked.api.bad("promotion_id", "An automatic promotion has no codes."));
        }
        let members = members(&body(asked, &bodies::CODE)?);
        if let Some(what) = self.wrong(text(&members, "code").unwrap_or(""), None) {
            return Err(asked.api.bad("code", what));
        }
        let one = Code { id: self.next(), promotion, members, at: call.now };
        call.applied("discount.create", promotion, Some(one.id.to_string()), None);
        let data = code(&one);
        self.codes.push(one);
        Ok(lists::data(201, data))
    }

    /// Deletes a code; one that is not there is no error.
    pub(super) fn delete_code(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Reply {
        let (promotion, id) = (asked.numbers.first(), asked.numbers.get(1));
        let place =
            self.codes.iter().position(|one| Some(&one.promotion) == promotion && Some(&one.id) == id);
        if let Some(place) = place {
            let one = self.codes.remove(place);
            call.applied("discount.disable", one.promotion, Some(one.id.to_string()), None);
        }
        Reply::empty(204)
    }
}

fn coupon(call: &Call<'_>, one: &Coupon) -> Value {
    let defaults = json!({
        "id": one.id, "date_created": mail_date(one.at.unwrap_or_else(|| opened(call))), "num_uses": 0,
        "min_purchase": "0.0000", "expires": "", "enabled": true, "max_uses": 0, "max_uses_per_customer": 0,
        "restricted_to": {}, "shipping_methods": [],
    });
    merged([defaults, Value::Object(one.members.clone())])
}

fn promotion(call: &Call<'_>, one: &Promotion) -> Value {
    let defaults = json!({
        "id": one.id, "channels": [], "customer": { "group_ids": [], "minimum_order_count": 0 },
        "current_uses": 0, "status": "ENABLED", "stop": false,
        "can_be_used_with_other_promotions": true, "currency_code": call.world.shop.currency.code(),
        "notifications": [], "created_from": "api",
    });
    let mut out = merged([defaults, Value::Object(one.members.clone())]);
    if out["redemption_type"] == "COUPON" {
        out["multiple_codes"] = json!({ "has_multiple_codes": false });
        out["coupon_overrides_other_promotions"] = json!(false);
        out["coupon_overrides_automatic_when_offering_higher_discounts"] = json!(false);
        if out.get("coupon_type").is_none() {
            out["coupon_type"] = json!("SINGLE");
        }
    }
    out
}

fn code(one: &Code) -> Value {
    let defaults = json!({
        "id": one.id, "current_uses": 0, "max_uses": 0, "max_uses_per_customer": 0, "created": iso(one.at),
    });
    merged([defaults, Value::Object(one.members.clone())])
}
