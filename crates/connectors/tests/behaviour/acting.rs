//! Effects: once or not at all, and afterwards it can be told which.

use super::everywhere;

everywhere!(
    an_action_is_done_once_and_found,
    stock_that_is_set_is_what_the_stream_shows,
    an_effect_whose_answer_was_lost_is_found_and_not_repeated,
    a_request_that_never_arrived_is_not_found_and_may_go_again,
    a_throttled_action_was_not_done,
    a_repeated_key_does_nothing_twice,
    an_impossible_action_is_refused_kindly,
    preparing_changes_nothing,
    two_actions_are_told_apart,
);

mod promises {
    use std::time::Duration;

    use fermata_connectors::{Fate, Found, Sent};
    use fermata_model::action::Arrival;
    use fermata_model::{Action, ActionKind, Entity, Money, Nature, Platform, Stream};
    use fermata_sandbox::Fault;

    use super::super::stage::{Stage, key};
    use crate::support::aimed_at;

    pub(super) async fn an_action_is_done_once_and_found(platform: Platform) {
        let stage = Stage::new(platform).await;
        for (number, kind) in stage.actions().into_iter().enumerate() {
            let action = stage.action(kind, number).await;
            let before = stage.applied(&action);
            let frozen = stage.prepare(&action, key(number as u128)).await.unwrap();
            assert_eq!(stage.connector.find(&frozen).await.unwrap(), Found::No, "{kind} was not sent yet");
            let sent = stage.connector.send(&frozen).await.unwrap();
            let Found::Yes(receipt) = stage.settled(&frozen).await else { panic!("{kind} was done") };
            if let Sent::Confirmed(told) = sent {
                assert_eq!(told.external_id, receipt.external_id, "{kind}: one proof, asked for twice");
                assert_eq!(told.amount, receipt.amount, "{kind}");
            }
            assert_eq!(receipt.amount, action.amount(), "{kind}");
            assert_eq!(stage.applied(&action), before + 1, "{kind} was applied once");
            stage.practice.advance(3_600);
        }
    }

    pub(super) async fn stock_that_is_set_is_what_the_stream_shows(platform: Platform) {
        let stage = Stage::new(platform).await;
        if !stage.actions().contains(&ActionKind::StockSet) || !stage.streams().contains(&Stream::Stock) {
            return;
        }
        let action = stage.action(ActionKind::StockSet, 0).await;
        let Action::StockSet { variant, location, quantity, .. } = &action else { unreachable!() };
        let shown = async || {
            let all = stage.all(Stream::Stock).await.into_values();
            let found = all.filter_map(|record| match record.entity {
                Entity::Stock(stock) if stock.item == *variant => Some(stock),
                _ => None,
            });
            let mut found = found.filter(|stock| location.is_none() || stock.location == *location);
            found.next().unwrap().available
        };
        assert_ne!(shown().await, Some(*quantity));
        stage.practice.advance(60);
        stage.done(&action, key(1)).await;
        assert_eq!(shown().await, Some(*quantity));
    }

    pub(super) async fn an_effect_whose_answer_was_lost_is_found_and_not_repeated(platform: Platform) {
        let stage = Stage::new(platform).await;
        let faults = [Fault::CutAfter, Fault::HangAfter, Fault::ErrorAfter, Fault::CutMidway];
        let mut number = 0;
        for kind in stage.actions() {
            for fault in faults {
                number += 1;
                let action = stage.action(kind, number).await;
                let before = stage.applied(&action);
                let frozen = stage.prepare(&action, key(number as u128)).await.unwrap();
                let error = stage.send_in_trouble(&frozen, fault).await;
                assert_eq!(error.fate, Fate::InDoubt, "{kind}, {fault:?}: {error}");
                assert_eq!(stage.applied(&action), before + 1, "{kind}, {fault:?}: sent once");
                let found = stage.settled(&frozen).await;
                assert!(matches!(found, Found::Yes(_)), "{kind}, {fault:?}: {found:?}");
                stage.practice.advance(3_600);
            }
        }
    }

    pub(super) async fn a_request_that_never_arrived_is_not_found_and_may_go_again(platform: Platform) {
        let stage = Stage::new(platform).await;
        let faults = [Fault::CutBefore, Fault::HangBefore, Fault::ErrorBefore, Fault::HtmlError];
        let mut number = 0;
        for kind in stage.actions() {
            let settles = stage.connector.capability().action(kind).unwrap().settles_within;
            for fault in faults {
                number += 1;
                let action = stage.action(kind, number).await;
                let before = stage.applied(&action);
                let frozen = stage.prepare(&action, key(number as u128)).await.unwrap();
                let error = stage.send_in_trouble(&frozen, fault).await;
                assert_eq!(error.fate, Fate::InDoubt, "{kind}, {fault:?}: nobody can know yet");
                stage.practice.advance(i64::try_from(settles.as_secs()).unwrap() + 1);
                assert_eq!(stage.connector.find(&frozen).await.unwrap(), Found::No, "{kind}, {fault:?}");
                stage.connector.send(&frozen).await.unwrap();
                assert!(matches!(stage.settled(&frozen).await, Found::Yes(_)), "{kind}, {fault:?}");
                assert_eq!(stage.applied(&action), before + 1, "{kind}, {fault:?}: done once");
                stage.practice.advance(3_600);
            }
        }
    }

