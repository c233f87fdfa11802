//! Every request of the Klaviyo connector, against the vendor's OpenAPI.

use fermata_connectors::klaviyo::CAPABILITY;
use fermata_connectors::{Found, Pull, Sent, connect};
use fermata_model::{Action, ConnectionId, Key, Platform, RecordRef, Stream};
use serde_json::{Value, json};

use super::openapi::{OpenApi, shared};
use super::{hold, in_body, listen, more};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

/// By the schema a link is absent at the end of a list; the service itself writes null there,
/// which the connector's own tests try.
fn links(next: Option<&str>) -> Value {
    let mut links = json!({ "self": "https://a.klaviyo.com/api/x" });
    if let Some(next) = next {
        links["next"] = json!(next);
    }
    links
}

fn profile(id: &str, held: bool) -> Value {
    let list = if held {
        json!([{ "reason": "USER_SUPPRESSED", "timestamp": "2026-11-21T12:00:03+00:00" }])
    } else {
        json!([])
    };
    json!({
        "type": "profile", "id": id,
        "attributes": {
            "email": "ann@example.com", "phone_number": "+4915112345678", "external_id": "77", "first_name": "Ann", "last_name": "Lee",
            "created": "2026-01-01T00:00:00+00:00", "updated": "2026-11-20T00:00:00+00:00", "location": { "city": "Bonn", "country": "DE" },
            "subscriptions": { "email": { "marketing": {
                "can_receive_email_marketing": !held, "consent": "SUBSCRIBED", "suppression": list, "list_suppressions": [],
                "last_updated": "2026-11-21T12:00:04+00:00",
            } } },
        },
        "links": { "self": "https://a.klaviyo.com/api/profiles/1" },
    })
}

fn event(id: &str, properties: &Value) -> Value {
    let link = |kind: &str, id: &str| json!({ "data": { "type": kind, "id": id }, "links": { "self": "https://a.klaviyo.com/x", "related": "https://a.klaviyo.com/y" } });
    json!({
        "type": "event", "id": id,
        "attributes": { "timestamp": 1_795_262_400, "datetime": "2026-11-21T12:00:00+00:00", "event_properties": properties, "uuid": "u" },
        "relationships": { "profile": link("profile", "P1"), "metric": link("metric", "M1") },
        "links": { "self": "https://a.klaviyo.com/api/events/1" },
    })
}

/// One whose metric does not come along.
fn of_another_metric(mut event: Value) -> Value {
    event["relationships"]["metric"]["data"]["id"] = json!("M2");
    event
}

fn collected(path: &str) -> Value {
    let at = "2026-11-20T08:00:00+00:00";
    let (kind, attributes) = match path {
        "/api/lists" => (
            "list",
            json!({ "name": "Newsletter", "created": at, "updated": at, "opt_in_process": "double_opt_in" }),
        ),
        "/api/segments" => (
            "segment",
            json!({
                "name": "VIP", "created": at, "updated": at, "is_active": true, "is_processing": false,
                "is_starred": false, "definition": null,
            }),
        ),
        "/api/flows" => (
            "flow",
            json!({
                "name": "Cart", "status": "live", "archived": false, "created": at, "updated": at,
                "trigger_type": "Metric",
            }),
        ),
        _ => (
            "campaign",
            json!({
                "name": "Spring", "status": "Draft", "archived": false, "created_at": at, "updated_at": at,
                "scheduled_at": null, "send_time": null, "audiences": { "included": ["L1"], "excluded": [] },
                "send_options": { "use_smart_sending": true },
                "tracking_options": { "is_tracking_opens": true, "is_tracking_clicks": true, "add_tracking_params": false },
                "send_strategy": { "method": "immediate" },
            }),
        ),
    };
    json!({ "type": kind, "id": "C1", "attributes": attributes, "links": { "self": "https://a.klaviyo.com/c" } })
}

/// A campaign that leaves in a week, or would.
fn campaign(id: &str, status: &str) -> Value {
    let mut campaign = collected("/api/campaigns");
    campaign["id"] = json!(id);
    campaign["attributes"]["status"] = json!(status);
    campaign["attributes"]["send_strategy"] = json!({ "method": "static", "datetime": "2026-11-28T12:00:00+00:00", "options": { "is_local": false } });
    campaign
}

fn block(words: &str) -> Value {
    json!({
        "type": "template-universal-content", "id": "B1", "links": { "self": "https://a.klaviyo.com/b" },
        "attributes": {
            "name": "Banner", "created": "2026-11-20T08:00:00+00:00", "updated": "2026-11-20T08:00:00+00:00",
            "screenshot_status": "completed", "screenshot_url": "https://a.klaviyo.com/b.png",
            "definition": {
                "content_type": "block", "type": "text",
                "data": { "content": words, "display_options": { "show_on": "all" }, "styles": { "font_size": 16 } },
            },
        },
    })
}

