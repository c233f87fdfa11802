//! WooCommerce: its route index says which parameters and members there are, its OPTIONS schemas
//! what answers hold. What we answer with here was recorded on a real 10.5.0.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use fermata_connectors::{Pull, connect};
use fermata_model::action::{Off, Pieces, ProductText};
use fermata_model::{Action, Address, Change, ConnectionId, Currency, Money, Platform, RecordRef, Stream};
use jsonschema::Draft;
use serde_json::{Value, json};

use super::openapi::shared;
use super::{Spec, hold, in_body, listen, more};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

const ROOT: &str = "/wp-json";

/// The vendor's index and schemas.
struct Woo {
    routes: BTreeMap<String, Value>,
    schemas: Value,
}

fn unzipped(path: PathBuf) -> Value {
    let mut text = String::new();
    let bytes = std::fs::read(path).unwrap();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Writes `/wc/v3/orders/(?P<id>[\d]+)` as `/wc/v3/orders/{id}`.
fn template(route: &str) -> String {
    let part = |part: &str| match part.strip_prefix("(?P<").and_then(|part| part.split_once('>')) {
        Some((name, _)) => format!("{{{name}}}"),
        None => part.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

impl Woo {
    fn load() -> Option<Self> {
        let index = unzipped(shared("specs/woocommerce/wc-v3-route-index-10.5.0.json.gz")?);
        let schemas = unzipped(shared("specs/woocommerce/wc-v3-options-schemas-10.5.0.json.gz")?);
        let mut routes: BTreeMap<String, Value> =
            index["routes"].as_object().unwrap().clone().into_iter().collect();
        // WordPress' own index, which is not part of WooCommerce's.
        routes.insert("/".to_owned(), json!({ "endpoints": [{ "methods": ["GET"], "args": {} }] }));
        Some(Self { routes, schemas })
    }

    /// Finds the route of a request; a literal path wins over a pattern.
    fn route(&self, seen: &Seen) -> Option<&str> {
        let path = seen.path.strip_prefix(ROOT)?;
        let fits = |route: &str| {
            route.split('/').count() == path.split('/').count()
                && route.split('/').zip(path.split('/')).all(|(pattern, part)| {
                    let number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                    pattern == part || pattern.starts_with("(?P<") && number
                })
        };
        let mut fitting: Vec<&str> =
            self.routes.keys().map(String::as_str).filter(|route| fits(route)).collect();
        fitting.sort_by_key(|route| route.matches("(?P<").count());
        fitting.first().copied()
    }

    fn args(&self, seen: &Seen) -> Option<&Value> {
        let endpoints = self.routes[self.route(seen)?]["endpoints"].as_array()?;
        let serves =
            |endpoint: &&Value| endpoint["methods"].as_array().unwrap().contains(&json!(seen.method));
        endpoints.iter().find(serves).map(|endpoint| &endpoint["args"])
    }
}

impl Spec for Woo {
    fn name(&self, request: &Seen) -> Option<String> {
        self.args(request)?;
        let route = template(self.route(request)?);
        Some(format!("{} {}", request.method, route.trim_start_matches("/wc/v3")))
    }

    fn check_request(&self, request: &Seen) -> Vec<String> {
        let Some(args) = self.args(request) else {
            return vec![format!("nothing is served at {} {}", request.method, request.path)];
        };
        let mut wrong = Vec::new();
        for (name, value) in request.query_pairs() {
            // WordPress' own, known at every route.
            if name == "_fields" {
                continue;
            }
            match args.get(&name) {
                Some(arg) => wrong.extend(unfit(&name, arg, &value)),
                None => wrong.push(format!("{name} is not declared")),
            }
        }
        let members: Value = match request.body.as_str() {
            "" => json!({}),
            body => serde_json::from_str(body).unwrap(),
        };
        for (name, value) in members.as_object().unwrap() {
            // The schema calls a refund's lines read-only; refund_manual_line_item.json sends them.
            if name == "line_items" && request.path.ends_with("/refunds") {
                continue;
            }
            let Some(arg) = args.get(name) else {
                wrong.push(format!("the member {name} is not declared"));
                continue;
            };
            let schema = clean(arg.clone());
            let validator = jsonschema::options().with_draft(Draft::Draft202012).build(&schema).unwrap();
            wrong.extend(validator.iter_errors(value).map(|error| format!("{name}: {error}")));
            undeclared(&schema, value, name, &mut wrong);
        }
        for (name, arg) in args.as_object().into_iter().flatten() {
            if arg["required"] == true && members.get(name).is_none() {
                wrong.push(format!("{name} is missing"));
            }
        }
        wrong
    }

    fn check_answer(&self, request: &Seen, reply: &Reply) -> Vec<String> {
        let Reply::Answer { body, .. } = reply else { return vec!["no answer".to_owned()] };
        let body: Value = serde_json::from_str(body).unwrap();
        let declared = &self.schemas[self.route(request).unwrap()]["schema"]["properties"];
        if declared.is_null() {
            return Vec::new();
        }
        // Sent by the server, in every recording, and missing in its schemas.
        let known =
            ["_links", "currency_symbol", "date_created_gmt", "date_modified_gmt", "name", "parent_id"];
        let records = body.as_array().cloned().unwrap_or_else(|| vec![body]);
        let names = records.iter().flat_map(|record| record.as_object().unwrap().keys());
        let odd =
            names.filter(|name| declared.get(name.as_str()).is_none() && !known.contains(&name.as_str()));
        odd.map(|name| format!("{name} is not declared")).collect()
    }
}

/// Says what is wrong with one parameter; lists come as text with commas.
fn unfit(name: &str, arg: &Value, value: &str) -> Option<String> {
    let number = |text: &str| text.parse::<i64>().ok();
    let fits = match arg["type"].as_str() {
        Some("integer") => number(value).is_some_and(|number| {
            arg["minimum"].as_i64().is_none_or(|least| number >= least)
                && arg["maximum"].as_i64().is_none_or(|most| number <= most)
        }),
        Some("boolean") => matches!(value, "true" | "false"),
        Some("array") => value.split(',').all(|part| match arg["items"]["type"].as_str() {
            Some("integer") => number(part).is_some(),
            _ => arg["items"]["enum"].as_array().is_none_or(|words| words.contains(&json!(part))),
        }),
        _ if arg["format"] == "date-time" => {
            value.len() == 19
                && value.parse::<fermata_model::Timestamp>().is_err()
                && format!("{value}Z").parse::<fermata_model::Timestamp>().is_ok()
        }
        _ => arg["enum"].as_array().is_none_or(|words| words.contains(&json!(value))),
    };
    (!fits).then(|| format!("{name} cannot be {value:?}"))
}

/// Takes away what JSON Schema of today reads otherwise: a flag `required`, types of WordPress' own.
fn clean(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(fields) => {
            if fields.get("required").is_some_and(Value::is_boolean) {
                fields.remove("required");
            }
            if fields.get("type").is_some_and(|kind| matches!(kind.as_str(), Some("mixed" | "date-time"))) {
                fields.remove("type");
            }
            for field in fields.values_mut() {
                *field = clean(field.take());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = clean(item.take())),
        _ => {}
    }
    schema
}

/// Names each member that is not declared; objects without declared members are free.
fn undeclared(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let Some(declared) = schema["properties"].as_object() else { return };
            for (name, member) in members {
                match declared.get(name) {
                    Some(inner) => undeclared(inner, member, &format!("{at}.{name}"), wrong),
                    None => wrong.push(format!("{at}.{name} is not declared")),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| undeclared(&schema["items"], item, at, wrong)),
        _ => {}
    }
}

fn recorded(file: &str) -> Value {
    let path = shared(&format!("specs/woocommerce/responses/{file}.json")).unwrap();
    let recorded: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    recorded["body"].clone()
}

/// Answers with what was recorded; some orders and products more than there were.
fn script(spec: &Woo, seen: &Seen) -> Reply {
    let query: BTreeMap<String, String> = seen.query_pairs().into_iter().collect();
    let page = query.get("page").map_or("1", String::as_str);
    let order = |id: u64, refund: u64| {
        let mut order = recorded("order_after_partial_refund");
        order["id"] = json!(id);
        order["refunds"][0]["id"] = json!(refund);
        order
    };
    let name = spec.name(seen).unwrap();
    let body = match name.as_str() {
        "GET /" => json!({ "name": "Mugs &amp; more", "timezone_string": "America/New_York" }),
        "GET /data/currencies/current" => recorded("currency_current"),
        "POST /orders/batch" => json!({}),
        "GET /orders" => json!([order(49, 52), order(60, 61)]),
        "GET /refunds" => recorded("refunds_global_list"),
        "GET /orders/{order_id}/refunds" if seen.path.contains("/60/") => {
            let mut refunds = recorded("order_refunds_list");
            refunds[0]["id"] = json!(61);
            refunds
        }
        "GET /orders/{order_id}/refunds" => recorded("order_refunds_list"),
        "GET /customers" => recorded("customers_list"),
        "GET /products" => {
            let mut products = recorded("products_list");
            let mut other = products[0].clone();
            (other["id"], other["variations"]) = (json!(28), json!([29]));
            products.as_array_mut().unwrap().push(other);
            products
        }
        "GET /variations" => recorded("variations_global_list"),
        "GET /products/{product_id}/variations" => recorded("variations_list"),
        "GET /coupons" if query.get("code").is_some_and(|code| code == "sorry20") => json!([]),
        "GET /coupons" => recorded("coupon_by_code"),
        "GET /coupons/{id}" | "PUT /coupons/{id}" => recorded("coupon_by_code")[0].clone(),
        "POST /coupons" => recorded("coupon_create"),
        "GET /orders/{id}" if seen.path.ends_with("/53") => {
            let mut held = recorded("order_get");
            (held["id"], held["status"]) = (json!(53), json!("on-hold"));
            held
        }
        "GET /orders/{id}" => recorded("order_get"),
        "PUT /orders/{id}" => recorded("order_update_shipping_address"),
        "POST /orders/{order_id}/refunds" => recorded("refund_gateway_ok"),
        "GET /payment_gateways" => recorded("payment_gateways"),
        "GET /orders/{order_id}/notes" => recorded("order_notes_list"),
        "POST /orders/{order_id}/notes" => recorded("order_note_create"),
        "GET /products/{id}" => recorded("product_create"),
        "PUT /products/{id}" => recorded("stock_set"),
        "GET /products/{product_id}/variations/{id}" | "PUT /products/{product_id}/variations/{id}" => {
            recorded("variation_create")
        }
        other => panic!("nothing is scripted for {other}"),
    };
    let status = if seen.method == "POST" && !seen.path.ends_with("/batch") { 201 } else { 200 };
    let pages = if page == "1" && query.contains_key("per_page") { "2" } else { "1" };
    Reply::status(status, body).with("x-wp-total", "5").with("x-wp-totalpages", pages)
}

fn record(stream: Stream, id: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.to_owned(), label: "#49".to_owned() }
}

/// Everything that the connector can do, once.
fn actions() -> Vec<Action> {
    let order = || record(Stream::Orders, "49");
    let product = || record(Stream::Products, "46");
    vec![
        Action::OrderRefund {
            order: order(),
            amount: Money::new(300, Currency::USD),
            note: "Parcel late".to_owned(),
            restock: vec![Pieces { line: "13".to_owned(), quantity: 1 }],
        },
        Action::OrderCancel { order: order(), restock: true, note: String::new() },
        Action::OrderAddress {
            order: order(),
            address: Address { city: "Bonn".to_owned(), ..Address::default() },
        },
        Action::OrderNote { order: order(), text: "Called".to_owned() },
        Action::FulfilmentHold { order: order(), note: String::new() },
        Action::FulfilmentRelease { order: record(Stream::Orders, "53") },
        Action::StockSet {
            product: product(),
            variant: String::new(),
            location: None,
            quantity: 25,
            expected: Some(10),
        },
        Action::PriceSet {
            product: record(Stream::Products, "47"),
            variant: "48".to_owned(),
            price: Money::new(2_100, Currency::USD),
        },
        Action::ProductEdit {
            product: product(),
            text: ProductText {
                title: Some("Mug".to_owned()),
                description: Some("<p>Good</p>".to_owned()),
                ..ProductText::default()
            },
        },
        Action::DiscountCreate {
            discount: record(Stream::Discounts, "SORRY20"),
            title: "Sorry".to_owned(),
            off: Off::BasisPoints(1_250),
            uses: Some(1),
            ends_at: Some(now()),
        },
        Action::DiscountDisable { discount: record(Stream::Discounts, "55") },
    ]
}

#[tokio::test]
async fn every_woocommerce_request_is_one_that_the_shop_declares() {
    let Some(spec) = Woo::load() else { return };
    let answering = Woo::load().unwrap();
    let (listener, log) = listen(move |seen| script(&answering, seen)).await;
    let secrets = [("consumer_key", "ck_1"), ("consumer_secret", "cs_1")];
    let mut settings = settings(&listener.url, &secrets);
    // It keeps to its own budget here too.
    settings.patience.longest_pause = std::time::Duration::from_secs(5);
    let woo = connect(Platform::Woocommerce, settings).unwrap();

    let account = woo.check().await.unwrap();
    assert_eq!((account.currency, account.granted.len()), (Some(Currency::USD), 2));
    assert_eq!(
        (account.name.as_str(), account.time_zone.as_deref()),
        ("Mugs & more", Some("America/New_York"))
    );

    let streams = woo.capability().streams;
    for stream in streams.iter().map(|stream| stream.stream) {
        for since in [None, Some("2026-11-20T12:00:00Z".parse().unwrap())] {
            let mut pull = Pull { stream, since, until: now(), token: None, size: None };
            for _ in 0..6 {
                let page = woo.pull(&pull).await.unwrap();
                // What is refunded before orders are first read comes with them.
                let none = stream == Stream::Refunds && since.is_none();
                assert_eq!(page.changes.is_empty(), none, "{stream}");
                for change in &page.changes {
                    assert!(matches!(change, Change::Seen(_)), "{stream}: {change:?}");
                }
                let Some(next) = page.next else { break };
                pull.token = Some(next);
            }
        }
        let ids = woo.ids(stream, None, now()).await.unwrap();
        assert_eq!(ids.ids.is_empty(), stream == Stream::Refunds, "{stream}");
    }
    let actions = actions();
    assert_eq!(actions.len(), woo.capability().actions.len(), "every action is tried");
    for (number, action) in actions.iter().enumerate() {
        let key = format!("0197f3f0-0000-7000-8000-0000000000{number:02}").parse().unwrap();
        let frozen = woo.prepare(action, key, now()).await.unwrap();
        woo.send(&frozen).await.unwrap();
        woo.find(&frozen).await.unwrap();
    }

    for (request, _) in log.lock().unwrap().iter() {
        // Everybody may read the index, and a key there is taken for a user's name.
        let key = (request.path != "/wp-json/").then_some("Basic Y2tfMTpjc18x");
        assert_eq!(request.header("authorization"), key);
        assert!(!request.query.contains("consumer"), "keys are in the address only where nothing else works");
    }
    let wrong_page = |r: &mut Seen| more(r, "pagesize=1");
    hold(
        &spec,
        &log,
        &[
            ("GET /", wrong_page),
            ("GET /data/currencies/current", wrong_page),
            ("POST /orders/batch", |r| r.body = r#"{"made":[]}"#.to_owned()),
            ("GET /orders", |r| r.query = "orderby=changed".to_owned()),
            ("GET /refunds", |r| r.query = "per_page=101".to_owned()),
            ("GET /orders/{order_id}/refunds", |r| r.query = "parent=a,b".to_owned()),
            ("GET /customers", |r| r.query = "modified_after=2026-11-20T12:00:00".to_owned()),
            ("GET /products", |r| r.query = "modified_after=2026-11-20T12:00:00Z".to_owned()),
            ("GET /variations", |r| r.query = "dates_are_gmt=yes".to_owned()),
            ("GET /products/{product_id}/variations", |r| r.query = "order=up".to_owned()),
            ("GET /coupons", |r| r.query = "codes=a".to_owned()),
            ("GET /coupons/{id}", wrong_page),
            ("PUT /coupons/{id}", |r| in_body(r, "\"draft\"", "7")),
            ("POST /coupons", |r| in_body(r, "\"code\"", "\"name\"")),
            ("GET /orders/{id}", wrong_page),
            ("PUT /orders/{id}", |r| in_body(r, "cancelled", "canceled")),
            ("POST /orders/{order_id}/refunds", |r| in_body(r, "\"3.00\"", "3.00")),
            ("GET /payment_gateways", wrong_page),
            ("GET /orders/{order_id}/notes", wrong_page),
            ("POST /orders/{order_id}/notes", |r| in_body(r, "\"note\"", "\"text\"")),
            ("GET /products/{id}", wrong_page),
            ("PUT /products/{id}", |r| in_body(r, "stock_quantity", "quantity")),
            ("GET /products/{product_id}/variations/{id}", wrong_page),
            ("PUT /products/{product_id}/variations/{id}", |r| in_body(r, "\"21.00\"", "21")),
        ],
    );
}
