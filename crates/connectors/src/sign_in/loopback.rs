//! Where a browser brings the platform's answer: 127.0.0.1, for as long as somebody waits.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Proof;

/// How long one visitor may take to say what it wants.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The largest request line and headers that are read, in bytes.
const LARGEST_HEAD: usize = 16 * 1024;
/// How many visitors may be talking at once; a browser opens a few connections ahead of need.
const VISITORS: usize = 16;

/// How long a browser that was sent on is waited for.
const BACK_WITHIN: Duration = Duration::from_secs(2);

const TAKEN: &str = "Fermata has the answer. You can close this page and go back to Fermata.";
const STRANGE: &str = "This does not belong to a sign-in that Fermata waits for. Nothing was done.";

/// The platform's answer: the query it sent along, decoded, in order.
pub(crate) struct Answer(pub(crate) Vec<(String, String)>);

impl Answer {
    /// Returns a value; empty ones count as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Returns the address at which an answer arrives.
pub(super) fn address(port: u16, path: &str) -> String {
    format!("http://{}:{port}{path}", Ipv4Addr::LOCALHOST)
}

/// A listener for one answer. The port is free again once it is dropped.
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
    path: &'static str,
}

impl Loopback {
    /// Takes the port; 0 lets the system choose.
    ///
    /// Errors: if another program has it.
    pub(super) async fn bind(port: u16, path: &'static str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port, path })
    }

    /// Returns the address at which the answer arrives.
    pub(super) fn address(&self) -> String {
        address(self.port, self.path)
    }

    /// Waits for the answer that carries our state; whoever comes with another is sent away, and
    /// ends nothing.
    ///
    /// The browser is sent on to an address without a query, so that what the answer holds does not stay
    /// in its address bar; it is waited for there, but not for long.
    pub(super) async fn answer(self, proof: &Arc<Proof>) -> Answer {
        let (port, path) = (self.port, self.path);
        let answer = self
            .first(|stream| {
                let proof = Arc::clone(proof);
                async move { receive(stream, port, path, &proof).await }
            })
            .await;
        let shown = self.first(|stream| show_end(stream, port, path));
        // A browser that does not come has brought its answer all the same.
        let _ = tokio::time::timeout(BACK_WITHIN, shown).await;
        answer
    }

    /// Hears visitors out until one has brought what is waited for.
    async fn first<T, F>(&self, hear: impl Fn(TcpStream) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = Option<T>> + Send + 'static,
    {
        let mut visitors: JoinSet<Option<T>> = JoinSet::new();
        loop {
            tokio::select! {
                came = self.listener.accept(), if visitors.len() < VISITORS => match came {
                    Ok((stream, _)) => {
                        let heard = tokio::time::timeout(HEAD_WITHIN, hear(stream));
                        visitors.spawn(async move { heard.await.ok()? });
                    }
                    // Such as too many open files: others may end theirs meanwhile.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(left) = visitors.join_next() => {
                    if let Ok(Some(brought)) = left {
                        return brought;
                    }
                }
            }
        }
    }
}

/// Hears one visitor out and answers; returns what it brought if that is ours.
async fn receive(mut stream: TcpStream, port: u16, path: &str, proof: &Proof) -> Option<Answer> {
    let head = read_head(&mut stream).await?;
    let answer = answer_in(&head, port, path);
    let is_ours = |answer: &Answer| answer.get("state").is_some_and(|state| proof.is_state(state));
    match &answer {
        None => write(stream, "404 Not Found", "", STRANGE).await,
        Some(answer) if is_ours(answer) => {
            write(stream, "303 See Other", &format!("Location: {path}\r\n"), TAKEN).await;
        }
        Some(_) => write(stream, "400 Bad Request", "", STRANGE).await,
    }
    answer.filter(is_ours)
}

/// Shows the last page to whoever comes back for it.
async fn show_end(mut stream: TcpStream, port: u16, path: &str) -> Option<()> {
    let head = read_head(&mut stream).await?;
    let came = answer_in(&head, port, path).filter(|answer| answer.0.is_empty());
    let (status, text) = if came.is_some() { ("200 OK", TAKEN) } else { ("404 Not Found", STRANGE) };
    write(stream, status, "", text).await;
    came.map(|_| ())
}

/// Answers with a page of one sentence, and with one more header line or none.
async fn write(mut stream: TcpStream, status: &str, header: &str, text: &str) {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Fermata</title>\
         <body style=\"font:16px system-ui;margin:4rem auto;max-width:32rem\"><p>{text}</p></body></html>"
    );
    let page = format!(
        "HTTP/1.1 {status}\r\n{header}Content-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    // A browser that is gone has brought its answer all the same.
    let _ = stream.write_all(page.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Reads up to the empty line after the headers; `None` if it never comes.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut part = [0_u8; 2048];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        head.extend_from_slice(&part[..read]);
        if head.len() > LARGEST_HEAD {
            return None;
        }
    }
    String::from_utf8(head).ok()
}

/// Reads the answer out of a request that is for us: GET of our path, under our own name.
fn answer_in(head: &str, port: u16, path: &str) -> Option<Answer> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if method != "GET" || !version.starts_with("HTTP/1.") {
        return None;
    }
    let mut hosts = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim());
    if hosts.next() != Some(format!("{}:{port}", Ipv4Addr::LOCALHOST).as_str()) || hosts.next().is_some() {
        return None;
    }
    let (given, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (given == path).then_some(Answer(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_visit_to_our_own_address_is_an_answer() {
        let head = |line: &str, host: &str| format!("{line}\r\nAccept: */*\r\nHost: {host}\r\n\r\n");
        let ours = "127.0.0.1:7434";
        for (line, host, expected) in [
            ("GET /shopify?state=a&code=b%20c HTTP/1.1", ours, true),
            ("POST /shopify?state=a&code=b HTTP/1.1", ours, false),
            ("GET /favicon.ico HTTP/1.1", ours, false),
            ("GET /shopify/?state=a HTTP/1.1", ours, false),
            ("GET /shopify?state=a HTTP/1.1", "rebound.example:7434", false),
            ("GET /shopify?state=a HTTP/1.1", "127.0.0.1:7435", false),
            ("GET /shopify?state=a", ours, false),
            ("nonsense", ours, false),
        ] {
            let answer = answer_in(&head(line, host), 7434, "/shopify");
            assert_eq!(answer.is_some(), expected, "{line} at {host}");
            if let Some(answer) = answer {
                assert_eq!((answer.get("state"), answer.get("code")), (Some("a"), Some("b c")));
            }
        }
    }
}
