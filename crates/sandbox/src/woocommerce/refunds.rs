//! Refunds: booked as often as they are asked for, each with what the caller hung on it.
//!
//! The sum of what may still go back counts only refunds of seconds before: those of one second do not see each other,
//! as the recorded shop let four concurrent refunds of a whole order pass.

use fermata_model::{Currency, Money};
use serde_json::{Value, json};

use super::books::RefundBook;
use super::checks::{self, Declared, Kind};
use super::orders::{self, line_item};
use super::query::Row;
use super::routes::What;
use super::times::gmt;
use super::{Asked, Scene, Shop, errors, lists, meta, shop};
use crate::json::merged;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{NewRefund, Order, OrderId, Refund, RefundId, Thing};

const BODY: Declared = &[
    ("amount", Kind::Text),
    ("reason", Kind::Text),
    ("refunded_by", Kind::Whole),
    ("meta_data", Kind::Objects),
    ("line_items", Kind::Objects),
    ("api_refund", Kind::Bool),
    ("api_restock", Kind::Bool),
    ("shipping_lines", Kind::Elsewhere),
    ("fee_lines", Kind::Elsewhere),
];
/// The amount that the practice gateway declines, as the recorded one did, in minor units.
const DECLINED: i64 = 666;
const CANNOT: &str = "woocommerce_rest_cannot_create_order_refund";

pub(super) fn list(shop: &Shop, numbered: &mut Numbered, asked: &Asked<'_>, call: &mut Call<'_>) -> Reply {
    let everywhere = asked.route.what == What::Refunds;
    let world = &*call.world;
    let refunds = |(id, order): (OrderId, &Order)| {
        let rows: Vec<_> = order.refunds.iter().map(|refund| row(id, refund)).collect();
        rows
    };
    let rows = if everywhere {
        orders::all(shop, world).flat_map(refunds).collect()
    } else {
        orders::find(shop, world, asked.number(0)).map(refunds).unwrap_or_default()
    };
    lists::page(
        shop,
        numbered,
        asked,
        call,
        rows,
        |(order, _)| Some(Thing::Order(*order)),
        |scene, (order, refund)| show(scene, *order, *refund, everywhere),
    )
}

fn row(order: OrderId, refund: &Refund) -> Row<(OrderId, RefundId)> {
    Row {
        id: (order, refund.id),
        number: refund.id.number(),
        created: refund.created_at,
        updated: refund.created_at,
        title: String::new(),
    }
}

/// Writes a refund; only the list of all refunds names the order.
fn show(scene: &Scene<'_>, id: OrderId, refund: RefundId, everywhere: bool) -> Option<Value> {
    let order = scene.world.orders.get(id)?;
    let refund = order.refunds.iter().find(|one| one.id == refund)?;
    let book = scene.books.refunds.get(&refund.id);
    let number = refund.id.number();
    let mut meta = book.map(|book| book.meta.show()).unwrap_or_default();
    let kind = if refund.amount >= order.total() { "full" } else { "partial" };
    meta.push(json!({ "id": number + 1, "key": "_refund_type", "value": kind }));
    let tax = |amount: i64| if order.total() > 0 { order.tax * amount / order.total() } else { 0 };
    let lines: Vec<(u16, i64, i64, i64)> = match book {
        Some(book) => book.lines.clone(),
        None => refund
            .lines
            .iter()
            .map(|(place, pieces, amount)| (*place, i64::from(*pieces), amount - tax(*amount), tax(*amount)))
            .collect(),
    };
    let items: Vec<Value> = lines
        .iter()
        .filter_map(|(place, pieces, net, tax)| {
            let line = order.lines.get(usize::from(*place))?;
            let item = line.id.number().to_string();
            Some(merged([
                line_item(scene, line, -pieces, *net),
                json!({
                    "id": number + 2 + u64::from(*place),
                    "subtotal": scene.money(-net),
                    "subtotal_tax": scene.money(-tax),
                    "total": scene.money(-net),
                    "total_tax": scene.money(-tax),
                    "taxes": [],
                    "meta_data": [orders::item_meta(number + 2 + u64::from(*place), "_refunded_item_id", &item)],
                }),
            ]))
        })
        .collect();
    let paid = book.map_or(refund.transaction.is_some(), |book| book.paid);
    let list = format!("orders/{}/refunds", id.number());
    let mut links = scene.links(&list, number);
    links["up"] = json!([{ "href": scene.href(&format!("orders/{}", id.number())) }]);
    let mut shown = json!({
        "id": number,
        "date_created": scene.zone.local(refund.created_at),
        "date_created_gmt": gmt(refund.created_at),
        "amount": scene.money(refund.amount),
        "reason": refund.note.as_deref().unwrap_or_default(),
        "refunded_by": 1,
        "refunded_payment": paid,
        "meta_data": meta,
        "line_items": items,
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": links,
    });
    if everywhere {
        shown["parent_id"] = json!(id.number());
    }
    Some(shown)
}

