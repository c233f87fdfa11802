//! Promises of the Gorgias twin's door and its reads.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use fermata_model::{Platform, Timestamp};
use serde_json::{Value, json};

use crate::twin::{Twin, by_hand, options};

fn time(value: &Value) -> Timestamp {
    value.as_str().expect("a time").parse().expect("a time with an offset")
}

#[tokio::test]
async fn nobody_enters_without_the_right_key() {
    let twin = Twin::gorgias().await;
    assert_eq!(twin.send(twin.bare("GET", "/api/account")).await.status, 401);
    let wrong = twin.bare("GET", "/api/account").basic_auth("owner@practice.example", Some("wrong"));
    let refused = twin.send(wrong).await;
    assert_eq!(refused.status, 401);
    assert!(refused.body["error"]["msg"].is_string(), "errors come in the vendor's shape: {}", refused.text);
    assert_eq!(twin.get("/api/account").await.status, 200);
}

#[tokio::test]
async fn a_missing_scope_is_403() {
    let mut options = options();
    options.without_scopes.insert("customers:read".to_owned());
    let twin = Twin::start(Platform::Gorgias, options).await;
    assert_eq!(twin.get("/api/customers").await.status, 403);
    assert_eq!(twin.get("/api/tickets?limit=1").await.status, 200);
}

#[tokio::test]
async fn a_revoked_key_is_401() {
    let twin = Twin::gorgias().await;
    twin.fault(json!({ "fault": "revoke_token" }));
    assert_eq!(twin.get("/api/account").await.status, 401);
}

#[tokio::test]
async fn forty_requests_pass_and_the_next_is_told_how_long_to_wait() {
    let mut options = options();
    let second = by_hand(&mut options);
    let twin = Twin::start(Platform::Gorgias, options).await;
    for used in 1..=40 {
        let answer = twin.get("/api/account").await;
        let counted = answer.header("x-gorgias-account-api-call-limit").map(str::to_owned);
        assert_eq!((answer.status, counted), (200, Some(format!("{used}/40"))));
    }
    let refused = twin.get("/api/account").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    second.store(1, Ordering::SeqCst);
    assert_eq!(twin.get("/api/account").await.status, 200, "two drops leak out every second");
}

#[tokio::test]
async fn the_ticket_list_pages_through_every_ticket_once_in_either_order() {
    let twin = Twin::gorgias().await;
    let count = twin.practice.world(|world| world.tickets.len());
    assert!(count > 10, "the world must have tickets, has {count}");
    for order in
        ["created_datetime:asc", "created_datetime:desc", "updated_datetime:asc", "updated_datetime:desc"]
    {
        let tickets = twin.gorgias_pages(&format!("/api/tickets?limit=7&order_by={order}")).await;
        assert_eq!(Twin::ids(&tickets).len(), count, "{order}");
        let field = order.split(':').next().expect("a field");
        let mut times: Vec<Timestamp> = tickets.iter().map(|ticket| time(&ticket[field])).collect();
        if order.ends_with("desc") {
            times.reverse();
        }
        assert!(times.is_sorted(), "{order} must be in order");
        assert!(tickets.iter().all(|ticket| ticket.get("messages").is_none()), "list rows have no messages");
    }
}

#[tokio::test]
async fn a_page_leads_back_to_the_one_before() {
    let twin = Twin::gorgias().await;
    let first = twin.get("/api/tickets?limit=4").await;
    assert!(first.body["meta"]["prev_cursor"].is_null());
    let follow = async |cursor: &Value| {
        let cursor = cursor.as_str().expect("a cursor");
        twin.send(twin.request("GET", "/api/tickets?limit=4").query(&[("cursor", cursor)])).await
    };
    let second = follow(&first.body["meta"]["next_cursor"]).await;
    let back = follow(&second.body["meta"]["prev_cursor"]).await;
    assert_eq!(back.body["data"], first.body["data"]);
    assert!(back.body["meta"]["prev_cursor"].is_null());
    let forth = follow(&back.body["meta"]["next_cursor"]).await;
    assert_eq!(forth.body["data"], second.body["data"]);
}

