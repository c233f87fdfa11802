//! From Shopify's shapes to ours. Pure: nothing is asked, nothing is guessed; a status is kept as
//! Shopify writes it.

use fermata_model::record::{
    Cart, Discount, Gone, Line, Order, Parcel, Person, Product, Refund, Stock, Variant, Who,
};
use fermata_model::{Change, Currency, Entity, Money, MoneyError, Record, Stream, Timestamp};

use super::wire;
use crate::reading::{Mapped, change, filled, full_name, inexact, why};

/// A record as it was read.
pub(super) struct Read {
    /// The record, as far as its text goes.
    pub(super) record: Box<Record>,
    /// Where a list inside it goes on.
    pub(super) rest: Option<Rest>,
}

/// Where a list inside a record goes on.
pub(super) struct Rest {
    /// The record's global id, as it was given.
    pub(super) gid: String,
    /// The cursor of what was last read.
    pub(super) cursor: String,
}

impl Rest {
    /// A list that was read to its end stands in the record's text, however it began.
    fn of<T>(gid: &str, list: &wire::Connection<T>, more: &Option<Vec<T>>) -> Option<Self> {
        let cursor = list.rest().filter(|_| more.is_none())?;
        Some(Self { gid: gid.to_owned(), cursor })
    }
}

impl From<Box<Record>> for Read {
    fn from(record: Box<Record>) -> Self {
        Self { record, rest: None }
    }
}

