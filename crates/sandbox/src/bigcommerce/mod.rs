//! The BigCommerce twin: a storefront's REST interfaces v2 and v3 over HTTP.
//!
//! It signs in by `X-Auth-Token` (401, a missing scope 403), counts 150 requests per 30 s in one window on the real
//! clock and tells what is left in every answer. Paths begin with `/stores/<hash>`, as does the base address that is
//! given out.
//!
//! What it does as the vendor does:
//! - v2 answers bare lists and 204 without a body where they are empty, dates of RFC 2822, money as texts of four
//!   decimals, and refuses with a list; v3 wraps, counts pages, has JSON numbers, and refuses with an object;
//! - `refunded_amount` is `0.0000` for ever: refunds are in v3 alone;
//! - a refund is scheduled (201) and carried out seconds later, its amounts must be those of a quote, and there is one
//!   at a time for an order; nothing is restocked;
//! - stock that was adjusted shows a little later;
//! - carts cannot be listed: a checkout that was left is an order with status 0;
//! - deleting without a filter is 204 and does nothing; there is no idempotency key anywhere.
//!
//! Companies are a part of their own ([`companies`]).
//!
//! What it leaves out: webhooks, carts and checkouts, subscribers, making orders and products. What a request
//! asks for beyond that is refused rather than ignored.
//!
//! Source: the vendor's OpenAPI files of April 2026 and the pages of its documentation named in them.

mod bodies;
mod companies;
mod customers;
mod discounts;
mod errors;
mod inventory;
mod limits;
mod lists;
mod money;
mod numbers;
mod orders;
mod prices;
mod products;
mod query;
mod refunds;
mod routes;
mod store;
mod values;
mod variants;

use fermata_model::Platform;
use serde_json::{Value, json};

use self::errors::Api;
use crate::paging::Numbered;
use crate::rate::{self, Windows};
use crate::rest::{self, Found};
use crate::shape::{self, Shape, Unfit};
use crate::twins::{Keys, Twin};
use crate::vendor::{Call, Operation, Reply, Request, Vendor};

/// The platform.
pub(crate) static TWIN: Twin = Twin {
    platform: Platform::Bigcommerce,
    storefront: true,
    scopes: routes::SCOPES,
    keys: |seal| {
        let (token, hash) = (seal.mark("token"), seal.mark("store")[..10].to_owned());
        let credentials = json!({ "access_token": token });
        Keys { token, path: format!("/stores/{hash}"), credentials, ..Keys::default() }
    },
    vendor: |_, options| {
        Box::new(Bigcommerce {
            windows: limits::windows(options.rates),
            pages: Numbered::default(),
            book: orders::Book::default(),
            refunds: refunds::Refunds::default(),
            goods: products::Goods::default(),
            stock: inventory::Stock::default(),
            discounts: discounts::Discounts::default(),
            prices: prices::PriceLists::default(),
            b2b: companies::B2b::new(options.rates),
        })
    },
};

#[derive(Debug)]
struct Bigcommerce {
    windows: Windows,
    pages: Numbered,
    book: orders::Book,
    refunds: refunds::Refunds,
    goods: products::Goods,
    stock: inventory::Stock,
    discounts: discounts::Discounts,
    prices: prices::PriceLists,
    b2b: companies::B2b,
}

impl Vendor for Bigcommerce {
    fn operation(&self, request: &Request) -> Operation {
        if companies::is_for(request) {
            return companies::operation(request);
        }
        let operation = rest::operation(routes::ROUTES, request);
        // A quote is posted and changes nothing.
        Operation { write: operation.write && operation.name != "createOrderRefundQuotes", ..operation }
    }

    fn answer(&mut self, request: &Request, call: &mut Call<'_>) -> Reply {
        if companies::is_for(request) {
            return self.b2b.answer(request, call);
        }
        if call.replaying {
            return self.serve(request, call).unwrap_or_else(|refusal| refusal);
        }
        if let Err(refusal) = sign_in(request, call) {
            return refusal;
        }
        let reply = match self.windows.take(call.elapsed) {
            Err(wait) => errors::throttled().with("X-Retry-After", rate::whole_seconds(wait).to_string()),
            Ok(()) => self.serve(request, call).unwrap_or_else(|refusal| refusal),
        };
        limits::stamp(reply, &self.windows, call.elapsed)
    }

    /// Without a wait it is the platform that is overloaded, and no header tells of a window.
    fn throttled(&self, retry_after: Option<u32>) -> Reply {
        match retry_after {
            Some(seconds) => limits::wait(errors::throttled(), u64::from(seconds)),
            None => errors::throttled(),
        }
    }

    fn failed(&self, status: u16) -> Reply {
        Api::V3.refuse(status, "Internal Server Error")
    }
}

fn sign_in(request: &Request, call: &Call<'_>) -> Result<(), Reply> {
    let ours = request.path.strip_prefix(&*call.access.path).is_some_and(|rest| rest.starts_with('/'));
    if call.revoked || !ours || request.header("x-auth-token") != Some(&*call.access.token) {
        return Err(Api::of(&request.path).refuse(401, "Unauthorized"));
    }
    Ok(())
}

