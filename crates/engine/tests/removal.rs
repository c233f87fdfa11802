//! An account is removed: what waits for it goes as well, the rest stays what it is.

use fermata_engine::{Decision, Engine, Error, Filter, Proposal, Settlement, Tab};
use fermata_model::record::Gone;
use fermata_model::{ActionKind, Change, ConnectionId, Platform, State, Stream, Timestamp};
use fermata_store::connections::ConnectionState;
use fermata_store::{Durability, Error as StoreError, Writer, alerts, connections};

use crate::ana::{all, cart_shop, held_cart_shop, kinds, message, order, profile, ticket, waiting};
use crate::shop::{Answer, Shop, at, hold_of, mia, note_on, olga, refund_of};

const SHOPIFY: ConnectionId = ConnectionId(1);
const GORGIAS: ConnectionId = ConnectionId(2);
const KLAVIYO: ConnectionId = ConnectionId(3);

/// Removes an account as the console does, in one transaction that may fail at its end.
fn remove(shop: &Shop, connection: ConnectionId, fails: bool) -> Result<(), StoreError> {
    let engine: Engine = shop.engine.clone();
    shop.store.write(Durability::Full, Writer::System("test"), |tx| {
        engine.withdraw_from(tx, connection, "The Shopify account Tea", &olga()).unwrap();
        connections::remove(tx, connection)?;
        if fails { Err(StoreError::Refused("the disk is full".to_owned())) } else { Ok(()) }
    })
}

/// Removes an account and leaves what waits for it, as earlier versions did.
fn remove_alone(shop: &Shop, connection: ConnectionId) {
    shop.store
        .write(Durability::Full, Writer::System("test"), |tx| connections::remove(tx, connection))
        .unwrap();
}

fn count(shop: &Shop, tab: Tab) -> i64 {
    shop.engine.sum(&Filter { tab: Some(tab), ..Filter::default() }).unwrap().count
}

/// Returns a refund whose answer was lost, while the platform cannot be asked.
async fn in_doubt(shop: &Shop) -> Proposal {
    shop.platform.will(&[Answer::LostBefore]);
    shop.platform.blind(true);
    let row = shop.approve(&shop.refund("9", 500));
    shop.live(60).await;
    shop.row(&row)
}

#[tokio::test]
async fn what_waits_for_a_removed_account_is_withdrawn_with_it() {
    let shop = Shop::open();
    let doubt = in_doubt(&shop).await;
    assert_eq!(doubt.state, State::InDoubt);
    let held = shop.refund("1", 500);
    let approved = shop.approve(&shop.refund("2", 500));
    let elsewhere = shop.propose(note_on("7"), None).unwrap();
    let sent_before = shop.platform.bodies().len();

    remove(&shop, SHOPIFY, false).unwrap();
    for row in [&held, &approved] {
        let card = shop.engine.show(row.id).unwrap();
        assert_eq!(card.proposal.state, State::Refused);
        assert_eq!(card.status.line, "The Shopify account Tea was removed; nothing was sent");
        let last = card.history.last().unwrap();
        assert_eq!(last.entry.what, "proposal.withdrawn");
        assert_eq!(last.entry.actor.to_string(), "person:Olga", "the one who removed the account");
        assert_eq!(last.step.as_ref().unwrap().note, card.status.line);
    }
    assert_eq!(shop.row(&elsewhere).state, State::Held, "another account's is not touched");
    assert_eq!((count(&shop, Tab::ToApprove), count(&shop, Tab::Leaving)), (1, 0));
    let still = shop.engine.show(doubt.id).unwrap();
    assert_eq!(still.proposal.state, State::InDoubt, "nobody knows, and it stays visible");
    assert!(still.status.line.contains("its account was removed"), "{}", still.status.line);

    shop.live(120).await;
    assert_eq!(shop.platform.bodies().len(), sent_before, "nothing leaves for a removed account");
    assert!(shop.engine.verify_audit().unwrap().broken_at.is_none());
}

#[test]
fn a_removal_that_fails_withdraws_nothing() {
    let shop = Shop::open();
    let held = shop.refund("1", 500);
    remove(&shop, SHOPIFY, true).unwrap_err();
    assert_eq!(shop.row(&held).state, State::Held);
    assert_eq!(shop.approve(&held).state, State::Approved);
}

#[tokio::test]
async fn what_an_earlier_version_left_behind_cannot_be_approved_and_is_withdrawn() {
    let shop = Shop::open();
    let held = shop.refund("1", 500);
    let approved = shop.approve(&shop.refund("2", 500));
    remove_alone(&shop, SHOPIFY);
    match shop.engine.decide(held.id, held.version, Decision::Approve, &mia()) {
        Err(Error::Invalid { why }) => assert_eq!(why, "Its account was removed; nothing was sent."),
        other => panic!("it cannot be approved, but {other:?}"),
    }
    shop.engine.tick().unwrap();
    for row in [&held, &approved] {
        let row = shop.row(row);
        assert_eq!(row.state, State::Refused);
        assert_eq!(row.trouble.unwrap().message, "Its account was removed; nothing was sent");
    }
    shop.live(120).await;
    assert!(shop.platform.bodies().is_empty());
}

