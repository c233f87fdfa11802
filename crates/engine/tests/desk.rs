//! What a person decides, and what the desk refuses.

use fermata_engine::{Caps, Decision, Error, Filter, Person, Role, Tab, Undo};
use fermata_model::{ActionKind, State};
use jiff::SignedDuration;

use crate::shop::{Shop, euros, hold_of, mia, note_on, olga, order_ref, refund_of};

#[test]
fn a_yes_is_not_sent_before_its_undo_window_ends() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 500));
    assert_eq!(row.state, State::Approved);
    assert_eq!(row.leaves_at, Some(shop.now() + SignedDuration::from_secs(30)));
}

#[test]
fn the_undo_window_is_the_one_set_when_a_person_says_yes() {
    let shop = Shop::open();
    let waiting = shop.refund("1", 500);
    shop.engine.set_undo_seconds(&[(ActionKind::OrderRefund, 600)].into(), &olga()).unwrap();
    let row = shop.approve(&waiting);
    assert_eq!(
        row.leaves_at,
        Some(shop.now() + SignedDuration::from_secs(600)),
        "not the one it was made under"
    );
}

#[tokio::test]
async fn approved_is_sent_once_and_confirmed_with_a_receipt() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 500));
    shop.live(120).await;
    let row = shop.row(&row);
    assert_eq!(row.state, State::Confirmed);
    assert!(row.receipt.is_some(), "done means that there is a proof");
    assert_eq!(shop.platform.books(), [row.key]);
}

#[test]
fn a_decision_belongs_to_the_version_that_was_seen() {
    let shop = Shop::open();
    let row = shop.refund("1", 500);
    let edit = Decision::Edit { action: refund_of("1", 400) };
    shop.engine.decide(row.id, row.version, edit, &mia()).unwrap();
    match shop.engine.decide(row.id, row.version, Decision::Approve, &mia()) {
        Err(Error::Changed { version, what, .. }) => {
            assert_eq!(version, row.version + 1);
            assert_eq!(what, ["Edited by Mia: Refund €4.00 on #1"], "it says what changed");
        }
        other => panic!("an old version must not be approved, but {other:?}"),
    }
    assert_eq!(shop.row(&row).state, State::Held);
}

#[test]
fn deciding_twice_decides_once() {
    let shop = Shop::open();
    let row = shop.refund("1", 500);
    shop.approve(&row);
    let again = shop.engine.decide(row.id, row.version, Decision::Approve, &mia());
    assert!(matches!(again, Err(Error::NotWaiting { state: State::Approved, .. })), "{again:?}");
    let no = shop.engine.decide(row.id, row.version, Decision::Reject { reason: "no".into() }, &mia());
    assert!(matches!(no, Err(Error::NotWaiting { .. })), "{no:?}");
}

#[tokio::test]
async fn undo_puts_back_until_the_last_moment_and_then_says_too_late() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 500));
    shop.pass(29);
    shop.engine.send_due().await;
    let undone = shop.engine.undo(Undo::Last, &mia()).unwrap();
    let undone = undone.into_iter().next().unwrap().1.unwrap();
    assert_eq!(
        (undone.state, undone.version),
        (State::Held, row.version + 1),
        "a new version to decide again"
    );
    shop.live(120).await;
    assert!(shop.platform.books().is_empty(), "what was taken back is never sent");

    let row = shop.approve(&undone);
    shop.pass(30);
    shop.engine.send_due().await;
    let late = shop.engine.undo(Undo::These(vec![row.id]), &mia()).unwrap();
    assert!(matches!(late[0].1, Err(Error::Leaving { .. })), "{late:?}");
    assert_eq!(shop.platform.books(), [row.key]);
}

#[test]
fn a_batch_is_undone_as_a_whole_and_sums_come_from_the_core() {
    let shop = Shop::open();
    let seen: Vec<_> =
        (0..12).map(|n| shop.refund(&n.to_string(), 100 + n)).map(|r| (r.id, r.version)).collect();
    let mut with_an_old_one = seen;
    with_an_old_one[3].1 += 5;
    let batch = shop.engine.decide_many(&with_an_old_one, Decision::Approve, &mia()).unwrap();
    assert!(
        matches!(batch.results[3].1, Err(Error::Changed { .. })),
        "one bad row leaves its neighbours alone"
    );
    assert_eq!(batch.sums, [euros(11 * 100 + 66 - 3)]);
    let undone = shop.engine.undo(Undo::Batch(batch.batch), &mia()).unwrap();
    assert_eq!(undone.len(), 11);
    assert!(undone.iter().all(|(_, result)| result.as_ref().is_ok_and(|row| row.state == State::Held)));
}

