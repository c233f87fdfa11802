//! From events in the store to proposals, and on through restarts.

use fermata_engine::{Decision, Settlement};
use fermata_model::record::{Entity, Who};
use fermata_model::{Action, ActionKind, CustomerId, Platform, Record, State, Stream};
use fermata_store::runs::RunState;
use jiff::SignedDuration;

use crate::ana::{
    ANA, CART, LATE, all, cart, cart_shop, kinds, late_shop, message, order, profile, record, ticket, waiting,
};
use crate::shop::{Answer, at, euros, mia};

#[tokio::test]
async fn a_late_parcel_asked_after_becomes_a_refund_and_a_reply_once() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let rows = waiting(&shop);
    assert_eq!(kinds(&rows), [ActionKind::OrderRefund, ActionKind::TicketReply]);
    let (refund, reply) = (&rows[0], &rows[1]);
    assert_eq!(refund.action.amount(), Some(euros(2000)), "a week late: a fifth of 100.00");
    assert_eq!(refund.action.target().external_id, "9001");
    assert_eq!(
        (reply.group, reply.after),
        (refund.id, Some(refund.id)),
        "one plan, and the reply comes second"
    );
    assert_eq!(refund.case.rule.name, LATE);
    assert_eq!(refund.case.evidence.len(), 3);
    assert!(refund.case.alternatives.len() == 2 && refund.case.flip.is_some());
    assert_eq!(refund.deadline_at, Some(shop.now() + SignedDuration::from_hours(48)));
    shop.engine.tick().unwrap();
    shop.note_late();
    shop.land(Platform::Gorgias, vec![message("881", "m2", "Hello? #1042!", "2026-11-20T11:00:00Z")]);
    shop.engine.tick().unwrap();
    assert_eq!(all(&shop).len(), 2, "however often it is told, a parcel is late once");

    shop.approve(refund);
    shop.approve(reply);
    shop.live(300).await;
    let actions = shop.platform.actions();
    assert!(matches!(&actions[..], [Action::OrderRefund { .. }, Action::TicketReply { .. }]), "{actions:?}");
}

#[tokio::test]
async fn the_reply_does_not_speak_of_a_refund_that_is_not_done() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let rows = waiting(&shop);
    shop.platform.will(&[Answer::Refused]);
    shop.approve(&rows[1]);
    shop.live(60).await;
    let kept = shop.row(&rows[1]);
    let status = shop.engine.status(&[kept]).unwrap();
    assert_eq!(status[0].kept_back.as_deref(), Some("Leaves after \"Refund €20.00 on #1042\" is done"));
    shop.approve(&rows[0]);
    shop.live(300).await;
    assert_eq!(shop.row(&rows[0]).state, State::Refused);
    let reply = shop.row(&rows[1]);
    assert_eq!((reply.state, reply.after), (State::Held, None), "a person looks at the text again");
    assert_eq!(reply.case.warnings.last().unwrap().code, "text_may_be_outdated");
    assert!(shop.platform.actions().is_empty());
}

#[tokio::test]
async fn editing_the_refund_brings_the_reply_back() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let rows = waiting(&shop);
    shop.approve(&rows[1]);
    let Action::OrderRefund { order, note, .. } = rows[0].action.clone() else { panic!("a refund") };
    let action = Action::OrderRefund {
        order: order.clone(),
        amount: euros(1500),
        note: note.clone(),
        restock: Vec::new(),
    };
    shop.engine.decide(rows[0].id, rows[0].version, Decision::Edit { action }, &mia()).unwrap();
    let reply = shop.row(&rows[1]);
    assert_eq!(reply.state, State::Held);
    let too_much = Action::OrderRefund { order, amount: euros(2501), note, restock: Vec::new() };
    let edit = shop.engine.decide(rows[0].id, 2, Decision::Edit { action: too_much }, &mia());
    assert!(edit.is_err(), "the workflow's own cap is 25.00");
}

#[tokio::test]
async fn facts_are_checked_again_at_the_send() {
    for (changed, why) in [
        (
            order(at("2026-11-20T12:00:10Z"), Some(at("2026-11-20T12:00:05Z")), 0),
            "The parcel was delivered meanwhile.",
        ),
        (order(at("2026-11-20T12:00:10Z"), None, 500), "€5.00 went back on the order meanwhile."),
    ] {
        let shop = late_shop();
        shop.engine.tick().unwrap();
        let refund = shop.approve(&waiting(&shop)[0]);
        shop.pass(10);
        shop.land(Platform::Shopify, vec![changed]);
        shop.live(120).await;
        let row = shop.row(&refund);
        assert_eq!(row.state, State::Held, "{why}");
        assert_eq!(row.case.warnings.last().unwrap().text, why);
        assert!(shop.platform.bodies().is_empty());
    }
}

