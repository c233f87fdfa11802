//! UCI Online Retail: the invoices of a real British gift shop (CC BY 4.0, D. Chen 2015).
//!
//! Dates are moved so that the last invoice lies an hour before the present. The set has customer
//! numbers, countries, goods, prices and cancellations; names and addresses of the people are
//! invented. Invoices without a customer number become orders of guests. Postage lines become
//! shipping; adjustments, fees and gifts of nothing are left out.

use std::collections::{HashMap, HashSet};

use fermata_model::Currency;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::super::goods::cents;
use super::super::invent::somebody;
use super::super::life::Act;
use super::super::{DAY, HOUR, Moment, PersonId, Shop, VariantId, World};
use super::{Given, Outcome, find, read, tickets, unreadable};
use crate::Error;
use crate::options::{Options, WorldKind};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    invoice_no: String,
    stock_code: String,
    description: String,
    quantity: i64,
    invoice_date: String,
    unit_price: f64,
    #[serde(rename = "CustomerID")]
    customer: Option<String>,
    country: String,
}

/// An invoice as it is gathered from its lines.
struct Invoice {
    number: String,
    at: i64,
    customer: Option<String>,
    country: [u8; 2],
    lines: Vec<(VariantId, u32, i64)>,
    shipping: i64,
    back: bool,
}

/// Makes the world of the British gift shop.
pub(in crate::world) fn uci_retail(options: &Options, anchor: Moment) -> Result<World, Error> {
    let name = WorldKind::UciRetail.name();
    let path = find(options, name, "orders/uci_online_retail_to_2011-08-31.csv.gz")?;
    let text = read(&path)?;
    let mut rows: Vec<Row> = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        rows.push(row.map_err(|error| unreadable(&path, &error))?);
    }
    drop(text);
    let mut seconds: Vec<i64> = Vec::with_capacity(rows.len());
    for row in &rows {
        seconds.push(
            second(&row.invoice_date)
                .ok_or_else(|| unreadable(&path, &format!("\"{}\"", row.invoice_date)))?,
        );
    }
    let last = seconds.iter().max().copied().unwrap_or(0);
    let first = seconds.iter().min().copied().unwrap_or(0);
    let shift = anchor.second() - HOUR - last;
    let start = Moment::from_second(first + shift).plus(-2 * DAY);

    let shop = Shop {
        name: "Willow & Tin Gifts".to_owned(),
        domain: "willow-and-tin.myshopify.com".to_owned(),
        email: "hello@willowandtin.example".to_owned(),
        currency: Currency::GBP,
        country: "GB".to_owned(),
    };
    let mut world = World::empty(options.seed, start, shop, tickets::texts(options)?);
    let invoices = gather(&mut world, &rows, &seconds, start);
    drop(rows);

    let mut dice = ChaCha8Rng::seed_from_u64(options.seed ^ 0x0075_6369);
    let mut taken = HashSet::new();
    let mut known: HashMap<String, PersonId> = HashMap::new();
    let mut late = 0;
    for invoice in invoices {
        let at = Moment::from_second(invoice.at + shift);
        let guest = invoice.customer.is_none();
        let key = invoice.customer.clone().unwrap_or_else(|| format!("guest {}", invoice.number));
        let person = *known.entry(key).or_insert_with(|| {
            let place = u32::try_from(world.people.len()).unwrap_or(u32::MAX);
            let mut person = somebody(place, start, &mut taken, &mut dice);
            person.address.country = invoice.country;
            person.address.province = None;
            person.phone = None;
            world.add_person(person)
        });
        if invoice.back {
            for (variant, pieces, price) in invoice.lines {
                world.plan(at, Act::GivenBack { person, variant, pieces, amount: price * i64::from(pieces) });
            }
            continue;
        }
        let age = anchor.since(at);
        let mut outcome = Outcome::Sent;
        if !guest && late < 16 && (7 * DAY..14 * DAY).contains(&age) && world.life.happens(0.2) {
            late += 1;
            outcome = Outcome::OnItsWay(anchor.plus(world.life.between(DAY, 6 * DAY)));
            world.stage_question(person, anchor);
        }
        world.plan(
            at,
            Act::Given(Box::new(Given {
                person,
                guest,
                name: Some(format!("#{}", invoice.number).into_boxed_str()),
                ship_to: None,
                lines: invoice.lines,
                shipping: invoice.shipping,
                gateway: "shopify_payments",
                outcome,
            })),
        );
    }
    world.begin_routine(start);
    let mut cast = world.cast(anchor);
    world.stage_carts(&mut cast, 11, anchor);
    world.open_doors(anchor);
    world.step(anchor);
    Ok(world)
}

