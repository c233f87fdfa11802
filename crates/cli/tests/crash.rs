//! The program is killed again and again while refunds are approved. Afterwards the platform's
//! books and the approvals are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::harness::{Fermata, Served, booked_refunds, practice, until};

/// How often the program is killed at a random moment.
const KILLS: usize = 200;
/// How many refunds are approved meanwhile.
const REFUNDS: usize = 100;

/// A refund as approved: (order number, amount in minor units).
type Wanted = BTreeMap<String, i64>;

/// Returns the refunds that wait.
async fn waiting(served: &Served) -> Vec<Value> {
    let Ok(queue) = served.call("approvals_list", json!({ "tab": "waiting", "limit": 1000 })).await else {
        return Vec::new();
    };
    let cards = queue["cards"].as_array().cloned().unwrap_or_default();
    cards.into_iter().filter(|card| card["kind"] == "order.refund").collect()
}

/// Says yes; notes it only if the program said that it was written.
async fn approve(served: &Served, card: &Value, wanted: &mut Wanted) {
    let request = json!({ "id": card["id"], "version": card["version"], "decision": { "is": "approve" } });
    if served.call("approvals_decide", request).await.is_ok() {
        note(card, wanted);
    }
}

fn note(card: &Value, wanted: &mut Wanted) {
    let order = card["target"]["external_id"].as_str().unwrap().to_owned();
    wanted.insert(order, card["amount"]["minor"].as_i64().unwrap());
}

/// Returns refunds that were approved although the answer got lost with the process.
async fn approved_unseen(served: &Served, wanted: &mut Wanted) {
    for tab in ["leaving", "in_doubt", "decided"] {
        let queue = served.ask("approvals_list", json!({ "tab": tab, "limit": 1000 })).await;
        for card in queue["cards"].as_array().unwrap() {
            let stands = card["state"].as_str().unwrap();
            if card["kind"] == "order.refund" && !["refused", "expired"].contains(&stands) {
                note(card, wanted);
            }
        }
    }
}

/// Waits until nothing is on its way or in doubt.
async fn settled(served: &Served) {
    until("everything is settled", async || {
        let counts = &served.ask("approvals_list", json!({ "tab": "leaving" })).await["counts"];
        (counts["leaving"] == 0 && counts["in_doubt"] == 0).then_some(())
    })
    .await;
}

/// Compares the platform's books with what was approved.
fn compare(booked: &[(String, i64)], wanted: &Wanted) {
    let orders: BTreeSet<&String> = booked.iter().map(|(order, _)| order).collect();
    assert_eq!(orders.len(), booked.len(), "no order was refunded twice");
    let booked: Wanted = booked.iter().map(|(order, amount)| (number(order), *amount)).collect();
    assert_eq!(&booked, wanted, "what was approved is what was booked");
}

/// Returns the number in a platform's id.
fn number(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    let practice = practice(4000).await;
    let fermata = Fermata::new();
    fermata.connect(&practice);
    fermata.json(&["sync", "--once"]);
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut wanted = Wanted::new();

    let mut served = fermata.serve(&[]).await;
    served.without_undo_window().await;
    raise_limits(&served).await;
    let mut kills = 0;
    while kills < KILLS {
        let end = Instant::now() + Duration::from_millis(rng.random_range(5..400));
        for card in waiting(&served).await {
            if Instant::now() > end || wanted.len() >= REFUNDS {
                break;
            }
            // About as many as kills allow, so that every kill meets refunds on their way.
            if rng.random_bool(0.5) {
                approve(&served, &card, &mut wanted).await;
            }
        }
        tokio::time::sleep(end.saturating_duration_since(Instant::now())).await;
        served.kill();
        kills += 1;
        served = fermata.serve(&[]).await;
    }
    settled(&served).await;
    approved_unseen(&served, &mut wanted).await;
    assert!(wanted.len() >= 30, "only {} refunds were approved: too few to prove anything", wanted.len());
    compare(&booked_refunds(&practice), &wanted);
    let check = served.ask("audit_check", json!({})).await;
    assert_eq!(check["first_bad"], Value::Null, "the audit chain is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_fail_point_loses_nothing_and_doubles_nothing() {
    let practice = practice(1000).await;
    let fermata = Fermata::new();
    fermata.connect(&practice);
    fermata.json(&["sync", "--once"]);
    let mut wanted = Wanted::new();
    let mut served = fermata.serve(&[]).await;
    served.without_undo_window().await;
    raise_limits(&served).await;

    for point in fermata_console::FAIL_POINTS {
        served.kill();
        let mut dying = fermata.serve(&[("FERMATA_FAIL_POINT", &format!("{point}:1"))]).await;
        let cards = waiting(&dying).await;
        let card = cards.first().unwrap_or_else(|| panic!("{point}: no refund is left to approve"));
        approve(&dying, card, &mut wanted).await;
        until(&format!("the program dies at {point}"), async || dying.child.try_wait().unwrap()).await;
        served = fermata.serve(&[]).await;
        settled(&served).await;
        approved_unseen(&served, &mut wanted).await;
        compare(&booked_refunds(&practice), &wanted);
    }
}

/// Lets a hundred refunds a day through the guardrails, which are not the subject here.
async fn raise_limits(served: &Served) {
    let mut limits = served.ask("limits", json!({})).await;
    limits["per_workflow_day"] = json!("100000");
    limits["actions_per_workflow_day"] = json!(100_000);
    served.ask("limits_set", limits).await;
}
