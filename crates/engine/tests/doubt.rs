//! Lost answers: the platform is asked, nothing is sent again before it has answered, and where
//! money is concerned a person has the last word.

use fermata_engine::ports::Fate;
use fermata_engine::{Error, Person, Role, Settlement};
use fermata_model::{Action, State};
use fermata_store::alerts;

use crate::shop::{Answer, Shop, hold_of, mia, note_on};

fn open_alerts(shop: &Shop) -> Vec<String> {
    shop.store.read(alerts::open).unwrap().into_iter().map(|alert| alert.key).collect()
}

#[tokio::test]
async fn a_lost_answer_is_found_and_not_sent_again() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostAfter]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.live(300).await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    assert_eq!(shop.platform.books(), [row.key]);
    assert!(open_alerts(&shop).is_empty(), "the alert went with the doubt");
}

#[tokio::test]
async fn an_effect_that_shows_late_is_found_before_anybody_believes_it_did_not_happen() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostAndLate(55), Answer::LostAndLate(55)]);
    let money = shop.approve(&shop.refund("1", 500));
    let note = shop.approve(&shop.propose(note_on("9"), None).unwrap());
    shop.live(600).await;
    assert_eq!(shop.row(&money).state, State::Confirmed);
    assert_eq!(shop.row(&note).state, State::Confirmed);
    assert_eq!(shop.platform.books().len(), 2, "each happened once");
}

#[tokio::test]
async fn money_without_a_trace_waits_for_a_person() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostBefore]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.live(3600).await;
    let row = shop.row(&row);
    assert_eq!(row.state, State::InDoubt, "the clock alone never settles money");
    assert!(row.progress.looks.needs_person && row.progress.looks.absent >= 2);
    assert_eq!(open_alerts(&shop), [format!("doubt:{}", row.id)]);
    assert!(shop.platform.books().is_empty());

    let agent = Person::new("Tom", Role::Agent);
    let settle = |version, how, note: &str, who: &Person| shop.engine.settle(row.id, version, how, note, who);
    assert!(matches!(
        settle(row.version, Settlement::SendAgain, "looked", &agent),
        Err(Error::NotAllowed { .. })
    ));
    assert!(settle(row.version, Settlement::SendAgain, " ", &mia()).is_err(), "a note says how one knows");
    assert!(
        settle(row.version - 1, Settlement::SendAgain, "looked", &mia()).is_err(),
        "an old card settles nothing"
    );
    let again = settle(row.version, Settlement::SendAgain, "looked at the order", &mia()).unwrap();
    assert_eq!(again.state, State::Approved);
    shop.live(120).await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    assert_eq!(shop.platform.books(), [row.key], "the same key as ever");
}

#[tokio::test]
async fn a_person_may_settle_either_way() {
    for (how, state) in [(Settlement::Happened, State::Confirmed), (Settlement::DidNot, State::Refused)] {
        let shop = Shop::open();
        shop.platform.will(&[Answer::LostBefore]);
        shop.platform.blind(true);
        let row = shop.approve(&shop.refund("1", 500));
        shop.live(120).await;
        let row = shop.row(&row);
        assert_eq!(row.state, State::InDoubt, "a question that is not answered proves nothing");
        let settled = shop.engine.settle(row.id, row.version, how, "asked the bank", &mia()).unwrap();
        assert_eq!(settled.state, state);
        shop.live(600).await;
        assert!(shop.platform.books().is_empty(), "settled is settled");
        assert!(open_alerts(&shop).is_empty());
    }
}

#[tokio::test]
async fn a_message_proved_absent_twice_is_sent_again_and_a_value_after_one_look() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostBefore]);
    let note = shop.approve(&shop.propose(note_on("9"), None).unwrap());
    shop.live(30 + 20).await;
    assert_eq!(shop.row(&note).state, State::InDoubt, "within the settling time one look proves nothing");
    shop.live(120).await;
    assert_eq!(shop.row(&note).state, State::Confirmed);
    assert_eq!(shop.platform.books(), [note.key]);

    shop.platform.will(&[Answer::LostBefore]);
    let hold = shop.approve(&shop.propose(hold_of("p"), None).unwrap());
    shop.live(30 + 15).await;
    assert_eq!(
        shop.row(&hold).state,
        State::Confirmed,
        "holding twice changes nothing, so one look is enough"
    );
}

#[tokio::test]
async fn what_provably_did_not_happen_is_tried_again_with_the_same_body_while_the_key_is_trusted() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::NotDone, Answer::NotDone]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.live(120).await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    let bodies = shop.platform.bodies();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "a key never comes with another body");
}

#[tokio::test]
async fn after_the_key_is_forgotten_the_request_is_built_anew_under_the_same_key() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::NotDone]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.pass(31);
    shop.engine.send_due().await;
    shop.pass(3601);
    shop.live(60).await;
    let bodies = shop.platform.bodies();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0].0, bodies[1].0);
    assert_ne!(bodies[0].1, bodies[1].1, "what the request depends on is read again");
    assert_eq!(shop.row(&row).state, State::Confirmed);
}

#[tokio::test]
async fn a_refusal_ends_it_and_says_why() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::Refused]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.live(120).await;
    let row = shop.row(&row);
    assert_eq!(row.state, State::Refused);
    assert_eq!(
        shop.engine.status(&[row]).unwrap()[0].line,
        "The order is already refunded. Nothing was paid."
    );
    assert_eq!(open_alerts(&shop).len(), 1);
}

