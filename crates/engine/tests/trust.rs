//! How far a workflow is trusted: modes, roles, and what becomes of trust that is withdrawn.

use fermata_engine::{Caps, Decision, Error, Filter, Person, Role, Tab, Undo};
use fermata_model::{Action, ActionKind, Mode, Platform, State};

use crate::ana::{CART, LATE, all, cart_shop, kinds, late_shop, ticket, waiting};
use crate::shop::{euros, mia, olga};

#[test]
fn modes_decide_where_a_proposal_waits() {
    for (mode, state, count) in [
        (Mode::Off, None, 0),
        (Mode::Shadow, Some(State::Shadowed), 2),
        (Mode::Suggest, Some(State::Held), 2),
        (Mode::Approve, Some(State::Held), 2),
        (Mode::Auto, Some(State::Approved), 2),
    ] {
        let shop = late_shop();
        shop.engine.set_mode(LATE, mode, &olga()).unwrap();
        shop.engine.tick().unwrap();
        let rows = all(&shop);
        assert_eq!(rows.len(), count, "{mode}");
        assert!(rows.iter().all(|row| Some(row.state) == state), "{mode}");
        let tab = if mode == Mode::Suggest { Tab::Suggestions } else { Tab::ToApprove };
        let listed = shop.engine.sum(&Filter { tab: Some(tab), ..Filter::default() }).unwrap();
        assert_eq!(listed.count, if state == Some(State::Held) { 2 } else { 0 }, "{mode}");
    }
}

#[tokio::test]
async fn shadow_never_sends_and_auto_can_be_undone() {
    let shop = late_shop();
    shop.engine.set_mode(LATE, Mode::Shadow, &mia()).unwrap();
    shop.live(7200).await;
    assert!(shop.platform.bodies().is_empty());

    let shop = late_shop();
    assert!(shop.engine.set_mode(LATE, Mode::Auto, &mia()).is_err(), "auto is the owner's to give");
    shop.engine.set_mode(LATE, Mode::Auto, &olga()).unwrap();
    shop.engine.tick().unwrap();
    let ids = all(&shop).iter().map(|row| row.id).collect();
    let undone = shop.engine.undo(Undo::These(ids), &mia()).unwrap();
    assert!(undone.iter().all(|(_, result)| result.is_ok()));
    shop.live(120).await;
    assert!(shop.platform.bodies().is_empty());
}

#[test]
fn only_the_role_that_the_file_names_approves() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let tom = Person::new("Tom", Role::Agent);
    for row in waiting(&shop) {
        let yes = shop.engine.decide(row.id, row.version, Decision::Approve, &tom);
        assert!(matches!(yes, Err(Error::NotAllowed { .. })), "late parcels are an operator's: {yes:?}");
        shop.approve(&row);
    }
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    let hold = waiting(&shop).remove(0);
    shop.engine.decide(hold.id, hold.version, Decision::Approve, &tom).expect("carts are an agent's");
}

#[tokio::test]
async fn trust_that_is_withdrawn_in_the_undo_window_holds_at_the_send() {
    let shop = late_shop();
    shop.engine.set_mode(LATE, Mode::Auto, &olga()).unwrap();
    shop.engine.tick().unwrap();
    shop.engine.set_mode(LATE, Mode::Approve, &mia()).unwrap();
    shop.live(120).await;
    assert!(shop.platform.bodies().is_empty(), "nobody said yes");
    let rows = waiting(&shop);
    assert_eq!(kinds(&rows), [ActionKind::OrderRefund]);
    shop.approve(&rows[0]);
    shop.live(120).await;
    assert!(matches!(&shop.platform.actions()[..], [Action::OrderRefund { .. }]), "this one has a yes");
    assert_eq!(kinds(&waiting(&shop)), [ActionKind::TicketReply], "its message has none");
}

#[test]
fn where_two_people_are_asked_for_no_workflow_decides_alone() {
    let shop = late_shop();
    shop.allow(|policy| policy.two_people_above = Some(Caps::of("10.00")));
    shop.engine.set_mode(LATE, Mode::Auto, &olga()).unwrap();
    shop.engine.tick().unwrap();
    let rows = all(&shop);
    assert_eq!(
        (rows[0].state, rows[1].state),
        (State::Held, State::Approved),
        "20.00 waits, its message after it"
    );
}

#[tokio::test]
async fn what_was_held_in_shadow_only_is_never_released() {
    let shop = cart_shop();
    shop.engine.set_mode(CART, Mode::Shadow, &mia()).unwrap();
    shop.engine.tick().unwrap();
    shop.engine.set_mode(CART, Mode::Approve, &mia()).unwrap();
    let closed = shop.now();
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop.live(60).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold], "it may be the person's own wish by now");
}

#[tokio::test]
async fn what_was_really_held_is_not_released_in_shadow_only() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    shop.engine.set_mode(CART, Mode::Shadow, &mia()).unwrap();
    let closed = shop.now();
    shop.land(Platform::Gorgias, vec![ticket("90", "Which size?", "2026-11-19T08:00:00Z", Some(closed))]);
    shop.live(60).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold]);
    shop.engine.set_mode(CART, Mode::Approve, &mia()).unwrap();
    shop.pass(24 * 3600);
    shop.engine.tick().unwrap();
    assert_eq!(
        kinds(&waiting(&shop)),
        [ActionKind::MarketingRelease, ActionKind::MarketingFollowUp],
        "it waited until the workflow may act again"
    );
}

#[test]
fn the_list_of_workflows_says_how_far_each_is_trusted() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let list = shop.engine.workflows().unwrap();
    assert_eq!(list.iter().map(|w| w.id.as_str()).collect::<Vec<_>>(), [LATE, CART]);
    assert_eq!((list[0].mode, list[0].waiting.count, list[0].running), (Mode::Approve, 2, 1));
    assert_eq!(list[0].waiting.money, [euros(2000)]);
    shop.engine.set_mode(LATE, Mode::Off, &mia()).unwrap();
    let list = shop.engine.workflows().unwrap();
    assert_eq!(list[0].mode_set.as_ref().map(|(name, _)| name.as_str()), Some("Mia"));
}
