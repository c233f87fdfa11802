//! A newer program no longer has the version of a workflow that a run goes by: what the run holds back
//! is proposed to be let go.

use fermata_engine::workflow::shipped::{self, Shipped};
use fermata_model::{ActionKind, State};
use fermata_store::runs::RunState;

use crate::ana::{CART, all, cart_shop, held_cart_shop, kinds, late_shop, waiting};
use crate::shop::{Answer, Shop};

/// The workflows of a program that has none any more, and of one whose files are a version further.
fn newer_programs() -> [Vec<Shipped>; 2] {
    let mut further = shipped::all().unwrap();
    for shipped in &mut further {
        shipped.workflow.version += 1;
    }
    [Vec::new(), further]
}

/// Returns where the only run of the cart's workflow stands, and what it says.
fn run(shop: &Shop) -> (RunState, String) {
    let run = shop.engine.runs(Some(CART), 1).unwrap().remove(0);
    (run.state, run.note)
}

#[tokio::test]
async fn a_hold_whose_workflow_is_gone_is_released_once() {
    for workflows in newer_programs() {
        let shop = held_cart_shop().await.with_workflows(workflows);
        shop.live(60).await;
        let rows = all(&shop);
        assert_eq!(kinds(&rows), [ActionKind::MarketingHold, ActionKind::MarketingRelease]);
        let release = &rows[1];
        assert_eq!(
            (release.state, release.deadline_at),
            (State::Held, None),
            "a person decides, in their time"
        );
        assert!(release.case.why.contains("version of the workflow"), "{}", release.case.why);
        assert_eq!(
            run(&shop),
            (RunState::Failed, "Its version of the workflow is no longer there".to_owned())
        );
        shop.approve(release);
        shop.live(120).await;
        assert_eq!(shop.row(release).state, State::Confirmed, "it leaves, although its workflow is gone");
        assert_eq!(shop.row(&rows[0]).state, State::Undone);
        assert_eq!(all(&shop).len(), 2);
    }
}

#[tokio::test]
async fn a_hold_on_its_way_is_waited_for_and_then_released() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    shop.platform.will(&[Answer::LostAfter]);
    shop.platform.blind(true);
    shop.approve(&waiting(&shop)[0]);
    shop.live(60).await;
    let shop = shop.with_workflows(Vec::new());
    shop.live(60).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold], "nobody knows yet whether it happened");
    assert_eq!(run(&shop).0, RunState::Waiting);
    shop.platform.blind(false);
    shop.live(3600).await;
    assert_eq!(kinds(&all(&shop)), [ActionKind::MarketingHold, ActionKind::MarketingRelease]);
    assert_eq!(run(&shop).0, RunState::Failed);
}

#[tokio::test]
async fn a_hold_that_nobody_approved_goes_with_its_workflow() {
    let shop = cart_shop();
    shop.engine.tick().unwrap();
    let shop = shop.with_workflows(Vec::new());
    shop.live(60).await;
    let rows = all(&shop);
    assert_eq!((rows.len(), rows[0].state), (1, State::Refused), "nothing was held, so nothing is released");
}

#[tokio::test]
async fn a_release_that_waits_already_is_not_proposed_again() {
    let shop = held_cart_shop().await;
    shop.pass(14 * 24 * 3600);
    shop.engine.tick().unwrap();
    assert_eq!(kinds(&waiting(&shop)), [ActionKind::MarketingRelease]);
    let shop = shop.with_workflows(Vec::new());
    shop.live(60).await;
    assert_eq!(kinds(&waiting(&shop)), [ActionKind::MarketingRelease]);
}

#[tokio::test]
async fn what_holds_nothing_back_stays_when_its_workflow_goes() {
    let shop = late_shop();
    shop.engine.tick().unwrap();
    let shop = shop.with_workflows(Vec::new());
    shop.live(60).await;
    assert_eq!(kinds(&waiting(&shop)), [ActionKind::OrderRefund, ActionKind::TicketReply]);
}