/// Gathers lines to invoices and puts their goods on sale.
fn gather(world: &mut World, rows: &[Row], seconds: &[i64], start: Moment) -> Vec<Invoice> {
    let mut variants: HashMap<&str, VariantId> = HashMap::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut invoices: Vec<Invoice> = Vec::new();
    for (row, at) in rows.iter().zip(seconds) {
        let back = row.invoice_no.starts_with('C');
        let pieces = if back { -row.quantity } else { row.quantity };
        let is_invoice = back || row.invoice_no.starts_with(|digit: char| digit.is_ascii_digit());
        if !is_invoice || pieces <= 0 || row.unit_price <= 0.0 {
            continue;
        }
        let price = cents(row.unit_price);
        let place = *places.entry(row.invoice_no.as_str()).or_insert_with(|| {
            invoices.push(Invoice {
                number: row.invoice_no.clone(),
                at: *at,
                customer: row.customer.clone().filter(|customer| !customer.is_empty()),
                country: country(&row.country),
                lines: Vec::new(),
                shipping: 0,
                back,
            });
            invoices.len() - 1
        });
        let invoice = &mut invoices[place];
        if matches!(row.stock_code.as_str(), "POST" | "DOT" | "C2") {
            invoice.shipping += price * pieces;
            continue;
        }
        if !row.stock_code.starts_with(|digit: char| digit.is_ascii_digit()) {
            continue;
        }
        let variant = *variants.entry(row.stock_code.as_str()).or_insert_with(|| {
            let title = title(&row.description);
            let product = world.add_product(&title, "Gifts", &title, &[], false, start);
            let variant = world.add_variant(product, &[], &row.stock_code, price, start);
            let pieces = world.life.between(20, 400);
            world.variants.edit(variant, start, |variant| variant.stock = vec![pieces, pieces / 6]);
            variant
        });
        world.life.favourites.push(variant);
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        match invoice.lines.iter_mut().find(|line| line.0 == variant && line.2 == price) {
            Some(line) => line.1 = line.1.saturating_add(pieces),
            None => invoice.lines.push((variant, pieces, price)),
        }
    }
    invoices.retain(|invoice| !invoice.lines.is_empty());
    invoices
}

/// Reads `2010-12-01 08:26`, a time of the shop, as seconds.
fn second(text: &str) -> Option<i64> {
    let at: DateTime = format!("{}:00", text.replace(' ', "T")).parse().ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Writes `WHITE METAL LANTERN` as `White metal lantern`.
fn title(description: &str) -> String {
    let words = description.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the two letters of the countries that the set names; the shop's own for the rest.
fn country(name: &str) -> [u8; 2] {
    *match name {
        "Germany" => b"DE",
        "France" => b"FR",
        "EIRE" => b"IE",
        "Spain" => b"ES",
        "Netherlands" => b"NL",
        "Belgium" => b"BE",
        "Switzerland" => b"CH",
        "Australia" => b"AU",
        "Portugal" => b"PT",
        "Norway" => b"NO",
        "Finland" => b"FI",
        "Italy" => b"IT",
        "Cyprus" => b"CY",
        "Japan" => b"JP",
        "Sweden" => b"SE",
        "Austria" => b"AT",
        "Hong Kong" => b"HK",
        "Poland" => b"PL",
        "Israel" => b"IL",
        "Denmark" => b"DK",
        "Singapore" => b"SG",
        "Canada" => b"CA",
        "Iceland" => b"IS",
        "Greece" => b"GR",
        "Malta" => b"MT",
        "USA" => b"US",
        _ => b"GB",
    }
}
