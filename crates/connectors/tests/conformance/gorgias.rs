//! Every request of the Gorgias connector, against the rebuilt subset of the vendor's OpenAPI.

use fermata_connectors::gorgias::CAPABILITY;
use fermata_connectors::{Found, Pull, Sent, connect};
use fermata_model::{Action, ConnectionId, Key, Platform, RecordRef, Stream};
use serde_json::{Value, json};

use super::openapi::{OpenApi, shared};
use super::{hold, in_body, listen, more};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

fn list(rows: Value, next: Option<&str>) -> Value {
    json!({ "data": rows, "object": "list", "uri": "/api/x", "meta": { "prev_cursor": null, "next_cursor": next } })
}

fn ticket() -> Value {
    json!({
        "id": 12, "status": "open", "channel": "email", "via": "email", "subject": "Where is it?", "spam": false, "priority": "normal",
        "customer": { "id": 77, "email": "ann@example.com", "name": "Ann Lee" }, "tags": [{ "id": 1, "name": "late" }],
        "created_datetime": "2026-11-20T08:00:00+00:00", "updated_datetime": "2026-11-20T09:00:00+00:00",
        "closed_datetime": null, "trashed_datetime": null, "excerpt": "Hi",
    })
}

fn message() -> Value {
    json!({
        "id": 500, "ticket_id": 12, "channel": "email", "via": "email", "from_agent": false, "public": true,
        "sender": { "id": 77, "email": "ann@example.com", "name": "Ann Lee" },
        "receiver": { "id": 1, "email": "help@shop.example", "name": "Shop" },
        "source": { "type": "email", "from": { "address": "ann@example.com" }, "to": [{ "address": "help@shop.example" }] },
        "body_text": "Where is it?", "stripped_text": "Where is it?", "created_datetime": "2026-11-20T08:00:00+00:00",
        "sent_datetime": "2026-11-20T08:00:00+00:00", "external_id": null,
    })
}

fn ours(sent: Option<&str>) -> Value {
    let mut ours = message();
    ours["id"] = json!(501);
    ours["external_id"] = json!(KEY);
    ours["from_agent"] = json!(true);
    ours["sent_datetime"] = json!(sent);
    ours
}

fn script(seen: &Seen) -> Reply {
    let second_page = seen.query_pairs().iter().any(|(name, value)| name == "cursor" && value == "a+/=&b");
    let next = (!second_page).then_some("a+/=&b");
    match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/api/account") => Reply::json(json!({ "id": 1, "domain": "shop" })),
        ("GET", "/api/customers") => Reply::json(list(
            json!([{ "id": 77, "email": "ann@example.com", "created_datetime": "2026-11-20T08:00:00Z", "updated_datetime": "2026-11-20T08:00:00Z" }]),
            next,
        )),
        ("GET", "/api/tickets") => Reply::json(list(json!([ticket()]), next)),
        ("GET", "/api/messages") => Reply::json(if second_page {
            list(json!([ours(Some("2026-11-21T12:00:05Z"))]), None)
        } else {
            list(json!([message()]), next)
        }),
        ("GET", "/api/events") => Reply::json(list(
            json!([
                { "id": 1, "type": "ticket-deleted", "object_type": "Ticket", "object_id": 9, "created_datetime": "2026-11-20T08:00:00Z" },
                { "id": 2, "type": "customer-merged", "object_type": "Customer", "object_id": 78, "created_datetime": "2026-11-20T08:00:00Z", "data": null },
                { "id": 3, "type": "customer-merged", "object_type": "Customer", "object_id": 79, "created_datetime": "2026-11-20T08:00:00Z",
                  "data": { "source_id": 79, "target_id": 77 } },
            ]),
            next,
        )),
        ("GET", "/api/customers/78") => {
            Reply::status(404, json!({ "error": { "msg": "Customer not found" } }))
        }
        ("GET", "/api/tickets/12") => {
            let mut whole = ticket();
            whole["messages"] = json!([message()]);
            Reply::json(whole)
        }
        ("GET", "/api/users") => {
            Reply::json(list(json!([{ "id": 3, "email": "Agent@shop.example", "name": "Mo" }]), next))
        }
        ("GET", "/api/tags") => Reply::json(list(
            json!([{ "id": 5, "name": "vip", "created_datetime": "2026-11-20T08:00:00Z" }, { "id": 1, "name": "late" }]),
            next,
        )),
        ("PUT", "/api/tickets/12") => {
            let mut changed = ticket();
            changed["status"] = json!("closed");
            Reply::status(202, changed)
        }
        ("POST", "/api/tickets/12/tags") => Reply::status(201, ""),
        ("PUT", "/api/tickets/12/tags") => Reply::status(202, ""),
        ("DELETE", "/api/tickets/12/tags") => Reply::status(204, ""),
        ("GET", "/api/satisfaction-surveys") => Reply::json(list(
            json!([{
                "id": 9, "ticket_id": 12, "customer_id": 77, "score": 2, "body_text": "Too slow.", "meta": null,
                "created_datetime": "2026-11-20T08:00:00", "should_send_datetime": "2026-11-20T09:00:00",
                "sent_datetime": "2026-11-20T09:00:00", "scored_datetime": "2026-11-20T10:00:00",
            }]),
            next,
        )),
        ("GET", "/api/integrations") => Reply::json(list(
            json!([{ "id": 40, "type": "email", "meta": { "address": "help@shop.example" }, "deactivated_datetime": null }]),
            None,
        )),
        ("POST", "/api/tickets/12/messages") => Reply::status(201, ours(None)),
        other => panic!("nothing is scripted for {other:?}"),
    }
}

