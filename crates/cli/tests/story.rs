//! From an empty folder to one refund in the platform's books.

use serde_json::{Value, json};

use crate::harness::{Fermata, Served, booked_refunds, practice, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_refund_reaches_the_platform_once() {
    let practice = practice(200).await;
    let fermata = Fermata::in_step_with(&practice).await;
    let connections = fermata.json(&["connections"]);
    assert!(connections.as_array().unwrap().iter().all(|c| c["health"] == "live"), "{connections:#}");

    let waiting = fermata.json(&["approvals", "list"]);
    let refund = find_card(&waiting, "order.refund");
    let card = fermata.json(&["approvals", "show", &refund["id"].to_string()]);
    assert!(!card["evidence"].as_array().unwrap().is_empty(), "a card says what it rests on");

    let customer = refund["customer"].to_string();
    let timeline = fermata.json(&["timeline", &customer]);
    assert!(!timeline["timeline"]["events"].as_array().unwrap().is_empty());

    let served = fermata.serve(&[]).await;
    let decided = served
        .ask(
            "approvals_decide",
            json!({ "id": refund["id"], "version": refund["version"], "decision": { "is": "approve" } }),
        )
        .await;
    assert!(
        ["held", "approved", "sending", "confirmed"].contains(&decided["card"]["state"].as_str().unwrap()),
        "{decided:#}"
    );
    until("the refund is confirmed", async || {
        let card = served.ask("approvals_show", json!({ "id": refund["id"] })).await;
        (card["card"]["state"] == "confirmed").then_some(())
    })
    .await;

    let booked = booked_refunds(&practice);
    assert_eq!(booked.len(), 1, "one approval, one refund: {booked:?}");
    assert_eq!(booked[0].1, refund["amount"]["minor"].as_i64().unwrap());
    let check = served.ask("audit_check", json!({})).await;
    assert_eq!(check["first_bad"], Value::Null, "the audit chain is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_proposes_is_done_once_and_can_be_taken_back() {
    let practice = practice(60).await;
    let fermata = Fermata::in_step_with(&practice).await;
    let gorgias = connection(&fermata, "gorgias");
    let (number, id) = practice.world(|world| {
        let open = world.tickets.iter().find(|(_, ticket)| ticket.open && ticket.trashed_at.is_none());
        let (id, _) = open.expect("somebody waits for an answer");
        (id.number(), id)
    });
    let is_open = || practice.world(|world| world.tickets.get(id).is_some_and(|ticket| ticket.open));
    let ticket = json!({
        "connection": gorgias, "stream": "tickets", "external_id": number.to_string(), "label": "Where is it?",
    });

    let close = json!({ "kind": "ticket.close", "ticket": ticket });
    let elsewhere = json!({ "kind": "order.cancel", "order": ticket, "restock": false, "note": "" });
    let propose = ["approvals", "propose", "--action-from-stdin", "--why", "Answered by phone", "--json"];
    let refused = fermata.run(&propose, &elsewhere.to_string());
    assert_eq!(refused.status.code(), Some(2), "a help desk cancels no orders");
    let refused = fermata.run(&propose, "{\"kind\":\"ticket.shred\"}");
    assert_eq!(refused.status.code(), Some(2));
    let made = fermata.run(&propose, &close.to_string());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let cards: Value = serde_json::from_slice(&made.stdout).unwrap();
    let first = cards[0]["id"].to_string();
    assert!(is_open(), "nothing happens before somebody says yes");

    let served = fermata.serve(&[]).await;
    confirm(&fermata, &served, &first).await;
    assert!(!is_open());

    let back = fermata.json(&["approvals", "take-back", &first, "--why", "They called again"]);
    confirm(&fermata, &served, &back[0]["id"].to_string()).await;
    assert!(is_open());
    let card = fermata.json(&["approvals", "show", &first]);
    assert_eq!(card["card"]["state"], "undone");
    let twice = fermata.run(&["approvals", "take-back", &first, "--why", "Once more"], "");
    assert!(!twice.status.success(), "what is undone cannot be taken back again");
}

fn connection(fermata: &Fermata, platform: &str) -> i64 {
    let all = fermata.json(&["connections"]);
    let found = all.as_array().unwrap().iter().find(|one| one["platform"] == platform);
    found.unwrap()["id"].as_i64().unwrap()
}

/// Approves a proposal and waits until it is done.
async fn confirm(fermata: &Fermata, served: &Served, id: &str) {
    fermata.json(&["approvals", "approve", id]);
    until("it is confirmed", async || {
        let number: i64 = id.parse().unwrap();
        let card = served.ask("approvals_show", json!({ "id": number })).await;
        (card["card"]["state"] == "confirmed").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_served_without_the_token() {
    let fermata = Fermata::new();
    let served = fermata.serve(&[]).await;
    let http = reqwest::Client::new();
    let url = format!("{}/api/status", served.url);
    let status = http.post(&url).send().await.unwrap().status();
    assert_eq!(status, 401, "no token");
    let status = http.post(&url).bearer_auth("0".repeat(64)).send().await.unwrap().status();
    assert_eq!(status, 401, "a wrong token");
    let status = http.post(&url).bearer_auth(&served.token[..63]).send().await.unwrap().status();
    assert_eq!(status, 401, "a part of it");
    let status = http.get(format!("{}/api/events", served.url)).send().await.unwrap().status();
    assert_eq!(status, 401, "what changes is not told either");
    let status = http.post(&url).bearer_auth(&served.token).header("host", "fermata.example").send().await;
    assert_eq!(status.unwrap().status(), 403, "a name of somebody else's that points here");
    let status =
        http.post(&url).bearer_auth(&served.token).header("origin", "https://fermata.example").send().await;
    assert_eq!(status.unwrap().status(), 403, "a page of somebody else's");
    let opaque = reqwest::header::HeaderValue::from_bytes(b"http://\xff").unwrap();
    let status = http.post(&url).bearer_auth(&served.token).header("origin", opaque).send().await;
    assert_eq!(status.unwrap().status(), 403, "an origin that cannot be read is no origin of ours");
    let status = http.post(&url).bearer_auth(&served.token).header("origin", &served.url).send().await;
    assert_eq!(status.unwrap().status(), 200, "our own page");
    let status = http.post(&url).bearer_auth(&served.token).send().await.unwrap().status();
    assert_eq!(status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_input_says_what_to_do_and_exits_with_its_code() {
    let practice = practice(20).await;
    let fermata = Fermata::new();
    let url = practice.base_url(fermata_model::Platform::Shopify).to_owned();
    let connect = ["connect", "shopify", "--url", &url, "--credentials-from-stdin"];

    let check = |args: &[&str], stdin: &str, code: i32, says: &str| {
        let output = fermata.run(args, stdin);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {words}");
        assert!(words.contains(says), "{args:?} says {words:?}, not {says:?}");
    };
    check(&connect, r#"{"access_token":"shpat_wrong"}"#, 6, "Shopify");
    check(&connect, "", 6, "access token");
    check(&connect, "access_token", 2, "without `=`");
    check(&connect, "password=x", 2, "password");
    check(
        &["connect", "shopify", "--url", "http://shop.example", "--credentials-from-stdin"],
        r#"{"access_token":"x"}"#,
        2,
        "https",
    );
    check(&["approvals", "approve", "99"], "", 3, "99");
    check(&["approvals", "approve"], "", 2, "required");
    check(&["approvals", "settle", "99", "--note", "x"], "", 2, "--send-again");
    check(&["approvals", "settle", "99", "--note", "x", "--send-again"], "", 3, "99");
    check(&["approvals", "undo", "98", "99"], "", 3, "Of 2 asked for, 0 were done");
    check(&["sync", "--connection", "1"], "", 2, "--once");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    check(&["serve", "--port", &port], "", 2, "--port");
    check(&["timeline", "nobody@example.com"], "", 3, "nobody@example.com");
    check(&["workflows", "mode", "no-such-workflow", "auto"], "", 3, "no-such-workflow");
    assert!(fermata.json(&["connections"]).as_array().unwrap().is_empty(), "nothing was kept of what failed");
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    use std::process::Stdio;
    let fermata = Fermata::new();
    let mut command = fermata.command(&["workflows", "list"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // As `fermata workflows list | head -0` would: gone before the first line.
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stop_switch_keeps_everything_here() {
    let practice = practice(200).await;
    let fermata = Fermata::in_step_with(&practice).await;
    let served = fermata.serve(&[]).await;
    served.ask("stop_set", json!({ "on": true, "reason": "drill" })).await;
    let waiting = served.ask("approvals_list", json!({ "tab": "waiting" })).await;
    let refund = find_card(&waiting, "order.refund").clone();
    served
        .ask(
            "approvals_decide",
            json!({ "id": refund["id"], "version": refund["version"], "decision": { "is": "approve" } }),
        )
        .await;
    // The sender passes at least every second; three are enough to be seen doing nothing.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(booked_refunds(&practice).is_empty(), "stopped means stopped");

    served.ask("stop_set", json!({ "on": false, "reason": null })).await;
    until("the refund leaves once sending goes on", async || {
        (booked_refunds(&practice).len() == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_aside_for_later_is_counted_nowhere_as_waiting() {
    let practice = practice(200).await;
    let fermata = Fermata::in_step_with(&practice).await;
    let before = fermata.json(&["approvals", "list"]);
    let waiting = before["total"]["count"].as_u64().unwrap();
    let id = find_card(&before, "order.refund")["id"].to_string();
    let now: jiff::Timestamp = before["now"].as_str().unwrap().parse().unwrap();
    let soon = now + jiff::SignedDuration::from_mins(10);
    fermata.json(&["approvals", "later", &id, "--until", &soon.to_string()]);

    let after = fermata.json(&["approvals", "list"]);
    assert_eq!(after["total"]["count"].as_u64(), Some(waiting - 1), "in the list");
    assert_eq!(after["counts"]["waiting"].as_u64(), Some(waiting - 1), "beside its name");
    assert_eq!(fermata.json(&["status"])["waiting"].as_u64(), Some(waiting - 1), "in the frame");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_behind_our_back_fails_the_proof() {
    let practice = practice(40).await;
    practice.set_speed(0.0);
    let fermata = Fermata::in_step_with(&practice).await;
    let proofs = fermata.json(&["prove"]);
    assert!(proofs.as_array().unwrap().iter().all(|proof| proof["holds"] == true), "{proofs:#}");

    practice.change(|world, _| {
        let order = world.orders.iter().next().unwrap().0;
        world.orders.quietly(order, |order| order.note = Some("changed by nobody".into()));
    });
    let found = fermata.run(&["prove", "--json"], "");
    assert_eq!(found.status.code(), Some(4), "{}", String::from_utf8_lossy(&found.stderr));
    let proofs: Value = serde_json::from_slice(&found.stdout).unwrap();
    let differing: Vec<_> = proofs
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|proof| proof["streams"].as_array().unwrap())
        .filter(|stream| stream["holds"] == false)
        .collect();
    assert_eq!(differing.len(), 1, "{differing:#?}");
    assert_eq!((&differing[0]["stream"], &differing[0]["unexplained"]), (&json!("orders"), &json!(1)));
    assert_eq!(differing[0]["first"][0]["fields"], json!(["note"]));
    let list = String::from_utf8(fermata.run(&["connections"], "").stdout).unwrap();
    assert_eq!(list.matches(": both sides agreed").count(), 2, "{list}");
    assert_eq!(list.matches(": 1 record differed\n").count(), 1, "{list}");
}

/// Returns the first card of a kind.
pub(crate) fn find_card<'a>(queue: &'a Value, kind: &str) -> &'a Value {
    queue["cards"]
        .as_array()
        .unwrap()
        .iter()
        .find(|card| card["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind} among {queue:#}"))
}
