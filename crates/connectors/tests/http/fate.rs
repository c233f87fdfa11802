//! What became of an effect whose answer was not a plain yes.

use std::time::Duration;

use fermata_connectors::http::{Budget, Http};
use fermata_connectors::{Fate, Kind};
use tokio::io::AsyncWriteExt as _;

use super::{Plain, WIDE, door, effect, read};
use crate::support;
use crate::support::listener::{Listener, Reply};

/// Sends an effect into one reply and returns its failure; it must have been sent once.
async fn check(reply: Reply, kind: Kind, fate: Fate) {
    let shown = format!("{reply:?}");
    let listener = Listener::script(vec![reply]).await;
    let error = door(&listener.url).send(effect()).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (kind, fate), "{shown}");
    assert_eq!(listener.seen().len(), 1, "an effect is sent once: {shown}");
}

#[tokio::test]
async fn an_effect_is_undone_only_where_that_is_certain() {
    check(Reply::status(400, "{}"), Kind::Rejected, Fate::Refused).await;
    check(Reply::status(401, "{}"), Kind::SignIn, Fate::NotDone).await;
    check(Reply::status(403, "{}"), Kind::Forbidden, Fate::Refused).await;
    check(Reply::status(404, "{}"), Kind::Missing, Fate::Refused).await;
    check(Reply::status(422, "{}"), Kind::Rejected, Fate::Refused).await;
    check(Reply::status(429, "{}"), Kind::Throttled, Fate::NotDone).await;
}

#[tokio::test]
async fn an_effect_is_in_doubt_after_everything_else() {
    check(Reply::status(302, ""), Kind::Malformed, Fate::InDoubt).await;
    check(Reply::status(408, "{}"), Kind::Broken, Fate::InDoubt).await;
    check(Reply::status(409, "{}"), Kind::Rejected, Fate::InDoubt).await;
    check(Reply::status(500, "{}"), Kind::Broken, Fate::InDoubt).await;
    check(Reply::status(503, "{}"), Kind::Broken, Fate::InDoubt).await;
    check(Reply::html(502), Kind::Broken, Fate::InDoubt).await;
    check(Reply::html(200), Kind::Broken, Fate::InDoubt).await;
    check(Reply::html(403), Kind::Forbidden, Fate::InDoubt).await;
    check(Reply::Cut, Kind::Unreachable, Fate::InDoubt).await;
    check(Reply::CutMidway, Kind::Unreachable, Fate::InDoubt).await;
    check(Reply::Hang, Kind::Unreachable, Fate::InDoubt).await;
    check(Reply::Drip { head: true }, Kind::Unreachable, Fate::InDoubt).await;
    check(Reply::Drip { head: false }, Kind::Unreachable, Fate::InDoubt).await;
}

#[tokio::test]
async fn a_platform_that_never_ends_its_answer_holds_nobody_for_longer_than_patience_allows() {
    for reply in [Reply::Hang, Reply::Drip { head: true }, Reply::Drip { head: false }] {
        let shown = format!("{reply:?}");
        let listener = Listener::script(vec![reply]).await;
        let answer = tokio::time::timeout(Duration::from_secs(20), door(&listener.url).send(read())).await;
        let error = answer.unwrap_or_else(|_| panic!("the call goes on for ever: {shown}")).unwrap_err();
        assert_eq!((error.kind, error.fate), (Kind::Unreachable, Fate::NotDone), "{shown}");
        assert_eq!(listener.seen().len(), 1 + support::impatient().repeats, "it is asked again: {shown}");
    }
}

#[tokio::test]
async fn a_platform_that_never_takes_a_connection_holds_nobody_either() {
    // Its queue of connections is full, so that one more is neither taken nor refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(300), tokio::net::TcpStream::connect(address)).await
    {
        waiting.push(stream);
    }
    let door = door(&format!("http://{address}"));
    let answer = tokio::time::timeout(Duration::from_secs(20), door.send(read())).await;
    let error = answer.expect("the call goes on for ever").unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::Unreachable, Fate::NotDone));
}

#[tokio::test]
async fn a_read_that_is_refused_is_said_to_be_rejected() {
    for status in [400, 422] {
        let listener = Listener::script(vec![Reply::status(status, "{}")]).await;
        let error = door(&listener.url).send(read()).await.unwrap_err();
        assert_eq!((error.kind, error.fate), (Kind::Rejected, Fate::NotDone), "{status}");
        assert_eq!(listener.seen().len(), 1, "it is not asked again");
    }
}

#[tokio::test]
async fn a_read_is_refused_for_good_only_by_the_platform_itself_and_for_what_was_asked() {
    for (reply, is_final) in [
        (Reply::status(400, "{}"), true),
        (Reply::status(403, "{}"), true),
        (Reply::status(404, "{}"), true),
        (Reply::status(410, "{}"), true),
        // Its doorkeeper, or whoever else stands in between.
        (Reply::html(400), false),
        (Reply::html(403), false),
        (Reply::html(404), false),
        // The whole account is paused or locked, until its owner has done something about it.
        (Reply::status(402, "{}"), false),
        (Reply::status(423, "{}"), false),
        (Reply::status(403, "{}").with("retry-after", "7"), false),
        (Reply::status(401, "{}"), false),
        (Reply::status(429, "{}"), false),
        (Reply::status(500, "{}"), false),
        (Reply::Cut, false),
    ] {
        let shown = format!("{reply:?}");
        let listener = Listener::script(vec![reply]).await;
        let error = door(&listener.url).send(read()).await.unwrap_err();
        assert_eq!(error.is_final(), is_final, "{shown}: {error}");
    }
}

#[tokio::test]
async fn an_effect_that_never_left_was_not_done() {
    // A wait for an answer that ends while the connection is still being made is a doubt.
    let door = |url: &str| {
        let mut settings = support::settings(url, &[]);
        settings.patience.answer = Duration::from_secs(20);
        Http::new(&settings, Plain, Budget::lanes(WIDE)).unwrap()
    };
    // A port that is taken, so that nobody else gets it, and at which nobody listens.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let free = taken.local_addr().unwrap();
    let error = door(&format!("http://{free}")).send(effect()).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::Unreachable, Fate::NotDone));
    // Somebody listens who does not speak TLS.
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let deaf = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        stream.write_all(b"220 hello, who are you?\r\n").await.unwrap();
    });
    let error = door(&format!("https://{address}")).send(effect()).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::Unreachable, Fate::NotDone));
    deaf.await.unwrap();
    let error = door("https://fermata.invalid").send(effect()).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::Unreachable, Fate::NotDone));
}

#[tokio::test]
async fn a_read_changes_nothing_whatever_happens() {
    for reply in [Reply::status(500, "{}"), Reply::html(502), Reply::Cut, Reply::status(404, "{}")] {
        let listener = Listener::script(vec![reply]).await;
        let error = door(&listener.url).send(read()).await.unwrap_err();
        assert_eq!(error.fate, Fate::NotDone);
    }
}
