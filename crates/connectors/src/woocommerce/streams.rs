//! One page of one stream: which list it is read from, and what is folded into its records.
//!
//! - A first pass over orders takes several pages of theirs at a time, so that one request brings the
//!   refunds of all of them: few orders have any.
//! - A first pass over refunds reads nothing. It stands before that over orders, and these bring every
//!   refund that was there by then; whatever comes after it began is new to the pass that follows.

use fermata_model::{Change, Platform, Stream};
use serde_json::value::RawValue;

use super::walk::{self, Leaf, List, Order, Place};
use super::{Woocommerce, door, map, parts, wire};
use crate::failure::{began_again, no_stream};
use crate::http::Request;
use crate::rest::written;
use crate::{Error, Ids, Page, Pull};

const CUSTOMERS: List = List {
    operation: "GET /customers",
    path: "/wc/v3/customers",
    fields: "",
    // Somebody who buys may have another role than "customer".
    more: &[("role", "all")],
    order: Order::Pages,
};
const ORDERS: List =
    List { operation: "GET /orders", path: "/wc/v3/orders", fields: "", more: &[], order: Order::Change };
const REFUNDS: List = List {
    operation: "GET /refunds",
    path: "/wc/v3/refunds",
    fields: "id,parent_id,date_created_gmt",
    more: &[],
    order: Order::Creation,
};
/// Not all of a product: `related_ids` are drawn by lot for every answer, so that the same product
/// would look changed each time, and cost the shop more than the rest together.
const PRODUCTS: List = List {
    operation: "GET /products",
    path: "/wc/v3/products",
    fields: "id,parent_id,name,slug,permalink,type,status,catalog_visibility,description,short_description,sku,\
             global_unique_id,price,regular_price,sale_price,on_sale,manage_stock,stock_quantity,stock_status,\
             backorders,categories,tags,brands,attributes,variations,meta_data,date_created_gmt,date_modified_gmt",
    more: &[],
    order: Order::Change,
};
const COUPONS: List =
    List { operation: "GET /coupons", path: "/wc/v3/coupons", fields: "", more: &[], order: Order::Change };

/// What a count needs.
const COUNTED: &str =
    "id,parent_id,type,name,sku,manage_stock,stock_quantity,date_created_gmt,date_modified_gmt";
const COUNTED_PRODUCTS: List = List { fields: COUNTED, ..PRODUCTS };
const COUNTED_VARIATIONS: List = List {
    operation: "GET /variations",
    path: "/wc/v3/variations",
    fields: COUNTED,
    more: &[],
    order: Order::Change,
};

/// The most pages of orders that are taken together: what is lost if the last of them does not come.
const MOST_TOGETHER: usize = 8;

/// What is not there yet, or no longer: a checkout that was begun, a page that was opened, the bin.
/// Lists leave these out by themselves, but for checkouts in some shops, and that of coupons, which
/// leaves out nothing.
///
/// Source: woocommerce, `WC_REST_Coupons_Controller::prepare_objects_query`, 10.5.
const ABSENT: [&str; 3] = ["checkout-draft", "auto-draft", "trash"];

fn lists(stream: Stream) -> Result<&'static [&'static List], Error> {
    Ok(match stream {
        Stream::Customers => &[&CUSTOMERS],
        Stream::Orders => &[&ORDERS],
        Stream::Refunds => &[&REFUNDS],
        Stream::Products => &[&PRODUCTS],
        Stream::Stock => &[&COUNTED_PRODUCTS, &COUNTED_VARIATIONS],
        Stream::Discounts => &[&COUPONS],
        other => return Err(no_stream(Platform::Woocommerce, other)),
    })
}

/// Reads one page.
pub(super) async fn pull(woo: &Woocommerce, pull: &Pull) -> Result<Page, Error> {
    let lists = lists(pull.stream)?;
    if pull.stream == Stream::Refunds && pull.since.is_none() && pull.token.is_none() {
        return Ok(Page { changes: Vec::new(), next: None, total: None });
    }
    let (leaf, next) = leaf(woo, lists, pull).await?;
    if pull.stream == Stream::Orders {
        return placed(woo, lists, pull, leaf, next).await;
    }
    let records: Vec<&RawValue> = door::read("pull", &leaf.body)?;
    let changes = match pull.stream {
        Stream::Refunds => refunded(woo, &records).await?,
        Stream::Products => {
            let currency = format!("\"{}\"", woo.currency().await?);
            let whole = parts::fold(woo, &parts::VARIATIONS, &records).await?;
            whole.iter().map(|raw| map::product(&parts::with(raw, "fermata_currency", &currency))).collect()
        }
        Stream::Stock => records.iter().filter_map(|raw| map::stock(raw.get())).collect(),
        Stream::Customers => records.iter().map(|raw| map::customer(raw.get())).collect(),
        _ => records.iter().filter(|raw| is_there(raw)).map(|raw| map::coupon(raw.get())).collect(),
    };
    // Several lists make the shop's count another than ours.
    let total = leaf
        .total
        .filter(|_| matches!(pull.stream, Stream::Customers | Stream::Products | Stream::Discounts));
    Ok(Page { changes, next, total })
}

