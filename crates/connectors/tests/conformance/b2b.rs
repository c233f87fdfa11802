//! The two lists of BigCommerce's B2B Edition that the connector reads, as the vendor describes them.
//!
//! The vendor's file is not among those at hand, so that they are written down here in the same form, from its words:
//! github bigcommerce/docs, `docs/b2b-edition/specs/api-v3/company/company.yaml` (commits a6488de9 and 09fcf467),
//! `user/user.yaml` (9d3c2e81), `models/utils/pagination.yaml` (76fdae6b), and for the headers
//! `authentication/hosted-auth.mdx` (0fff2754). Where two of them differ, a request must be right by both and an answer by
//! either.

use serde_json::{Value, json};

use super::openapi::OpenApi;

/// Where it lies on this machine.
pub(super) const BELOW: &str = "/api/v3/io";

/// The description.
pub(super) fn spec() -> OpenApi {
    OpenApi::of(json!({ "openapi": "3.0.1", "paths": {
        "/companies": { "get": {
            "operationId": "get-companies",
            // The vendor's model of pages says "below 250".
            "parameters": [
                query("limit", json!({ "type": "integer", "minimum": 1, "exclusiveMaximum": 250 })),
                query("offset", json!({ "type": "integer", "minimum": 0 })),
                query("minModified", json!({ "type": "number" })),
                query("maxModified", json!({ "type": "number" })),
                query("minCreated", json!({ "type": "number" })),
                query("maxCreated", json!({ "type": "number" })),
                query("sortBy", json!({ "type": "string", "enum": ["companyName", "updatedAt"] })),
                query("orderBy", json!({ "type": "string", "enum": ["ASC", "DESC"] })),
                query("isIncludeExtraFields", json!({ "type": "string", "enum": ["0", "1"] })),
                query("companyStatus", json!({ "type": "integer", "enum": [0, 1, 2, 3] })),
                header("X-Auth-Token"),
                header("X-Store-Hash"),
            ],
            "responses": answers(&company()),
        } },
        "/users": { "get": {
            "operationId": "companies_users_list",
            "parameters": [
                query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 250 })),
                query("offset", json!({ "type": "integer", "minimum": 0 })),
                query("minModified", json!({ "type": "string" })),
                query("maxModified", json!({ "type": "string" })),
                query("companyId", json!({ "type": "integer" })),
                query("isIncludeExtraFields", json!({ "type": "string", "enum": ["0", "1"] })),
                header("X-Auth-Token"),
                header("X-Store-Hash"),
            ],
            "responses": answers(&user()),
        } },
    } }))
}

fn query(name: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "schema": schema })
}

fn header(name: &str) -> Value {
    json!({ "name": name, "in": "header", "required": true, "schema": { "type": "string", "minLength": 1 } })
}

fn answers(record: &Value) -> Value {
    let whole = |number: u32| json!({ "type": "integer", "minimum": number });
    let list = json!({
        "type": "object", "required": ["code", "data", "meta"],
        "properties": {
            "code": { "type": "integer" },
            "data": { "type": "array", "items": record },
            "meta": { "type": "object", "required": ["message"], "properties": {
                "message": { "type": "string", "minLength": 1 },
                "pagination": { "type": "object", "properties": {
                    "limit": whole(1), "offset": whole(0), "totalCount": whole(0),
                } },
            } },
        },
    });
    let refusal = json!({
        "type": "object", "required": ["code", "meta"],
        "properties": { "code": { "type": "integer" }, "data": { "type": "object" }, "meta": {
            "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } },
        } },
    });
    json!({
        "200": { "content": { "application/json": { "schema": list } } },
        "4XX": { "content": { "application/json": { "schema": refusal } } },
        "5XX": { "content": { "application/json": { "schema": refusal } } },
    })
}

fn company() -> Value {
    let text = json!({ "type": "string" });
    let seconds = json!({ "type": "string", "minLength": 1 });
    let assigned = json!({ "type": "object", "properties": {
        "channelId": { "type": "integer" }, "priceListId": { "type": "integer" }, "priceListName": text,
        "channelName": text,
    } });
    json!({
        "type": "object",
        "required": ["companyId", "companyName", "bcGroupName", "companyStatus", "companyEmail", "companyPhone", "uuid",
            "catalogId", "catalogName", "updatedAt", "createdAt", "bcGroupId"],
        "properties": {
            "companyId": { "type": "string", "minLength": 1 }, "companyName": { "type": "string", "minLength": 1 },
            "bcGroupName": text, "companyStatus": { "type": "string", "enum": ["0", "1", "2", "3"] },
            "companyEmail": text, "companyPhone": text, "uuid": text, "catalogId": text, "catalogName": text,
            "updatedAt": seconds, "createdAt": seconds, "bcGroupId": { "type": "integer" },
            "priceListAssign": { "type": "array", "items": assigned },
            "parentCompany": { "type": "object", "properties": { "id": { "type": "integer" }, "name": text } },
            "extraFields": { "type": "array", "items": { "type": "object" } },
        },
    })
}

