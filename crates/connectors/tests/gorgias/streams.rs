//! Passes over what Gorgias lists.

use fermata_connectors::{Kind, Page, Pull};
use fermata_model::{Change, Entity, Stream, Timestamp};
use serde_json::{Value, json};

use super::gorgias;
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::now;

fn minute(at: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(at)
}

fn ticket(id: i64, minutes_ago: i64) -> Value {
    let at = minute(minutes_ago).to_string();
    json!({ "id": id, "status": "open", "channel": "email", "created_datetime": at, "updated_datetime": at })
}

fn list(rows: Vec<Value>, next: Option<&str>) -> Reply {
    Reply::json(json!({ "data": rows, "meta": { "next_cursor": next } }))
}

fn cursor(seen: &Seen) -> Option<String> {
    seen.query_pairs().into_iter().find(|(name, _)| name == "cursor").map(|(_, value)| value)
}

fn pull(stream: Stream, since: Option<Timestamp>) -> Pull {
    Pull { stream, since, until: now(), token: None, size: None }
}

async fn walk(listener: &Listener, stream: Stream, since: Option<Timestamp>) -> Vec<Page> {
    let gorgias = gorgias(listener);
    let mut pull = pull(stream, since);
    let mut pages = Vec::new();
    loop {
        let page = gorgias.pull(&pull).await.unwrap();
        pull.token = page.next.clone();
        pages.push(page);
        if pull.token.is_none() {
            return pages;
        }
    }
}

fn ids(pages: &[Page]) -> Vec<&str> {
    let seen = pages.iter().flat_map(|page| &page.changes).filter_map(|change| match change {
        Change::Seen(record) => Some(record.external_id.as_str()),
        _ => None,
    });
    seen.collect()
}

#[tokio::test]
async fn a_record_edited_while_paging_is_found_on_top_again() {
    // Ticket 3 waits on the second page; before that page is read, somebody answers it.
    let listener = Listener::start(|seen, count| match (cursor(seen).as_deref(), count) {
        (None, 0) => list(vec![ticket(1, 10), ticket(2, 20)], Some("p/2+=")),
        (Some("p/2+="), _) => list(vec![ticket(4, 40)], None),
        (None, _) => list(vec![ticket(3, 1), ticket(1, 10)], Some("p/2+=")),
        other => panic!("{other:?}"),
    })
    .await;
    let pages = walk(&listener, Stream::Tickets, None).await;
    assert_eq!(ids(&pages), ["1", "2", "4", "3", "1"]);
    assert_eq!(listener.seen().len(), 3);
}

