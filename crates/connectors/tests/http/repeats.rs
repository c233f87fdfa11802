//! Which reads are tried again, and when that ends.

use std::time::Duration;

use fermata_connectors::Kind;

use super::{door, effect, read};
use crate::support::listener::{Listener, Reply};

#[tokio::test]
async fn a_read_survives_every_passing_failure() {
    for failure in [
        Reply::status(429, "{}"),
        Reply::status(429, "{}").with("retry-after", "0.01"),
        Reply::status(500, "{}"),
        Reply::status(503, "{}"),
        Reply::html(502),
        Reply::html(200),
        Reply::Cut,
        Reply::CutMidway,
        Reply::Hang,
    ] {
        let shown = format!("{failure:?}");
        let listener = Listener::script(vec![failure, Reply::json(r#"{"ok":true}"#)]).await;
        let response = door(&listener.url).send(read()).await.expect(&shown);
        assert_eq!(response.body, r#"{"ok":true}"#, "{shown}");
        assert_eq!(listener.seen().len(), 2, "{shown}");
    }
}

#[tokio::test]
async fn a_read_gives_up_after_a_few_tries() {
    let listener = Listener::script(vec![Reply::status(503, "{}")]).await;
    let error = door(&listener.url).send(read()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken);
    assert_eq!(listener.seen().len(), 4, "once, and three times more");
}

#[tokio::test]
async fn a_read_that_was_refused_is_not_repeated() {
    for status in [400, 401, 403, 404, 422] {
        let listener = Listener::script(vec![Reply::status(status, "{}")]).await;
        door(&listener.url).send(read()).await.unwrap_err();
        assert_eq!(listener.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_handed_to_the_caller() {
    let listener = Listener::script(vec![Reply::status(429, "{}").with("retry-after", "120")]).await;
    let door = door(&listener.url);
    let error = door.send(read()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Throttled);
    assert_eq!(error.retry_after, Some(Duration::from_secs(120)));
    assert_eq!(listener.seen().len(), 1);

    // Nothing else leaves during that wait, and nothing is put in doubt by it.
    let error = door.send(effect()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Throttled);
    assert_eq!(error.fate, fermata_connectors::Fate::NotDone);
    assert_eq!(listener.seen().len(), 1);
}