#[tokio::test]
async fn promotion_is_held_until_the_ticket_closes_through_restarts() {
    let mut shop = cart_shop();
    shop.engine.tick().unwrap();
    let rows = waiting(&shop);
    assert_eq!(kinds(&rows), [ActionKind::MarketingHold]);
    shop.approve(&rows[0]);
    shop.live(60).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold]);
    shop.land(Platform::Klaviyo, vec![profile(at("2026-11-20T12:01:00Z"), true)]);
    shop = shop.restart();
    shop.pass(3 * 24 * 3600);
    shop.engine.tick().unwrap();
    assert_eq!(all(&shop).len(), 1, "as long as the ticket is open nothing more happens");

    let closed = shop.now();
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop = shop.restart();
    shop.engine.tick().unwrap();
    let rows = all(&shop);
    assert_eq!(
        kinds(&rows),
        [ActionKind::MarketingHold, ActionKind::MarketingRelease, ActionKind::MarketingFollowUp]
    );
    let Action::MarketingFollowUp { concern, item, link, .. } = &rows[2].action else {
        panic!("a follow-up")
    };
    assert_eq!((concern.as_str(), item.as_str()), ("Which size?", "Blue teapot"));
    assert_eq!(link.as_deref(), Some("https://shop.example/cart/31"));
    shop.approve(&rows[1]);
    shop.approve(&rows[2]);
    shop.live(120).await;
    assert_eq!(shop.platform.actions().len(), 3);
    let hold = shop.row(&rows[0]);
    assert_eq!(
        (hold.state, hold.progress.reversed_by),
        (State::Undone, Some(rows[1].id)),
        "the card says by what"
    );
    shop.live(120).await;
    assert_eq!(all(&shop).len(), 3, "one follow-up, and no more");
}

#[tokio::test]
async fn a_bought_cart_is_only_released_and_an_endless_ticket_is_given_up() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    let closed = shop.now();
    shop.land(Platform::Shopify, vec![cart(closed, Some(closed))]);
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop.engine.tick().unwrap();
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold, ActionKind::MarketingRelease]);

    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    shop.pass(14 * 24 * 3600);
    shop.engine.tick().unwrap();
    let rows = all(&shop);
    assert_eq!(kinds(&rows), [ActionKind::MarketingHold, ActionKind::MarketingRelease]);
    assert!(rows[1].case.why.contains("two weeks"), "{}", rows[1].case.why);
}

#[test]
fn a_hold_that_nobody_approved_is_withdrawn_when_it_has_no_purpose_any_more() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    let closed = shop.now();
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop.engine.tick().unwrap();
    let rows = all(&shop);
    assert_eq!(kinds(&rows), [ActionKind::MarketingHold], "nothing was held, so nothing is released");
    assert_eq!(rows[0].state, State::Refused);
}

#[test]
fn whoever_is_kept_from_promotion_already_is_never_released_by_us() {
    let shop = cart_shop();
    shop.land(Platform::Klaviyo, vec![profile(at("2026-11-19T09:00:00Z"), true)]);
    shop.engine.tick().unwrap();
    assert!(all(&shop).is_empty());
}

#[test]
fn a_second_refund_of_an_order_is_held_back_and_says_so() {
    let shop = late_shop();
    let ana = shop.store.read(|conn| fermata_store::customers::by_email(conn, ANA)).unwrap().unwrap();
    let by_hand = shop.try_refund("9001", 300, Some(ana)).unwrap();
    shop.engine.tick().unwrap();
    let rows = all(&shop);
    assert_eq!(kinds(&rows), [ActionKind::OrderRefund], "and no reply that speaks of a second one");
    assert_eq!(rows[0].id, by_hand.id);
    let events = shop.store.read(|conn| fermata_store::timeline::page(conn, ana, None, &[], 50)).unwrap();
    assert!(events.iter().any(|e| e.kind.name() == "ours.held_back" && e.title.contains("not finished")));
}

#[tokio::test]
async fn warnings_stand_on_the_card() {
    let shop = late_shop();
    let ana: CustomerId =
        shop.store.read(|conn| fermata_store::customers::by_email(conn, ANA)).unwrap().unwrap();
    for order in ["1", "2"] {
        shop.approve(&shop.try_refund(order, 100, Some(ana)).unwrap());
    }
    shop.live(60).await;
    let other = shop.try_refund("3", 100, Some(ana)).unwrap();
    shop.engine.tick().unwrap();
    let rows = waiting(&shop);
    let refund = rows.iter().find(|row| row.origin.workflow.is_some()).unwrap();
    let codes: Vec<_> = other.case.warnings.iter().map(|w| w.code.as_str()).collect();
    assert!(codes.contains(&"third_refund") && codes.contains(&"second_proposal"), "{codes:?}");
    assert!(refund.case.warnings.iter().any(|w| w.code == "third_refund"));
}

