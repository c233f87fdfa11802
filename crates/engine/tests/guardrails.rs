//! Limits and the stop switch hold inside the transaction that sends.

use std::sync::Arc;

use fermata_engine::fail_points::NoFailPoints;
use fermata_engine::{Caps, Decision, Error, Person, Policy, Role};
use fermata_model::{ActionKind, Currency, State};
use jiff::SignedDuration;

use crate::shop::{Shop, euros, mia, note_on, olga};

fn both((code, cap): (&str, &str)) -> (String, String) {
    (code.to_owned(), cap.to_owned())
}

fn alerts(shop: &Shop) -> Vec<String> {
    let open = shop.store.read(fermata_store::alerts::open).unwrap();
    open.into_iter().map(|alert| alert.cause).collect()
}

#[test]
fn an_action_above_its_cap_never_waits_for_anybody() {
    let shop = Shop::open();
    match shop.try_refund("1", 5001, None) {
        Err(Error::Limit { why }) => {
            assert_eq!(why, "€50.01 is above the limit of €50.00 for one action.");
        }
        other => panic!("{other:?}"),
    }
    shop.try_refund("1", 5000, None).expect("the cap itself is allowed");
}

#[test]
fn a_large_refund_cut_into_small_ones_still_trips() {
    let shop = Shop::open();
    let customer = shop.customer("ana@example.com");
    let rows: Vec<_> =
        (0..3).map(|n| shop.try_refund(&n.to_string(), 4000, Some(customer)).unwrap()).collect();
    shop.approve(&rows[0]);
    shop.approve(&rows[1]);
    let third = shop.engine.decide(rows[2].id, rows[2].version, Decision::Approve, &mia());
    match third {
        Err(Error::Limit { why }) => {
            assert_eq!(
                why,
                "€40.00 more would break today's limit for this customer: €80.00 of €100.00 are used."
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(shop.row(&rows[2]).state, State::Held, "it waits for another day");
    shop.pass(12 * 3600);
    shop.approve(&rows[2]);
}

#[test]
fn a_limit_per_customer_counts_across_two_that_turn_out_to_be_one() {
    let shop = Shop::open();
    let (ana, other) = (shop.customer("ana@example.com"), shop.customer("a.ruiz@example.com"));
    assert_ne!(ana, other);
    let first = shop.try_refund("1", 5000, Some(ana)).unwrap();
    let second = shop.try_refund("2", 5000, Some(other)).unwrap();
    let third = shop.try_refund("3", 100, Some(ana)).unwrap();
    shop.approve(&first);
    shop.approve(&second);
    shop.join("ana@example.com", "a.ruiz@example.com");
    let over = shop.engine.decide(third.id, third.version, Decision::Approve, &mia());
    assert!(matches!(over, Err(Error::Limit { .. })), "{over:?}");
}

#[test]
fn a_day_is_the_shops_own() {
    let shop = Shop::open();
    shop.engine.set_zone("Pacific/Auckland").unwrap();
    let customer = shop.customer("ana@example.com");
    // 12:00 UTC is 01:00 of the next day in Auckland, so the day there ends at 11:00 UTC.
    let first = shop.try_refund("1", 5000, Some(customer)).unwrap();
    let second = shop.try_refund("2", 5000, Some(customer)).unwrap();
    let third = shop.try_refund("3", 100, Some(customer)).unwrap();
    shop.approve(&first);
    shop.approve(&second);
    shop.pass(22 * 3600 + 3500);
    assert!(
        shop.engine.decide(third.id, third.version, Decision::Approve, &mia()).is_err(),
        "still the same day"
    );
    shop.pass(200);
    shop.approve(&third);
    assert!(shop.engine.set_zone("Mars/Olympus").is_err());
}

#[tokio::test]
async fn a_limit_lowered_after_the_yes_holds_at_the_send() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 3000));
    shop.allow(|policy| policy.per_action = Caps::of("20.00"));
    shop.live(60).await;
    let row = shop.row(&row);
    assert_eq!((row.state, row.version), (State::Held, 2), "a person looks again");
    assert_eq!(row.case.warnings[0].text, "€30.00 is above the limit of €20.00 for one action.");
    assert!(shop.platform.books().is_empty());
}

#[test]
fn actions_without_money_are_counted() {
    let shop = Shop::open();
    shop.allow(|policy| policy.actions_per_customer_day = 2);
    let customer = shop.customer("ana@example.com");
    let rows: Vec<_> =
        (0..3).map(|n| shop.propose(note_on(&n.to_string()), Some(customer)).unwrap()).collect();
    shop.approve(&rows[0]);
    shop.approve(&rows[1]);
    assert!(matches!(
        shop.engine.decide(rows[2].id, rows[2].version, Decision::Approve, &mia()),
        Err(Error::Limit { .. })
    ));
}