#[tokio::test]
async fn what_cannot_be_prepared_waits_or_ends_without_ever_being_sent() {
    let shop = Shop::open();
    shop.platform.cannot_prepare(&[Fate::NotDone, Fate::Refused]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.pass(31);
    shop.engine.send_due().await;
    let waiting = shop.row(&row);
    assert_eq!(waiting.state, State::Approved);
    assert!(waiting.next_at.is_some_and(|next| next > shop.now()), "it waits before it tries again");
    shop.live(60).await;
    assert_eq!(shop.row(&row).state, State::Refused);
    assert!(shop.platform.bodies().is_empty());
}

#[tokio::test]
async fn accepted_is_read_until_it_shows_and_is_in_doubt_if_it_never_does() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::Accepted, Answer::Swallowed]);
    let shown = shop.approve(&shop.refund("1", 500));
    shop.live(31).await;
    let swallowed = shop.approve(&shop.refund("2", 500));
    shop.live(120).await;
    assert_eq!(shop.row(&shown).state, State::Confirmed);
    assert_eq!(shop.row(&swallowed).state, State::Accepted);
    shop.live(1800).await;
    assert_eq!(shop.row(&swallowed).state, State::InDoubt);
    assert_eq!(shop.platform.books(), [shown.key]);
}

#[tokio::test]
async fn looking_now_asks_at_once() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostAfter]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.platform.blind(true);
    shop.live(600).await;
    shop.platform.blind(false);
    shop.engine.look_due().await;
    assert_eq!(shop.row(&row).state, State::InDoubt, "by now it asks only now and then");
    shop.engine.look_now(row.id, &mia()).unwrap();
    shop.engine.look_due().await;
    assert_eq!(shop.row(&row).state, State::Confirmed);
    assert!(matches!(shop.platform.actions()[0], Action::OrderRefund { .. }));
}

#[tokio::test]
async fn a_question_that_is_never_answered_proves_nothing() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostBefore, Answer::LostBefore]);
    shop.platform.blind(true);
    let money = shop.approve(&shop.refund("1", 500));
    let note = shop.approve(&shop.propose(note_on("9"), None).unwrap());
    shop.live(3600).await;
    assert_eq!(shop.platform.bodies().len(), 2, "nothing is sent again");
    let (money, note) = (shop.row(&money), shop.row(&note));
    assert_eq!((money.state, note.state), (State::InDoubt, State::InDoubt));
    assert!(money.progress.looks.asked >= 4, "it keeps asking");
    assert!(!money.progress.looks.needs_person, "nobody has looked, so nobody can say that it is absent");
}

#[tokio::test]
async fn a_message_takes_two_looks_even_where_effects_show_at_once() {
    let shop = Shop::open();
    shop.platform.settles_within(std::time::Duration::ZERO);
    shop.platform.will(&[Answer::LostBefore]);
    let note = shop.approve(&shop.propose(note_on("9"), None).unwrap());
    shop.pass(31);
    shop.engine.send_due().await;
    shop.pass(2);
    shop.engine.look_due().await;
    assert_eq!(shop.row(&note).state, State::InDoubt, "one look is not two");
    shop.pass(4);
    shop.engine.look_due().await;
    assert_eq!(shop.row(&note).state, State::Approved);
}

#[tokio::test]
async fn a_platform_that_wants_no_wait_is_not_asked_without_end() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::NotBefore(0), Answer::NotBefore(0), Answer::NotBefore(u64::MAX)]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.pass(31);
    while shop.engine.send_due().await > 0 {}
    assert_eq!(shop.platform.bodies().len(), 1, "one try, and then others have their turn");
    shop.pass(1);
    while shop.engine.send_due().await > 0 {}
    shop.pass(1);
    while shop.engine.send_due().await > 0 {}
    assert_eq!(shop.platform.bodies().len(), 3);
    let day = jiff::SignedDuration::from_hours(24);
    assert_eq!(shop.row(&row).next_at, Some(shop.now() + day), "no wait is for ever");
}

#[tokio::test]
async fn what_a_person_sends_again_waits_for_the_undo_window_of_today() {
    let shop = Shop::open();
    shop.platform.will(&[Answer::LostBefore]);
    let row = shop.approve(&shop.refund("1", 500));
    shop.live(300).await;
    shop.allow(|policy| {
        policy.undo_seconds.insert(fermata_model::ActionKind::OrderRefund, 600);
    });
    let row = shop.row(&row);
    let again = shop.engine.settle(row.id, row.version, Settlement::SendAgain, "looked", &mia()).unwrap();
    assert_eq!(again.leaves_at, Some(shop.now() + jiff::SignedDuration::from_secs(600)));
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_never_answers_holds_nothing_else_up() {
    let shop = Shop::open();
    let asked = shop.approve(&shop.refund("1", 500));
    let sent = shop.approve(&shop.refund("2", 500));
    shop.platform.freeze(true);
    shop.pass(31);
    shop.engine.send_due().await;
    let row = shop.row(&asked);
    assert_eq!(row.state, State::Approved, "nothing left, so it is tried again");
    assert_eq!(row.trouble.unwrap().message, "There was no answer within 10 minutes.");

    shop.platform.freeze(false);
    shop.pass(60);
    shop.engine.send_due().await;
    assert_eq!(shop.row(&sent).state, State::Confirmed, "it goes on by itself");
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_and_never_answered_is_in_doubt() {
    let shop = Shop::open();
    let row = shop.approve(&shop.refund("1", 500));
    shop.platform.freeze_once_prepared();
    shop.pass(31);
    shop.engine.send_due().await;
    assert_eq!(shop.row(&row).state, State::InDoubt);
    shop.pass(60);
    shop.engine.look_due().await;
    assert_eq!(shop.row(&row).state, State::InDoubt, "the question is not answered either, and asked again");
    shop.platform.freeze(false);
    shop.live(600).await;
    assert!(shop.row(&row).progress.looks.needs_person, "there is no trace of it");
}
