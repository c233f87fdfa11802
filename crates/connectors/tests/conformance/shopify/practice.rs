//! The practice store's answers, to our documents, against the vendor's schema.

use fermata_model::Platform;
use fermata_sandbox::{Options, Practice};
use serde_json::{Value, json};

use super::{everything, schema};

/// A practice store to which documents are sent by hand.
struct Shop {
    practice: Practice,
    client: reqwest::Client,
}

impl Shop {
    async fn ask(&self, body: &Value) -> Value {
        let response = self
            .client
            .post(format!("{}/admin/api/2026-10/graphql.json", self.practice.base_url(Platform::Shopify)))
            .header("x-shopify-access-token", &self.practice.access(Platform::Shopify).token)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }
}

#[tokio::test]
async fn every_answer_of_the_practice_store_is_the_vendors() {
    let Some(schema) = schema::vendor() else { return };
    let practice = Practice::start(Options {
        customers: 80,
        now: Some("2026-11-21T12:00:00Z".parse().unwrap()),
        speed: 0.0,
        ..Options::default()
    })
    .await
    .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let shop = Shop { practice, client };
    let said = everything().await;
    let document = |operation: &str| said[operation][0].0.clone();

    let first = |page: Value| page["data"]["page"]["nodes"][0]["id"].clone();
    let orders = shop.ask(&document("orders")).await;
    let paid = orders["data"]["page"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|order| order["displayFinancialStatus"] == "PAID")
        .expect("a paid order");
    let order = paid["id"].clone();
    let cart = first(shop.ask(&document("carts")).await);
    let products = shop.ask(&document("products")).await;
    let variant = products["data"]["page"]["nodes"][0]["variants"]["nodes"][0]["id"].clone();
    let product = first(products);
    let payment = {
        let mut body = document("refundable");
        body["variables"]["id"] = order.clone();
        shop.ask(&body).await["data"]["order"]["transactions"][0]["id"].clone()
    };

    for operation in said.keys() {
        let mut body = document(operation);
        match operation.as_str() {
            "refundable" | "refunds" | "restockable" | "orderState" | "orderTags" => {
                body["variables"]["id"] = order.clone();
            }
            "stockState" | "variantState" => body["variables"]["id"] = variant.clone(),
            "soleVariant" | "productState" => body["variables"]["id"] = product.clone(),
            "productVariantsBulkUpdate" => {
                body["variables"]["product"] = product.clone();
                body["variables"]["variants"][0]["id"] = variant.clone();
            }
            "productUpdate" => body["variables"]["product"]["id"] = product.clone(),
            "holdState" => body["variables"]["id"] = order.clone(),
            // The cursor of our script is none of the practice store's.
            "customerIds" | "orderIds" | "cartIds" | "productIds" | "discountIds" => {
                body["variables"]["after"] = json!(null);
            }
            // It is called off, so that nothing can be done to it after: its document alone counts.
            "orderCancel" => body["variables"]["id"] = json!("gid://shopify/Order/1"),
            "orderUpdate" => body["variables"]["input"]["id"] = order.clone(),
            // Reading on from nowhere is reading from the start.
            "orderLines" | "cartLines" | "productVariants" => {
                let text = body["query"].as_str().unwrap().replace("$after: String!", "$after: String");
                let id = match operation.as_str() {
                    "orderLines" => &order,
                    "cartLines" => &cart,
                    _ => &product,
                };
                body = json!({ "query": text, "variables": { "id": id, "after": null } });
            }
            "refundCreate" => {
                let input = &mut body["variables"]["input"];
                input["orderId"] = order.clone();
                input["transactions"][0]["orderId"] = order.clone();
                input["transactions"][0]["parentId"] = payment.clone();
                input["transactions"][0]["amount"] = json!("1.00");
            }
            _ => {}
        }
        let answer = shop.ask(&body).await;
        assert!(answer["errors"].is_null(), "{operation}: {}", answer["errors"]);
        let request = schema::check_request(schema, &body).unwrap();
        let wrong = schema::check_answer(schema, &request, &answer["data"]);
        assert!(wrong.is_empty(), "{operation} is not answered as the vendor would: {wrong:#?}");
        let cost = answer["extensions"]["cost"]["requestedQueryCost"].as_f64().unwrap();
        assert!(cost <= 1_000.0, "{operation} costs {cost}, more than one query may");
    }
}