#[test]
fn an_edit_changes_only_what_its_kind_allows_and_approves_nothing() {
    let shop = Shop::open();
    let row = shop.refund("1", 500);
    let edit = |action| shop.engine.decide(row.id, row.version, Decision::Edit { action }, &mia());
    assert!(edit(refund_of("2", 500)).is_err(), "another order is another action");
    assert!(edit(note_on("1")).is_err(), "another kind is another action");
    assert!(edit(refund_of("1", 0)).is_err());
    assert!(edit(refund_of("1", 5001)).is_err(), "above the cap for one action");
    let pounds = fermata_model::Action::OrderRefund {
        order: order_ref("1"),
        amount: fermata_model::Money::new(500, fermata_model::Currency::GBP),
        note: String::new(),
        restock: Vec::new(),
    };
    assert!(edit(pounds).is_err(), "the currency stays");
    let edited = edit(refund_of("1", 450)).unwrap();
    assert_eq!(edited.state, State::Held);
    assert_eq!(edited.key, row.key, "the key was minted with the proposal");
    let card = shop.engine.show(row.id).unwrap();
    let step = card.history.last().unwrap().step.clone().unwrap();
    assert_eq!(step.before, Some(refund_of("1", 500)), "before and after can be shown");
    let hold = shop.propose(hold_of("p"), None).unwrap();
    let nothing = shop.engine.decide(hold.id, hold.version, Decision::Edit { action: hold_of("p") }, &mia());
    assert!(nothing.is_err());
}

#[test]
fn a_no_needs_a_reason_and_later_comes_back() {
    let shop = Shop::open();
    let row = shop.refund("1", 500);
    let decide = |decision| shop.engine.decide(row.id, row.version, decision, &mia());
    assert!(decide(Decision::Reject { reason: "  ".into() }).is_err());
    let until = shop.now() + SignedDuration::from_hours(1);
    decide(Decision::Later { until }).unwrap();
    let waiting = |shop: &Shop| {
        let filter = Filter { tab: Some(Tab::ToApprove), awake_at: Some(shop.now()), ..Filter::default() };
        shop.engine.list(&filter, 0, 10).unwrap().len()
    };
    assert_eq!(waiting(&shop), 0);
    shop.pass(3600);
    assert_eq!(waiting(&shop), 1);
    let no = decide(Decision::Reject { reason: "out of policy".into() }).unwrap();
    assert_eq!(no.state, State::Refused);
    let status = shop.engine.status(&[no]).unwrap();
    assert_eq!(status[0].line, "Rejected by Mia: out of policy");
}

#[test]
fn roles_are_checked_in_the_core() {
    let shop = Shop::open();
    let row = shop.refund("1", 2500);
    let approve = |who: &Person| shop.engine.decide(row.id, row.version, Decision::Approve, who);
    assert!(matches!(approve(&Person::new("Vic", Role::Viewer)), Err(Error::NotAllowed { .. })));
    let agent = Person::new("Tom", Role::Agent);
    assert!(
        matches!(approve(&agent), Err(Error::NotAllowed { .. })),
        "25.00 is above the agents' limit of 20.00"
    );
    assert!(
        shop.engine.set_limits(&shop.engine.policy().unwrap(), &mia()).is_err(),
        "limits are the owner's"
    );
    approve(&mia()).unwrap();
    assert!(
        shop.engine.undo(Undo::These(vec![row.id]), &agent).unwrap()[0].1.is_err(),
        "not the agent's decision"
    );
}

#[test]
fn above_the_threshold_two_different_people_must_say_yes() {
    let shop = Shop::open();
    shop.allow(|policy| policy.two_people_above = Some(Caps::of("10.00")));
    let row = shop.refund("1", 1001);
    let held = shop.approve(&row);
    assert_eq!(held.state, State::Held, "one yes is not enough");
    let again = shop.engine.decide(row.id, held.version, Decision::Approve, &mia());
    assert!(matches!(again, Err(Error::NotAllowed { .. })), "{again:?}");
    let edited = shop
        .engine
        .decide(row.id, held.version, Decision::Edit { action: refund_of("1", 1100) }, &olga())
        .unwrap();
    assert!(edited.progress.first_approval.is_none(), "an edit takes the first yes back");
    let own = shop.engine.decide(row.id, edited.version, Decision::Approve, &olga());
    assert!(matches!(own, Err(Error::NotAllowed { .. })), "nobody approves what they edited");
    let first = shop.approve(&edited);
    let second = Person::new("Nils", Role::Operator);
    let done = shop.engine.decide(row.id, first.version, Decision::Approve, &second).unwrap();
    assert_eq!(done.state, State::Approved);
    let below = shop.approve(&shop.refund("2", 1000));
    assert_eq!(below.state, State::Approved, "at the threshold one is enough");
}