/// A request that was let in.
struct Asked<'a> {
    request: &'a Request,
    query: query::Query,
    api: Api,
    /// The store's own name in the path.
    hash: &'a str,
    /// The numbers in the path behind it, in order.
    numbers: Vec<u64>,
}

impl Bigcommerce {
    fn serve(&mut self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let api = Api::of(&request.path);
        let (route, parts) = match rest::find(routes::ROUTES, &request.method, &request.path) {
            Found::Route(route, parts) => (route, parts),
            Found::OtherMethod => return Err(api.refuse(405, "Method not allowed.")),
            Found::Nowhere => return Err(api.not_found()),
        };
        if !call.replaying && !route.scope.is_empty() && !call.access.allows(route.scope) {
            return Err(api.refuse(403, "You don't have a required scope to access the endpoint"));
        }
        let asked = &Asked {
            request,
            query: query::Query::read(request, route, call.now)?,
            api,
            hash: parts.first().copied().unwrap_or_default(),
            numbers: parts.iter().skip(1).filter_map(|part| part.parse().ok()).collect(),
        };
        let (pages, book, refunds) = (&mut self.pages, &mut self.book, &mut self.refunds);
        let (goods, stock) = (&mut self.goods, &mut self.stock);
        let (discounts, prices) = (&mut self.discounts, &mut self.prices);
        match route.name {
            "getStoreInformation" => Ok(store::store(asked, call)),
            "getSystemTimestamp" => Ok(store::time(call)),
            "getOrderStatuses" => Ok(orders::statuses()),
            "getOrders" => orders::list(asked, call, book, pages),
            "getOrder" => orders::get(asked, call, book),
            "updateOrder" => orders::update(asked, call, book),
            "deleteOrder" => orders::archive(asked, call, book),
            "getOrderProducts" => orders::products(asked, call, pages),
            "getOrderCoupons" => orders::coupons(asked, call),
            "getOrderShippingAddresses" => orders::addresses(asked, call, book, pages),
            "updateOrderShippingAddress" => orders::update_address(asked, call, book),
            "getOrderShipments" => orders::shipments(asked, call, book, pages),
            "getOrdersRefunds" => Ok(refunds::list(asked, call, refunds, pages)),
            "getOrderRefund" => refunds::get(asked, call, refunds),
            "createOrderRefundQuotes" => refunds::quote(asked, call),
            "getOrderRefunds" => refunds::of_order(asked, call, refunds),
            "createOrderRefund" => refunds::create(asked, call, refunds),
            "getOrderTransactions" => refunds::transactions(asked, call),
            "getCustomers" => Ok(customers::list(asked, call, pages)),
            "updateCustomers" => customers::update(asked, call),
            "deleteCustomers" => Ok(customers::delete(asked, call)),
            "getProducts" => Ok(products::list(asked, call, goods, stock, pages)),
            "getProduct" => products::get(asked, call, goods, stock),
            "updateProduct" => products::update(asked, call, goods, stock),
            "getProductVariants" | "getVariants" => variants::list(asked, call, goods, stock, pages),
            "getProductVariant" => variants::get(asked, call, goods, stock),
            "updateVariantsBatch" => variants::update(asked, call, goods, stock),
            "get-inventory-items" => Ok(inventory::items(asked, call, stock, pages)),
            "getLocations" => Ok(inventory::locations(asked, call, pages)),
            "put-absolute-adjustment" => inventory::adjust(asked, call, stock, false),
            "post-relative-adjustment" => inventory::adjust(asked, call, stock, true),
            "getCoupons" => Ok(discounts.coupons(asked, call, pages)),
            "createCoupon" => discounts.create_coupon(asked, call),
            "updateCoupon" => discounts.update_coupon(asked, call),
            "deleteCoupon" => discounts.delete_coupon(asked, call),
            "getPromotions" => Ok(discounts.promotions(asked, call, pages)),
            "createPromotion" => discounts.create_promotion(asked, call),
            "getPromotion" => discounts.get_promotion(asked, call),
            "updatePromotion" => discounts.update_promotion(asked, call),
            "getPromotionCodes" | "getCouponCodeByCode" => discounts.codes(asked, call, pages),
            "createPromotionCode" => discounts.create_code(asked, call),
            "deleteCouponCode" => Ok(discounts.delete_code(asked, call)),
            "getPriceLists" => Ok(prices::list(asked, call, pages)),
            "getListOfPriceListAssignments" => Ok(prices::assignments(asked, call, pages)),
            "getPriceListRecords" => prices::records(asked, call, prices, pages),
            "upsertPriceListRecords" => prices::upsert(asked, call, prices),
            _ => Err(api.not_found()),
        }
    }
}

/// Tells whether a body is a list of more than so many; the vendor counts before it looks at any.
fn exceeds(asked: &Asked<'_>, most: usize) -> bool {
    let body = asked.request.json();
    body.is_some_and(|body| body.as_array().is_some_and(|all| all.len() > most))
}

/// Reads a body and holds it against its shape.
fn body(asked: &Asked<'_>, shape: &Shape) -> Result<Value, Reply> {
    shape::read(asked.request, shape).map_err(|unfit| match unfit {
        Unfit::NotJson => asked.api.refuse(400, "The request body is not valid JSON."),
        Unfit::Shape(complaints) => asked.api.bad_shape(&complaints),
    })
}
