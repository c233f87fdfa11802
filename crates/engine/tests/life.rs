//! Whatever people, platforms, crashes and clocks do: the ledger keeps to its table, and the
//! platform's books equal what the ledger says.

use fermata_engine::life::Step;
use fermata_engine::{Decision, Person, Role, Settlement, Undo};
use fermata_model::State;
use proptest::prelude::*;

use crate::shop::{Answer, Shop, mia, refund_of};

#[derive(Clone, Debug)]
enum Deed {
    Propose(u8, i64),
    Approve(usize),
    Reject(usize),
    Edit(usize, i64),
    Undo(usize),
    Settle(usize, u8),
    Stop(bool),
    Pass(i64),
    Send,
    Look,
    Tick,
    Restart,
    Will(Answer),
    Blind(bool),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let answer = prop_oneof![
        3 => Just(Answer::Done),
        1 => Just(Answer::Accepted),
        1 => Just(Answer::Swallowed),
        1 => Just(Answer::NotDone),
        1 => Just(Answer::Refused),
        2 => Just(Answer::LostAfter),
        2 => Just(Answer::LostBefore),
        1 => (1..200_i64).prop_map(Answer::LostAndLate),
    ];
    let deed = prop_oneof![
        4 => (0..4_u8, 1..6000_i64).prop_map(|(order, minor)| Deed::Propose(order, minor)),
        6 => any::<usize>().prop_map(Deed::Approve),
        1 => any::<usize>().prop_map(Deed::Reject),
        1 => (any::<usize>(), 1..6000_i64).prop_map(|(n, minor)| Deed::Edit(n, minor)),
        2 => any::<usize>().prop_map(Deed::Undo),
        2 => (any::<usize>(), 0..3_u8).prop_map(|(n, how)| Deed::Settle(n, how)),
        1 => any::<bool>().prop_map(Deed::Stop),
        6 => (1..100_i64).prop_map(Deed::Pass),
        1 => (-100_000..100_000_i64).prop_map(Deed::Pass),
        6 => Just(Deed::Send),
        4 => Just(Deed::Look),
        1 => Just(Deed::Tick),
        1 => Just(Deed::Restart),
        4 => answer.prop_map(Deed::Will),
        1 => any::<bool>().prop_map(Deed::Blind),
    ];
    prop::collection::vec(deed, 1..60)
}

async fn play(deeds: Vec<Deed>) {
    let mut shop = Shop::open();
    let mut rows: Vec<fermata_engine::Proposal> = Vec::new();
    for deed in deeds {
        let pick = |n: usize| (!rows.is_empty()).then(|| shop.row(&rows[n % rows.len()]));
        // Most deeds are refused at most times; what matters is what they leave behind.
        match deed {
            Deed::Propose(order, minor) => {
                if let Ok(row) = shop.try_refund(&order.to_string(), minor, None) {
                    rows.push(row);
                }
            }
            Deed::Approve(n) => {
                if let Some(row) = pick(n) {
                    let _ = shop.engine.decide(row.id, row.version, Decision::Approve, &mia());
                }
            }
            Deed::Reject(n) => {
                if let Some(row) = pick(n) {
                    let no = Decision::Reject { reason: "no".into() };
                    let _ = shop.engine.decide(row.id, row.version, no, &mia());
                }
            }
            Deed::Edit(n, minor) => {
                if let Some(row) = pick(n) {
                    let action = refund_of(&row.action.target().external_id, minor);
                    let _ = shop.engine.decide(row.id, row.version, Decision::Edit { action }, &mia());
                }
            }
            Deed::Undo(n) => {
                if let Some(row) = pick(n) {
                    let _ = shop.engine.undo(Undo::These(vec![row.id]), &mia());
                }
            }
            Deed::Settle(n, how) => {
                // A person settles by the platform's books, not at random; only once it must show.
                if let Some(row) = pick(n).filter(|row| row.progress.looks.needs_person) {
                    let happened = shop.platform.books().contains(&row.key);
                    let how = match how {
                        _ if happened => Settlement::Happened,
                        0 => Settlement::DidNot,
                        _ => Settlement::SendAgain,
                    };
                    let _ = shop.engine.settle(row.id, row.version, how, "looked", &mia());
                }
            }
            Deed::Stop(on) => {
                let _ = shop.engine.set_stop(on, &Person::new("Nils", Role::Operator));
            }
            Deed::Pass(seconds) => shop.pass(seconds),
            Deed::Send => {
                let stopped = shop.engine.stop_switch().unwrap().on;
                let before = shop.platform.bodies().len();
                shop.engine.send_due().await;
                assert!(
                    !stopped || shop.platform.bodies().len() == before,
                    "something left although all was stopped"
                );
            }
            Deed::Look => {
                shop.engine.look_due().await;
            }
            Deed::Tick => shop.engine.tick().unwrap(),
            Deed::Restart => shop = shop.restart(),
            Deed::Will(answer) => shop.platform.will(&[answer]),
            Deed::Blind(blind) => shop.platform.blind(blind),
        }
    }
    judge(&shop, &rows);
}

fn judge(shop: &Shop, rows: &[fermata_engine::Proposal]) {
    let books = shop.platform.books();
    for row in rows {
        let row = shop.row(row);
        let done = books.iter().filter(|key| **key == row.key).count();
        assert!(done <= 1, "{} was done {done} times", row.id);
        match row.state {
            State::Confirmed => assert_eq!(done, 1, "{} is confirmed", row.id),
            State::Proposed | State::Held | State::Expired | State::Shadowed => {
                assert_eq!(done, 0, "{} is {}", row.id, row.state);
            }
            _ => {}
        }
        if done == 1 {
            let history = shop.engine.show(row.id).unwrap().history;
            assert!(
                history.iter().any(|h| h.entry.what == "proposal.approved" && h.entry.actor.to_string() == "person:Mia"),
                "{} was done without anybody's yes",
                row.id
            );
        }
        let mut at = None;
        for history in shop.engine.show(row.id).unwrap().history {
            let Step { from, to, .. } = history.step.expect("nothing was erased");
            assert_eq!(from, at, "the history of {} has a gap", row.id);
            if let Some(from) = from {
                assert!(from == to || from.may_become(to), "{from} became {to}");
            }
            at = Some(to);
        }
        assert_eq!(at, Some(row.state), "{} stands where its history says", row.id);
    }
    assert_eq!(shop.engine.verify_audit().unwrap().broken_at, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_keeps_to_its_table_and_its_books(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(deeds));
    }
}