fn job(kind: &str) -> Value {
    json!({
        "type": kind, "id": "J1", "links": { "self": "https://a.klaviyo.com/j" },
        "attributes": { "status": "queued", "created_at": "2026-11-21T12:00:00+00:00", "total_count": 1 },
    })
}

fn script(seen: &Seen) -> Reply {
    let query = seen.query_pairs();
    let has = |name: &str, value: &str| query.iter().any(|(n, v)| n == name && v == value);
    let second_page = has("page[cursor]", "a+/=&b");
    let next = |path: &str| {
        let kept: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query.iter().filter(|(n, _)| n != "page[cursor]"))
            .append_pair("page[cursor]", "a+/=&b")
            .finish();
        (!second_page).then(|| format!("https://a.klaviyo.com{path}?{kept}"))
    };
    let reply = match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/api/accounts") => Reply::json(json!({ "links": links(None), "data": [{
            "type": "account", "id": "A", "links": { "self": "https://a.klaviyo.com/api/accounts/A" },
            "attributes": {
                "test_account": true, "timezone": "Europe/Berlin", "preferred_currency": "EUR", "public_api_key": "A", "locale": "de-DE",
                "contact_information": { "default_sender_name": "S", "default_sender_email": "s@shop.example", "organization_name": "The Shop", "street_address": {} },
            },
        }] })),
        ("GET", "/api/metrics/M2") => Reply::json(json!({ "links": links(None), "data": {
            "type": "metric", "id": "M2", "attributes": { "name": "Fermata Follow-up" }, "links": { "self": "https://a.klaviyo.com/m" },
        } })),
        ("GET", "/api/metrics") => Reply::json(json!({ "data": [], "links": links(None) })),
        ("GET", "/api/profiles") => Reply::json(
            json!({ "data": [profile("P1", false)], "links": links(next("/api/profiles").as_deref()) }),
        ),
        ("GET", "/api/profiles/P1") => {
            Reply::json(json!({ "data": profile("P1", false), "links": links(None) }))
        }
        ("GET", "/api/profiles/P2") => {
            Reply::json(json!({ "data": profile("P2", true), "links": links(None) }))
        }
        ("GET", "/api/events") => Reply::json(json!({
            "data": if second_page { json!([of_another_metric(event("E2", &json!({ "fermata_action": KEY })))]) } else { json!([event("E1", &json!({ "Subject": "New" }))]) },
            "included": [
                { "type": "metric", "id": "M1", "attributes": { "name": "Received Email" }, "links": { "self": "https://a.klaviyo.com/m" } },
                { "type": "profile", "id": "P1", "attributes": { "email": "ann@example.com" }, "links": { "self": "https://a.klaviyo.com/p" } },
            ],
            "links": links(next("/api/events").as_deref()),
        })),
        ("GET", path @ ("/api/lists" | "/api/segments" | "/api/flows" | "/api/campaigns")) => {
            Reply::json(json!({ "data": [collected(path)], "links": links(next(path).as_deref()) }))
        }
        ("GET", "/api/lists/L1") => {
            let mut list = collected("/api/lists");
            list["id"] = json!("L1");
            Reply::json(json!({ "data": list, "links": links(None) }))
        }
        ("GET", "/api/profiles/P1/relationships/lists") => {
            Reply::json(json!({ "data": [], "links": links(None) }))
        }
        ("GET", "/api/profiles/P2/relationships/lists") => {
            Reply::json(json!({ "data": [{ "type": "list", "id": "L1" }], "links": links(None) }))
        }
        ("POST" | "DELETE", "/api/lists/L1/relationships/profiles") => Reply::status(204, ""),
        ("POST", "/api/back-in-stock-subscriptions") => Reply::status(202, ""),
        ("GET", "/api/campaigns/C1") => {
            Reply::json(json!({ "data": campaign("C1", "Scheduled"), "links": links(None) }))
        }
        ("GET", "/api/campaigns/C2") => {
            Reply::json(json!({ "data": campaign("C2", "Draft"), "links": links(None) }))
        }
        ("PATCH", "/api/campaign-send-jobs/C1") => Reply::status(204, ""),
        ("GET" | "POST", "/api/campaign-send-jobs" | "/api/campaign-send-jobs/C2") => {
            let job = json!({
                "type": "campaign-send-job", "id": "C2", "attributes": { "status": "queued" },
                "links": { "self": "https://a.klaviyo.com/j" },
            });
            let status = if seen.method == "POST" { 202 } else { 200 };
            Reply::status(status, json!({ "data": job, "links": links(None) }))
        }
        ("GET", "/api/template-universal-content") => {
            Reply::json(json!({ "data": [block("Old words.")], "links": links(None) }))
        }
        ("GET", "/api/template-universal-content/B1") => {
            Reply::json(json!({ "data": block("Old words."), "links": links(None) }))
        }
        ("PATCH", "/api/template-universal-content/B1") => {
            Reply::json(json!({ "data": block("New words."), "links": links(None) }))
        }
        ("POST", "/api/profile-import") => {
            let mut changed = profile("P1", false);
            changed["attributes"]["properties"] = json!({ "size": "M" });
            Reply::json(json!({ "data": changed, "links": links(None) }))
        }
        ("GET", "/api/profile-suppression-bulk-create-jobs") => {
            Reply::json(json!({ "data": [job("profile-suppression-bulk-create-job")], "links": links(None) }))
        }
        ("GET", "/api/profile-suppression-bulk-delete-jobs") => {
            Reply::json(json!({ "data": [job("profile-suppression-bulk-delete-job")], "links": links(None) }))
        }
        ("POST", "/api/profile-suppression-bulk-create-jobs") => Reply::status(
            202,
            json!({ "data": job("profile-suppression-bulk-create-job"), "links": links(None) }),
        ),
        ("POST", "/api/profile-suppression-bulk-delete-jobs") => Reply::status(
            202,
            json!({ "data": job("profile-suppression-bulk-delete-job"), "links": links(None) }),
        ),
        ("POST", "/api/events") => Reply::Answer { status: 202, headers: vec![], body: String::new() },
        other => panic!("nothing is scripted for {other:?}"),
    };
    reply.with("ratelimit-limit", "700").with("ratelimit-remaining", "650").with("ratelimit-reset", "30")
}