#[tokio::test]
async fn what_follows_is_remembered_for_learning() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    for row in waiting(&shop) {
        shop.approve(&row);
    }
    shop.live(120).await;
    assert_eq!(shop.engine.runs(Some(LATE), 10).unwrap()[0].state, RunState::Watching);
    shop.pass(3600);
    shop.land(Platform::Gorgias, vec![message("881", "m7", "It is still not here!", "2026-11-20T12:30:00Z")]);
    shop.engine.tick().unwrap();
    let run = shop.engine.runs(Some(LATE), 10).unwrap().remove(0);
    assert_eq!((run.state, run.note.as_str()), (RunState::Done, "Followed by message.received"));
    let audit = shop.engine.audit(50).unwrap();
    assert!(audit.iter().any(|entry| entry.what == "run.outcome"));
}

#[test]
fn a_workflow_that_fails_for_one_customer_goes_on_with_the_next_and_says_so() {
    use fermata_engine::workflow::{Workflow, shipped};
    let file = shipped::FILES[0]
        .replace("at_most('25.00')", "at_most('25.00' if customer.name == 'Ana Ruiz' else 'oops')");
    let workflow = Workflow::parse(&file).unwrap();
    let shop = late_shop().with_workflows(vec![shipped::Shipped { workflow, file: "" }]);
    let bob =
        Who { emails: vec!["bob@example.com".to_owned()], name: Some("Bob".to_owned()), ..Who::default() };
    let Record { mut entity, .. } = order(at("2026-11-06T09:00:00Z"), None, 0);
    let Entity::Order(his) = &mut entity else { panic!("an order") };
    his.who = bob.clone();
    his.name = "#1001".to_owned();
    his.parcels[0].external_id = "11".to_owned();
    let mut question = ticket("1", "Where is #1001?", "2026-11-19T08:00:00Z", None);
    let Entity::Ticket(asked) = &mut question.entity else { panic!("a ticket") };
    asked.who = bob;
    shop.land(Platform::Shopify, vec![record(Stream::Orders, "1", at("2026-11-06T09:00:00Z"), entity)]);
    shop.land(Platform::Gorgias, vec![question]);
    shop.note_late();
    shop.engine.tick().unwrap();
    assert_eq!(waiting(&shop).len(), 2, "Ana's case is decided");
    let alerts = shop.store.read(fermata_store::alerts::open).unwrap();
    assert_eq!(alerts.len(), 1, "and somebody hears that Bob's was not");
    assert!(alerts[0].cause.contains("at_most"), "{}", alerts[0].cause);
    shop.land(Platform::Gorgias, vec![message("881", "m2", "Hello? #1042!", "2026-11-20T11:00:00Z")]);
    shop.engine.tick().unwrap();
    let alerts = shop.store.read(fermata_store::alerts::open).unwrap();
    assert_eq!(alerts.len(), 1, "that Ana's case went well again says nothing about Bob's");
}

#[test]
fn a_workflow_that_wants_something_senseless_proposes_nothing() {
    use fermata_engine::workflow::{Workflow, shipped};
    let file = shipped::FILES[0]
        .replace("at_most('25.00')", "at_most('0.00')")
        .replace("amount.minor > 0", "amount.minor >= 0");
    let workflow = Workflow::parse(&file).unwrap();
    let shop = late_shop().with_workflows(vec![shipped::Shipped { workflow, file: "" }]);
    shop.engine.tick().unwrap();
    assert!(all(&shop).is_empty(), "a refund of nothing is no refund");
    let alerts = shop.store.read(fermata_store::alerts::open).unwrap();
    assert!(alerts[0].cause.contains("above zero"), "{}", alerts[0].cause);
}

#[tokio::test]
async fn a_message_whose_refund_fails_late_still_waits_for_a_person() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let rows = waiting(&shop);
    shop.pass(47 * 3600);
    shop.platform.will(&[Answer::LostBefore]);
    shop.approve(&rows[0]);
    shop.approve(&rows[1]);
    shop.live(60).await;
    shop.pass(2 * 3600);
    let refund = shop.row(&rows[0]);
    shop.engine.settle(refund.id, refund.version, Settlement::DidNot, "not there", &mia()).unwrap();
    shop.engine.tick().unwrap();
    let reply = shop.row(&rows[1]);
    assert_eq!(reply.state, State::Held, "its first deadline is over, but it was asked anew");
    assert_eq!(reply.deadline_at, Some(shop.now() + SignedDuration::from_hours(48)));
}

#[tokio::test]
async fn what_follows_is_watched_from_the_end_of_a_long_run_on() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    shop.pass(10 * 24 * 3600);
    let closed = shop.now();
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop.engine.tick().unwrap();
    for row in waiting(&shop) {
        shop.approve(&row);
    }
    shop.live(120).await;
    let run = shop.engine.runs(Some(CART), 10).unwrap().remove(0);
    assert_eq!(run.state, RunState::Watching, "the wait was longer than the watch, which only begins now");
    shop.pass(3600);
    shop.land(Platform::Shopify, vec![cart(shop.now(), Some(shop.now()))]);
    shop.engine.tick().unwrap();
    let run = shop.engine.runs(Some(CART), 10).unwrap().remove(0);
    assert_eq!((run.state, run.note.as_str()), (RunState::Done, "Followed by cart.recovered"));
}