#[tokio::test]
async fn doubt_about_a_removed_account_is_settled_but_never_sent_again() {
    let shop = Shop::open();
    let doubt = in_doubt(&shop).await;
    remove(&shop, SHOPIFY, false).unwrap();
    let again = shop.engine.settle(doubt.id, doubt.version, Settlement::SendAgain, "Not there.", &mia());
    assert!(matches!(again, Err(Error::Invalid { .. })), "{again:?}");
    let settled = shop.engine.settle(doubt.id, doubt.version, Settlement::DidNot, "Not there.", &mia());
    assert_eq!(settled.unwrap().state, State::Refused);
}

#[tokio::test]
async fn doubt_about_a_removed_account_is_asked_about_no_more_and_left_to_a_person() {
    let shop = Shop::open();
    let doubt = in_doubt(&shop).await;
    remove(&shop, SHOPIFY, false).unwrap();
    let asked = shop.platform.asked();
    shop.live(3600).await;
    assert_eq!(shop.platform.asked(), asked, "nobody could answer");
    let card = shop.engine.show(doubt.id).unwrap();
    assert_eq!(
        card.status.line,
        "Unknown: the answer was lost, and its account was removed. Settle it with a note"
    );
    assert_eq!(card.status.next_look_at, None, "it does not say when it is asked next");
    let why = "Its account was removed, so it cannot be asked any more.";
    assert_eq!(card.status.cannot_ask.as_deref(), Some(why), "nor is it offered to be asked now");
    let last = card.history.last().unwrap();
    assert_eq!(last.entry.what, "proposal.needs_person");
    let left = card.history.iter().filter(|step| step.entry.what == "proposal.needs_person").count();
    assert_eq!(left, 1, "it is said once");
    let alerts = shop.store.read(alerts::open).unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].cause.ends_with("cannot be asked any more; a person must settle it."));
    assert!(matches!(shop.engine.look_now(doubt.id, &mia()), Err(Error::Invalid { .. })));
    let version = card.proposal.version;
    shop.engine.settle(doubt.id, version, Settlement::Happened, "Seen there.", &mia()).unwrap();
    assert!(shop.store.read(alerts::open).unwrap().is_empty());
}

#[tokio::test]
async fn what_a_removed_account_had_taken_can_be_settled() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::Swallowed]);
    shop.platform.blind(true);
    let row = shop.approve(&shop.refund("9", 500));
    shop.live(60).await;
    assert_eq!(shop.row(&row).state, State::Accepted);
    remove(&shop, SHOPIFY, false).unwrap();
    assert_eq!(shop.row(&row).state, State::Accepted, "the removal does not touch it");
    shop.live(600).await;
    let row = shop.row(&row);
    assert_eq!(row.state, State::InDoubt, "nobody can be asked what became of it");
    let alerts = shop.store.read(alerts::open).unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].cause.ends_with("a person must settle it."), "{}", alerts[0].cause);
    let settled = shop.engine.settle(row.id, row.version, Settlement::Happened, "Seen there.", &mia());
    assert_eq!(settled.unwrap().state, State::Confirmed);
}

#[test]
fn nothing_is_proposed_for_a_removed_account() {
    let shop = Shop::open();
    remove(&shop, SHOPIFY, false).unwrap();
    for (action, may) in [(refund_of("1", 500), false), (hold_of("P1"), true)] {
        assert_eq!(shop.propose(action, None).is_ok(), may);
    }
}

#[tokio::test]
async fn a_run_that_waits_proposes_nothing_more_once_its_account_is_removed() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    shop.land(Platform::Klaviyo, vec![profile(at("2026-11-20T12:01:00Z"), true)]);
    remove(&shop, KLAVIYO, false).unwrap();

    let closed = shop.now();
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop.live(60).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold], "no release, no follow-up");
    let hold = &all(&shop)[0];
    assert_eq!(hold.state, State::Confirmed, "what was done stays done");
    let run = hold.origin.run.unwrap();
    let run = shop.store.read(|conn| Ok(fermata_store::runs::get(conn, run)?)).unwrap().unwrap();
    assert_eq!(run.note, "An account that it works with was removed");
    assert!(run.ended_at.is_some(), "it does not wait for ever");
}

/// Takes out a record of an account, as removing the account does before it goes.
fn take_out(shop: &Shop, platform: Platform, stream: Stream, id: &str) {
    let external_id = id.to_owned();
    shop.land_changes(
        platform,
        vec![Change::Gone(Gone { stream, external_id, at: Timestamp::MAX, merged_into: None })],
    );
}

