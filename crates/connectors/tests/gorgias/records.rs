//! Records, from the text that Gorgias gives to ours.

use fermata_connectors::{Kind, connect};
use fermata_model::record::{Message, Person, Rating, Ticket};
use fermata_model::{Change, Entity, Platform, Stream};

use crate::support::settings;

fn read(stream: Stream, raw: &str) -> Result<Change, fermata_connectors::Error> {
    connect(Platform::Gorgias, settings("http://127.0.0.1:9", &[])).unwrap().reread(stream, raw)
}

fn entity(stream: Stream, raw: &str) -> Entity {
    match read(stream, raw).unwrap() {
        Change::Seen(record) => {
            assert_eq!(record.raw, raw, "the text is kept as it came");
            record.entity
        }
        other => panic!("{other:?}"),
    }
}

fn message(raw: &str) -> Message {
    let Entity::Message(message) = entity(Stream::Messages, raw) else { panic!("a message") };
    message
}

#[test]
fn a_customer_brings_every_address_and_the_shop_id() {
    let Entity::Person(Person { who, created_at, locale, .. }) =
        entity(Stream::Customers, include_str!("../../src/gorgias/fixtures/customer.json"))
    else {
        panic!("a person")
    };
    assert_eq!(who.external_id.as_deref(), Some("77"));
    assert_eq!(
        who.emails,
        ["ann@example.com", "ann.lee@work.example"],
        "one spelling each, handles left out"
    );
    assert_eq!(who.phones, ["+49 151 12345678"]);
    assert_eq!(who.name.as_deref(), Some("Ann Lee"));
    assert_eq!(who.claims, [(Platform::Shopify, "6501234567890".to_owned())]);
    assert_eq!(created_at.unwrap().to_string(), "2026-01-02T03:04:05.123456Z");
    assert_eq!(locale.as_deref(), Some("en"));
}

#[test]
fn a_ticket_keeps_a_status_that_nobody_knows_and_spam_waits_for_nobody() {
    let Entity::Ticket(Ticket { status, discarded, who, tags, last_message_at, .. }) =
        entity(Stream::Tickets, include_str!("../../src/gorgias/fixtures/ticket-spam.json"))
    else {
        panic!("a ticket")
    };
    assert_eq!(status, "snoozed");
    assert!(discarded);
    assert_eq!(who.emails, ["ann@example.com"]);
    assert_eq!(tags, ["late", "vip"]);
    assert_eq!(last_message_at.unwrap().to_string(), "2026-11-20T08:30:00Z");
}

#[test]
fn the_person_of_a_message_is_the_customer_whoever_wrote() {
    let read = message(include_str!("../../src/gorgias/fixtures/message-in.json"));
    assert!(!read.from_shop && read.public);
    assert_eq!(read.text, "Where is #1042?", "without what was quoted");
    assert_eq!((read.ticket.as_str(), read.who.external_id.as_deref()), ("12", Some("77")));

    let read = message(include_str!("../../src/gorgias/fixtures/message-out.json"));
    assert!(read.from_shop && read.public);
    assert_eq!(read.who.emails, ["ann@example.com"], "from the envelope, where the party has no address");
    assert_eq!(read.who.external_id.as_deref(), Some("77"));
    assert_eq!(read.sender_ref.as_deref(), Some("0197f3f0-0000-7000-8000-000000000001"));
    assert!(read.failed_at.is_some() && read.sent_at.is_none());

    let read = message(include_str!("../../src/gorgias/fixtures/message-note.json"));
    assert!(read.from_shop && !read.public);
    assert!(read.who.emails.is_empty(), "a note is to nobody");

    let read = message(include_str!("../../src/gorgias/fixtures/message-html.json"));
    assert_eq!(read.text, "Hello & thanks");
}

#[test]
fn a_deleted_message_is_gone() {
    let raw = r#"{"id":5,"deleted_datetime":"2026-11-20T10:00:00Z"}"#;
    assert!(matches!(read(Stream::Messages, raw), Ok(Change::Gone(gone)) if gone.external_id == "5"));
}

#[test]
fn the_log_tells_what_is_gone_and_where_it_lives_on() {
    let gone = |raw: &str| match read(Stream::Removals, raw).unwrap() {
        Change::Gone(gone) => (gone.stream, gone.external_id, gone.merged_into),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        gone(include_str!("../../src/gorgias/fixtures/event-merged.json")),
        (Stream::Customers, "78".to_owned(), Some("77".to_owned()))
    );
    let deleted = r#"{"id":1,"type":"ticket-message-deleted","object_type":"TicketMessage","object_id":5,"created_datetime":"2026-11-20T10:00:00Z"}"#;
    assert_eq!(gone(deleted), (Stream::Messages, "5".to_owned(), None));
}

#[test]
fn what_cannot_be_read_says_why_and_shows_no_value() {
    for (stream, raw, expected) in [
        (
            Stream::Messages,
            r#"{"id":5,"from_agent":true,"created_datetime":"2026-11-20T10:00:00Z"}"#,
            "ticket",
        ),
        (Stream::Tickets, r#"{"id":5,"status":7,"subject":"ann@example.com"}"#, "expected a string"),
        (Stream::Customers, r#"{"id":5,"email":"ann@example.com","updated_datetime":"soon"}"#, "ISO 8601"),
        (Stream::Customers, r#"{"email":"ann@example.com"}"#, "id"),
        (Stream::Carts, "{}", "no records of this kind"),
    ] {
        let error = read(stream, raw).unwrap_err();
        assert_eq!(error.kind, Kind::Malformed);
        assert!(error.message.contains(expected), "{}", error.message);
        assert!(!error.message.contains("ann@"), "{}", error.message);
    }
}

#[test]
fn a_survey_says_nothing_until_its_customer_answers() {
    let survey = |answer: &str| {
        let raw = format!(
            r#"{{"id":9,"ticket_id":12,"customer_id":77,"created_datetime":"2026-11-20T08:00:00.966927",
            "should_send_datetime":"2026-11-20T09:00:00","sent_datetime":"2026-11-20T09:00:00",{answer}}}"#
        );
        let Change::Seen(record) = read(Stream::Ratings, &raw).unwrap() else { panic!("seen") };
        let Entity::Rating(rating) = record.entity else { panic!("a rating") };
        (record.changed_at.to_string(), rating)
    };
    let (changed, Rating { ticket, who, score, comment, asked_at, answered_at }) =
        survey(r#""score":null,"body_text":null,"scored_datetime":null"#);
    assert_eq!((ticket.as_str(), who.external_id.as_deref()), ("12", Some("77")));
    assert_eq!((changed.as_str(), score, comment, answered_at), ("2026-11-20T09:00:00Z", None, None, None));
    assert!(asked_at.is_some());

    let (changed, answered) =
        survey(r#""score":2,"body_text":"Too slow.","scored_datetime":"2026-11-20T10:00:00""#);
    assert_eq!((changed.as_str(), answered.score), ("2026-11-20T10:00:00Z", Some(2)));
    assert_eq!(answered.comment.as_deref(), Some("Too slow."));
    assert!(read(Stream::Ratings, r#"{"id":9,"created_datetime":"2026-11-20T08:00:00"}"#).is_err());
}