#[tokio::test]
async fn every_klaviyo_request_is_valid_by_the_published_schema() {
    let Some(path) = shared("specs/klaviyo/openapi-stable-2026-07-15.json.gz") else { return };
    let spec = OpenApi::load(&path);
    let (listener, log) = listen(script).await;
    let klaviyo = connect(Platform::Klaviyo, settings(&listener.url, &[("api_key", "pk_1")])).unwrap();

    let account = klaviyo.check().await.unwrap();
    assert_eq!((account.name.as_str(), account.missing.len()), ("The Shop", 0));
    assert_eq!(account.currency, Some(fermata_model::Currency::EUR));

    for stream in CAPABILITY.streams.iter().map(|stream| stream.stream) {
        for since in [None, Some(now().saturating_sub(jiff::SignedDuration::from_hours(72)).unwrap())] {
            let mut pull = Pull { stream, since, until: now(), token: None, size: None };
            loop {
                let page = klaviyo.pull(&pull).await.unwrap();
                assert_eq!(page.changes.len(), 1);
                assert!(matches!(page.changes[0], fermata_model::Change::Seen(_)), "{page:?}");
                let Some(next) = page.next else { break };
                pull.token = Some(next);
            }
        }
    }

    let profile = |id: &str| RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Profiles,
        external_id: id.into(),
        label: "Ann Lee".into(),
    };
    let key: Key = KEY.parse().unwrap();
    let hold_it = Action::MarketingHold { profile: profile("P1") };
    let release = Action::MarketingRelease { profile: profile("P2") };
    let follow_up = Action::MarketingFollowUp {
        profile: profile("P1"),
        concern: "sizes".into(),
        item: "Linen shirt".into(),
        link: Some("https://shop.example/cart".into()),
    };
    let track = Action::EventTrack {
        profile: profile("P1"),
        metric: "Parcel was late".into(),
        properties: vec![("days".into(), "3".into())],
    };
    let set = |value: Option<&str>| Action::ProfileSet {
        profile: profile("P1"),
        property: "size".into(),
        value: value.map(str::to_owned),
    };
    let frozen = klaviyo.prepare(&set(Some("M")), key, now()).await.unwrap();
    assert_eq!(frozen.undo.as_deref(), Some(&set(None)), "what was not there is taken away again");
    assert!(matches!(klaviyo.send(&frozen).await.unwrap(), Sent::Confirmed(_)));
    for action in [hold_it, release, follow_up, track] {
        let frozen = klaviyo.prepare(&action, key, now()).await.unwrap();
        assert_eq!(klaviyo.send(&frozen).await.unwrap(), Sent::Accepted, "202 is never done");
        let found = klaviyo.find(&frozen).await.unwrap();
        match action {
            Action::MarketingFollowUp { .. } | Action::EventTrack { .. } => {
                assert!(matches!(found, Found::Yes(receipt) if receipt.external_id == "E2"));
            }
            _ => assert_eq!(found, Found::Pending, "the job is still queued and the profile unchanged"),
        }
    }

    // Lists, notices and campaigns: what is taken is looked at afterwards.
    let on_list = |profile: RecordRef, on: bool| match on {
        true => Action::ListAdd { profile, list: "L1".into() },
        false => Action::ListRemove { profile, list: "L1".into() },
    };
    let campaign = |id: &str| RecordRef { stream: Stream::Campaigns, ..profile(id) };
    let variant = "$shopify:::$default:::33001893429341".to_owned();
    for (action, found) in [
        (on_list(profile("P1"), true), Found::No),
        (on_list(profile("P2"), false), Found::No),
        (Action::StockNotice { profile: profile("P1"), variant }, Found::No),
        (Action::CampaignHold { campaign: campaign("C1") }, Found::No),
        (Action::CampaignRelease { campaign: campaign("C2") }, Found::Pending),
    ] {
        let frozen = klaviyo.prepare(&action, key, now()).await.unwrap();
        assert_eq!(klaviyo.send(&frozen).await.unwrap(), Sent::Accepted, "{}", action.kind());
        assert_eq!(klaviyo.find(&frozen).await.unwrap(), found, "{}: it stands as before", action.kind());
    }
    let html = |html: &str| Action::CampaignBlock {
        campaign: campaign("C1"),
        block: "B1".into(),
        html: html.into(),
    };
    let frozen = klaviyo.prepare(&html("New words."), key, now()).await.unwrap();
    assert_eq!(frozen.undo.as_deref(), Some(&html("Old words.")), "what it said is put back");
    assert!(matches!(klaviyo.send(&frozen).await.unwrap(), Sent::Confirmed(_)));

    for (request, _) in log.lock().unwrap().iter() {
        assert_eq!(request.header("authorization"), Some("Klaviyo-API-Key pk_1"));
        assert_eq!(request.header("accept"), Some("application/vnd.api+json"));
    }
    hold(
        &spec,
        &log,
        &[
            ("get_accounts", |r| r.headers.retain(|(name, _)| name != "revision")),
            ("get_metrics", |r| more(r, "page[size]=1")),
            ("get_metric", |r| r.query = "fields[metric]=colour".to_owned()),
            ("get_profiles", |r| r.query = "page[size]=101".to_owned()),
            ("get_profile", |r| r.query = "additional-fields[profile]=subscription".to_owned()),
            ("get_events", |r| r.query = "filter=greater-or-equal(time,2026-01-01T00:00:00Z)".to_owned()),
            ("get_lists", |r| r.query = "page[size]=11".to_owned()),
            ("get_list", |r| more(r, "fields[list]=colour")),
            ("get_list_ids_for_profile", |r| more(r, "page[size]=10")),
            ("add_profiles_to_list", |r| in_body(r, "\"id\"", "\"profile_id\"")),
            ("remove_profiles_from_list", |r| in_body(r, "\"profile\"", "\"person\"")),
            ("create_back_in_stock_subscription", |r| in_body(r, "EMAIL", "MAIL")),
            ("get_campaign", |r| more(r, "include=flows")),
            ("get_campaign_send_job", |r| more(r, "fields[campaign-send-job]=state")),
            ("cancel_campaign_send", |r| in_body(r, "revert", "pause")),
            ("send_campaign", |r| in_body(r, "campaign-send-job", "campaign")),
            ("get_all_universal_content", |r| r.query = "page[size]=101".to_owned()),
            ("get_universal_content", |r| more(r, "fields[template-universal-content]=html")),
            ("update_universal_content", |r| in_body(r, "\"content\"", "\"contents\"")),
            ("get_segments", |r| r.query = "sort=size".to_owned()),
            ("get_flows", |r| r.query = "page[size]=51".to_owned()),
            ("get_campaigns", |r| r.query = "sort=updated".to_owned()),
            ("create_or_update_profile", |r| in_body(r, "\"type\":\"profile\"", "\"type\":\"person\"")),
            ("get_bulk_suppress_profiles_jobs", |r| r.query = "filter=equals(status,\"waiting\")".to_owned()),
            ("get_bulk_unsuppress_profiles_jobs", |r| r.query = "sort=updated".to_owned()),
            ("bulk_suppress_profiles", |r| in_body(r, "\"email\"", "\"e_mail\"")),
            ("bulk_unsuppress_profiles", |r| in_body(r, "bulk-delete-job", "bulk-create-job")),
            ("create_event", |r| in_body(r, "\"metric\":{", "\"metrics\":{")),
        ],
    );
}
