//! `fermata serve`: the same commands over HTTP on loopback, and the same ui for a browser.
//!
//! Every call needs the token. There are no cookies, so no other site can make a browser act in
//! the person's name; the Host header is checked, so no name of somebody else's can point here.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as Segment, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use fermata_console::{Code, Door, Problem, Topic};
use futures_util::{Stream, StreamExt as _};
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio_stream::wrappers::BroadcastStream;
use tower_http::services::{ServeDir, ServeFile};
use zeroize::Zeroizing;

use crate::print::say;

/// What the page may load and whom it may call: itself alone.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const CORP: header::HeaderName = header::HeaderName::from_static("cross-origin-resource-policy");

#[derive(Clone)]
struct Server {
    door: Door,
    token: Arc<Zeroizing<String>>,
    port: u16,
}

/// Takes the port, on loopback alone; nobody is answered yet.
///
/// Errors: [`Code::BadRequest`] if it cannot be had, as when another program has it.
pub(crate) async fn listen(port: u16) -> Result<TcpListener, Problem> {
    let taken = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
    taken.map_err(|e| {
        Problem::new(Code::BadRequest, format!("Port {port} on this machine cannot be served: {e}."))
            .with_hint("Choose another with --port.")
    })
}

/// Serves until the process is asked to end.
///
/// Errors: if the listener fails.
pub(crate) async fn run(
    door: Door,
    token: Zeroizing<String>,
    listener: TcpListener,
    ui: Option<PathBuf>,
) -> Result<(), Problem> {
    let failed =
        |e: std::io::Error| Problem::new(Code::Internal, format!("Nothing is served any more: {e}."));
    let port = listener.local_addr().map_err(failed)?.port();
    let server = Server { door, token: token.into(), port };
    announce(port, ui.as_deref())?;
    // No graceful end: event streams never end by themselves, and commands are short.
    tokio::select! {
        served = axum::serve(listener, router(server, ui.as_deref())) => served.map_err(failed),
        () = end() => Ok(()),
    }
}

fn router(server: Server, ui: Option<&Path>) -> Router {
    let api = Router::new()
        .route("/api/events", get(events))
        .route("/api/{command}", post(command))
        .layer(middleware::from_fn_with_state(server.clone(), signed_in));
    let mut router = Router::new().merge(api);
    if let Some(ui) = ui {
        let page = ServeFile::new(ui.join("index.html"));
        router = router.fallback_service(ServeDir::new(ui).fallback(page));
    }
    router
        .layer(middleware::from_fn_with_state(server.clone(), from_here))
        .layer(middleware::map_response(hardened))
        .with_state(server)
}

async fn command(State(server): State<Server>, Segment(name): Segment<String>, body: Bytes) -> Response {
    let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
    let request = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(e) => return refuse(&Problem::new(Code::BadRequest, format!("The body is not JSON: {e}."))),
    };
    match server.door.call(&name, request).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(problem) => refuse(&problem),
    }
}

async fn events(State(server): State<Server>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = BroadcastStream::new(server.door.console().changes()).map(|change| {
        // One that fell behind has to read everything again.
        let topics = change.unwrap_or_else(|_| Topic::ALL.to_vec());
        let data = serde_json::json!({ "topics": topics }).to_string();
        Ok(Event::default().event("changed").data(data))
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

/// Lets through only who knows the token.
async fn signed_in(State(server): State<Server>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let given = given.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    if given.as_bytes().ct_eq(server.token.as_bytes()).into() {
        return next.run(request).await;
    }
    let problem = Problem::new(Code::NoRight, "This call has no valid token.")
        .with_hint("`fermata serve` names the file that holds it.");
    (StatusCode::UNAUTHORIZED, axum::Json(problem)).into_response()
}

/// Lets through only what was addressed to this machine by a name of its own.
async fn from_here(State(server): State<Server>, request: Request, next: Next) -> Response {
    let ours = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{}", server.port));
    let host = the_host(request.headers());
    let mut origins = request.headers().get_all(header::ORIGIN).iter();
    let origin_ok = origins.all(|origin| ours.iter().any(|our| origin == &format!("http://{our}")));
    if host.is_some_and(|host| ours.iter().any(|our| host == our)) && origin_ok {
        return next.run(request).await;
    }
    refuse_with(StatusCode::FORBIDDEN, &Problem::new(Code::NoRight, "This server answers on loopback only."))
}

/// Returns the one Host header; more than one is none.
fn the_host(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut all = headers.get_all(header::HOST).iter();
    all.next().filter(|_| all.next().is_none())
}

async fn hardened(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // Pages of others may not even find out by an image or a script that something answers here.
    headers.insert(CORP, HeaderValue::from_static("same-origin"));
    response
}

fn refuse(problem: &Problem) -> Response {
    let status = match problem.code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Changed | Code::TooLate => StatusCode::CONFLICT,
        Code::NoRight => StatusCode::FORBIDDEN,
        Code::Limit | Code::TooFast => StatusCode::UNPROCESSABLE_ENTITY,
        Code::SignIn | Code::Platform => StatusCode::BAD_GATEWAY,
        Code::Keychain | Code::Store => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refuse_with(status, problem)
}

fn refuse_with(status: StatusCode, problem: &Problem) -> Response {
    (status, axum::Json(problem)).into_response()
}

fn announce(port: u16, ui: Option<&Path>) -> Result<(), Problem> {
    say(&serde_json::json!({ "url": format!("http://127.0.0.1:{port}") }).to_string())?;
    match ui {
        Some(ui) => tracing::info!(ui = %ui.display(), "serving the ui"),
        None => {
            eprintln!("No built ui was found: only the commands are served. Build it, or name it with --ui.");
        }
    }
    Ok(())
}

/// Waits until the process is asked to end.
pub(crate) async fn end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else {
            let _ = interrupted.await;
            return;
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
}

/// Finds the built ui: beside the program, or in the repository that it was built in.
pub(crate) fn find_ui(named: Option<PathBuf>) -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("ui")));
    let installed =
        std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("../share/fermata/ui")));
    let repository = Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist"));
    named.or_else(|| {
        [beside, installed, repository].into_iter().flatten().find(|p| p.join("index.html").is_file())
    })
}
