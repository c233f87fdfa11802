//! Prices that the vendor keeps finer than any coin.

use fermata_connectors::Connector;
use fermata_model::record::{Price, Product};
use fermata_model::{Change, Currency, Entity, Money, Stream};
use serde_json::{Value, json};

use super::bigcommerce;
use crate::support::listener::{Listener, Reply};

fn read(connector: &dyn Connector, stream: Stream, raw: &Value) -> Entity {
    let Change::Seen(record) = connector.reread(stream, &raw.to_string()).unwrap() else { panic!("{raw}") };
    record.entity
}

fn product(connector: &dyn Connector, currency: &str, price: f64, variant: Value) -> Product {
    let raw = json!({ "id": 5, "currency": currency, "product": {
        "id": 5, "name": "Screw", "price": price, "date_modified": "2026-11-19T20:16:55+00:00",
        "variants": [{ "id": 77, "price": variant }],
    } });
    let Entity::Product(product) = read(connector, Stream::Products, &raw) else { panic!("a product") };
    product
}

#[tokio::test]
async fn a_product_whose_price_is_finer_than_a_cent_is_shown_without_it() {
    let connector = bigcommerce(&Listener::script(vec![Reply::Cut]).await);
    let price = |currency, own, variant| product(&*connector, currency, own, variant).variants[0].price;
    assert_eq!(price("EUR", 0.0625, Value::Null), None);
    assert_eq!(price("EUR", 20.5, json!(0.0625)), None, "nor is the product's price the variant's");
    assert_eq!(price("EUR", 20.5, Value::Null), Some(Money::new(2_050, Currency::EUR)));
    assert_eq!(price("JPY", 980.0, Value::Null), Some(Money::new(980, Currency::JPY)));
}

#[tokio::test]
async fn a_price_that_a_list_works_out_is_shown_to_the_coin() {
    let connector = bigcommerce(&Listener::script(vec![Reply::Cut]).await);
    let raw = json!({ "price_list_id": 6, "variant_id": 77, "currency": "eur", "price": null,
        "calculated_price": 11.691, "sale_price": null, "date_modified": "2026-11-19T20:16:55Z" });
    let Entity::Price(Price { price, sale, .. }) = read(&*connector, Stream::Prices, &raw) else {
        panic!("a price")
    };
    assert_eq!((price, sale), (Money::new(1_169, Currency::EUR), None));
}