#[test]
fn one_unfinished_money_action_per_order() {
    let shop = Shop::open();
    let first = shop.refund("1", 500);
    let second = shop.try_refund("1", 300, None);
    assert!(matches!(second, Err(Error::Duplicate { id }) if id == first.id), "{second:?}");
    let no = Decision::Reject { reason: "wrong amount".into() };
    shop.engine.decide(first.id, first.version, no, &mia()).unwrap();
    shop.try_refund("1", 300, None).expect("once the first has ended there is room for another");
}

#[test]
fn every_move_is_in_the_audit_chain_and_a_forged_entry_breaks_it() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 500));
    shop.engine.undo(Undo::Last, &mia()).unwrap();
    let what: Vec<_> = shop.engine.show(row.id).unwrap().history.into_iter().map(|h| h.entry.what).collect();
    assert_eq!(what, ["proposal.proposed", "proposal.held", "proposal.approved", "proposal.undone"]);
    let sound = shop.engine.verify_audit().unwrap();
    assert_eq!((sound.entries, sound.broken_at), (4, None));
    shop.store
        .write(fermata_store::Durability::Full, fermata_store::Writer::System("thief"), |tx| {
            tx.execute("UPDATE audit SET actor = 'person:Eve' WHERE seq = 3", ())?;
            Ok(())
        })
        .unwrap();
    assert_eq!(shop.engine.verify_audit().unwrap().broken_at, Some(3));
}

#[test]
fn erasing_a_person_keeps_the_chain_whole() {
    let shop = Shop::open();
    let customer = shop.customer("ana@example.com");
    shop.try_refund("1", 500, Some(customer)).unwrap();
    shop.store
        .write(fermata_store::Durability::Full, fermata_store::Writer::System("test"), |tx| {
            Ok(fermata_store::audit::erase_customer(tx, customer)?)
        })
        .unwrap();
    let verified = shop.engine.verify_audit().unwrap();
    assert_eq!((verified.broken_at, verified.erased), (None, 2));
}

#[test]
fn the_customers_timeline_tells_what_we_did() {
    let shop = Shop::open();
    let customer = shop.customer("ana@example.com");
    let row = shop.try_refund("1", 500, Some(customer)).unwrap();
    shop.pass(1);
    shop.approve(&row);
    let events =
        shop.store.read(|conn| fermata_store::timeline::page(conn, customer, None, &[], 20)).unwrap();
    let ours: Vec<_> = events.iter().filter(|e| e.proposal == Some(row.id)).map(|e| e.kind.name()).collect();
    assert_eq!(ours, ["ours.decided", "ours.proposed"], "newest first");
}

#[test]
fn an_amount_cut_into_small_ones_meets_the_same_thresholds() {
    let shop = Shop::open();
    let customer = shop.customer("ana@example.com");
    let tom = Person::new("Tom", Role::Agent);
    let yes = |row: &fermata_engine::Proposal, who: &Person| {
        shop.engine.decide(row.id, row.version, Decision::Approve, who)
    };
    let rows: Vec<_> =
        (0..3).map(|n| shop.try_refund(&n.to_string(), 1500, Some(customer)).unwrap()).collect();
    yes(&rows[0], &tom).expect("15.00 is within the agents' limit of 20.00");
    assert!(matches!(yes(&rows[1], &tom), Err(Error::NotAllowed { .. })), "30.00 to one customer is not");
    shop.allow(|policy| policy.two_people_above = Some(Caps::of("20.00")));
    let first = yes(&rows[1], &mia()).unwrap();
    assert_eq!(first.state, State::Held, "a second person is needed");
    shop.pass(24 * 3600);
    assert_eq!(yes(&rows[2], &mia()).unwrap().state, State::Approved, "a new day, a new count");
}

#[tokio::test]
async fn a_try_that_did_nothing_is_not_another_yes_on_the_timeline() {
    let shop = Shop::open();
    let customer = shop.customer("ana@example.com");
    shop.platform.will(&[crate::shop::Answer::NotDone, crate::shop::Answer::NotDone]);
    let row = shop.approve(&shop.try_refund("1", 500, Some(customer)).unwrap());
    shop.live(120).await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    let events =
        shop.store.read(|conn| fermata_store::timeline::page(conn, customer, None, &[], 20)).unwrap();
    let yes: Vec<_> = events.iter().filter(|e| e.kind.name() == "ours.decided").map(|e| &*e.title).collect();
    assert_eq!(yes, ["Refund €5.00 on #1: approved by Mia"]);
}
