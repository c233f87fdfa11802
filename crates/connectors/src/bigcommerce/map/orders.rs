//! Orders with their lines, parcels and refunds, and carts.

use fermata_model::record::{Cart, Change, Entity, Line, Order, Parcel, Refund, Who};
use fermata_model::{Currency, Money, Stream, Timestamp};

use super::money;
use crate::bigcommerce::wire;
use crate::reading::{Mapped, change, country, filled, full_name, inexact};

/// The state of an order that stopped at the payment page.
const INCOMPLETE: &str = "0";
/// The state of an order that was called off.
const CANCELLED: &str = "5";

/// Reads an order.
pub(in crate::bigcommerce) fn order(raw: &str) -> Change {
    change(Stream::Orders, raw, mapped_order)
}

/// Reads a cart, also one that became an order since.
pub(in crate::bigcommerce) fn cart(raw: &str) -> Change {
    change(Stream::Carts, raw, mapped_cart)
}

/// Returns the currency that a customer pays an order in.
///
/// Errors: what is wrong with it, for a person.
pub(in crate::bigcommerce) fn currency<T>(order: &wire::Order<T>) -> Result<Currency, String> {
    let code = [&order.default_currency_code, &order.currency_code];
    let code = code.into_iter().find_map(|code| filled(code.0.clone()));
    code.ok_or("the order names no currency")?.parse().map_err(|error| inexact(&error))
}

/// Returns how much of a refund goes back to the customer: what was not declined.
///
/// Errors: what is wrong with it, for a person.
pub(in crate::bigcommerce) fn paid_back(refund: &wire::Refund, currency: Currency) -> Result<Money, String> {
    if refund.payments.is_empty() {
        return money(&refund.total_amount, currency, "total_amount");
    }
    let kept = refund.payments.iter().filter(|payment| !payment.is_declined);
    kept.map(|payment| money(&payment.amount, currency, "amount"))
        .try_fold(Money::zero(currency), |sum, amount| {
            sum.checked_add(amount?).map_err(|error| inexact(&error))
        })
}

/// What an order and a cart have in common.
struct Common {
    id: String,
    created_at: Timestamp,
    changed_at: Timestamp,
    currency: Currency,
    total: Money,
    lines: Vec<Line>,
    who: Who,
}

fn common(order: &wire::Order, products: Option<Vec<wire::Line>>) -> Result<Common, String> {
    let created_at = order.date_created.0.ok_or("date_created is missing")?;
    let currency = currency(order)?;
    let lines = wire::lines_within(order.consignments.as_deref()).or(products);
    let lines = lines.ok_or("the order came without its lines")?;
    Ok(Common {
        id: order.id.0.clone(),
        created_at,
        changed_at: order.date_modified.0.unwrap_or(created_at),
        currency,
        total: money(&order.total_inc_tax, currency, "total_inc_tax")?,
        lines: lines.into_iter().map(|line| mapped_line(line, currency)).collect::<Result<_, _>>()?,
        who: who(order),
    })
}

fn mapped_order(document: wire::OrderDocument) -> Result<Mapped, String> {
    let wire::OrderDocument { order, products, shipments, refunds } = document;
    let Common { id, created_at, changed_at, currency, total, lines, who } = common(&order, products)?;
    let refunds: Vec<Refund> =
        refunds.into_iter().map(|refund| mapped_refund(refund, currency)).collect::<Result<_, _>>()?;
    let refunded = refunds.iter().try_fold(Money::zero(currency), |sum, refund| {
        sum.checked_add(refund.amount).map_err(|error| inexact(&error))
    })?;
    let entity = Order {
        name: format!("#{id}"),
        who,
        placed_at: created_at,
        // The vendor does not tell when; a cancelled order seldom changes afterwards.
        cancelled_at: (order.status_id.0 == CANCELLED).then_some(changed_at),
        currency,
        total,
        refunded,
        payment_status: order.payment_status.0.unwrap_or_default(),
        delivery_status: filled(order.status.0).unwrap_or(order.status_id.0),
        lines,
        refunds,
        parcels: shipments.into_iter().map(mapped_parcel).collect::<Result<_, _>>()?,
        tags: Vec::new(),
        note: filled(order.staff_notes.0),
    };
    Ok(Mapped { external_id: id, changed_at, entity: Entity::Order(entity) })
}

fn mapped_cart(document: wire::OrderDocument) -> Result<Mapped, String> {
    let wire::OrderDocument { order, products, .. } = document;
    let Common { id, created_at, changed_at, total, lines, who, .. } = common(&order, products)?;
    let cart = Cart {
        who,
        created_at,
        // The payment page is left within minutes, and later changes are not when it was left.
        completed_at: (order.status_id.0 != INCOMPLETE).then_some(created_at),
        lines,
        total,
        recovery_url: None,
    };
    Ok(Mapped { external_id: id, changed_at, entity: Entity::Cart(cart) })
}

fn mapped_line(line: wire::Line, currency: Currency) -> Result<Line, String> {
    Ok(Line {
        external_id: line.id.0,
        variant: filled(line.variant_id.0).filter(|id| id != "0"),
        sku: filled(line.sku.0),
        title: line.name.0.unwrap_or_default(),
        quantity: line.quantity,
        unit_price: line.price_inc_tax.rounded(currency)?.unwrap_or(Money::zero(currency)),
    })
}

fn mapped_refund(refund: wire::Refund, currency: Currency) -> Result<Refund, String> {
    let amount = paid_back(&refund, currency)?;
    let notes = [refund.reason].into_iter().chain(refund.items.into_iter().map(|item| item.reason));
    Ok(Refund {
        external_id: refund.id.0,
        at: refund.created.0.ok_or("a refund has no time")?,
        amount,
        note: notes.into_iter().find_map(|note| filled(note.0)),
    })
}

fn mapped_parcel(shipment: wire::Shipment) -> Result<Parcel, String> {
    let carrier =
        [shipment.shipping_provider_display_name, shipment.tracking_carrier, shipment.shipping_provider];
    Ok(Parcel {
        external_id: shipment.id.0,
        carrier: carrier.into_iter().find_map(|carrier| filled(carrier.0)),
        tracking: filled(shipment.tracking_number.0),
        // A shipment has no state of its own: it is there once something left.
        status: "Shipped".to_owned(),
        shipped_at: shipment.date_created.0.ok_or("a shipment has no time")?,
        due_at: None,
        delivered_at: None,
    })
}

fn who(order: &wire::Order) -> Who {
    let address = order.billing_address.clone().unwrap_or_default();
    Who {
        external_id: filled(order.customer_id.0.clone()).filter(|id| id != "0"),
        name: full_name(address.first_name.0.as_deref(), address.last_name.0.as_deref()),
        emails: filled(address.email.0).into_iter().collect(),
        phones: filled(address.phone.0).into_iter().collect(),
        country: country(address.country_iso2.0),
        claims: Vec::new(),
    }
}
