//! The page that asks the person, and what follows from the yes or the no.

use url::form_urlencoded::Serializer;

use super::passwords::is_uuid;
use super::{PAGE, Passwords, USER};
use crate::vendor::{Call, Reply, Request};

/// Proves that the answer comes from the page; WordPress' lives for a day.
const NONCE: &str = "5f1c0b9e2a";

/// Asks. Errors are pages, as WordPress shows them.
pub(super) fn ask(passwords: &Passwords, request: &Request) -> Reply {
    let question = match Question::read(passwords, &request.query) {
        Ok(question) => question,
        Err(page) => return page,
    };
    shown(&question, None)
}

/// Takes the person's answer in, and sends the browser back.
pub(super) fn answer(passwords: &mut Passwords, request: &Request, call: &mut Call<'_>) -> Reply {
    let form = request.form();
    let of = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if of("_wpnonce") != Some(NONCE) || of("action") != Some("authorize_application_password") {
        return page(403, "The link you followed has expired.");
    }
    let given: Vec<(String, String)> =
        form.iter().filter(|(name, _)| PARAMETERS.contains(&name.as_str())).cloned().collect();
    let question = match Question::read(passwords, &given) {
        Ok(question) => question,
        Err(page) => return page,
    };
    if of("reject").is_some() {
        return sent_to(&question.reject_url, &[]);
    }
    if of("approve").is_none() {
        return shown(&question, None);
    }
    let secret = match passwords.make(&question.app_name, &question.app_id, call) {
        Ok(secret) => secret,
        Err(_) => return shown(&question, Some("Each application name should be unique.")),
    };
    sent_to(
        &question.success_url,
        &[("site_url", request.base_url.as_str()), ("user_login", USER), ("password", secret.as_str())],
    )
}

const PARAMETERS: [&str; 4] = ["app_name", "app_id", "success_url", "reject_url"];

/// What a program asks for.
struct Question {
    app_name: String,
    app_id: String,
    success_url: String,
    reject_url: String,
}

impl Question {
    fn read(passwords: &Passwords, given: &[(String, String)]) -> Result<Self, Reply> {
        let of = |name: &str| {
            given.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let [app_name, app_id, success_url, reject_url] = PARAMETERS.map(of);
        let not_allowed =
            |why: &str| page(500, &format!("The Authorize Application request is not allowed. {why}"));
        if given.iter().any(|(name, _)| !PARAMETERS.contains(&name.as_str())) {
            return Err(not_allowed("A parameter is not known."));
        }
        if app_name.trim().is_empty() || success_url.is_empty() {
            return Err(not_allowed("The practice store wants a name and an address for the answer."));
        }
        let reject_url = if reject_url.is_empty() {
            let sign = if success_url.contains('?') { '&' } else { '?' };
            format!("{success_url}{sign}success=false")
        } else {
            reject_url
        };
        for url in [&success_url, &reject_url] {
            may_be_sent_to(url, passwords.settings.sends_to_loopback).map_err(not_allowed)?;
        }
        if !is_uuid(&app_id) {
            return Err(not_allowed("The application ID must be a UUID."));
        }
        if !passwords.settings.application_passwords {
            return Err(page(501, "Application passwords are not available."));
        }
        Ok(Self { app_name, app_id, success_url, reject_url })
    }
}

/// Tells whether a browser may be sent there with a password.
///
/// Source: `wp_is_authorize_application_redirect_url_valid`.
fn may_be_sent_to(url: &str, to_loopback: bool) -> Result<(), &'static str> {
    let parsed = url::Url::parse(url).map_err(|_| "Invalid URL format.")?;
    let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or("Invalid URL format.")?;
    match parsed.scheme() {
        "javascript" | "data" => Err("Invalid URL format."),
        // By number alone: what `localhost` is, others may decide.
        "http" if to_loopback && matches!(host, "127.0.0.1" | "[::1]") => Ok(()),
        "http" => Err("The URL must be served over a secure connection."),
        _ => Ok(()),
    }
}

fn sent_to(url: &str, pairs: &[(&str, &str)]) -> Reply {
    let more = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let sign = if url.contains('?') { '&' } else { '?' };
    let place = if more.is_empty() { url.to_owned() } else { format!("{url}{sign}{more}") };
    Reply::empty(302).with("location", place)
}

fn shown(question: &Question, error: Option<&str>) -> Reply {
    let Question { app_name, app_id, success_url, reject_url } = question;
    let hidden = [
        ("_wpnonce", NONCE),
        ("action", "authorize_application_password"),
        ("app_id", app_id.as_str()),
        ("success_url", success_url.as_str()),
        ("reject_url", reject_url.as_str()),
    ];
    let hidden: String = hidden
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", in_html(value)))
        .collect();
    let error = error.map(|error| format!("<p role=\"alert\">{error}</p>")).unwrap_or_default();
    let name = in_html(app_name);
    let text = format!(
        "<h1>Authorize Application</h1>{error}<h2>An application would like to connect to your account.</h2>\
         <p>Would you like to give the application identifying itself as <strong>{name}</strong> access to your \
         account? You should only do this if you trust the application in question.</p>\
         <form action=\"{PAGE}\" method=\"post\">{hidden}<p><label>New Application Password Name \
         <input type=\"text\" name=\"app_name\" value=\"{name}\" required></label></p>\
         <p><input type=\"submit\" name=\"approve\" value=\"Yes, I approve of this connection\"></p>\
         <p><input type=\"submit\" name=\"reject\" value=\"No, I do not approve of this connection\"></p></form>"
    );
    html(200, "Authorize Application", &text)
}

fn page(status: u16, why: &str) -> Reply {
    html(status, "Cannot Authorize Application", &format!("<p>{}</p>", in_html(why)))
}

fn html(status: u16, title: &str, text: &str) -> Reply {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><body>{text}</body></html>"
    );
    Reply::text(status, "text/html; charset=UTF-8", body)
}

fn in_html(text: &str) -> String {
    text.replace('&', "&#038;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