#[test]
fn limits_that_cannot_be_read_are_refused() {
    let shop = Shop::open();
    let mut policy = shop.engine.policy().unwrap();
    for change in [
        |p: &mut fermata_engine::Policy| p.zone = "Nowhere".into(),
        |p: &mut fermata_engine::Policy| p.per_action = Caps::of("fifty"),
        |p: &mut fermata_engine::Policy| p.per_action = Caps::of("-1"),
        |p: &mut fermata_engine::Policy| p.approval_valid_hours = -1,
    ] {
        let before = policy.clone();
        change(&mut policy);
        assert!(shop.engine.set_limits(&policy, &olga()).is_err());
        policy = before;
    }
    let yen = fermata_model::Currency::JPY;
    assert_eq!(Caps::of("12.50").limit(yen).minor, 12, "what a currency has no coins for is cut off");
    assert_eq!(Caps::of("0.50").limit(yen).minor, 0);
    assert_eq!(Caps::of("12,50").limit(yen).minor, 0, "a cap that cannot be read allows nothing");
}

#[test]
fn a_cap_lowered_for_all_currencies_is_higher_in_none() {
    let shop = Shop::open();
    shop.allow(|policy| policy.per_action = Caps::of("50.50"));
    let yen = |shop: &Shop| shop.engine.policy().unwrap().per_action.limit(Currency::JPY).minor;
    let before = yen(&shop);
    let set = |caps: Caps| {
        let wanted = Policy { per_action: caps, ..shop.engine.policy().unwrap() };
        shop.engine.set_limits(&wanted, &olga()).unwrap();
        shop.engine.waiting_limits().unwrap().is_some()
    };
    assert!(!set(Caps::of("50.00")), "less of it holds at once");
    assert!(yen(&shop) <= before, "also where there are no cents");

    shop.allow(|policy| policy.per_action = Caps::of("50.50"));
    let own = Caps([("*", "50.50"), ("JPY", "1000")].map(both).into());
    assert!(set(own), "more for one currency waits");
    assert_eq!(yen(&shop), before);
    let holds = shop.engine.policy().unwrap();
    shop.engine.set_limits(&holds, &olga()).unwrap();
    assert_eq!(shop.engine.policy().unwrap(), holds, "what holds can be asked for again");
    assert_eq!(shop.engine.waiting_limits().unwrap(), None);
}

#[test]
fn a_looser_limit_waits_a_day_and_a_stricter_one_does_not() {
    let shop = Shop::open();
    shop.allow(|policy| policy.two_people_above = Some(Caps::of("40.00")));
    let before = shop.engine.policy().unwrap();
    let wanted = Policy {
        per_action: Caps::of("80.00"),
        per_customer_day: Caps::of("60"),
        actions_per_workflow_day: before.actions_per_workflow_day + 1,
        agent_limit: Caps([("*", "20.00"), ("EUR", "30.00"), ("JPY", "5")].map(both).into()),
        two_people_above: None,
        ..before.clone()
    };
    shop.engine.set_limits(&wanted, &olga()).unwrap();
    let stricter = Policy {
        per_customer_day: Caps::of("60"),
        agent_limit: Caps([("*", "20.00"), ("EUR", "20.00"), ("JPY", "5")].map(both).into()),
        ..before
    };
    let now = shop.engine.policy().unwrap();
    assert_eq!(now.agent_limit.limit(Currency::EUR), euros(2000));
    assert_eq!(now.agent_limit.limit(Currency::JPY).minor, 5);
    assert_eq!(Policy { agent_limit: stricter.agent_limit.clone(), ..now }, stricter);
    let waiting = shop.engine.waiting_limits().unwrap().unwrap();
    assert_eq!((waiting.by.as_str(), waiting.from), ("Olga", shop.now() + SignedDuration::from_hours(24)));
    assert_eq!(alerts(&shop), ["Limits become looser on 21 Nov, 12:00 UTC. Olga asked for it."]);
    shop.pass(24 * 3600 - 1);
    shop.engine.tick().unwrap();
    assert_eq!(shop.engine.policy().unwrap().per_action, Caps::of("50.00"));
    shop.engine.set_undo_seconds(&[(ActionKind::OrderRefund, 600)].into(), &olga()).unwrap();
    shop.pass(1);
    let other = shop.another_engine(Arc::new(NoFailPoints));
    shop.engine.tick().unwrap();
    other.tick().unwrap();
    let after = shop.engine.policy().unwrap();
    assert_eq!(after.undo_window(ActionKind::OrderRefund), 600, "what was set meanwhile stays");
    assert_eq!(Policy { undo_seconds: wanted.undo_seconds.clone(), ..after }, wanted);
    assert_eq!(shop.engine.waiting_limits().unwrap(), None);
    assert_eq!(alerts(&shop), [""; 0]);
    let log = shop.engine.audit(3).unwrap();
    let loosened: Vec<_> = log.iter().filter(|entry| entry.what == "policy.loosened").collect();
    assert_eq!(loosened.len(), 1, "once, although two looked");
    assert_eq!(loosened[0].rule, "a day after Olga asked");
}