#[tokio::test]
async fn a_cursor_serves_no_other_list() {
    let twin = Twin::gorgias().await;
    let page = twin.get("/api/tickets?limit=2&order_by=updated_datetime:desc").await;
    let cursor = page.body["meta"]["next_cursor"].as_str().expect("more than two tickets").to_owned();
    for (path, cursor) in [("/api/tickets?limit=2", cursor.as_str()), ("/api/tickets", "nonsense")] {
        let refused = twin.send(twin.request("GET", path).query(&[("cursor", cursor)])).await;
        assert_eq!(refused.status, 400);
        assert!(refused.body["error"]["data"]["cursor"].is_array());
    }
}

#[tokio::test]
async fn what_is_not_declared_is_refused_by_name() {
    let twin = Twin::gorgias().await;
    for (path, field) in [
        ("/api/tickets?limit=101", "limit"),
        ("/api/tickets?limit=0", "limit"),
        ("/api/tickets?order_by=subject:asc", "order_by"),
        ("/api/tickets?updated_datetime[gt]=2026-01-01T00:00:00Z", "updated_datetime[gt]"),
        ("/api/tickets?trashed=maybe", "trashed"),
        ("/api/messages?order_by=updated_datetime:desc", "order_by"),
        ("/api/messages?external_id=x", "external_id"),
        ("/api/events?object_type=Ticket", "object_id"),
        ("/api/events?created_datetime[gt]=yesterday", "created_datetime[gt]"),
        ("/api/account?x=1", "x"),
    ] {
        let refused = twin.get(path).await;
        assert_eq!(refused.status, 400, "{path}");
        assert!(refused.body["error"]["data"][field].is_array(), "{path}: {}", refused.text);
    }
    assert_eq!(twin.get("/api/nothing").await.status, 404);
    assert_eq!(twin.send(twin.request("DELETE", "/api/events")).await.status, 405);
}

#[tokio::test]
async fn a_ticket_comes_with_its_messages_and_so_does_the_message_list() {
    let twin = Twin::gorgias().await;
    let list = twin.get("/api/tickets?limit=1").await;
    let number = list.data()[0]["id"].as_u64().expect("a number");
    let ticket = twin.get(&format!("/api/tickets/{number}")).await;
    let messages = ticket.body["messages"].as_array().expect("messages");
    assert_eq!(messages.len() as u64, ticket.body["messages_count"].as_u64().expect("a count"));
    let listed =
        twin.gorgias_pages(&format!("/api/messages?ticket_id={number}&order_by=created_datetime:asc")).await;
    assert_eq!(&listed, messages);
    let one = twin.get(&format!("/api/tickets/{number}/messages/{}", messages[0]["id"])).await;
    assert_eq!(one.body, messages[0]);
    assert_eq!(twin.get("/api/tickets/1").await.status, 404);
}

#[tokio::test]
async fn customers_are_found_by_address_in_any_case_and_know_their_orders() {
    let twin = Twin::gorgias().await;
    let all = twin.gorgias_pages("/api/customers?limit=100&order_by=updated_datetime:asc").await;
    assert_eq!(Twin::ids(&all).len(), twin.practice.world(|world| world.contacts.len()));
    let with_mail =
        all.iter().find(|customer| customer["email"].is_string()).expect("a customer with an address");
    let loud = with_mail["email"].as_str().expect("text").to_uppercase();
    let found = twin.send(twin.request("GET", "/api/customers").query(&[("email", loud.as_str())])).await;
    assert!(found.data().iter().any(|customer| customer["id"] == with_mail["id"]));
    let linked = all.iter().find(|customer| customer["integrations"] != json!({}));
    let block = &linked.expect("somebody is linked to the shop")["integrations"];
    let block = block.as_object().expect("an object").values().next().expect("a block");
    assert!(block["customer"]["id"].is_u64() && block["orders"].is_array());
    let nobody = twin.get("/api/customers?email=nobody@nowhere.example").await;
    assert!(nobody.data().is_empty());
}