#[tokio::test]
async fn a_pass_costs_one_request_when_little_changed() {
    let listener = Listener::start(|_, _| list(vec![ticket(1, 1), ticket(2, 90)], Some("more"))).await;
    let pages = walk(&listener, Stream::Tickets, Some(minute(30))).await;
    assert_eq!((pages.len(), listener.seen().len()), (1, 1));
    assert_eq!(ids(&pages), ["1"], "what was known before stays out of the page");
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_not_the_end() {
    let listener = Listener::start(|seen, _| match cursor(seen).as_deref() {
        None => list(vec![ticket(1, 1)], Some("2")),
        Some("2") => list(vec![], Some("3")),
        _ => list(vec![ticket(2, 2)], None),
    })
    .await;
    let pages = walk(&listener, Stream::Customers, None).await;
    assert_eq!(ids(&pages)[..2], ["1", "2"]);
}

#[tokio::test]
async fn one_broken_record_does_not_spoil_its_page() {
    let listener =
        Listener::start(|_, _| list(vec![ticket(1, 1), json!({ "id": 2, "status": 9 })], None)).await;
    let pages = walk(&listener, Stream::Tickets, None).await;
    assert!(matches!(&pages[0].changes[0], Change::Seen(_)));
    let Change::Unreadable(aside) = &pages[0].changes[1] else { panic!("set aside") };
    assert_eq!(aside.external_id.as_deref(), Some("2"));
    assert_eq!(aside.raw, r#"{"id":2,"status":9}"#);
}

#[tokio::test]
async fn a_cursor_that_is_no_longer_known_begins_the_pass_again() {
    let listener = Listener::start(|seen, _| match cursor(seen) {
        None => list(vec![ticket(1, 1)], Some("2")),
        Some(_) => Reply::status(400, json!({ "error": { "msg": "Invalid cursor" } })),
    })
    .await;
    let gorgias = gorgias(&listener);
    let mut pull = pull(Stream::Messages, None);
    pull.token = gorgias.pull(&pull).await.unwrap().next;
    assert_eq!(gorgias.pull(&pull).await.unwrap_err().kind, Kind::CursorRefused);
    pull.token = Some("not ours".to_owned());
    assert_eq!(gorgias.pull(&pull).await.unwrap_err().kind, Kind::CursorRefused);
}

#[tokio::test]
async fn a_refused_first_page_is_a_refusal() {
    let listener =
        Listener::start(|_, _| Reply::status(400, json!({ "error": { "msg": "Unknown field." } }))).await;
    let error = gorgias(&listener).pull(&pull(Stream::Tickets, None)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Rejected);
    assert_eq!(error.to_string(), "Gorgias refused the request: Unknown field.");
}

#[tokio::test]
async fn the_log_is_read_in_one_window_through_all_its_pages() {
    let event = |id: i64, kind: &str| json!({ "id": id, "type": kind, "object_type": "Ticket", "object_id": id, "created_datetime": minute(1).to_string() });
    let listener = Listener::start(move |seen, _| match (seen.path.as_str(), cursor(seen)) {
        ("/api/events", None) => {
            list(vec![event(1, "ticket-deleted"), event(2, "ticket-created")], Some("2"))
        }
        ("/api/events", Some(_)) => {
            let mut nameless = event(6, "ticket-merged");
            nameless["object_id"] = json!("../6");
            let rows =
                vec![event(3, "ticket-merged"), event(4, "ticket-merged"), json!({ "id": 5 }), nameless];
            list(rows, None)
        }
        ("/api/tickets/3", _) => Reply::status(404, json!({ "error": { "msg": "Not found" } })),
        ("/api/tickets/4", _) => Reply::json(ticket(4, 1)),
        other => panic!("{other:?}"),
    })
    .await;
    let gorgias = gorgias(&listener);
    let mut first = pull(Stream::Removals, Some(minute(60)));
    let page = gorgias.pull(&first).await.unwrap();
    assert_eq!(page.changes.len(), 1, "what is not a removal is passed over");
    first.token = page.next;
    first.until = now() + jiff::SignedDuration::from_hours(1);
    let page = gorgias.pull(&first).await.unwrap();
    let [nameless, unread, merged, target] = &page.changes[..] else { panic!("{:?}", page.changes) };
    assert!(matches!(nameless, Change::Unreadable(_)));
    assert!(matches!(unread, Change::Unreadable(_)), "it holds up none of the others");
    assert!(matches!(merged, Change::Gone(gone) if gone.external_id == "3"));
    assert!(
        matches!(target, Change::Seen(record) if record.external_id == "4"),
        "the merge's target lives on"
    );
    let windows: Vec<_> = listener
        .seen()
        .iter()
        .filter(|seen| seen.path == "/api/events")
        .map(|seen| {
            seen.query_pairs().into_iter().filter(|(n, _)| n.starts_with("created")).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(windows[0], windows[1]);
}

#[tokio::test]
async fn the_messages_of_whom_merged_customers_live_on_in_are_read_again_once() {
    let merged = |source: i64| {
        json!({ "id": source, "type": "customer-merged", "object_type": "Customer", "object_id": 7,
            "created_datetime": minute(1).to_string(), "data": { "source_id": source, "target_id": 7 } })
    };
    let message = |ticket: &str| {
        json!({ "id": format!("10{ticket}"), "ticket_id": ticket, "channel": "email", "from_agent": false,
            "sender": { "id": 7 }, "body_text": "Where is it?", "created_datetime": minute(90).to_string() })
    };
    let listener = Listener::start(move |seen, _| {
        let asked = seen.query_pairs();
        let asked =
            |wanted: &str| asked.iter().find_map(|(name, id)| (name == wanted).then_some(id.as_str()));
        match (seen.path.as_str(), asked("customer_id"), asked("ticket_id")) {
            ("/api/events", None, None) => list(vec![merged(8), merged(9)], None),
            ("/api/tickets", Some("7"), None) if asked("cursor").is_none() => {
                list(vec![ticket(1, 1)], Some("2"))
            }
            // It moved while the list was read.
            ("/api/tickets", Some("7"), None) => list(vec![ticket(1, 1), ticket(2, 1)], None),
            ("/api/messages", None, Some(ticket)) => list(vec![message(ticket)], None),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let page = gorgias(&listener).pull(&pull(Stream::Removals, Some(minute(60)))).await.unwrap();
    let said: Vec<(&str, Option<&str>)> = page
        .changes
        .iter()
        .map(|change| match change {
            Change::Gone(gone) => (gone.external_id.as_str(), gone.merged_into.as_deref()),
            Change::Seen(record) => match &record.entity {
                Entity::Message(message) => (&*record.external_id, message.who.external_id.as_deref()),
                other => panic!("{other:?}"),
            },
            Change::Unreadable(odd) => panic!("{odd:?}"),
        })
        .collect();
    assert_eq!(said, [("8", Some("7")), ("9", Some("7")), ("101", Some("7")), ("102", Some("7"))]);
    assert_eq!(listener.seen().len(), 5, "the log, two pages of tickets, the messages of each ticket");
}

#[tokio::test]
async fn many_merges_are_read_a_few_requests_at_a_time_and_none_is_forgotten() {
    let merged = |source: i64, at: i64| {
        json!({ "id": source, "type": "customer-merged", "object_type": "Customer",
            "created_datetime": minute(at).to_string(),
            "data": { "source_id": source, "target_id": 1_000 + source } })
    };
    let listener = Listener::start(move |seen, _| {
        let asked = seen.query_pairs();
        let asked =
            |wanted: &str| asked.iter().find_map(|(name, id)| (name == wanted).then_some(id.as_str()));
        match (seen.path.as_str(), asked("customer_id"), asked("ticket_id"), asked("cursor")) {
            ("/api/events", None, None, None) => list((1..=50).map(|id| merged(id, 9)).collect(), Some("2")),
            ("/api/events", None, None, Some("2")) => list((51..=60).map(|id| merged(id, 8)).collect(), None),
            ("/api/tickets", Some(customer), None, None) => {
                let first = customer.parse::<i64>().unwrap() * 10;
                list(vec![ticket(first, 1), ticket(first + 1, 1)], None)
            }
            ("/api/messages", None, Some(ticket), None) => list(
                vec![json!({ "id": format!("9{ticket}"), "ticket_id": ticket, "channel": "email",
                    "from_agent": false, "sender": { "id": 7 }, "body_text": "Where is it?",
                    "created_datetime": minute(90).to_string() })],
                None,
            ),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let pages = read_to_the_end(&listener, pull(Stream::Removals, Some(minute(60)))).await;
    let gone = pages.iter().flat_map(|page| &page.changes).filter(|change| matches!(change, Change::Gone(_)));
    assert_eq!(gone.count(), 60);
    let mut messages = ids(&pages);
    messages.sort_unstable();
    let mut wanted: Vec<String> = (1..=60)
        .flat_map(|id| [format!("9{}", (1_000 + id) * 10), format!("9{}", (1_000 + id) * 10 + 1)])
        .collect();
    wanted.sort_unstable();
    assert_eq!(messages, wanted, "each message once");
    assert_eq!(listener.seen().len(), 2 + 60 + 120, "nothing is asked for twice");
}

/// Reads pages, none of which may ask often, with a connector of its own for each as after a restart.
async fn read_to_the_end(listener: &Listener, mut pull: Pull) -> Vec<Page> {
    let mut pages = Vec::new();
    loop {
        let before = listener.seen().len();
        let page = gorgias(listener).pull(&pull).await.unwrap();
        let requests = listener.seen().len() - before;
        assert!(requests <= 20, "a page asks {requests} times");
        assert_ne!(page.next, pull.token, "it gets on");
        pull.token = page.next.clone();
        pages.push(page);
        if pull.token.is_none() {
            return pages;
        }
    }
}

/// A desk whose one customer, 7, was merged with another and wrote ticket 1, which has so many pages of messages.
async fn long_talk(pages: i64) -> Listener {
    Listener::start(move |seen, _| {
        let asked = seen.query_pairs();
        let asked =
            |wanted: &str| asked.iter().find_map(|(name, id)| (name == wanted).then_some(id.as_str()));
        match (seen.path.as_str(), asked("customer_id"), asked("ticket_id")) {
            ("/api/events", None, None) => list(
                vec![json!({ "id": 1, "type": "customer-merged", "object_type": "Customer", "object_id": 7,
                    "created_datetime": minute(1).to_string(), "data": { "source_id": 8, "target_id": 7 } })],
                None,
            ),
            ("/api/tickets", Some("7"), None) => list(vec![ticket(1, 1)], None),
            ("/api/messages", None, Some("1")) => {
                let page: i64 = asked("cursor").map_or(1, |cursor| cursor.parse().unwrap());
                let next = (page < pages).then(|| (page + 1).to_string());
                let message = json!({ "id": 100 + page, "ticket_id": 1, "channel": "email", "from_agent": false,
                    "sender": { "id": 7 }, "body_text": "And?", "created_datetime": minute(90).to_string() });
                list(vec![message], next.as_deref())
            }
            other => panic!("{other:?}"),
        }
    })
    .await
}

#[tokio::test]
async fn a_ticket_of_thousands_of_messages_is_read_in_several_steps_and_none_is_left_out() {
    let listener = long_talk(50).await;
    let pages = read_to_the_end(&listener, pull(Stream::Removals, Some(minute(60)))).await;
    let wanted: Vec<String> = (101..=150).map(|id| id.to_string()).collect();
    assert_eq!(ids(&pages), wanted, "each message once");
    assert_eq!((pages.len(), listener.seen().len()), (3, 52));
}

#[tokio::test]
async fn a_pass_that_an_older_version_began_goes_on_where_it_was() {
    let listener = long_talk(2).await;
    let token = json!({ "cursor": null, "from": minute(60), "to": minute(0),
        "left": { "merged": [], "heirs": {}, "tickets": ["1"] } });
    let pull = Pull { token: Some(token.to_string()), ..pull(Stream::Removals, Some(minute(60))) };
    let page = gorgias(&listener).pull(&pull).await.unwrap();
    assert_eq!((ids(std::slice::from_ref(&page)), &page.next), (vec!["101", "102"], &None));
}

#[tokio::test]
async fn a_place_among_the_messages_that_gorgias_forgot_begins_the_pass_again() {
    let refused = json!({ "error": { "msg": "Invalid cursor." } });
    let listener = Listener::script(vec![Reply::status(400, refused)]).await;
    let token =
        json!({ "cursor": null, "from": minute(60), "to": minute(0), "left": { "halfway": ["1", "old"] } });
    let pull = Pull { token: Some(token.to_string()), ..pull(Stream::Removals, Some(minute(60))) };
    let error = gorgias(&listener).pull(&pull).await.unwrap_err();
    assert_eq!(error.kind, Kind::CursorRefused);
}

#[tokio::test]
async fn a_revoked_key_is_said_and_the_next_call_reads_the_vault_again() {
    let listener = Listener::script(vec![Reply::status(401, "{}"), list(vec![], None)]).await;
    let gorgias = gorgias(&listener);
    let error = gorgias.pull(&pull(Stream::Tickets, None)).await.unwrap_err();
    assert_eq!(error.kind, Kind::SignIn);
    assert!(gorgias.pull(&pull(Stream::Tickets, None)).await.is_ok());
}