#[test]
fn a_limit_for_one_currency_alone_loosens_nothing() {
    let shop = Shop::open();
    let wanted =
        Policy { per_action: Caps([("EUR", "10.00")].map(both).into()), ..shop.engine.policy().unwrap() };
    shop.engine.set_limits(&wanted, &olga()).unwrap();
    assert_eq!(shop.engine.policy().unwrap(), wanted);
    assert_eq!(shop.engine.waiting_limits().unwrap(), None, "the other currencies are allowed nothing now");
    assert_eq!(alerts(&shop), [""; 0]);
}

#[test]
fn a_looser_limit_that_waits_is_taken_back_and_never_comes_sooner() {
    let shop = Shop::open();
    let before = shop.engine.policy().unwrap();
    let set = |per_action: &str, actions: i64| {
        let wanted =
            Policy { per_action: Caps::of(per_action), actions_per_customer_day: actions, ..before.clone() };
        shop.engine.set_limits(&wanted, &olga()).unwrap();
        shop.engine.waiting_limits().unwrap().map(|waiting| waiting.from)
    };
    let first = set("80.00", 10);
    shop.pass(3600);
    assert_eq!(set("80.00", 9), first, "something stricter beside it does not restart its day");
    assert_eq!(set("70.00", 9), first, "nor does less of the same");
    let second = set("90.00", 9);
    assert_eq!(second, first.map(|from| from + SignedDuration::from_hours(1)), "more of it does");
    assert_eq!(alerts(&shop).len(), 1);
    assert_eq!(set("50.00", 9), None);
    assert_eq!(alerts(&shop), [""; 0], "taken back, it is nobody's concern any more");
    shop.pass(48 * 3600);
    shop.engine.tick().unwrap();
    assert_eq!(shop.engine.policy().unwrap().per_action, Caps::of("50.00"));
}

#[tokio::test]
async fn the_stop_switch_holds_everything_and_loses_nothing() {
    let shop = Shop::open();
    let rows: Vec<_> = (0..5).map(|n| shop.approve(&shop.refund(&n.to_string(), 300))).collect();
    let tom = Person::new("Tom", Role::Agent);
    let stop = shop.engine.set_stop(true, &tom).unwrap();
    assert_eq!((stop.on, stop.by.as_deref()), (true, Some("Tom")));
    shop.live(300).await;
    assert!(shop.platform.bodies().is_empty());
    let row = shop.row(&rows[0]);
    assert_eq!(row.state, State::Approved);
    let status = shop.engine.status(&[row]).unwrap();
    assert_eq!(status[0].kept_back.as_deref(), Some("All sending is stopped"));
    assert!(shop.engine.set_stop(false, &tom).is_err(), "letting it go on is an operator's");
    shop.engine.set_stop(false, &mia()).unwrap();
    shop.live(60).await;
    assert_eq!(shop.platform.books().len(), 5);
}

#[tokio::test]
async fn stop_is_effective_between_the_building_and_the_sending_of_a_request() {
    use fermata_engine::fail_points::{BEFORE_SENDING_COMMIT, FailPoints};
    use std::sync::OnceLock;
    /// Throws the stop switch at the last moment.
    #[derive(Default)]
    struct StopThen(OnceLock<fermata_engine::Engine>);
    impl FailPoints for StopThen {
        fn hit(&self, name: &'static str) {
            if name == BEFORE_SENDING_COMMIT {
                self.0.get().unwrap().set_stop(true, &mia()).unwrap();
            }
        }
    }
    let stop = Arc::new(StopThen::default());
    let shop = Shop::open().with_fail_points(stop.clone());
    stop.0.set(shop.another_engine(Arc::new(fermata_engine::fail_points::NoFailPoints))).ok().unwrap();
    let row = shop.approve(&shop.refund("1", 300));
    shop.pass(31);
    shop.engine.send_due().await;
    assert!(shop.platform.bodies().is_empty());
    assert_eq!(shop.row(&row).state, State::Approved);
}
