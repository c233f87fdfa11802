//! What is counted about the ledger.

use fermata_model::{Action, ConnectionId, Currency, Key, Money, RecordRef, State, Stream, Timestamp};
use fermata_store::audit::Actor;
use fermata_store::ledger::{Case, NewProposal, Origin, Rule, Surface, Trouble, numbers, read};
use fermata_store::{Durability, Error, Tx, Writer, ledger};

use crate::shop::{Shop, at};

fn proposal(order: u128) -> NewProposal {
    let target = RecordRef {
        connection: ConnectionId(1),
        stream: Stream::Orders,
        external_id: order.to_string(),
        label: format!("#{order}"),
    };
    NewProposal {
        key: format!("{order:032x}").parse::<Key>().unwrap(),
        surface: Surface::Queue,
        action: Action::OrderRefund {
            order: target,
            amount: Money::new(500, Currency::EUR),
            note: "late".into(),
            restock: Vec::new(),
        },
        customer: None,
        origin: Origin {
            workflow: Some("support.late-parcel".into()),
            workflow_version: 1,
            run: None,
            step: "refund".into(),
            occurrence: order.to_string(),
        },
        group: None,
        after: None,
        case: Case {
            why: "It is late.".into(),
            evidence: Vec::new(),
            rule: Rule { name: "support.late-parcel".into(), version: 1, limit: None },
            alternatives: Vec::new(),
            flip: None,
            warnings: Vec::new(),
            facts_at: None,
        },
        made_by: Actor::Workflow("support.late-parcel".into()),
        created_at: at(0),
        deadline_at: None,
        undo_seconds: 0,
    }
}

/// Writes a proposal down and what became of it.
fn add(tx: &Tx<'_>, order: u128, state: State, by: Option<Actor>, took: i64, trouble: Option<&str>) {
    let id = ledger::insert(tx, &proposal(order)).unwrap();
    let mut row = read::get(tx, id).unwrap().unwrap();
    row.state = state;
    row.decided_at = by.as_ref().map(|_| at(took));
    row.decided_by = by;
    row.trouble =
        trouble.map(|code| Trouble { code: code.into(), message: "It was not done.".into(), hint: None });
    assert!(ledger::update(tx, &row, State::Proposed).unwrap());
}

fn filled() -> Shop {
    let shop = Shop::new();
    let ada = || Some(Actor::Person("Ada".into()));
    let auto = || Some(Actor::Workflow("support.late-parcel".into()));
    shop.store
        .write(Durability::Full, Writer::System("test"), |tx| {
            add(tx, 1, State::Confirmed, ada(), 60, None);
            add(tx, 2, State::Refused, ada(), 120, Some("rejected"));
            add(tx, 3, State::Refused, ada(), 180, Some("already_refunded"));
            add(tx, 4, State::Confirmed, auto(), 0, None);
            add(tx, 5, State::Confirmed, auto(), 0, None);
            add(tx, 6, State::Held, None, 0, None);
            Ok(())
        })
        .unwrap();
    shop
}

#[test]
fn what_people_approved_and_rejected_is_not_what_a_platform_refused_or_a_mode_let_go() {
    let shop = filled();
    let since = Timestamp::UNIX_EPOCH;
    let record = shop.store.read(|conn| numbers::of_workflow(conn, "support.late-parcel", since)).unwrap();
    assert_eq!((record.proposed, record.approved, record.rejected, record.edited), (6, 2, 1, 0));
    let median = shop.store.read(|conn| numbers::median_to_decide(conn, since)).unwrap();
    assert_eq!(median, Some(120), "what left by itself took nobody any time");
}

#[test]
fn a_target_has_one_unfinished_money_action() {
    let shop = filled();
    let again = |order: u128| {
        let mut new = proposal(order);
        new.key = format!("{:032x}", 100 + order).parse().unwrap();
        new.origin.occurrence = format!("again {order}");
        shop.store.write(Durability::Full, Writer::System("test"), |tx| Ok(ledger::insert(tx, &new)?))
    };
    assert!(again(6).is_err_and(|error: Error| error.is_conflict()), "one waits for a yes already");
    assert!(again(1).is_ok(), "the one before was done");
}