#[tokio::test]
async fn the_event_feed_can_be_asked_for_a_time_and_a_kind() {
    let twin = Twin::gorgias().await;
    let since = "2026-11-01T00:00:00Z";
    let path = format!("/api/events?limit=50&created_datetime[gte]={since}&order_by=created_datetime:asc");
    let events = twin.gorgias_pages(&path).await;
    let bound = since.parse::<Timestamp>().expect("a time");
    assert!(!events.is_empty() && events.iter().all(|event| time(&event["created_datetime"]) >= bound));
    assert!(events.len() < twin.practice.world(|world| world.changes.len()), "older events must be left out");
    let created = twin.gorgias_pages(&format!("{path}&types=ticket-created&types=customer-created")).await;
    let kinds: BTreeSet<&str> = created.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["customer-created", "ticket-created"]));
}

#[tokio::test]
async fn times_come_in_several_spellings_and_all_have_an_offset() {
    let twin = Twin::gorgias().await;
    let ticket = twin.get("/api/tickets?limit=1").await;
    let message = twin.get("/api/messages?limit=1").await;
    let customer = twin.get("/api/customers?limit=1").await;
    let spelling = |answer: &crate::twin::Answer| {
        answer.data()[0]["created_datetime"].as_str().expect("text").to_owned()
    };
    assert!(spelling(&ticket).contains('T') && spelling(&ticket).contains('.'));
    assert!(spelling(&message).contains('T') && !spelling(&message).contains('.'));
    assert!(spelling(&customer).contains(' '));
    for answer in [&ticket, &message, &customer] {
        time(&answer.data()[0]["created_datetime"]);
    }
}

#[tokio::test]
async fn a_doubled_page_shows_one_record_twice_and_loses_none() {
    let twin = Twin::gorgias().await;
    twin.fault(json!({ "fault": "double_page", "times": 1 }));
    let tickets = twin.gorgias_pages("/api/tickets?limit=5").await;
    let different: BTreeSet<String> = tickets.iter().map(|ticket| ticket["id"].to_string()).collect();
    assert_eq!(different.len(), twin.practice.world(|world| world.tickets.len()));
    assert_eq!(tickets.len(), different.len() + 1);
}

#[tokio::test]
async fn of_a_shop_that_is_not_at_shopify_the_help_desk_knows_nothing() {
    let twin = Twin::gorgias().await;
    let kinds = async || {
        let all = twin.get("/api/integrations").await;
        all.data().iter().map(|one| one["type"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds().await, ["email", "shopify"]);
    twin.practice.change(|world, _| world.storefronts = vec![Platform::Klaviyo]);
    assert_eq!(kinds().await, ["email"]);
    let customers = twin.gorgias_pages("/api/customers?limit=100").await;
    assert!(customers.iter().all(|customer| customer["integrations"] == json!({})));
}

#[tokio::test]
async fn every_ticket_that_was_closed_has_one_survey() {
    let twin = Twin::gorgias().await;
    let surveys = twin.gorgias_pages("/api/satisfaction-surveys?limit=20").await;
    assert_eq!(surveys.len(), twin.practice.world(|world| world.surveys.len()));
    let answered = |survey: &&Value| survey["score"].is_number();
    assert!(surveys.iter().any(|survey| !answered(&survey)), "some customers do not answer");
    for survey in surveys.iter().filter(answered) {
        assert!((1..=5).contains(&survey["score"].as_i64().expect("a score")), "{survey}");
        assert!(time(&survey["scored_datetime"]) > time(&survey["sent_datetime"]), "{survey}");
    }
    let tickets = twin.gorgias_pages("/api/tickets?limit=100").await;
    let closed: BTreeSet<String> =
        tickets.iter().filter(|one| one["status"] == "closed").map(|one| one["id"].to_string()).collect();
    let asked: BTreeSet<String> = surveys.iter().map(|survey| survey["ticket_id"].to_string()).collect();
    assert_eq!(asked.len(), surveys.len(), "one survey a ticket");
    assert!(closed.is_subset(&asked), "whoever was helped is asked");
}
