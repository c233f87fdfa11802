//! The listeners: real HTTP over real sockets, which can be cut at any point.
//!
//! [`core`] is what happens to one request under the lock; [`socket`] is a connection that can be
//! aborted in the middle of an answer.

pub(crate) mod core;
mod socket;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fermata_model::Platform;
use http::Response;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use self::core::{Core, Ending};
use self::socket::{Cut, Socket};
use crate::vendor::{Reply, Request, pairs};
use crate::{Error, control};

/// A body larger than this is refused, in bytes.
const LARGEST_BODY: usize = 16 << 20;
/// How long an accept loop rests after the system refused it a connection.
const REST: Duration = Duration::from_millis(20);

/// Which listener a request came in at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// A platform's.
    Platform(Platform),
    /// The one that steers the practice store.
    Control,
}

/// Binds a loopback port; 0 lets the system choose.
pub(crate) async fn bind(port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(Error::io(format!("port {port} on 127.0.0.1")))
}

/// Serves a listener until the task is aborted, which ends its connections too.
pub(crate) async fn serve(listener: TcpListener, door: Door, core: Arc<Core>, base_url: Arc<str>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        if !peer.ip().is_loopback() {
            continue;
        }
        let _ = stream.set_nodelay(true);
        let (core, base_url) = (Arc::clone(&core), Arc::clone(&base_url));
        connections.spawn(async move {
            let cut = Arc::new(Cut::default());
            let socket = Socket::new(stream, Arc::clone(&cut));
            let service = service_fn(move |request| {
                respond(request, door, Arc::clone(&core), Arc::clone(&base_url), Arc::clone(&cut))
            });
            // A connection that ends in an error is what cuts are for; there is nobody to tell.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
    }
}

async fn respond(
    request: http::Request<Incoming>,
    door: Door,
    core: Arc<Core>,
    base_url: Arc<str>,
    cut: Arc<Cut>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(render(Reply::text(413, "text/plain", "the body is too large or broke off"))),
    };
    let query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query,
        raw_query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body,
        base_url: base_url.to_string(),
    };
    if !is_local(request.header("host")) {
        return Ok(render(Reply::text(
            421,
            "text/plain",
            "a practice store answers to 127.0.0.1 and localhost only",
        )));
    }
    // The world may have years to live through before it answers: not on an executor's thread.
    let worked = tokio::task::spawn_blocking(move || match door {
        Door::Platform(platform) if !request.path.starts_with("/_") => core.handle(platform, &request),
        _ => Ending::Answer(control::answer(&core, &request)),
    })
    .await;
    let reply = match worked
        .unwrap_or_else(|_| Ending::Answer(Reply::text(500, "text/plain", "the practice store failed")))
    {
        Ending::Answer(reply) => reply,
        Ending::Late(reply, wait) => {
            tokio::time::sleep(wait).await;
            reply
        }
        Ending::Hang => std::future::pending().await,
        Ending::Cut => {
            cut.now();
            Reply::empty(200)
        }
        Ending::CutMidway(reply) => {
            cut.after(reply.body.len() / 2 + 60);
            reply
        }
    };
    Ok(render(reply))
}

fn render(reply: Reply) -> Response<Full<Bytes>> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    builder.body(Full::new(reply.body)).unwrap_or_else(|_| {
        let mut broken = Response::new(Full::new(Bytes::from_static(b"a header of the answer is not valid")));
        *broken.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}

/// Tells whether a request means this machine, so that no web page can steer it by a name of its own.
fn is_local(host: Option<&str>) -> bool {
    host.is_some_and(|host| {
        host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
            || matches!(host.split(':').next(), Some("127.0.0.1" | "localhost"))
    })
}