fn user() -> Value {
    let (text, number) = (json!({ "type": "string" }), json!({ "type": "integer" }));
    let channel = json!({ "type": "object", "properties": {
        "channelId": number, "channelName": text, "iconUrl": text,
    } });
    json!({
        "type": "object", "required": ["id"],
        "properties": {
            "id": number, "companyId": number, "customerId": number, "email": text, "firstName": text, "lastName": text,
            "phoneNumber": text, "role": { "type": "integer", "enum": [0, 1, 2] }, "companyRoleId": number,
            "companyRoleName": text, "uuid": text, "createdAt": number, "updatedAt": number,
            "channelList": { "type": "array", "items": channel },
            "extraFields": { "type": "array", "items": { "type": "object" } },
        },
    })
}

/// Asks the practice store for everything of B2B Edition that the connector reads, and for what it must refuse.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_practice_b2b_edition_answers_as_the_vendor_says() {
    use fermata_connectors::{Pull, connect};
    use fermata_model::{Change, Entity, Platform, Stream};
    use fermata_sandbox::{Options, Practice};

    use super::listen;
    use super::practice::pass_on;
    use crate::support::listener::Seen;
    use crate::support::settings;

    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut options =
        Options { customers: 80, now: Some(now), speed: 0.0, rates: 100.0, ..Options::default() };
    options.platforms = [Platform::Bigcommerce].into();
    let practice = Practice::start(options).await.unwrap();
    let (address, path) = practice
        .base_url(Platform::Bigcommerce)
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .map(owned)
        .unwrap();
    let (there, token) = (address.clone(), practice.access(Platform::Bigcommerce).token.clone());
    let (listener, log) = listen(move |seen| tokio::task::block_in_place(|| pass_on(&there, seen))).await;
    let mut settings = settings(&format!("{}/{path}", listener.url), &[("access_token", &token)]);
    settings.patience.answer = std::time::Duration::from_secs(20);
    let store = connect(Platform::Bigcommerce, settings).unwrap();

    let mut pull = Pull { stream: Stream::Companies, since: None, until: now, token: None, size: Some(4) };
    let (mut companies, mut members) = (0, 0);
    loop {
        let page = store.pull(&pull).await.unwrap();
        for change in &page.changes {
            let Change::Seen(record) = change else { panic!("{change:?}") };
            let Entity::Company(company) = &record.entity else { panic!("{record:?}") };
            (companies, members) = (companies + 1, members + company.members.len());
        }
        let Some(next) = page.next else { break };
        pull.token = Some(next);
    }
    assert!(companies > 4 && members >= companies, "more than a page, and nobody buys for none");

    let spec = spec();
    let below =
        |seen: &Seen| Seen { path: seen.path.strip_prefix(BELOW).unwrap().to_owned(), ..seen.clone() };
    let mut said = log.lock().unwrap().clone();
    // Which customer group buys by which price list is asked of the store itself.
    said.retain(|(request, _)| request.path.starts_with(BELOW));
    for (request, reply) in &said {
        let request = below(request);
        assert_eq!(spec.check_request(&request), Vec::<String>::new());
        assert_eq!(spec.check_answer(&request, reply), Vec::<String>::new());
    }
    // What the description refuses the practice store refuses too, in the vendor's shape.
    let (good, _) = said.iter().find(|(request, _)| request.path.ends_with("/companies")).unwrap();
    for wrong in [
        "limit=0",
        "limit=251",
        "limit=ten",
        "offset=-1",
        "sortBy=id",
        "orderBy=desc",
        "companyStatus=9",
        "maxModified=yesterday",
        "page=2",
        "isIncludeExtraFields=true",
    ] {
        let asked = Seen { query: wrong.to_owned(), ..good.clone() };
        assert!(!spec.check_request(&below(&asked)).is_empty(), "{wrong} is wrong by the description");
        let reply = tokio::task::block_in_place(|| pass_on(&address, &asked));
        assert_eq!(spec.check_answer(&below(&asked), &reply), Vec::<String>::new(), "{wrong}");
        let crate::support::listener::Reply::Answer { status, .. } = reply else { panic!("no answer") };
        assert_eq!(status, if wrong == "limit=251" { 413 } else { 422 }, "{wrong}");
    }
    practice.stop().await;
}

fn owned((first, second): (&str, &str)) -> (String, String) {
    (first.to_owned(), second.to_owned())
}