/// Makes a page of orders. In the middle of a first pass it takes in the next pages of the shop's, as
/// many as have their refunds in one request; the first one comes alone, because somebody waits for it.
async fn placed(
    woo: &Woocommerce,
    lists: &[&List],
    pull: &Pull,
    first: Leaf,
    mut next: Option<String>,
) -> Result<Page, Error> {
    let total = first.total;
    let mut bodies = vec![first.body];
    if pull.since.is_none() && pull.token.is_some() && pull.size.is_none() {
        let mut refunds = refunds_on(&bodies[0])?;
        while bodies.len() < MOST_TOGETHER
            && refunds + refunds / bodies.len() <= parts::MOST
            && let Some(token) = next.take()
        {
            let (further, after) = leaf(woo, lists, &Pull { token: Some(token), ..pull.clone() }).await?;
            refunds += refunds_on(&further.body)?;
            bodies.push(further.body);
            next = after;
        }
    }
    let pages = bodies.iter().map(|body| door::read::<Vec<&RawValue>>(ORDERS.operation, body));
    let records = pages.collect::<Result<Vec<_>, _>>()?.concat();
    Ok(Page { changes: orders(woo, &records).await?, next, total })
}

/// Counts the refunds that a page of orders names.
fn refunds_on(body: &str) -> Result<usize, Error> {
    Ok(parts::named(&parts::REFUNDS, &door::read::<Vec<&RawValue>>(ORDERS.operation, body)?))
}

/// Reads one page of ids.
pub(super) async fn ids(woo: &Woocommerce, pull: &Pull) -> Result<Ids, Error> {
    let list = match pull.stream {
        Stream::Customers => List { fields: "id", ..CUSTOMERS },
        Stream::Orders => List { fields: "id,status,date_created_gmt", ..ORDERS },
        Stream::Products => List { fields: "id,date_created_gmt", ..PRODUCTS },
        Stream::Discounts => List { fields: "id,status,date_created_gmt", ..COUPONS },
        other => return Ok(Ids::of(other, self::pull(woo, pull).await?)),
    };
    let (leaf, next) = leaf(woo, &[&list], pull).await?;
    let named: Vec<wire::Named> = door::read(list.operation, &leaf.body)?;
    let ids = named.into_iter().filter(|named| !is_absent(named)).map(|named| named.id.0).collect();
    Ok(Ids { ids, next })
}

/// Reads the page that a pull asks for; returns it with the token of the next one.
async fn leaf(woo: &Woocommerce, lists: &[&List], pull: &Pull) -> Result<(Leaf, Option<String>), Error> {
    let place = Place::of(lists, lists[0].operation, pull)?;
    let leaf = walk::read(woo, lists[place.list], &place)
        .await
        .map_err(|error| began_again(error, pull.token.is_some()))?;
    let next = leaf.next.clone().or_else(|| {
        let number = place.list + 1;
        lists.get(number).map(|list| Place::first(number, list, pull))
    });
    Ok((leaf, next.map(|place| written(&place))))
}

fn is_absent(named: &wire::Named) -> bool {
    named.status.0.as_deref().is_some_and(|status| ABSENT.contains(&status))
}

/// Tells whether a record is there; one that cannot be read is, and is set aside later.
fn is_there(raw: &RawValue) -> bool {
    !serde_json::from_str(raw.get()).is_ok_and(|named| is_absent(&named))
}

async fn orders(woo: &Woocommerce, records: &[&RawValue]) -> Result<Vec<Change>, Error> {
    let placed: Vec<&RawValue> = records.iter().filter(|raw| is_there(raw)).copied().collect();
    let whole = parts::fold(woo, &parts::REFUNDS, &placed).await?;
    Ok(whole.iter().map(|raw| map::order(raw)).collect())
}

/// Reads the orders that a page of refunds belongs to, since a refund does not always move the
/// order's time of change.
async fn refunded(woo: &Woocommerce, refunds: &[&RawValue]) -> Result<Vec<Change>, Error> {
    let mut parents: Vec<String> = Vec::new();
    for raw in refunds {
        let part: Result<wire::Part, _> = serde_json::from_str(raw.get());
        if let Some(parent) = part.ok().and_then(|part| part.parent_id.0).filter(|id| id != "0")
            && !parents.contains(&parent)
        {
            parents.push(parent);
        }
    }
    if parents.is_empty() {
        return Ok(Vec::new());
    }
    let request = Request::get(ORDERS.operation, ORDERS.path)
        .query("include", parents.join(","))
        .query("per_page", "100");
    let response = woo.ask(request).await?;
    let records: Vec<&RawValue> = door::read(ORDERS.operation, &response.body)?;
    orders(woo, &records).await
}