#[tokio::test]
async fn every_gorgias_request_is_valid_by_the_published_schema() {
    let Some(path) = shared("specs/gorgias/openapi-subset.json") else { return };
    let spec = OpenApi::load(&path);
    let (listener, log) = listen(script).await;
    let connector = || {
        let settings = settings(&listener.url, &[("email", "agent@shop.example"), ("api_key", "k")]);
        connect(Platform::Gorgias, settings).unwrap()
    };
    let gorgias = connector();

    let account = gorgias.check().await.unwrap();
    assert_eq!((account.name.as_str(), account.missing.len()), ("shop", 0));

    for stream in CAPABILITY.streams.iter().map(|stream| stream.stream) {
        let mut pull = Pull {
            stream,
            since: Some(now().saturating_sub(jiff::SignedDuration::from_hours(72)).unwrap()),
            until: now(),
            token: None,
            size: None,
        };
        // One whose budget is still whole.
        let gorgias = connector();
        loop {
            let page = gorgias.pull(&pull).await.unwrap();
            assert!(
                !page.changes.iter().any(|c| matches!(c, fermata_model::Change::Unreadable(_))),
                "{page:?}"
            );
            let Some(next) = page.next else { break };
            pull.token = Some(next);
        }
    }

    // Another one, whose budget is still whole.
    let gorgias = connector();
    let ticket = RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Tickets,
        external_id: "12".into(),
        label: "Where is it?".into(),
    };
    let key: Key = KEY.parse().unwrap();
    let reply = Action::TicketReply { ticket: ticket.clone(), text: "It is on <its> way.\nMo".into() };
    let note = Action::TicketNote { ticket: ticket.clone(), text: "Refunded.".into() };
    for (action, done) in [(reply, false), (note, true)] {
        let frozen = gorgias.prepare(&action, key, now()).await.unwrap();
        let sent = gorgias.send(&frozen).await.unwrap();
        assert_eq!(
            matches!(sent, Sent::Confirmed(_)),
            done,
            "a note is done when stored, a reply when it has left"
        );
        let Found::Yes(receipt) = gorgias.find(&frozen).await.unwrap() else { panic!("it is there") };
        assert_eq!(receipt.external_id, "501");
    }

    let (vip, late) = (vec!["vip".to_owned()], vec!["late".to_owned()]);
    for (action, operation) in [
        (Action::TicketClose { ticket: ticket.clone() }, "update-ticket"),
        (Action::TicketAssign { ticket: ticket.clone(), agent: Some("3".into()) }, "update-ticket"),
        (Action::TicketPrioritise { ticket: ticket.clone(), priority: "critical".into() }, "update-ticket"),
        (
            Action::TicketTag { ticket: ticket.clone(), add: vip.clone(), remove: vec![] },
            "create-ticket-tags",
        ),
        (
            Action::TicketTag { ticket: ticket.clone(), add: vec![], remove: late.clone() },
            "delete-ticket-tags",
        ),
        (Action::TicketTag { ticket, add: vip, remove: late }, "update-ticket-tags"),
    ] {
        let gorgias = connector();
        let frozen = gorgias.prepare(&action, key, now()).await.unwrap();
        assert_eq!(frozen.operation, operation);
        assert!(frozen.undo.is_some(), "{operation} can be taken back");
        gorgias.send(&frozen).await.unwrap();
    }

    let requests = log.lock().unwrap().clone();
    for asked in ["customer_id=77", "ticket_id=12"] {
        assert!(requests.iter().any(|(request, _)| request.query.contains(asked)), "{asked}: after a merge");
    }
    for (request, _) in &requests {
        assert!(request.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    }
    hold(
        &spec,
        &log,
        &[
            ("get-account", |r| more(r, "limit=1")),
            ("list-customers", |r| r.query = "order_by=name".to_owned()),
            ("list-tickets", |r| r.query = "limit=101".to_owned()),
            ("list-messages", |r| r.query = "order_by=updated_datetime:desc".to_owned()),
            ("list-events", |r| r.query = "created_datetime[gte]=yesterday".to_owned()),
            ("list-users", |r| more(r, "page=2")),
            ("list-integrations", |r| more(r, "limit=many")),
            ("list-satisfaction-surveys", |r| more(r, "order_by=score:asc")),
            ("list-tags", |r| r.query = "limit=none".to_owned()),
            ("update-ticket", |r| in_body(r, "closed", "done")),
            ("create-ticket-tags", |r| in_body(r, "\"names\"", "\"tags\"")),
            ("delete-ticket-tags", |r| in_body(r, "\"names\"", "\"name\"")),
            ("update-ticket-tags", |r| in_body(r, "\"names\"", "\"labels\"")),
            ("get-ticket", |r| r.path = "/api/tickets/0".to_owned()),
            ("get-customer", |r| r.path = "/api/customers/me".to_owned()),
            ("create-ticket-message", |r| in_body(r, "\"from_agent\":true", "\"from_agents\":true")),
        ],
    );
}
