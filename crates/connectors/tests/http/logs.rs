//! What the log may hold.

use std::io::Write;
use std::sync::{Arc, Mutex};

use super::{door, effect, read};
use crate::support::listener::{Listener, Reply};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_tells_what_happened_and_holds_no_secret_and_no_person() {
    let paper = Paper::default();
    let writer = paper.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let answer = Reply::status(500, r#"{"email":"answered@example.com"}"#)
        .with("x-request-id", "req-1\tfoo")
        .with("x-note", "header@example.com");
    let listener = Listener::script(vec![answer]).await;
    let request = effect()
        .secret_header("authorization", "Bearer s3cret".into())
        .query("email", "asked@example.com")
        .body("application/json", r#"{"name":"Ada Lovelace"}"#);
    let error = door(&listener.url).send(request).await.unwrap_err();
    door(&listener.url).send(read().secret_body("text/plain", "s3cret".into())).await.unwrap_err();

    let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    for expected in ["POST /api/things", "status=500", "connection=7", "fate=InDoubt", "req-1"] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    for said in [text, format!("{error} {error:?}")] {
        for secret in ["s3cret", "@example.com", "Ada", "Lovelace"] {
            assert!(!said.contains(secret), "{secret} is in {said}");
        }
    }
}