#[tokio::test]
async fn a_hold_is_released_when_what_it_waits_for_can_never_come() {
    for (platform, connection, stream, id, from) in [
        (Platform::Shopify, SHOPIFY, Stream::Carts, "31", "cart (Blue teapot and 1 more, €64.00)"),
        (Platform::Gorgias, GORGIAS, Stream::Tickets, "90", "ticket (Which size?)"),
    ] {
        let shop = held_cart_shop().await;
        take_out(&shop, platform, stream, id);
        remove(&shop, connection, false).unwrap();
        shop.live(60).await;
        let rows = all(&shop);
        assert_eq!(kinds(&rows), [ActionKind::MarketingHold, ActionKind::MarketingRelease], "{platform}");
        let release = &rows[1];
        let why =
            format!("What it waits for can never come: the account was removed that its {from} is from");
        assert_eq!(release.case.why, why, "not that the ticket is closed");
        assert_eq!(release.state, State::Held, "a person decides");
        assert_eq!(release.action.target(), rows[0].action.target());
        shop.approve(release);
        shop.live(60).await;
        assert_eq!(shop.row(release).state, State::Confirmed, "it needs no cart and no ticket to leave");
        assert_eq!(shop.row(&rows[0]).state, State::Undone);
        shop.live(60).await;
        assert_eq!(all(&shop).len(), 2, "no follow-up, and no second release");
    }
}

#[tokio::test]
async fn a_hold_whose_cart_is_deleted_is_released() {
    let shop = held_cart_shop().await;
    take_out(&shop, Platform::Shopify, Stream::Carts, "31");
    shop.land(Platform::Gorgias, vec![message("90", "m10", "Hello?", "2026-11-20T12:03:00Z")]);
    shop.live(60).await;
    let rows = all(&shop);
    assert_eq!(kinds(&rows), [ActionKind::MarketingHold, ActionKind::MarketingRelease]);
    assert_eq!(rows[1].case.why, "What it was about is no longer there");
}

#[test]
fn a_hold_that_waits_for_a_yes_goes_with_what_it_waits_for() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    let hold = waiting(&shop).remove(0);
    take_out(&shop, Platform::Gorgias, Stream::Tickets, "90");
    remove(&shop, GORGIAS, false).unwrap();
    shop.engine.tick().unwrap();
    let hold = shop.row(&hold);
    assert_eq!(hold.state, State::Refused);
    assert!(hold.trouble.unwrap().message.starts_with("What it waits for can never come"));
    assert_eq!(all(&shop).len(), 1, "there is nothing to release");
}

#[test]
fn a_workflow_leaves_out_what_would_go_to_a_removed_account() {
    let shop = cart_shop();
    remove(&shop, KLAVIYO, false).unwrap();
    shop.engine.tick().unwrap();
    assert!(all(&shop).is_empty(), "its profile is still known, its account is not");
}

/// Begins to remove an account whose one record is a ticket: it rests, and then its records go.
fn begin_to_remove_tickets(shop: &Shop) {
    shop.store
        .write(Durability::Full, Writer::System("test"), |tx| {
            connections::set_state(tx, GORGIAS, &ConnectionState::Removing { by: "Olga".to_owned() })
        })
        .unwrap();
    take_out(shop, Platform::Gorgias, Stream::Tickets, "90");
}

#[tokio::test]
async fn a_run_woken_while_an_account_is_removed_does_not_say_that_the_ticket_is_closed() {
    let shop = held_cart_shop().await;
    begin_to_remove_tickets(&shop);
    // Something else of hers, which wakes the run.
    shop.land(Platform::Shopify, vec![order(at("2026-11-20T12:02:00Z"), None, 0)]);
    shop.live(60).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold], "nothing is known of the ticket");
    let run = shop.engine.runs(None, 1).unwrap().remove(0);
    assert_eq!((run.ended_at, run.note.contains("is paused")), (None, true), "{}", run.note);

    remove(&shop, GORGIAS, false).unwrap();
    shop.live(60).await;
    let rows = all(&shop);
    assert_eq!(kinds(&rows), [ActionKind::MarketingHold, ActionKind::MarketingRelease]);
    assert!(rows[1].case.why.contains("the account was removed that its ticket"), "{}", rows[1].case.why);
}

#[tokio::test]
async fn what_leaves_while_an_account_is_removed_waits_and_then_says_so() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    let hold = shop.approve(&waiting(&shop)[0]);
    begin_to_remove_tickets(&shop);
    shop.live(60).await;
    let card = shop.engine.show(hold.id).unwrap();
    assert_eq!(card.proposal.state, State::Approved);
    assert!(card.status.kept_back.is_some_and(|why| why.contains("is paused")));

    remove(&shop, GORGIAS, false).unwrap();
    shop.live(120).await;
    let card = shop.engine.show(hold.id).unwrap();
    assert_eq!(card.proposal.state, State::Refused);
    let told: Vec<_> = card.history.iter().filter_map(|h| Some(h.step.as_ref()?.note.as_str())).collect();
    assert!(
        told.contains(
            &"It cannot be checked any more: the account was removed that its ticket (Which size?) is from"
        ),
        "{told:?}"
    );
    assert!(told.iter().all(|said| !said.contains("closed")), "{told:?}");
    assert!(shop.platform.bodies().is_empty());
}
