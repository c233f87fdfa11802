//! The shop of tau-bench retail: 500 customers, 50 products with variants, 1,000 orders (MIT).
//!
//! The set has no dates: orders are laid out over the year before the present by their state.
//! Delivered and cancelled ones lie further back, processed ones are on their way, pending ones
//! wait to be packed.

use std::collections::{BTreeMap, HashMap};

use fermata_model::Currency;
use serde::Deserialize;

use super::super::build::HISTORY;
use super::super::goods::cents;
use super::super::life::Act;
use super::super::{Address, DAY, HOUR, Moment, Person, PersonId, Shop, VariantId, World};
use super::{Given, Outcome, find, read_json_lines, tickets};
use crate::Error;
use crate::options::{Options, WorldKind};

#[derive(Deserialize)]
struct User {
    key: String,
    name: Name,
    address: Place,
    email: String,
}

#[derive(Deserialize)]
struct Name {
    first_name: String,
    last_name: String,
}

#[derive(Deserialize, Clone, PartialEq)]
struct Place {
    address1: String,
    address2: String,
    city: String,
    state: String,
    zip: String,
}

#[derive(Deserialize)]
struct Goods {
    name: String,
    variants: BTreeMap<String, Kind>,
}

#[derive(Deserialize)]
struct Kind {
    item_id: String,
    options: BTreeMap<String, String>,
    available: bool,
    price: f64,
}

#[derive(Deserialize)]
struct Purchase {
    order_id: String,
    user_id: String,
    address: Place,
    items: Vec<Item>,
    status: String,
    payment_history: Vec<Paid>,
}

#[derive(Deserialize)]
struct Item {
    item_id: String,
    price: f64,
}

#[derive(Deserialize)]
struct Paid {
    payment_method_id: String,
}

impl Place {
    fn address(&self) -> Address {
        Address {
            street: self.address1.as_str().into(),
            extra: Some(self.address2.as_str().into()),
            city: self.city.as_str().into(),
            province: Some(self.state.as_str().into()),
            zip: self.zip.as_str().into(),
            country: *b"US",
        }
    }
}

/// Makes the world of tau-bench retail.
pub(in crate::world) fn tau_retail(options: &Options, anchor: Moment) -> Result<World, Error> {
    let name = WorldKind::TauRetail.name();
    let users: Vec<User> = read_json_lines(&find(options, name, "tickets/tau_retail_users.jsonl.gz")?)?;
    let goods: Vec<Goods> = read_json_lines(&find(options, name, "tickets/tau_retail_products.jsonl.gz")?)?;
    let mut purchases: Vec<Purchase> =
        read_json_lines(&find(options, name, "tickets/tau_retail_orders.jsonl.gz")?)?;
    let start = anchor.plus(-HISTORY);
    let shop = Shop {
        name: "Tau Retail".to_owned(),
        domain: "tau-retail.myshopify.com".to_owned(),
        email: "help@tau-retail.example".to_owned(),
        currency: Currency::USD,
        country: "US".to_owned(),
    };
    let mut world = World::empty(options.seed, start, shop, tickets::texts(options)?);
    let variants = stock_up(&mut world, &goods, start);
    let people: HashMap<&str, PersonId> =
        users.iter().map(|user| (user.key.as_str(), world.add_person(person(user, start)))).collect();
    let homes: HashMap<&str, &Place> = users.iter().map(|user| (user.key.as_str(), &user.address)).collect();

    // The order of the file says nothing; that of the names is at least the same for everybody.
    purchases.sort_by(|a, b| a.order_id.cmp(&b.order_id));
    let mut late = 0;
    for purchase in &purchases {
        let Some(person) = people.get(purchase.user_id.as_str()).copied() else { continue };
        let placed = match purchase.status.as_str() {
            "processed" => anchor.plus(-world.life.between(3 * DAY, 11 * DAY)),
            "pending" => anchor.plus(-world.life.between(HOUR, 12 * DAY)),
            _ => anchor.plus(-world.life.between(16 * DAY, HISTORY - 3 * DAY)),
        };
        let outcome = match purchase.status.as_str() {
            "cancelled" => Outcome::Cancelled,
            "pending" => Outcome::Waiting(anchor.plus(world.life.between(2 * HOUR, 6 * DAY))),
            "processed" => Outcome::OnItsWay(anchor.plus(world.life.between(4 * HOUR, 6 * DAY))),
            _ => Outcome::Sent,
        };
        // Of those on their way for longest, every customer but a few asks where they are.
        if purchase.status == "processed" && anchor.since(placed) > 7 * DAY && late < 16 {
            late += 1;
            world.stage_question(person, anchor);
        }
        let mut lines: Vec<(VariantId, u32, i64)> = Vec::new();
        for item in &purchase.items {
            let Some(variant) = variants.get(item.item_id.as_str()).copied() else { continue };
            let price = cents(item.price);
            match lines.iter_mut().find(|line| line.0 == variant && line.2 == price) {
                Some(line) => line.1 += 1,
                None => lines.push((variant, 1, price)),
            }
        }
        let method = purchase.payment_history.first().map_or("", |paid| paid.payment_method_id.as_str());
        let gateway = match method {
            method if method.starts_with("paypal") => "paypal",
            method if method.starts_with("gift_card") => "gift_card",
            _ => "shopify_payments",
        };
        let elsewhere = homes.get(purchase.user_id.as_str()).is_none_or(|home| **home != purchase.address);
        world.plan(
            placed,
            Act::Given(Box::new(Given {
                person,
                guest: false,
                name: Some(purchase.order_id.as_str().into()),
                ship_to: elsewhere.then(|| Box::new(purchase.address.address())),
                lines,
                shipping: 0,
                gateway,
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

fn person(user: &User, since: Moment) -> Person {
    Person {
        first: user.name.first_name.as_str().into(),
        last: user.name.last_name.as_str().into(),
        email: user.email.as_str().into(),
        second_email: None,
        phone: None,
        address: user.address.address(),
        since,
        anger: 0,
    }
}

/// Puts the products on sale; what is marked available gets stock. Returns variants by item id.
fn stock_up(world: &mut World, goods: &[Goods], start: Moment) -> HashMap<String, VariantId> {
    let mut variants = HashMap::new();
    for one in goods {
        // A size, where there is one, comes first: it is what people ask about.
        let mut names: Vec<&String> =
            one.variants.values().next().map(|kind| kind.options.keys().collect()).unwrap_or_default();
        names.sort_by_key(|name| name.as_str() != "size");
        names.truncate(3);
        let sized = names.first().is_some_and(|name| name.as_str() == "size");
        let options: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        let product = world.add_product(&one.name, &one.name, &one.name, &options, sized, start);
        for kind in one.variants.values() {
            let values: Vec<String> =
                names.iter().map(|name| kind.options.get(*name).cloned().unwrap_or_default()).collect();
            let variant = world.add_variant(product, &values, &kind.item_id, cents(kind.price), start);
            if kind.available {
                let pieces = world.life.between(5, 60);
                world.variants.edit(variant, start, |variant| variant.stock = vec![pieces, pieces / 5]);
                world.life.favourites.push(variant);
            }
            variants.insert(kind.item_id.clone(), variant);
        }
    }
    variants
}
