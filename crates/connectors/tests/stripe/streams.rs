//! Pages: windows, where they go on, and the charges that come along.

use fermata_connectors::{Kind, Pull};
use fermata_model::{Change, Stream};
use serde_json::{Value, json};

use super::{charge, list, refund, stripe};
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn pull(stream: Stream) -> Pull {
    Pull { stream, since: Some(now()), until: now(), token: None, size: Some(500) }
}

#[tokio::test]
async fn a_page_goes_on_after_its_last_record_in_the_same_window() {
    let mut second = charge();
    second["id"] = json!("ch_2");
    let listener = Listener::script(vec![list(&[charge()], true), list(&[second], false)]).await;
    let stripe = stripe(&listener);
    let first = stripe.pull(&pull(Stream::Payments)).await.unwrap();
    let later = Pull { since: None, token: first.next, size: Some(3), ..pull(Stream::Payments) };
    assert_eq!(stripe.pull(&later).await.unwrap().next, None);
    let seconds = now().as_second();
    let window = format!("limit=100&created%5Blte%5D={seconds}&created%5Bgte%5D={seconds}");
    assert_eq!(listener.seen()[0].query, window);
    assert_eq!(listener.seen()[1].query, format!("{window}&starting_after=ch_1"));
}

#[tokio::test]
async fn a_refund_brings_its_charge_along_and_keeps_only_its_id() {
    let whole = |id: &str| {
        let mut one = refund(id, "succeeded", &json!({}));
        one["charge"] = charge();
        one
    };
    let listener = Listener::script(vec![list(&[whole("re_2"), whole("re_1")], false)]).await;
    let page = stripe(&listener).pull(&pull(Stream::Refunds)).await.unwrap();
    assert!(listener.seen()[0].query.ends_with("expand%5B%5D=data.charge"));
    let seen: Vec<(Stream, &str, Value)> = page
        .changes
        .iter()
        .map(|change| match change {
            Change::Seen(record) => {
                (record.stream, record.external_id.as_str(), serde_json::from_str(&record.raw).unwrap())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let plain = |id: &str| refund(id, "succeeded", &json!({}));
    assert_eq!(
        seen,
        [
            (Stream::Refunds, "re_2", plain("re_2")),
            (Stream::Refunds, "re_1", plain("re_1")),
            (Stream::Payments, "ch_1", charge()),
        ],
        "one charge, though two refunds are of it"
    );
}

#[tokio::test]
async fn an_odd_record_is_set_aside_and_the_others_are_read() {
    let mut odd = charge();
    odd["created"] = json!("yesterday");
    let listener = Listener::script(vec![list(&[odd, charge(), json!(7)], false)]).await;
    let page = stripe(&listener).pull(&pull(Stream::Payments)).await.unwrap();
    let unreadable = page.changes.iter().filter(|change| matches!(change, Change::Unreadable(_)));
    assert_eq!((page.changes.len(), unreadable.count()), (3, 2));
}

#[tokio::test]
async fn a_list_that_leads_nowhere_or_to_itself_ends_the_pass_for_now() {
    let listener = Listener::script(vec![list(&[], true)]).await;
    let error = stripe(&listener).pull(&pull(Stream::Payments)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken, "{error}");
    let listener = Listener::script(vec![list(&[charge()], true)]).await;
    let stripe = stripe(&listener);
    let token = stripe.pull(&pull(Stream::Payments)).await.unwrap().next;
    let error = stripe.pull(&Pull { token, ..pull(Stream::Payments) }).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken, "{error}");
}

#[tokio::test]
async fn a_place_that_is_no_more_begins_the_pass_again() {
    let gone =
        super::failure(400, "invalid_request_error", Some("resource_missing"), "No such charge: 'ch_1'");
    let listener = Listener::script(vec![list(&[charge()], true), gone]).await;
    let stripe = stripe(&listener);
    let token = stripe.pull(&pull(Stream::Payments)).await.unwrap().next;
    let error = stripe.pull(&Pull { token, ..pull(Stream::Payments) }).await.unwrap_err();
    assert_eq!(error.kind, Kind::CursorRefused, "{error}");
}

#[tokio::test]
async fn a_key_that_may_not_read_the_account_still_connects() {
    let refused =
        super::failure(403, "invalid_request_error", None, "Having the 'rak_x' permission would allow it.");
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/v1/charges" => list(&[], false),
        _ => refused.clone(),
    })
    .await;
    let account = stripe(&listener).check().await.unwrap();
    assert_eq!(account.name, "Stripe");
    assert_eq!(account.granted, ["charge_read"]);
    assert_eq!(account.missing, ["accounts_kyc_basic_read", "dispute_read"]);
    let listener = Listener::script(vec![Reply::html(502)]).await;
    assert_eq!(stripe(&listener).check().await.unwrap_err().kind, Kind::Broken);
}