pub(super) fn get(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let found = orders::find(shop, call.world, asked.number(0)).and_then(|(id, _)| {
        let refund = RefundId::from_number(asked.number(1))?;
        show(&shop.scene(call.world, asked.request), id, refund, false)
    });
    let found = found.ok_or_else(|| errors::invalid_id(404, "shop_order_refund"))?;
    Ok(errors::answer(200, &found))
}

/// What a refund comes to.
struct Sum {
    amount: i64,
    shipping: i64,
    /// Place of the line, pieces, net and tax.
    lines: Vec<(u16, i64, i64, i64)>,
}

pub(super) fn create(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = checks::body(asked.request)?;
    if let Some(operation) = meta::operation(&body) {
        call.key(operation);
    }
    checks::fits(&body, BODY)?;
    let Some((id, order)) = orders::find(shop, call.world, asked.number(0)) else {
        return Err(errors::refund("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404));
    };
    let currency = call.world.shop.currency;
    let sum = add_up(&body, id, order, currency)?;
    let earlier: i64 =
        order.refunds.iter().filter(|refund| refund.created_at < call.now).map(|refund| refund.amount).sum();
    if sum.amount < 0 || sum.amount > order.total() - earlier {
        return Err(errors::refund(CANNOT, "Invalid refund amount.", 500));
    }
    let moves = checks::flag(&body["api_refund"]).unwrap_or(true);
    let set = shop.books.orders.get(&id).and_then(|book| book.payment_method.as_deref());
    let gateway = match set {
        Some(method) => shop::gateway(method),
        None => Some(shop::paid_by(order)),
    };
    if moves && !gateway.is_some_and(|gateway| gateway.refunds) {
        let message = "The payment gateway for this order does not support automatic refunds.";
        return Err(errors::refund(CANNOT, message, 500));
    }
    if moves && sum.amount == DECLINED {
        return Err(errors::refund(CANNOT, "Card refund declined", 500));
    }
    let restocks = checks::flag(&body["api_restock"]).unwrap_or(true);
    let reason = body["reason"].as_str().unwrap_or_default().to_owned();
    let amount = sum.amount;
    let Some(refund) = book(shop, call, id, sum, (moves, restocks), &reason) else {
        return Err(errors::refund(CANNOT, "Invalid refund amount.", 500));
    };
    let kept = shop.books.refunds.entry(refund).or_default();
    kept.meta.write(&body["meta_data"], &mut shop.books.last_meta);
    let money = Money::new(amount, currency);
    call.applied("refund", id.number(), Some(refund.number().to_string()), Some(money));
    let shown = show(&shop.scene(call.world, asked.request), id, refund, false).unwrap_or_default();
    let location = format!(
        "{}/wp-json/wc/v3/orders/(?P<order_id>[\\d]+)/refunds/{}",
        asked.request.base_url,
        refund.number()
    );
    Ok(errors::answer(201, &shown).with("Location", location))
}

/// Adds a refund up; items that the order does not have are not minded.
fn add_up(body: &Value, id: OrderId, order: &Order, currency: Currency) -> Result<Sum, Reply> {
    let mut sum = Sum { amount: 0, shipping: 0, lines: Vec::new() };
    for item in body["line_items"].as_array().into_iter().flatten() {
        let number = checks::whole(&item["id"]).and_then(|number| u64::try_from(number).ok());
        let net = minor(&item["refund_total"], currency)?;
        let taxes = item["refund_tax"].as_array().into_iter().flatten();
        let tax = taxes.map(|tax| minor(&tax["refund_total"], currency)).sum::<Result<i64, Reply>>()?;
        let pieces = checks::whole(&item["quantity"]).unwrap_or(0);
        sum.amount += net + tax;
        if number == Some(id.number() + 1) {
            sum.shipping += net + tax;
        }
        let place = order.lines.iter().position(|line| Some(line.id.number()) == number);
        if let Some(place) = place.and_then(|place| u16::try_from(place).ok()) {
            sum.lines.push((place, pieces, net, tax));
        }
    }
    if let Some(amount) = body.get("amount").filter(|amount| !amount.is_null()) {
        sum.amount = minor(amount, currency)?;
    }
    Ok(sum)
}

fn minor(value: &Value, currency: Currency) -> Result<i64, Reply> {
    let text = match value {
        Value::Null => return Ok(0),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let money = Money::parse(&text, currency).map(|money| money.minor);
    money.map_err(|_| errors::refund(CANNOT, "Invalid refund amount.", 500))
}

/// Books a refund; the flags say whether money moves and whether pieces go back to stock.
fn book(
    shop: &mut Shop,
    call: &mut Call<'_>,
    id: OrderId,
    sum: Sum,
    (moves, restocks): (bool, bool),
    reason: &str,
) -> Option<RefundId> {
    let order = call.world.orders.get(id)?;
    let mut booked = Vec::new();
    let mut back = Vec::new();
    let kept = shop.books.orders.entry(id).or_default();
    for (place, pieces, net, tax) in &sum.lines {
        let line = order.lines.get(usize::from(*place))?;
        let pieces = u32::try_from(*pieces).unwrap_or(0);
        let left = line.quantity.saturating_sub(line.refunded);
        booked.push((*place, pieces.min(left), net + tax));
        let restocked = kept.restocked.entry(*place).or_default();
        let put_back = pieces.min(line.quantity.saturating_sub(*restocked));
        if restocks && !kept.returned && put_back > 0 {
            *restocked += put_back;
            back.push((line.variant, i64::from(put_back)));
        }
    }
    let note = (!reason.is_empty()).then(|| reason.to_owned());
    let new = NewRefund { amount: sum.amount, lines: booked, shipping: sum.shipping, note, restock: None };
    let refund = call.world.refund(id, new, call.now)?;
    for (variant, pieces) in back {
        call.world.move_stock(variant, 0, pieces, call.now);
    }
    if !moves {
        call.world.orders.quietly(id, |order| {
            for one in order.refunds.iter_mut().filter(|one| one.id == refund) {
                one.transaction = None;
            }
        });
    }
    shop.books.refunds.insert(refund, RefundBook { paid: moves, lines: sum.lines, ..RefundBook::default() });
    Some(refund)
}

/// Books what is left of an order without moving money, as the status `refunded` does when it is set.
pub(super) fn book_the_rest(shop: &mut Shop, call: &mut Call<'_>, id: OrderId) {
    let left = call.world.orders.get(id).map_or(0, |order| order.total() - order.refunded());
    if left > 0 {
        let sum = Sum { amount: left, shipping: 0, lines: Vec::new() };
        if let Some(refund) = book(shop, call, id, sum, (false, false), "Order fully refunded.") {
            let money = Money::new(left, call.world.shop.currency);
            call.applied("refund", id.number(), Some(refund.number().to_string()), Some(money));
        }
    }
}

/// Removes a refund from the books; `date_modified` of the order stays, and so does the money.
pub(super) fn delete(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let unknown = || errors::invalid_id(404, "shop_order_refund");
    let (id, _) = orders::find(shop, call.world, asked.number(0)).ok_or_else(unknown)?;
    let refund = RefundId::from_number(asked.number(1)).ok_or_else(unknown)?;
    let shown = show(&shop.scene(call.world, asked.request), id, refund, false).ok_or_else(unknown)?;
    if asked.query.text("force").is_some() && !asked.query.flag("force") {
        return Err(errors::no_trash("Orders"));
    }
    call.world.orders.quietly(id, |order| {
        let Some(place) = order.refunds.iter().position(|one| one.id == refund) else { return };
        let gone = order.refunds.remove(place);
        for (place, pieces, _) in gone.lines {
            if let Some(line) = order.lines.get_mut(usize::from(place)) {
                line.refunded = line.refunded.saturating_sub(pieces);
            }
        }
    });
    shop.books.refunds.remove(&refund);
    call.applied("refund.delete", id.number(), Some(refund.number().to_string()), None);
    Ok(errors::answer(200, &shown))
}
