//! What the listeners promise: steering, faults on the wire, and coming back after a kill.

use std::time::Duration;

use fermata_model::Platform;
use fermata_sandbox::{Error, Options, Plan, Practice};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{note, open_ticket, start, still, tickets};

fn plan(rule: Value) -> Plan {
    serde_json::from_value(json!({ "seed": 1, "rules": [rule] })).expect("a plan")
}

/// Sends raw bytes and returns what came back until the connection ended, and how it ended.
async fn raw(practice: &Practice) -> (Vec<u8>, std::io::Result<()>) {
    let url = practice.base_url(Platform::Gorgias);
    let access = practice.access(Platform::Gorgias);
    let address = url.trim_start_matches("http://");
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let sign_in = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", access.user, access.token))
    };
    let request = format!(
        "GET /api/tickets?limit=5 HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {sign_in}\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.expect("the request leaves");
    let mut answer = Vec::new();
    let end = socket.read_to_end(&mut answer).await.map(|_| ());
    (answer, end)
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_suffice_to_connect() {
    let practice = start(still(40)).await;
    let facts: Value = reqwest::get(format!("{}/_facts", practice.control_url()))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("json");
    for platform in practice.platforms() {
        let entry = &facts["platforms"][platform.name()];
        assert_eq!(entry["base_url"], practice.base_url(platform));
        assert_eq!(entry["credentials"], practice.credentials(platform));
    }
    assert!(tickets(&practice).await.expect("an answer").status().is_success());
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_in_the_journal_with_what_it_did() {
    let practice = start(still(60)).await;
    let ticket = open_ticket(&practice);
    let answer = note(&practice, ticket, "fermata-1").await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let entries: Value = reqwest::get(format!("{}/_journal/gorgias", practice.base_url(Platform::Gorgias)))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("json");
    let entry = entries.as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!(entry["write"], true);
    assert_eq!(entry["key"], "fermata-1");
    assert_eq!(entry["applied"][0]["kind"], "note");
    assert_eq!(entry["applied"][0]["target"], ticket.to_string());
    assert!(
        !entries.to_string().contains(&practice.access(Platform::Gorgias).token),
        "no secret in the books"
    );
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_is_a_reset_without_a_byte() {
    let practice = start(still(40)).await;
    for fault in ["cut_before", "cut_after"] {
        practice.set_faults(plan(json!({ "fault": fault, "times": 1 })));
        let (answer, end) = raw(&practice).await;
        assert!(answer.is_empty(), "{fault}: not a byte of the answer");
        assert_eq!(
            end.map_err(|error| error.kind()),
            Err(std::io::ErrorKind::ConnectionReset),
            "{fault}: the connection is aborted, not closed"
        );
    }
    let (answer, _) = raw(&practice).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "the next one is answered");
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_midway_breaks_off() {
    let practice = start(still(40)).await;
    let (whole, _) = raw(&practice).await;
    practice.set_faults(plan(json!({ "fault": "cut_midway", "times": 1 })));
    let (half, _) = raw(&practice).await;
    assert!(half.starts_with(b"HTTP/1.1 200"), "it begins like an answer");
    assert!(half.len() > 100 && half.len() < whole.len(), "{} of {} bytes", half.len(), whole.len());
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_after_the_effect_leaves_the_effect() {
    let practice = start(still(60)).await;
    let ticket = open_ticket(&practice);
    for (nth, fault) in ["cut_after", "error_after", "cut_midway"].iter().enumerate() {
        practice.set_faults(plan(json!({ "fault": fault, "times": 1, "write": true, "status": 502 })));
        let answer = note(&practice, ticket, &format!("fermata-{fault}")).await;
        assert!(
            answer.is_err() || answer.is_ok_and(|answer| answer.status() != 201 || *fault == "cut_midway")
        );
        let notes: usize = practice
            .journal(Platform::Gorgias)
            .iter()
            .flat_map(|entry| &entry.applied)
            .filter(|effect| effect.kind == "note")
            .count();
        assert_eq!(notes, nth + 1, "{fault}: it was applied");
    }
    for fault in ["cut_before", "error_before", "throttle", "html_error"] {
        practice.set_faults(plan(json!({ "fault": fault, "times": 1, "write": true })));
        let _ = note(&practice, ticket, &format!("fermata-{fault}")).await;
        let last = practice.journal(Platform::Gorgias).pop().expect("an entry");
        assert_eq!(last.fault.as_deref(), Some(fault));
        assert!(last.applied.is_empty(), "{fault}: it was not applied");
    }
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_is_never_answered_and_ends_with_the_caller() {
    let practice = start(still(60)).await;
    let ticket = open_ticket(&practice);
    practice.set_faults(plan(json!({ "fault": "hang_after", "times": 1, "write": true })));
    let mut waiting = Box::pin(note(&practice, ticket, "fermata-hang"));
    let arrived = async {
        loop {
            if let Some(last) = practice.journal(Platform::Gorgias).into_iter().rfind(|entry| entry.write) {
                break last;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let last = tokio::select! {
        answer = &mut waiting => panic!("an answer came: {answer:?}"),
        last = arrived => last,
    };
    let gave_up = tokio::time::timeout(Duration::from_millis(100), waiting).await;
    assert!(gave_up.is_err(), "no answer comes");
    assert_eq!((last.applied.len(), last.status), (1, None), "the effect is there, no answer left");
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_means_refused() {
    let practice = start(still(40)).await;
    practice.set_faults(plan(json!({ "fault": "revoke_token" })));
    assert_eq!(tickets(&practice).await.expect("an answer").status(), 401);
    practice.set_faults(Plan::calm());
    assert!(tickets(&practice).await.expect("an answer").status().is_success());
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_can_be_moved_and_people_told() {
    let practice = start(still(60)).await;
    let client = reqwest::Client::new();
    let control = practice.control_url().to_owned();
    let before = practice.world(|world| (world.now(), world.orders.len(), world.carts.len()));
    let answer: Value = client
        .post(format!("{control}/_clock"))
        .json(&json!({ "advance_seconds": 86_400 * 20 }))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("json");
    assert_eq!(answer["now"], "2026-12-11T20:00:00Z");
    let after = practice.world(|world| (world.now(), world.orders.len(), world.carts.len()));
    assert!(after.1 > before.1, "people ordered meanwhile");
    let told = client
        .post(format!("{control}/_act"))
        .json(&json!({ "do": "abandon_cart" }))
        .send()
        .await
        .expect("an answer");
    assert!(told.status().is_success());
    assert_eq!(practice.world(|world| world.carts.len()), after.2 + 1);
    let nobody = client
        .post(format!("{control}/_act"))
        .json(&json!({ "do": "order", "customer": "nobody@nowhere.example" }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(nobody.status(), 409, "nobody of that name");
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_cannot_steer_it_by_its_own_name() {
    let practice = start(still(40)).await;
    let answer = reqwest::Client::new()
        .get(format!("{}/_facts", practice.control_url()))
        .header("host", "evil.example")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 421);
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_there_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { state: Some(folder.path().to_owned()), ..still(60) };
    let practice = start(options.clone()).await;
    let ticket = open_ticket(&practice);
    practice.advance(3_600);
    note(&practice, ticket, "fermata-1").await.expect("an answer");
    practice
        .act(&serde_json::from_value(json!({ "do": "order" })).expect("an instruction"))
        .expect("somebody orders");
    practice.advance(86_400);
    note(&practice, ticket, "fermata-2").await.expect("an answer");
    let url = practice.base_url(Platform::Gorgias).to_owned();
    let picture = |practice: &Practice| {
        practice.world(|world| {
            let messages: Vec<String> =
                world.messages.iter().map(|(id, row)| format!("{id:?} {row:?}")).collect();
            let orders: Vec<String> =
                world.orders.iter().map(|(id, row)| format!("{id:?} {row:?}")).collect();
            (world.now(), messages, orders)
        })
    };
    let (before, books) = (picture(&practice), practice.journal(Platform::Gorgias));
    // Dropped, not stopped: what is not on disk by now is lost, as with a kill.
    drop(practice);
    let torn = folder.path().join("deeds.jsonl");
    let mut kept = std::fs::read(&torn).expect("the deeds");
    kept.extend_from_slice(b"{\"at\":\"2026-11-2\xC3");
    std::fs::write(&torn, kept).expect("a torn line");

    let again = start(options.clone()).await;
    assert_eq!(picture(&again), before, "the same world, with all that was done to it");
    let writes = |books: Vec<fermata_sandbox::Entry>| {
        books.into_iter().filter(|entry| entry.write).collect::<Vec<_>>()
    };
    assert_eq!(writes(again.journal(Platform::Gorgias)), writes(books), "the books are the same");
    assert!(!url.is_empty());
    let third = note(&again, ticket, "fermata-3").await.expect("an answer");
    assert_eq!(third.status(), 201, "and it goes on");
    again.stop().await;

    let other = Practice::start(Options { seed: 9, ..options }).await;
    assert!(matches!(other, Err(Error::OtherStore { .. })), "another store's state is refused");
}

/// Runs as a process of its own, to be killed: started by the test below, never by hand.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other end of `a_killed_store_comes_back`"]
async fn a_store_to_be_killed() {
    let Some(folder) = std::env::var_os("FERMATA_TEST_PRACTICE_STATE") else { return };
    let practice = start(Options { state: Some(folder.into()), ..still(60) }).await;
    println!("FACTS {} {}", practice.base_url(Platform::Gorgias), open_ticket(&practice));
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_store_comes_back() {
    use tokio::io::AsyncBufReadExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let access = start(still(40)).await;
    let (user, token) = {
        let gorgias = access.access(Platform::Gorgias);
        (gorgias.user.clone(), gorgias.token.clone())
    };
    let agent = access.world(|world| world.agents[0].number);
    let mut answered: Vec<String> = Vec::new();
    for round in 0..3 {
        let mut child = tokio::process::Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "server::a_store_to_be_killed", "--ignored", "--nocapture"])
            .env("FERMATA_TEST_PRACTICE_STATE", folder.path())
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a process");
        let mut lines = tokio::io::BufReader::new(child.stdout.take().expect("its output")).lines();
        let facts = loop {
            let line = lines.next_line().await.expect("a line").expect("the store starts");
            if let Some((_, facts)) = line.split_once("FACTS ") {
                break facts.to_owned();
            }
        };
        let (url, ticket) = facts.split_once(' ').expect("an address and a ticket");
        let client = reqwest::Client::new();
        // Killed in the middle of the fourth: whoever was answered must find it in the books.
        for nth in 0..4 {
            let key = format!("fermata-{round}-{nth}");
            let request = client
                .post(format!("{url}/api/tickets/{ticket}/messages"))
                .basic_auth(&user, Some(&token))
                .json(&json!({
                    "channel": "internal-note", "via": "api", "from_agent": true, "public": false,
                    "sender": { "id": agent }, "body_text": "Looked into it.", "external_id": key,
                    "source": { "type": "internal-note", "from": {}, "to": [] },
                }))
                .send();
            if nth == 3 {
                let racing = tokio::spawn(request);
                child.start_kill().expect("a kill");
                if racing.await.expect("a task").is_ok_and(|answer| answer.status() == 201) {
                    answered.push(key);
                }
            } else {
                assert_eq!(request.await.expect("an answer").status(), 201);
                answered.push(key);
            }
        }
        child.wait().await.expect("an end");
    }
    let again = start(Options { state: Some(folder.path().to_owned()), ..still(60) }).await;
    let booked: Vec<String> = again
        .journal(Platform::Gorgias)
        .into_iter()
        .filter(|entry| entry.applied.iter().any(|effect| effect.kind == "note"))
        .filter_map(|entry| entry.key)
        .collect();
    for key in &answered {
        assert_eq!(booked.iter().filter(|booked| *booked == key).count(), 1, "{key}: once in the books");
        let there = again.world(|world| {
            world.messages.iter().filter(|(_, row)| row.external_id.as_deref() == Some(key.as_str())).count()
        });
        assert_eq!(there, 1, "{key}: once in the world");
    }
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_chosen_platforms_run_and_the_facts_tell_where() {
    let platforms = [Platform::Gorgias, Platform::Klaviyo];
    let practice = start(Options { platforms: platforms.into(), ..still(40) }).await;
    assert_eq!(practice.platforms().collect::<Vec<_>>(), platforms);
    let facts = practice.facts()["platforms"].as_object().expect("platforms");
    assert_eq!(facts.keys().map(String::as_str).collect::<Vec<_>>(), ["gorgias", "klaviyo"]);
    for (name, facts) in facts {
        assert!(facts["base_url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{name}");
        assert!(facts["credentials"].as_object().is_some_and(|keys| !keys.is_empty()), "{name}");
    }
    let answer =
        reqwest::get(format!("{}/_journal/shopify", practice.control_url())).await.expect("an answer");
    assert_eq!(answer.status(), 404, "a platform that does not run has no journal");
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_store_does_not_come_back_with_other_platforms() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { state: Some(folder.path().to_owned()), ..still(40) };
    start(options.clone()).await.stop().await;
    let fewer = Options { platforms: [Platform::Shopify].into(), ..options.clone() };
    assert!(matches!(Practice::start(fewer).await, Err(Error::OtherStore { .. })));
    // A store that was kept before platforms could be chosen says nothing of them.
    let head = folder.path().join("practice.json");
    let mut kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&head).expect("the head")).expect("JSON");
    kept.as_object_mut().and_then(|kept| kept.remove("platforms")).expect("the platforms");
    std::fs::write(&head, kept.to_string()).expect("an older head");
    start(options).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_done_leaves_no_trace_that_a_restart_would_lose() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { state: Some(folder.path().to_owned()), ..still(60) };
    let practice = start(options.clone()).await;
    let told = json!({ "do": "write_in", "concern": "cancel_order" });
    let told = serde_json::from_value(told).expect("an instruction");
    let refused = (0..20).filter(|_| practice.act(&told).is_err()).count();
    assert!(refused > 0, "somebody whose order has left cannot cancel it");
    practice.advance(3 * 86_400);
    let picture = |practice: &Practice| {
        practice.world(|world| {
            let orders = world.orders.iter().map(|(id, row)| format!("{id:?} {row:?}"));
            let messages = world.messages.iter().map(|(id, row)| format!("{id:?} {row:?}"));
            orders.chain(messages).collect::<Vec<_>>()
        })
    };
    let before = picture(&practice);
    practice.stop().await;
    let again = start(options).await;
    assert_eq!(picture(&again), before, "chance goes on from where it stood");
    again.stop().await;
}
