//! Replies and notes: what is prepared, what became of it, and whether it happened.

use fermata_connectors::{Error, Fate, Found, Kind, Sent};
use fermata_model::{Action, ConnectionId, Frozen, Key, RecordRef, Stream};
use serde_json::{Value, json};

use super::gorgias;
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::{aimed_at, now};

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn target() -> RecordRef {
    RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Tickets,
        external_id: "12".into(),
        label: "Where is it?".into(),
    }
}

fn reply() -> Action {
    Action::TicketReply { ticket: target(), text: "It is <on> its way.\nMo".into() }
}

fn note() -> Action {
    Action::TicketNote { ticket: target(), text: "Refund agreed".into() }
}

fn message(id: i64, from_agent: bool, at: &str, from: &str, to: &str) -> Value {
    json!({
        "id": id, "ticket_id": 12, "channel": "email", "from_agent": from_agent, "created_datetime": at,
        "sender": { "id": if from_agent { 3 } else { 77 } }, "body_text": "It is <on> its way.\nMo",
        "source": { "from": { "address": from }, "to": [{ "address": to }] },
    })
}

fn ticket() -> Value {
    json!({
        "id": 12, "status": "open", "subject": "Where is it?", "customer": { "id": 77, "email": "ann@example.com" },
        "messages": [
            message(2, false, "2026-11-20T09:00:00Z", "ann.lee@work.example", "Second@shop.example"),
            message(1, false, "2026-11-20T08:00:00Z", "ann@example.com", "first@shop.example"),
        ],
    })
}

fn list(rows: &Value, next: Option<&str>) -> Reply {
    Reply::json(json!({ "data": rows, "meta": { "next_cursor": next } }))
}

/// A help desk with two mailboxes and one agent.
fn desk(seen: &Seen, ticket: &Value) -> Reply {
    match seen.path.as_str() {
        "/api/tickets/12" => Reply::json(ticket),
        "/api/users" => list(&json!([{ "id": 3, "email": "AGENT@shop.example" }]), None),
        "/api/integrations" => list(
            &json!([
                { "id": 39, "type": "email", "meta": { "address": "first@shop.example" } },
                { "id": 40, "type": "gmail", "meta": { "address": "second@shop.example" } },
                { "id": 41, "type": "http", "meta": {} },
            ]),
            None,
        ),
        other => panic!("{other}"),
    }
}

async fn prepared(action: Action, ticket: Value) -> Result<Frozen, Error> {
    let listener = Listener::start(move |seen, _| desk(seen, &ticket)).await;
    gorgias(&listener).prepare(&action, key(), now()).await
}

#[tokio::test]
async fn a_reply_goes_where_the_customer_wrote_from_out_of_the_mailbox_they_wrote_to() {
    let frozen = prepared(reply(), ticket()).await.unwrap();
    assert_eq!((frozen.method.as_str(), frozen.path.as_str()), ("POST", "/api/tickets/12/messages"));
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!(
        body,
        json!({
            "channel": "email", "via": "email", "from_agent": true, "public": true, "external_id": KEY,
            "sender": { "id": 3 }, "receiver": { "id": 77 }, "integration_id": 40, "subject": "Re: Where is it?",
            "source": { "type": "email", "from": { "address": "second@shop.example" }, "to": [{ "address": "ann.lee@work.example" }] },
            "body_text": "It is <on> its way.\nMo", "body_html": "It is &lt;on&gt; its way.<br>Mo",
        })
    );
}

#[tokio::test]
async fn a_stranger_who_wrote_last_is_not_answered() {
    let mut ticket = ticket();
    let mut stranger = message(3, false, "2026-11-20T10:00:00Z", "mallory@example.com", "first@shop.example");
    stranger["sender"]["id"] = json!(666);
    ticket["messages"].as_array_mut().unwrap().push(stranger);
    let frozen = prepared(reply(), ticket).await.unwrap();
    assert!(!frozen.body.contains("mallory"), "{}", frozen.body);
}

