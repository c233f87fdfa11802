//! Credentials: typed or piped in, or approved in the browser. Never an argument, which others could see.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};

use fermata_console::wire::{Connection, ConnectionSignIn, Nothing, SignInBegin, SignInRef};
use fermata_console::{Code, Door, Problem};
use fermata_model::{ConnectionId, Platform};
use serde_json::Value;

use crate::print::safe;

/// Credentials by name, and the approval that takes their place.
type SignIn = (BTreeMap<String, String>, Option<String>);

/// Asks for what an account is signed in with: credentials, or an approval in the browser.
///
/// Errors: [`Code::BadRequest`] if the platform does not sign in by the browser; else those of the
/// sign-in.
pub(crate) async fn with(
    door: &Door,
    platform: Platform,
    base_url: &str,
    browser: bool,
) -> Result<SignIn, Problem> {
    if !browser {
        return Ok((credentials()?, None));
    }
    let platforms = door.platforms(Nothing {}).await?;
    let known = platforms.into_iter().find(|info| info.platform == platform);
    let browser = known.and_then(|info| info.browser);
    let asks = browser.as_ref().is_some_and(|browser| !browser.needs.is_empty());
    let needed = if asks { credentials()? } else { BTreeMap::new() };
    let begun = door
        .sign_in_begin(SignInBegin {
            platform,
            base_url: base_url.to_owned(),
            credentials: needed,
            key_page: false,
            open: true,
        })
        .await?;
    eprintln!("Open this page, if your browser has not:\n  {}", safe(&begun.page));
    let Some(id) = begun.id else { return Ok((credentials()?, None)) };
    if let Some(browser) = browser {
        if let Some(redirect) = begun.redirect.filter(|_| browser.redirect.is_some()) {
            eprintln!("The app must have registered this redirect URL: {redirect}");
        }
        if let Some(note) = browser.note {
            eprintln!("{note}");
        }
    }
    let tested = door.sign_in_await(SignInRef { id: id.clone() }).await?;
    if let Some(left) = tested.left {
        eprintln!("{}", safe(&left));
    }
    Ok((BTreeMap::new(), Some(id)))
}

/// Signs a connection in again.
///
/// Errors: [`Code::NotFound`] if there is no such connection; else those of the sign-in.
pub(crate) async fn again(door: &Door, id: ConnectionId, browser: bool) -> Result<Connection, Problem> {
    let list = door.connections(Nothing {}).await?;
    let known = list.into_iter().find(|connection| connection.id == id);
    let known = known.ok_or_else(|| Problem::new(Code::NotFound, format!("There is no connection {id}.")))?;
    let (credentials, approval) = with(door, known.platform, &known.base_url, browser).await?;
    door.connections_sign_in(ConnectionSignIn { id, credentials, approval }).await
}

/// Reads credentials from standard input: a JSON object of strings, or `name=value` lines.
fn credentials() -> Result<BTreeMap<String, String>, Problem> {
    let bad = |what: &str| {
        Problem::new(Code::BadRequest, format!("The credentials on standard input {what}."))
            .with_hint("Give a JSON object of strings, or one `name=value` a line.")
    };
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Credentials, one `name=value` a line, then end of input:");
    }
    let mut text = String::new();
    stdin.read_to_string(&mut text).map_err(|_| bad("cannot be read"))?;
    let mut credentials = BTreeMap::new();
    if text.trim_start().starts_with('{') {
        let Ok(Value::Object(object)) = serde_json::from_str(&text) else {
            return Err(bad("are no JSON object"));
        };
        for (name, value) in object {
            match value {
                Value::String(value) => credentials.insert(name, value),
                Value::Null => continue,
                _ => return Err(bad("hold something that is not a string")),
            };
        }
    } else {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some((name, value)) = line.split_once('=') else {
                return Err(bad("hold a line without `=`"));
            };
            credentials.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    Ok(credentials)
}
