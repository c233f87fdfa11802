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