#[tokio::test]
async fn a_note_is_for_nobody_but_the_shop() {
    let frozen = prepared(note(), ticket()).await.unwrap();
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!((&body["public"], &body["channel"]), (&json!(false), &json!("internal-note")));
    assert!(
        body.get("receiver").is_none() && body.get("source").is_none() && body.get("sent_datetime").is_none()
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_kindly_before_anything_leaves() {
    let with = |field: &str, value: Value| {
        let mut ticket = ticket();
        ticket[field] = value;
        ticket
    };
    let mut nowhere = with("customer", json!({ "id": 77, "email": null }));
    nowhere["messages"] = json!([]);
    for (ticket, expected) in [
        (
            with("trashed_datetime", json!("2026-11-20T08:00:00Z")),
            "The ticket \"Where is it?\" is in the bin.",
        ),
        (with("spam", json!(true)), "The ticket \"Where is it?\" is marked as spam."),
        (nowhere, "The customer of the ticket \"Where is it?\" has no e-mail address in Gorgias."),
    ] {
        let error = prepared(reply(), ticket).await.unwrap_err();
        assert_eq!((error.fate, error.to_string().as_str()), (Fate::Refused, expected));
    }
    let listener = Listener::start(|_, _| Reply::status(404, json!({ "error": { "msg": "no" } }))).await;
    for odd in ["0", "-1", "me"] {
        let error = gorgias(&listener).prepare(&aimed_at(&reply(), odd), key(), now()).await.unwrap_err();
        let expected = format!("\"{odd}\" is not an id of Gorgias.");
        assert_eq!((error.fate, error.to_string()), (Fate::Refused, expected), "it is not tried again");
    }
    assert!(listener.seen().is_empty(), "nothing is asked about what cannot be there");
    let error = gorgias(&listener).prepare(&reply(), key(), now()).await.unwrap_err();
    assert_eq!(
        (error.fate, error.to_string().as_str()),
        (Fate::Refused, "The ticket \"Where is it?\" is no longer in Gorgias.")
    );
    let listener = Listener::start(|_, _| Reply::html(503)).await;
    let error = gorgias(&listener).prepare(&reply(), key(), now()).await.unwrap_err();
    assert_eq!(error.fate, Fate::NotDone, "a platform that is away says nothing about the ticket");
}

#[tokio::test]
async fn the_fate_of_what_was_sent_is_never_guessed() {
    let frozen = prepared(reply(), ticket()).await.unwrap();
    let error = |msg: &str| json!({ "error": { "msg": msg } });
    for (answer, kind, fate) in [
        (Reply::status(400, error("Unknown field")), Kind::Rejected, Fate::Refused),
        (Reply::status(403, error("no")), Kind::Forbidden, Fate::Refused),
        (Reply::status(401, error("no")), Kind::SignIn, Fate::NotDone),
        (Reply::status(429, error("slow")).with("retry-after", "7"), Kind::Throttled, Fate::NotDone),
        (Reply::status(409, error("in use")), Kind::Rejected, Fate::InDoubt),
        (Reply::status(500, error("oops")), Kind::Broken, Fate::InDoubt),
        (Reply::html(502), Kind::Broken, Fate::InDoubt),
        (Reply::Cut, Kind::Unreachable, Fate::InDoubt),
        (Reply::CutMidway, Kind::Unreachable, Fate::InDoubt),
        (Reply::Hang, Kind::Unreachable, Fate::InDoubt),
    ] {
        let listener = Listener::script(vec![answer.clone()]).await;
        let error = gorgias(&listener).send(&frozen).await.unwrap_err();
        assert_eq!((error.kind, error.fate), (kind, fate), "{answer:?}");
        assert_eq!(listener.seen().len(), 1, "an effect is sent once: {answer:?}");
    }
    let listener = Listener::script(vec![Reply::status(400, error("Unknown field."))]).await;
    let error = gorgias(&listener).send(&frozen).await.unwrap_err();
    assert_eq!(error.to_string(), "Gorgias refused the message: Unknown field. Nothing was sent.");
}

#[tokio::test]
async fn a_refused_change_of_a_ticket_speaks_of_no_message() {
    let frozen = prepared(Action::TicketClose { ticket: target() }, ticket()).await.unwrap();
    let body = json!({ "error": { "msg": "Unknown field." } });
    let listener = Listener::script(vec![Reply::status(400, body)]).await;
    let error = gorgias(&listener).send(&frozen).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Gorgias refused the change of the ticket: Unknown field. Nothing was changed."
    );
}

#[tokio::test]
async fn a_refusal_names_the_field_that_it_is_about() {
    let frozen = prepared(Action::TicketClose { ticket: target() }, ticket()).await.unwrap();
    for (data, expected) in [
        (json!({ "status": ["Not a status."] }), "Invalid request parameters (status: Not a status)"),
        (json!({ "sender": { "id": [{ "msg": "None" }] } }), "Invalid request parameters"),
        (json!(["odd", 7]), "Invalid request parameters"),
        (json!(null), "Invalid request parameters"),
    ] {
        let body = json!({ "error": { "msg": "Invalid request parameters.", "data": data } });
        let listener = Listener::script(vec![Reply::status(400, body)]).await;
        let error = gorgias(&listener).send(&frozen).await.unwrap_err().to_string();
        assert_eq!(
            error,
            format!("Gorgias refused the change of the ticket: {expected}. Nothing was changed.")
        );
    }
}

#[tokio::test]
async fn a_search_through_a_list_that_goes_round_ends_with_a_word() {
    let frozen = prepared(note(), ticket()).await.unwrap();
    let listener = Listener::start(|_, count| {
        let next = if count % 2 == 0 { "a" } else { "b" };
        Reply::json(json!({ "data": [], "meta": { "next_cursor": next } }))
    });
    let listener = listener.await;
    let error = gorgias(&listener).find(&frozen).await.unwrap_err();
    assert_eq!((error.kind, error.fate, listener.seen().len()), (Kind::Broken, Fate::NotDone, 3));
}

#[tokio::test]
async fn stored_is_not_sent() {
    let frozen = prepared(reply(), ticket()).await.unwrap();
    let stored = json!({ "id": 9, "ticket_id": 12, "from_agent": true, "created_datetime": "2026-11-21T12:00:00Z", "sent_datetime": null });
    for body in [stored.to_string(), String::new(), "{}".to_owned()] {
        let listener = Listener::script(vec![Reply::status(201, body)]).await;
        assert_eq!(gorgias(&listener).send(&frozen).await.unwrap(), Sent::Accepted);
    }
    let frozen = prepared(note(), ticket()).await.unwrap();
    let listener = Listener::script(vec![Reply::status(201, stored)]).await;
    assert!(
        matches!(gorgias(&listener).send(&frozen).await.unwrap(), Sent::Confirmed(receipt) if receipt.external_id == "9")
    );
}

async fn found(action: Action, pages: Vec<Value>) -> Result<Found, Error> {
    let frozen = prepared(action, ticket()).await.unwrap();
    let listener = Listener::start(move |seen, count| {
        assert_eq!(seen.path, "/api/messages");
        let next = (count + 1 < pages.len()).then(|| format!("page {count}"));
        list(&pages[count], next.as_deref())
    })
    .await;
    gorgias(&listener).find(&frozen).await
}

fn ours(fields: &Value) -> Value {
    let mut ours = message(9, true, "2026-11-21T12:00:00Z", "second@shop.example", "ann@example.com");
    ours["external_id"] = json!(KEY);
    ours.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    ours
}

#[tokio::test]
async fn a_message_is_ours_by_its_key_alone() {
    let same_text = message(8, true, "2026-11-21T12:00:00Z", "second@shop.example", "ann@example.com");
    assert_eq!(found(reply(), vec![json!([same_text])]).await.unwrap(), Found::No);
    let mut quoted = same_text.clone();
    quoted["body_text"] = json!(format!("see {KEY}"));
    assert_eq!(found(reply(), vec![json!([quoted])]).await.unwrap(), Found::No, "somebody quoted our key");

    let sent = ours(&json!({ "sent_datetime": "2026-11-21T12:00:05Z" }));
    let pages = vec![json!([same_text]), json!([]), json!([sent])];
    let Found::Yes(receipt) = found(reply(), pages).await.unwrap() else { panic!("on the third page") };
    assert_eq!(
        (receipt.external_id.as_str(), receipt.at.to_string().as_str()),
        ("9", "2026-11-21T12:00:05Z")
    );
}

#[tokio::test]
async fn a_stored_reply_is_pending_until_it_left_or_failed() {
    assert_eq!(found(reply(), vec![json!([ours(&json!({}))])]).await.unwrap(), Found::Pending);
    for (fields, reason) in [
        (json!({ "failed_datetime": "2026-11-21T12:00:05Z" }), "Gorgias does not say why"),
        (json!({ "last_sending_error": "No integration found." }), "No integration found"),
        (
            json!({ "last_sending_error": { "error": "Bounced" }, "failed_datetime": "2026-11-21T12:00:05Z" }),
            "Bounced",
        ),
    ] {
        let expected = format!("Gorgias stored the reply but could not send it: {reason}.");
        assert_eq!(found(reply(), vec![json!([ours(&fields)])]).await.unwrap(), Found::Failed(expected));
    }
    assert!(
        matches!(found(note(), vec![json!([ours(&json!({}))])]).await.unwrap(), Found::Yes(_)),
        "a note only has to be there"
    );
}

#[tokio::test]
async fn a_message_of_ours_that_cannot_be_read_is_not_absence() {
    let error = found(reply(), vec![json!([{ "id": null, "external_id": KEY }])]).await.unwrap_err();
    assert_eq!(error.kind, Kind::Malformed);
}