/// Why a record cannot be taken over, for a person; it names no value but an amount.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    /// The JSON does not have the documented shape.
    #[error("{}", why(.0))]
    Shape(#[from] serde_json::Error),
    /// An amount cannot be kept exactly.
    #[error("{}", inexact(.0))]
    Money(#[from] MoneyError),
}

/// Returns the number at the end of a global id: `gid://shopify/Order/123` gives `123`.
///
/// Some ids carry a query (`...?key=...`), which is no part of the number. The kind of thing is
/// implied by the stream.
pub(super) fn number(gid: &str) -> String {
    let tail = gid.rsplit('/').next().unwrap_or(gid);
    tail.split('?').next().unwrap_or(tail).to_owned()
}

/// Returns a global id from its number.
pub(super) fn gid(kind: &str, number: &str) -> String {
    format!("gid://shopify/{kind}/{number}")
}

pub(super) fn money(bag: &wire::MoneyBag) -> Result<Money, MoneyError> {
    let amount = &bag.presentment_money;
    Money::parse(&amount.amount, amount.currency_code.parse()?)
}

pub(super) fn customer(raw: &str) -> Result<Read, Unfit> {
    let customer: wire::Customer = serde_json::from_str(raw)?;
    let address = customer.default_address.as_ref();
    let accepts_marketing = customer
        .default_email_address
        .as_ref()
        .and_then(|email| email.marketing_state.as_deref())
        .and_then(accepts_marketing);
    let person = Person {
        created_at: Some(customer.created_at),
        city: address.and_then(|address| address.city.clone()),
        locale: customer.locale,
        tags: customer.tags,
        accepts_marketing,
        suppressed: None,
        who: Who {
            external_id: Some(number(&customer.id)),
            emails: texts([customer.default_email_address.map(|email| email.email_address)]),
            phones: texts([
                customer.default_phone_number.map(|phone| phone.phone_number),
                address.and_then(|address| address.phone.clone()),
            ]),
            name: full_name(customer.first_name.as_deref(), customer.last_name.as_deref()),
            country: address.and_then(|address| address.country_code_v2.clone()),
            claims: Vec::new(),
        },
    };
    Ok(record(Stream::Customers, &customer.id, customer.updated_at, Entity::Person(person), raw).into())
}

/// A state that says neither yes nor no (`PENDING`, or one that is new to us) is not known.
fn accepts_marketing(state: &str) -> Option<bool> {
    match state {
        "SUBSCRIBED" => Some(true),
        "NOT_SUBSCRIBED" | "UNSUBSCRIBED" | "INVALID" | "REDACTED" => Some(false),
        _ => None,
    }
}

pub(super) fn order(raw: &str) -> Result<Read, Unfit> {
    let order: wire::Order = serde_json::from_str(raw)?;
    let rest = Rest::of(&order.id, &order.line_items, &order.more);
    let shipping = order.shipping_address.as_ref();
    let billing = order.billing_address.as_ref();
    let who = Who {
        external_id: order.customer.map(|customer| number(&customer.id)),
        emails: texts([order.email]),
        phones: texts([order.phone, shipping.and_then(|address| address.phone.clone())]),
        name: [billing, shipping].into_iter().flatten().find_map(|address| address.name.clone()),
        country: [shipping, billing]
            .into_iter()
            .flatten()
            .find_map(|address| address.country_code_v2.clone()),
        claims: Vec::new(),
    };
    let entity = Order {
        name: order.name,
        who,
        placed_at: order.processed_at,
        cancelled_at: order.cancelled_at,
        currency: order.presentment_currency_code.parse()?,
        total: money(&order.total_price_set)?,
        refunded: money(&order.total_refunded_set)?,
        payment_status: order.display_financial_status.unwrap_or_default(),
        delivery_status: order.display_fulfillment_status.unwrap_or_default(),
        lines: lines(order.line_items.nodes, order.more)?,
        refunds: order.refunds.into_iter().map(refund).collect::<Result<_, _>>()?,
        parcels: order.fulfillments.into_iter().map(parcel).collect(),
        tags: order.tags,
        note: order.note,
    };
    Ok(Read { record: record(Stream::Orders, &order.id, order.updated_at, Entity::Order(entity), raw), rest })
}

fn lines(first: Vec<wire::Line>, more: Option<Vec<wire::Line>>) -> Result<Vec<Line>, MoneyError> {
    let line = |line: wire::Line| {
        Ok(Line {
            external_id: number(&line.id),
            variant: line.variant.map(|variant| number(&variant.id)),
            sku: line.sku.filter(|sku| !sku.is_empty()),
            title: line.title.unwrap_or_default(),
            quantity: line.quantity,
            unit_price: money(&line.original_unit_price_set)?,
        })
    };
    first.into_iter().chain(more.unwrap_or_default()).map(line).collect()
}

fn refund(refund: wire::Refund) -> Result<Refund, MoneyError> {
    Ok(Refund {
        external_id: number(&refund.id),
        at: refund.processed_at,
        amount: money(&refund.total_refunded_set)?,
        note: refund.note,
    })
}

fn parcel(fulfillment: wire::Fulfillment) -> Parcel {
    let tracking = fulfillment.tracking_info.into_iter().next();
    let (carrier, tracking) = tracking.map_or((None, None), |tracking| (tracking.company, tracking.number));
    Parcel {
        external_id: number(&fulfillment.id),
        carrier,
        tracking,
        // The finer of the two, where the carrier reports.
        status: fulfillment.display_status.unwrap_or(fulfillment.status),
        shipped_at: fulfillment.created_at,
        due_at: fulfillment.estimated_delivery_at,
        delivered_at: fulfillment.delivered_at,
    }
}

pub(super) fn cart(raw: &str) -> Result<Read, Unfit> {
    let cart: wire::Cart = serde_json::from_str(raw)?;
    let rest = Rest::of(&cart.id, &cart.line_items, &cart.more);
    let addresses = [cart.shipping_address, cart.billing_address];
    let mut who = Who {
        phones: texts(addresses.iter().flatten().map(|address| address.phone.clone())),
        name: addresses.iter().flatten().find_map(|address| address.name.clone()),
        country: addresses.iter().flatten().find_map(|address| address.country_code_v2.clone()),
        ..Who::default()
    };
    if let Some(customer) = cart.customer {
        who.external_id = Some(number(&customer.id));
        who.emails = texts([customer.default_email_address.map(|email| email.email_address)]);
        who.phones = texts(
            [customer.default_phone_number.map(|phone| phone.phone_number)]
                .into_iter()
                .chain(who.phones.into_iter().map(Some)),
        );
        who.name = full_name(customer.first_name.as_deref(), customer.last_name.as_deref()).or(who.name);
    }
    let entity = Cart {
        who,
        created_at: cart.created_at,
        completed_at: cart.completed_at,
        lines: lines(cart.line_items.nodes, cart.more)?,
        total: money(&cart.total_price_set)?,
        recovery_url: cart.abandoned_checkout_url,
    };
    Ok(Read { record: record(Stream::Carts, &cart.id, cart.updated_at, Entity::Cart(entity), raw), rest })
}

pub(super) fn product(raw: &str) -> Result<Read, Unfit> {
    let product: wire::Product = serde_json::from_str(raw)?;
    let rest = Rest::of(&product.id, &product.variants, &product.more);
    let currency: Currency = product.price_range_v2.min_variant_price.currency_code.parse()?;
    let variant = |variant: wire::Variant| {
        Ok(Variant {
            external_id: number(&variant.id),
            sku: variant.sku.filter(|sku| !sku.is_empty()),
            title: variant.title,
            price: variant.price.map(|price| Money::parse(&price, currency)).transpose()?,
            available: variant.inventory_quantity,
        })
    };
    let entity = Product {
        title: product.title,
        status: product.status,
        product_type: product.product_type.filter(|kind| !kind.is_empty()),
        created_at: product.created_at,
        variants: product
            .variants
            .nodes
            .into_iter()
            .chain(product.more.unwrap_or_default())
            .map(variant)
            .collect::<Result<_, MoneyError>>()?,
    };
    Ok(Read {
        record: record(Stream::Products, &product.id, product.updated_at, Entity::Product(entity), raw),
        rest,
    })
}

pub(super) fn discount(raw: &str) -> Result<Read, Unfit> {
    let node: wire::DiscountNode = serde_json::from_str(raw)?;
    let discount = node.code_discount;
    let entity = Discount {
        title: discount.title,
        codes: discount.codes.nodes.into_iter().map(|code| code.code).collect(),
        status: discount.status,
        value: discount.summary.unwrap_or_default(),
        used: discount.async_usage_count,
        limit: discount.usage_limit,
        starts_at: discount.starts_at,
        ends_at: discount.ends_at,
    };
    Ok(record(Stream::Discounts, &node.id, discount.updated_at, Entity::Discount(entity), raw).into())
}

/// Reads what lies of one thing at one place.
///
/// It is named by what is counted and where, since the vendor's own id of it leads back to neither.
pub(super) fn stock(raw: &str) -> Change {
    change(Stream::Stock, raw, |level: wire::StockLevel| {
        let wire::StockLevel { updated_at, location, item, quantities } = level;
        let place = number(&location.id);
        let external_id = format!("{}/{place}", number(&item.id));
        let quantity =
            |name: &str| quantities.iter().find(|one| one.name == name).map(|quantity| quantity.quantity);
        let variant = item.variants.and_then(|variants| variants.nodes.into_iter().next());
        // By the schema nothing in the catalogue need be counted by it. Its whole id then is no variant's number.
        let (product, counted) = variant
            .map_or((None, item.id), |variant| (Some(number(&variant.product.id)), number(&variant.id)));
        let stock = Stock {
            product,
            item: counted,
            sku: filled(item.sku),
            location: Some(place),
            location_name: filled(Some(location.name)),
            // What nobody counts has a number there all the same.
            available: quantity("available").filter(|_| item.tracked),
            on_hand: quantity("on_hand").filter(|_| item.tracked),
            committed: quantity("committed").filter(|_| item.tracked),
            incoming: quantity("incoming").filter(|_| item.tracked),
        };
        Ok::<_, &str>(Mapped { external_id, changed_at: updated_at, entity: Entity::Stock(stock) })
    })
}

/// Reads an event of the shop's log; `None` if it does not say that a product is no more.
pub(super) fn removal(raw: &str) -> Result<Option<Gone>, Unfit> {
    let event: wire::Event = serde_json::from_str(raw)?;
    let (Some(subject), Some("PRODUCT"), "destroy") =
        (event.subject_id, event.subject_type.as_deref(), event.action.as_str())
    else {
        return Ok(None);
    };
    Ok(Some(Gone {
        stream: Stream::Products,
        external_id: number(&subject),
        at: event.created_at,
        merged_into: None,
    }))
}

fn record(stream: Stream, gid: &str, changed_at: Timestamp, entity: Entity, raw: &str) -> Box<Record> {
    Box::new(Record { stream, external_id: number(gid), changed_at, entity, raw: raw.to_owned() })
}

/// Keeps what is there, once each, in order.
fn texts(values: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values.into_iter().flatten() {
        if !value.trim().is_empty() && !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}
