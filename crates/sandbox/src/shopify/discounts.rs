//! Codes that take something off: made, switched off, kept in the platform's own books.
//!
//! The messages of a code that is taken, blank or too long, of a blank title, of an end before the start and of an
//! unknown discount are recorded ones (2026-04). Nobody redeems a code in the practice store.

use fermata_model::{Money, Timestamp};
use serde_json::{Map, Value};

use super::change::Done;
use super::errors::UserError;
use super::{Shopify, gid};
use crate::vendor::Call;
use crate::world::{DAY, Moment};

/// A discount with one code.
#[derive(Debug)]
pub(crate) struct Discount {
    /// Its number.
    pub(crate) number: u64,
    /// What the shop calls it.
    pub(crate) title: String,
    /// What the customer types.
    pub(crate) code: String,
    /// What it takes off.
    pub(crate) off: Off,
    /// How often it may be used.
    pub(crate) limit: Option<i64>,
    /// The shop's labels.
    pub(crate) tags: Vec<String>,
    /// From when.
    pub(crate) starts_at: Moment,
    /// Until when.
    pub(crate) ends_at: Option<Moment>,
    /// When it was made.
    pub(crate) created_at: Moment,
    /// When it last changed.
    pub(crate) updated_at: Moment,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Off {
    /// A part of the whole, in ten-thousandths.
    Part(u32),
    /// An amount, in minor units.
    Amount(i64),
}

impl Discount {
    /// Returns its state in the vendor's word.
    pub(crate) fn status(&self, now: Moment) -> &'static str {
        if self.ends_at.is_some_and(|end| end <= now) {
            "EXPIRED"
        } else if self.starts_at > now {
            "SCHEDULED"
        } else {
            "ACTIVE"
        }
    }
}

/// Returns the discounts that a shop has had for years: the older the less are they still in force.
pub(crate) fn old() -> Vec<Discount> {
    const OPENED: i64 = 1_551_690_000;
    const CODES: [(&str, u32); 6] = [
        ("WELCOME10", 1_000),
        ("SPRING15", 1_500),
        ("SUMMER20", 2_000),
        ("SORRY5", 500),
        ("VIP25", 2_500),
        ("BACK10", 1_000),
    ];
    (1_u64..)
        .zip(CODES)
        .map(|(number, (code, part))| {
            let at = Moment::from_second(OPENED + i64::try_from(number).unwrap_or(0) * 100 * DAY);
            let over = number % 3 == 2;
            Discount {
                number,
                title: code.to_lowercase(),
                code: code.to_owned(),
                off: Off::Part(part),
                limit: None,
                tags: Vec::new(),
                starts_at: at,
                ends_at: over.then(|| at.plus(30 * DAY)),
                created_at: at,
                updated_at: at,
            }
        })
        .collect()
}

/// Makes a discount, or says why not.
pub(crate) fn create(shopify: &mut Shopify, call: &mut Call<'_>, input: &Value) -> Done {
    let mut errors = Vec::new();
    let mut wrong = |field: &[&str], message: &str, code: &'static str| {
        let place: Vec<&str> = std::iter::once("basicCodeDiscount").chain(field.iter().copied()).collect();
        errors.push(UserError::at(&place, message).coded(code));
    };
    let code = input["code"].as_str().unwrap_or_default().trim().to_owned();
    let title = input["title"].as_str().unwrap_or_default().trim().to_owned();
    if code.is_empty() {
        wrong(&["code"], "Code can't be blank", "BLANK");
    } else if code.chars().count() > 255 {
        wrong(&["code"], "Code is too long (maximum is 255 characters)", "TOO_LONG");
    } else if code.contains('\n') {
        wrong(&["code"], "Code cannot contain newline characters.", "INVALID");
    } else if shopify.books.discounts.iter().any(|one| one.code.eq_ignore_ascii_case(&code)) {
        wrong(&["code"], "Code must be unique. Please try a different code.", "TAKEN");
    }
    if title.is_empty() {
        wrong(&["title"], "Title can't be blank", "BLANK");
    }
    let moment =
        |name: &str| -> Option<Moment> { Some(input[name].as_str()?.parse::<Timestamp>().ok()?.into()) };
    let starts_at = moment("startsAt");
    let ends_at = moment("endsAt");
    if starts_at.is_none() {
        wrong(&["startsAt"], "Starts at can't be blank", "BLANK");
    }
    if ends_at.is_some_and(|end| starts_at.is_some_and(|start| end <= start)) {
        wrong(&["endsAt"], "Ends at needs to be after starts_at", "INVALID");
    }
    if input["context"]["all"] != "ALL" {
        wrong(&["context"], "Context can't be blank", "BLANK");
    }
    if input["customerGets"]["items"]["all"] != true {
        wrong(&["customerGets", "items"], "Items in 'customer get' must be defined", "BLANK");
    }
    if input["usageLimit"].as_i64().is_some_and(|limit| limit < 1) {
        wrong(&["usageLimit"], "Usage limit must be greater than 0", "GREATER_THAN");
    }
    let value = &input["customerGets"]["value"];
    let off = match (value["percentage"].as_f64(), &value["discountAmount"]["amount"]) {
        (Some(part), Value::Null) if part > 0.0 && part <= 1.0 => Some(Off::Part(ten_thousandths(part))),
        (None, amount) => amount
            .as_str()
            .and_then(|text| Money::parse(text, call.world.shop.currency).ok())
            .filter(|amount| amount.minor > 0)
            .map(|amount| Off::Amount(amount.minor)),
        _ => None,
    };
    if off.is_none() {
        wrong(
            &["customerGets", "value"],
            "Value must be between 0.0 and 1.0, or an amount",
            "VALUE_OUTSIDE_RANGE",
        );
    }
    let (Some(off), Some(starts_at), true) = (off, starts_at, errors.is_empty()) else {
        return Done { errors, ..Done::default() };
    };
    let number = shopify.books.discounts.last().map_or(1, |last| last.number + 1);
    let tags = input["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let id = gid::write("DiscountCodeNode", number);
    call.applied("discount.create", &code, Some(id.clone()), None);
    shopify.books.discounts.push(Discount {
        number,
        title,
        code,
        off,
        limit: input["usageLimit"].as_i64(),
        tags: tags.collect(),
        starts_at,
        ends_at,
        created_at: call.now,
        updated_at: call.now,
    });
    Done { node: Some(id), ..Done::default() }
}

/// Reads the part of a whole that the vendor writes as a fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie between 0 and 1")]
fn ten_thousandths(part: f64) -> u32 {
    (part * 10_000.0).round() as u32
}

/// Switches a code off: it ends now. One that is over already stays as it is.
pub(crate) fn deactivate(shopify: &mut Shopify, call: &mut Call<'_>, arguments: &Map<String, Value>) -> Done {
    let number =
        arguments.get("id").and_then(Value::as_str).and_then(|id| gid::number(id, "DiscountCodeNode"));
    let Some(found) = shopify.books.discounts.iter_mut().find(|one| Some(one.number) == number) else {
        return Done::refused(UserError::at(&["id"], "Discount does not exist").coded("INVALID"));
    };
    let id = gid::write("DiscountCodeNode", found.number);
    if found.status(call.now) != "EXPIRED" {
        found.ends_at = Some(call.now);
        found.updated_at = call.now;
        call.applied("discount.disable", &id, Some(id.clone()), None);
    }
    Done { node: Some(id), ..Done::default() }
}