    pub(super) async fn a_throttled_action_was_not_done(platform: Platform) {
        let stage = Stage::new(platform).await;
        for (number, kind) in stage.actions().into_iter().enumerate() {
            let action = stage.action(kind, number).await;
            let before = stage.applied(&action);
            let frozen = stage.prepare(&action, key(number as u128)).await.unwrap();
            let error = stage.send_in_trouble(&frozen, Fault::Throttle).await;
            assert_eq!(error.fate, Fate::NotDone, "{kind}: {error}");
            assert_eq!(stage.connector.find(&frozen).await.unwrap(), Found::No, "{kind}");
            assert_eq!(stage.applied(&action), before, "{kind}");
            stage.practice.advance(3_600);
        }
    }

    pub(super) async fn a_repeated_key_does_nothing_twice(platform: Platform) {
        let stage = Stage::new(platform).await;
        for (number, kind) in stage.actions().into_iter().enumerate() {
            let trusted = stage.connector.capability().action(kind).unwrap().key_trusted_for;
            if trusted == Duration::ZERO {
                continue;
            }
            let action = stage.action(kind, number).await;
            let before = stage.applied(&action);
            let frozen = stage.prepare(&action, key(number as u128)).await.unwrap();
            stage.connector.send(&frozen).await.unwrap();
            // The same bytes again: the first result, or a refusal, but no second effect.
            let again = stage.connector.send(&frozen).await;
            assert!(again.is_ok() || again.is_err_and(|error| error.fate != Fate::NotDone), "{kind}");
            assert!(matches!(stage.settled(&frozen).await, Found::Yes(_)), "{kind}");
            assert_eq!(stage.applied(&action), before + 1, "{kind}: the key holds");
        }
    }

    pub(super) async fn an_impossible_action_is_refused_kindly(platform: Platform) {
        let stage = Stage::new(platform).await;
        let writes =
            |stage: &Stage| stage.practice.journal(platform).iter().filter(|entry| entry.write).count();
        for kind in stage.actions() {
            let mut action = stage.action(kind, 0).await;
            let before = writes(&stage);
            if let Action::OrderRefund { amount, .. } = &mut action {
                *amount = Money::new(99_999_999, amount.currency);
                let error = stage.prepare(&action, key(1)).await.unwrap_err();
                assert_eq!(error.fate, Fate::Refused, "{error}");
                assert!(error.message.contains("Nothing was paid"), "{error}");
            }
            if kind == ActionKind::DiscountCreate {
                // It names what shall come to be, so that nothing can be missing.
                continue;
            }
            let gone = match platform {
                Platform::Klaviyo => "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
                _ => "999999999",
            };
            let elsewhere = match &action {
                // What shall come to be cannot be missing; the place where it shall can.
                Action::ReceivingCreate { receiving, arrival } => Action::ReceivingCreate {
                    receiving: receiving.clone(),
                    arrival: Arrival { location: gone.to_owned(), ..arrival.clone() },
                },
                other => aimed_at(other, gone),
            };
            let error = stage.prepare(&elsewhere, key(2)).await.unwrap_err();
            assert_ne!(error.fate, Fate::InDoubt, "{kind}: {error}");
            assert!(error.message.ends_with('.'), "{kind} is answered in a sentence: {error}");
            assert_eq!(writes(&stage), before, "{kind}: nothing was sent");
        }
        // What the platform cannot do at all is refused without asking it.
        let target = fermata_model::RecordRef {
            connection: fermata_model::ConnectionId(7),
            stream: Stream::Orders,
            external_id: "1".to_owned(),
            label: "#1".to_owned(),
        };
        let note = Action::TicketNote { ticket: target.clone(), text: "x".to_owned() };
        let refund = Action::OrderRefund {
            order: target,
            amount: Money::new(100, fermata_model::Currency::EUR),
            note: String::new(),
            restock: Vec::new(),
        };
        let known = stage.actions();
        let action = [note, refund].into_iter().find(|action| !known.contains(&action.kind())).unwrap();
        let error = stage.prepare(&action, key(3)).await.unwrap_err();
        assert_eq!(error.fate, Fate::Refused, "{error}");
    }

    pub(super) async fn preparing_changes_nothing(platform: Platform) {
        let stage = Stage::new(platform).await;
        for kind in stage.actions() {
            let action = stage.action(kind, 1).await;
            let before = stage.applied(&action);
            let one = stage.prepare(&action, key(1)).await.unwrap();
            let two = stage.prepare(&action, key(1)).await.unwrap();
            assert_eq!(one, two, "{kind}: the same request for the same key at the same time");
            assert_eq!(stage.applied(&action), before, "{kind}");
            assert_eq!(stage.connector.find(&one).await.unwrap(), Found::No, "{kind}");
        }
    }

    pub(super) async fn two_actions_are_told_apart(platform: Platform) {
        let stage = Stage::new(platform).await;
        for kind in stage.actions() {
            // A state can be reached once; a thing can be made twice. A notice carries no key: who
            // asks for it twice is told once.
            if kind.nature() == Nature::Sets || kind == ActionKind::StockNotice {
                continue;
            }
            let action = stage.action(kind, 2).await;
            let one = stage.prepare(&action, key(1)).await.unwrap();
            let two = stage.prepare(&action, key(2)).await.unwrap();
            stage.connector.send(&one).await.unwrap();
            assert!(matches!(stage.settled(&one).await, Found::Yes(_)), "{kind}");
            assert_eq!(stage.connector.find(&two).await.unwrap(), Found::No, "{kind}: the twin was not sent");
        }
    }
}
