//! The program is killed, and its answers are lost, while refunds are approved. Afterwards the
//! platform's books and the approvals are the same, and nothing was asked for twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use fermata_model::Platform;
use fermata_sandbox::{Entry, Fault, Plan, Practice, Rule};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::harness::{Fermata, PATIENCE, Served, booked_refunds, late_practice, until};

/// How often the program is killed at a random moment.
const KILLS: u32 = 200;
/// How many refunds are approved meanwhile.
const REFUNDS: usize = 100;
/// How many customers it takes until so many wait for a parcel.
const CUSTOMERS: u32 = 600;
/// The longest life of a process, from the moment it answers; most approvals leave within it.
const LONGEST_LIFE: Duration = Duration::from_millis(600);
/// How long a life may last until a request leaves, where one must; machines are shared.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How long the slow answers take.
const SLOW: Duration = Duration::from_millis(120);

/// Refunds as approved: minor units by the number of the order.
type Wanted = BTreeMap<String, i64>;

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    let practice = late_practice(CUSTOMERS).await;
    let fermata = Fermata::in_step_with(&practice).await;
    // Some requests never reach the books and some answers take a while, so that kills meet both.
    let lost = Rule { probability: 0.15, ..rule(Fault::HangBefore) };
    let slow = Rule { ms: Some(SLOW.as_millis() as u64), probability: 0.5, ..rule(Fault::Latency) };
    practice.set_faults(Plan { seed: 7, rules: vec![lost, slow] });

    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut wanted = Wanted::new();
    let mut person = Person::default();
    let mut waiting = Vec::new();
    let mut known = false;
    for kill in 0..KILLS {
        if kill % 5 == 0 {
            // Death while it starts: before the store is open, while it takes stock of what was left.
            let mut starting = fermata.start(&[]);
            tokio::time::sleep(rng.random_range(Duration::ZERO..LONGEST_LIFE / 2)).await;
            starting.kill().unwrap();
            starting.wait().unwrap();
            continue;
        }
        let sent_before = requests(&practice).len();
        let mut served = fermata.serve(&[]).await;
        let share = REFUNDS * (kill as usize + 1) / KILLS as usize;
        let patience = if wanted.len() < share { LONGEST_WAIT } else { LONGEST_LIFE };
        let work = async {
            if !known {
                waiting = try_refunds(&served, "waiting").await.unwrap_or_default();
            }
            // A call that is cut off leaves it open what was written.
            known = false;
            while wanted.len() < share
                && let Some(card) = waiting.pop()
            {
                lower_and_approve(&served, &card, &mut wanted).await;
            }
            known = !waiting.is_empty();
            person.settle_absent(&served, &practice).await;
            std::future::pending::<()>().await;
        };
        let life = rng.random_range(Duration::ZERO..LONGEST_LIFE);
        let after_arrival = rng.random_range(Duration::ZERO..SLOW);
        let moment = async {
            if kill % 2 == 0 {
                return tokio::time::sleep(life).await;
            }
            // Every other life ends soon after a request left, if one does.
            let begin = Instant::now();
            while requests(&practice).len() == sent_before && begin.elapsed() < patience {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(after_arrival).await;
        };
        tokio::select! {
            () = work => {}
            () = moment => {}
        }
        served.kill();
    }
    practice.set_faults(Plan::calm());

    let served = fermata.serve(&[]).await;
    approved_unseen(&served, &mut wanted).await;
    for card in refunds(&served, "waiting").await.iter().take(REFUNDS.saturating_sub(wanted.len())) {
        lower_and_approve(&served, card, &mut wanted).await;
    }
    person.until_all_is_settled(&served, &practice).await;
    assert!(wanted.len() >= REFUNDS, "only {} refunds were approved", wanted.len());
    compare(&practice, &wanted);
    let check = served.ask("audit_check", json!({})).await;
    assert_eq!(check["first_bad"], Value::Null, "the audit chain is whole");

    let (mut doubts, mut found) = (0, 0);
    for card in refunds(&served, "decided").await {
        let card = served.ask("approvals_show", json!({ "id": card["id"] })).await;
        let notes = card["history"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap());
        let doubted = notes.filter(|note| note.starts_with("Fermata ended while")).count();
        doubts += doubted;
        found += usize::from(doubted > 0 && !person.settled.contains(&card["card"]["id"].to_string()));
    }
    println!(
        "{KILLS} kills: {doubts} met a refund on its way, {found} refunds were found at the platform, {} sent again",
        person.settled.len()
    );
    assert!(doubts >= 20, "only {doubts} kills met a refund on its way: too few to prove anything");
    assert!(found > 0 && !person.settled.is_empty(), "kills came both before and after the effect");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_fail_point_loses_nothing_and_doubles_nothing() {
    let practice = late_practice(200).await;
    let fermata = Fermata::in_step_with(&practice).await;
    let mut wanted = Wanted::new();
    for point in fermata_console::FAIL_POINTS {
        let mut dying = fermata.serve(&[("FERMATA_FAIL_POINT", &format!("{point}:1"))]).await;
        let cards = refunds(&dying, "waiting").await;
        let card = cards.first().unwrap_or_else(|| panic!("{point}: no refund is left to approve"));
        approve(&dying, card, &mut wanted).await;
        until(&format!("the program dies at {point}"), async || dying.child.try_wait().unwrap()).await;

        let served = fermata.serve(&[]).await;
        approved_unseen(&served, &mut wanted).await;
        let mut person = Person::default();
        person.until_all_is_settled(&served, &practice).await;
        compare(&practice, &wanted);
        let left_unsent = ["after_sending_commit", "before_send"].contains(point);
        assert_eq!(
            !person.settled.is_empty(),
            left_unsent,
            "{point}: a person is asked only where nobody else knows"
        );
        let (asked, this) = (person.settled.iter().next(), card["id"].to_string());
        assert!(asked.is_none_or(|id| *id == this), "{point}: about that refund and no other");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_effect_is_looked_up_and_nothing_is_sent_again() {
    let practice = late_practice(200).await;
    let fermata = Fermata::in_step_with(&practice).await;
    let lost = [Fault::HangAfter, Fault::CutAfter, Fault::CutMidway, Fault::ErrorAfter];
    let rules = lost.iter().map(|&fault| Rule { times: Some(1), ..rule(fault) }).collect();
    practice.set_faults(Plan { seed: 7, rules });

    let served = fermata.serve(&[]).await;
    let mut wanted = Wanted::new();
    let cards = refunds(&served, "waiting").await;
    for card in &cards[..lost.len()] {
        approve(&served, card, &mut wanted).await;
    }
    until("all refunds are confirmed, without a person", async || {
        let done = refunds(&served, "decided").await;
        (done.iter().filter(|card| card["state"] == "confirmed").count() == lost.len()).then_some(())
    })
    .await;

    compare(&practice, &wanted);
    let met: Vec<Option<String>> = requests(&practice).into_iter().map(|entry| entry.fault).collect();
    for fault in lost {
        assert!(met.contains(&Some(fault.name().to_owned())), "an answer met {fault:?}: {met:?}");
    }
    assert_eq!(met.len(), lost.len(), "each was sent once and then looked up");
}

/// Returns the requests for a refund that Shopify received.
fn requests(practice: &Practice) -> Vec<Entry> {
    let all = practice.journal(Platform::Shopify).into_iter();
    all.filter(|entry| entry.operation == "refundCreate").collect()
}

/// Returns the refunds of a tab.
async fn refunds(served: &Served, tab: &str) -> Vec<Value> {
    try_refunds(served, tab).await.unwrap_or_else(|| panic!("nobody answers"))
}

/// Returns the refunds of a tab; `None` if nobody answers.
async fn try_refunds(served: &Served, tab: &str) -> Option<Vec<Value>> {
    let mut queue = served.call("approvals_list", json!({ "tab": tab, "limit": 1000 })).await.ok()?;
    let Value::Array(mut cards) = queue["cards"].take() else { return None };
    cards.retain(|card| card["kind"] == "order.refund");
    Some(cards)
}

/// Says yes; notes it only if the program said that it was written.
async fn approve(served: &Served, card: &Value, wanted: &mut Wanted) {
    let request = json!({ "id": card["id"], "version": card["version"], "decision": { "is": "approve" } });
    match served.call("approvals_decide", request).await {
        Ok(_) => note(card, wanted),
        Err((0, _)) => {}
        Err(problem) => panic!("a refund cannot be approved: {problem:?}"),
    }
}

/// Says yes to an amount of its own for each refund, so small that a hundred fit into a day's limit.
async fn lower_and_approve(served: &Served, card: &Value, wanted: &mut Wanted) {
    let small = 100 + card["id"].as_i64().unwrap() % 600;
    if card["amount"]["minor"].as_i64().unwrap() <= 700 {
        return approve(served, card, wanted).await;
    }
    let amount = json!({ "minor": small, "currency": card["amount"]["currency"] });
    let decision = json!({ "is": "edit", "amount": amount, "text": null });
    let request = json!({ "id": card["id"], "version": card["version"], "decision": decision });
    match served.call("approvals_decide", request).await {
        Ok(edited) => approve(served, &edited["card"], wanted).await,
        Err((0, _)) => {}
        Err(problem) => panic!("a refund cannot be lowered: {problem:?}"),
    }
}

fn note(card: &Value, wanted: &mut Wanted) {
    wanted.insert(order_of(card), card["amount"]["minor"].as_i64().unwrap());
}

fn order_of(card: &Value) -> String {
    card["target"]["external_id"].as_str().unwrap().to_owned()
}

/// Notes refunds that were approved although the answer got lost with the process.
async fn approved_unseen(served: &Served, wanted: &mut Wanted) {
    for tab in ["leaving", "in_doubt", "decided"] {
        for card in refunds(served, tab).await {
            note(&card, wanted);
        }
    }
}

/// A person who looks at the platform where Fermata cannot know.
#[derive(Default)]
struct Person {
    /// What was in doubt the last time the person looked.
    seen: BTreeSet<String>,
    /// What the person had sent again.
    settled: BTreeSet<String>,
}

impl Person {
    /// Has sent again what was in doubt at two looks and is not in the platform's books. What is
    /// in the books the program must find by itself.
    async fn settle_absent(&mut self, served: &Served, practice: &Practice) {
        let Some(in_doubt) = try_refunds(served, "in_doubt").await else { return };
        let booked = booked(practice);
        for card in &in_doubt {
            let id = card["id"].to_string();
            if !self.seen.contains(&id) || booked.iter().any(|(order, _)| *order == order_of(card)) {
                continue;
            }
            let note = "The order shows no refund.";
            let request = json!({ "id": card["id"], "happened": false, "send_again": true, "note": note });
            self.settled.insert(id);
            // Either it was written, or it is still in doubt at the next look.
            let _ = served.call("approvals_settle", request).await;
        }
        self.seen = in_doubt.iter().map(|card| card["id"].to_string()).collect();
    }

    /// Looks again and again until nothing is on its way or in doubt.
    async fn until_all_is_settled(&mut self, served: &Served, practice: &Practice) {
        let begin = Instant::now();
        loop {
            self.settle_absent(served, practice).await;
            let counts = &served.ask("approvals_list", json!({ "tab": "leaving" })).await["counts"];
            if counts["leaving"] == 0 && counts["in_doubt"] == 0 {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "something stays on its way: {counts}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Returns the platform's books: order numbers and minor units.
fn booked(practice: &Practice) -> Vec<(String, i64)> {
    let number = |id: String| id.rsplit('/').next().unwrap_or_default().to_owned();
    booked_refunds(practice).into_iter().map(|(order, amount)| (number(order), amount)).collect()
}

/// Compares the platform's books with what was approved.
fn compare(practice: &Practice, wanted: &Wanted) {
    let booked = booked(practice);
    let by_order: Wanted = booked.iter().cloned().collect();
    assert_eq!(by_order.len(), booked.len(), "no order was refunded twice: {booked:?}");
    assert_eq!(&by_order, wanted, "what was approved is what was booked");
}

/// Returns a fault of Shopify's refunds.
fn rule(fault: Fault) -> Rule {
    Rule {
        platform: Some(Platform::Shopify),
        operation: Some("refundCreate".to_owned()),
        write: None,
        fault,
        times: None,
        probability: 1.0,
        skip: 0,
        ms: None,
        status: None,
        retry_after: None,
    }
}
