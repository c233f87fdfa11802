//! The practice store's own answers, by the same schemas: what our tests run against must not
//! have drifted from what the vendors publish.
//!
//! The connector speaks to the practice store through a listener that passes everything on and
//! writes both sides down.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use fermata_connectors::{Pull, connect};
use fermata_model::{
    Action, ActionKind, Change, ConnectionId, Entity, Key, Money, Platform, RecordRef, Timestamp,
};
use fermata_sandbox::{Options, Practice};

use super::openapi::{OpenApi, shared};
use super::{Log, listen};
use crate::support::listener::{Reply, Seen};
use crate::support::{aimed_at, settings};

/// Passes a request on and returns the answer; blocking, for a runtime with threads to spare.
pub(super) fn pass_on(address: &str, seen: &Seen) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
    let mut head = format!("{} {}{query} HTTP/1.1\r\nconnection: close\r\n", seen.method, seen.path);
    for (name, value) in &seen.headers {
        if !name.eq_ignore_ascii_case("connection") {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    stream.write_all(format!("{head}\r\n{}", seen.body).as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Reply::Answer { status, headers, body: body.to_owned() }
}

fn target(change: &Change) -> Option<RecordRef> {
    let Change::Seen(record) = change else { return None };
    let fits = match &record.entity {
        Entity::Ticket(ticket) => {
            ticket.status == "open" && !ticket.discarded && !ticket.who.emails.is_empty()
        }
        Entity::Payment(payment) => payment.refunded.minor == 0 && payment.amount.minor > 500,
        Entity::Person(person) => person.accepts_marketing == Some(true) && person.suppressed == Some(false),
        _ => false,
    };
    fits.then(|| RecordRef {
        connection: ConnectionId(7),
        stream: record.stream,
        external_id: record.external_id.clone(),
        label: "somebody".to_owned(),
    })
}

/// Reads everything, does everything once, and asks for something that is not there.
async fn use_everything(platform: Platform, act: &[ActionKind]) -> Log {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut options =
        Options { customers: 40, now: Some(now), speed: 0.0, rates: 100.0, ..Options::default() };
    options.platforms.insert(platform);
    let practice = Practice::start(options).await.unwrap();
    let address = practice.base_url(platform).strip_prefix("http://").unwrap().to_owned();
    let (listener, log) = listen(move |seen| tokio::task::block_in_place(|| pass_on(&address, seen))).await;
    let credentials = practice.credentials(platform);
    let secrets: Vec<(&str, &str)> = credentials
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    // Each has a budget of its own, so that nothing waits.
    let connector = || {
        let mut settings = settings(&listener.url, &secrets);
        settings.patience.answer = std::time::Duration::from_secs(20);
        connect(platform, settings).unwrap()
    };

    connector().check().await.unwrap();
    let mut found = None;
    for stream in connector().capability().streams {
        let since = Some(now - jiff::SignedDuration::from_hours(24 * 60));
        let mut pull = Pull { stream: stream.stream, since, until: now, token: None, size: Some(40) };
        for _ in 0..5 {
            let page = connector().pull(&pull).await.unwrap();
            found = found.or_else(|| page.changes.iter().find_map(target));
            let Some(next) = page.next else { break };
            pull.token = Some(next);
        }
    }
    let target = found.expect("somebody to act upon");
    for (number, kind) in act.iter().enumerate() {
        let (ticket, profile) = (target.clone(), target.clone());
        let action = match kind {
            ActionKind::TicketReply => Action::TicketReply { ticket, text: "It is on its way.".into() },
            ActionKind::TicketNote => Action::TicketNote { ticket, text: "Refund agreed.".into() },
            ActionKind::PaymentRefund => Action::PaymentRefund {
                payment: target.clone(),
                amount: Money::new(500, practice.world(|world| world.shop.currency)),
                note: "Parcel late".into(),
            },
            ActionKind::MarketingHold => Action::MarketingHold { profile },
            ActionKind::MarketingRelease => Action::MarketingRelease { profile },
            _ => Action::MarketingFollowUp {
                profile,
                concern: "sizes".into(),
                item: "a shirt".into(),
                link: None,
            },
        };
        let key: Key = format!("0197f3f0-0000-7000-8000-00000000000{number}").parse().unwrap();
        let frozen = connector().prepare(&action, key, practice.now()).await.unwrap();
        connector().send(&frozen).await.unwrap();
        connector().find(&frozen).await.unwrap();
        practice.advance(60);
        connector().find(&frozen).await.unwrap();

        let gone = if platform == Platform::Gorgias { "1" } else { "01ZZZZZZZZZZZZZZZZZZZZZZZZ" };
        connector().prepare(&aimed_at(&action, gone), key, practice.now()).await.unwrap_err();
    }
    practice.stop().await;
    log
}

fn hold(spec: &OpenApi, log: &Log) {
    for (request, reply) in log.lock().unwrap().iter() {
        let wrong = spec.check_request(request);
        assert!(wrong.is_empty(), "{} {}?{}\n{wrong:#?}", request.method, request.path, request.query);
        let wrong = spec.check_answer(request, reply);
        assert!(
            wrong.is_empty(),
            "the answer to {} {}?{}\n{wrong:#?}",
            request.method,
            request.path,
            request.query
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_practice_gorgias_answers_as_the_schema_says() {
    let Some(path) = shared("specs/gorgias/openapi-subset.json") else { return };
    let log = use_everything(Platform::Gorgias, &[ActionKind::TicketReply, ActionKind::TicketNote]).await;
    hold(&OpenApi::load(&path), &log);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_practice_klaviyo_answers_as_the_schema_says() {
    let Some(path) = shared("specs/klaviyo/openapi-stable-2026-07-15.json.gz") else { return };
    let act = [ActionKind::MarketingHold, ActionKind::MarketingRelease, ActionKind::MarketingFollowUp];
    let log = use_everything(Platform::Klaviyo, &act).await;
    hold(&OpenApi::load(&path), &log);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_practice_stripe_answers_as_the_schema_says() {
    let Some(spec) = super::stripe::spec() else { return };
    let log = use_everything(Platform::Stripe, &[ActionKind::PaymentRefund]).await;
    hold(&spec, &log);
}
