//! The way to the shop's interface: found out by the first reads, and the same from then on.

use std::sync::atomic::Ordering;

use fermata_model::Currency;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Woocommerce, signature, wire};
use crate::failure::malformed;
use crate::http::{Method, Purpose, Request, Response};
use crate::reading::{filled, why};
use crate::{Account, Error, Kind, html};

/// Reading WordPress' own index, which everybody may: it is asked for without any key. One in the
/// header would be taken for the name of a user, and refused.
///
/// Source: WordPress, `wp_authenticate_application_password`; WooCommerce knows its keys on its own routes only.
pub(super) const INDEX: &str = "GET /";

/// Where the interface is, below the site's address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `/wp-json/wc/v3/...`.
    Pretty,
    /// `/index.php/wp-json/wc/v3/...?rest_route=/wc/v3/...`, where permalinks are plain. WordPress
    /// goes by the query alone, but before 11.1 WooCommerce looks at its keys only where
    /// `wp-json/wc/` stands in the address.
    ///
    /// Source: woocommerce, `WC_REST_Authentication::is_request_to_rest_api`, 10.5, and issue 41191.
    Plain,
    /// `/?rest_route=/wc/v3/...`, where the server takes nothing behind `index.php`.
    Bare,
}

/// How a shop is reached, as far as that is known.
#[derive(Clone, Copy, Default)]
pub(super) struct Way {
    form: Option<Form>,
    /// The header does not arrive: the keys are in the address.
    keys_in_address: Option<bool>,
    /// There is no TLS: only a signature is taken.
    signed: Option<bool>,
}

impl Woocommerce {
    /// Sends a request; its path begins with `/wc/v3`.
    ///
    /// Until something has worked, a read that was turned away is tried by the other ways too.
    /// Effects only take the way that reads have found.
    pub(super) async fn ask(&self, request: Request) -> Result<Response, Error> {
        // An application password has no other way than the header.
        let by_key = self.rest.credentials().await?.user().is_none();
        let mut way = self.way();
        let mut answer = self.by(way, &request).await;
        if !request.is_effect() {
            // A read that was repeated after a lost answer carried a signature that was used up.
            if way.signed == Some(true) && matches!(&answer, Err(error) if error.kind == Kind::SignIn) {
                answer = self.by(way, &request).await;
            }
            // A shop with plain permalinks says that there is nothing, shows its front page, or
            // sends us on to it.
            let lost = |error: &Error| matches!(error.kind, Kind::Missing | Kind::Broken | Kind::Malformed);
            if way.form.is_none() && answer.as_ref().is_err_and(lost) {
                for form in [Form::Plain, Form::Bare] {
                    let other = Way { form: Some(form), ..way };
                    (way, answer) = better((way, answer), (other, self.by(other, &request).await));
                    if way.form.is_some() {
                        break;
                    }
                }
            }
            if by_key
                && way.keys_in_address.is_none()
                && matches!(&answer, Err(error) if error.kind == Kind::SignIn)
            {
                let other = Way { keys_in_address: Some(true), ..way };
                (way, answer) = better((way, answer), (other, self.by(other, &request).await));
            }
            if by_key
                && way.signed.is_none()
                && self.rest.address(&request).scheme() == "http"
                && matches!(&answer, Err(error) if error.kind == Kind::SignIn)
            {
                let other = Way { keys_in_address: None, signed: Some(true), ..way };
                (way, answer) = better((way, answer), (other, self.by(other, &request).await));
            }
        }
        let response = answer?;
        if !request.is_effect() {
            let found = Way {
                form: way.form.or(Some(Form::Pretty)),
                keys_in_address: Some(way.keys_in_address == Some(true)),
                signed: Some(way.signed == Some(true)),
            };
            *self.way.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = found;
        }
        Ok(response)
    }

    /// Sends a request that reads, and reads the JSON of its answer.
    ///
    /// Errors: [`Kind::Malformed`] besides those of [`Self::ask`].
    pub(super) async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        let operation = request.operation.clone();
        let response = self.ask(request).await?;
        read(&operation, &response.body)
    }

    /// Returns the shop's currency, from the shop when first asked for.
    pub(super) async fn currency(&self) -> Result<Currency, Error> {
        const OPERATION: &str = "GET /data/currencies/current";
        let read = || async {
            let request = Request::get(OPERATION, "/wc/v3/data/currencies/current");
            let current: wire::CurrentCurrency = self.json(request).await?;
            current.code.parse().map_err(|_| {
                malformed(self.rest.platform(), OPERATION, "the currency is not one of ISO 4217")
            })
        };
        self.currency.get_or_try_init(read).await.copied()
    }

    /// Returns the shop's time zone; UTC where it does not tell, or has a bare offset.
    pub(super) async fn time_zone(&self) -> TimeZone {
        let name = self.index(self.way().form).await.timezone_string.0;
        name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC)
    }

    fn way(&self) -> Way {
        *self.way.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn by(&self, way: Way, request: &Request) -> Result<Response, Error> {
        let form = way.form.unwrap_or(Form::Pretty);
        let mut request = placed(form, request.clone());
        if way.keys_in_address == Some(true) {
            request = self.rest.credentials().await?.in_address(request);
        }
        if way.signed == Some(true) {
            let home = self.index(Some(form)).await.home.0;
            let (address, now) = (self.rest.address(&request), self.rest.now());
            let place = signature::place(&address, home.as_deref());
            let nonce = format!("{}-{}", now.as_nanosecond(), self.signed.fetch_add(1, Ordering::Relaxed));
            let keys = self.rest.credentials().await?;
            request = keys.signed(request, &place, &address, now.as_second(), nonce);
        }
        self.rest.ask(request).await
    }

    /// Returns what the site says about itself, in whatever form it says so where none is known yet;
    /// nothing where it keeps that to itself.
    async fn index(&self, form: Option<Form>) -> wire::Index {
        let ask = || async {
            let mut silent = Ok(wire::Index::default());
            let forms = [Form::Pretty, Form::Plain, Form::Bare].into_iter();
            for form in forms.filter(|one| form.is_none_or(|known| known == *one)) {
                let request = Request::get(INDEX, "/").query("_fields", "name,home,timezone_string");
                match self.rest.ask(placed(form, request)).await {
                    Ok(response) => return Ok(read(INDEX, &response.body).unwrap_or_default()),
                    // To be asked again.
                    Err(error) if error.is_temporary() => silent = Err(error),
                    Err(_) => {}
                }
            }
            silent
        };
        self.index.get_or_try_init(ask).await.cloned().unwrap_or_default()
    }
}

/// Puts a request where a shop of this form takes it.
pub(super) fn placed(form: Form, mut request: Request) -> Request {
    let route = std::mem::take(&mut request.path);
    match form {
        Form::Pretty => request.path = format!("/wp-json{route}"),
        Form::Plain => {
            request.path = format!("/index.php/wp-json{route}");
            request = request.query("rest_route", route);
        }
        Form::Bare => {
            "/".clone_into(&mut request.path);
            request = request.query("rest_route", route);
        }
    }
    request
}

type Tried = (Way, Result<Response, Error>);

/// Takes the second try where it worked or at least came further, else the first.
fn better(first: Tried, second: Tried) -> Tried {
    let further = match (&first.1, &second.1) {
        (_, Ok(_)) => true,
        (Err(_), Err(two)) => two.kind == Kind::SignIn,
        _ => false,
    };
    if further { second } else { first }
}

/// Reads an answer.
pub(super) fn read<'a, T: Deserialize<'a>>(operation: &str, body: &'a str) -> Result<T, Error> {
    serde_json::from_str(body)
        .map_err(|error| malformed(fermata_model::Platform::Woocommerce, operation, why(&error)))
}

/// Reads who we are and tries what we may do.
pub(super) async fn check(woo: &Woocommerce) -> Result<Account, Error> {
    let request = Request::get("GET /orders", "/wc/v3/orders").query("per_page", "1").query("_fields", "id");
    let reads = woo.ask(request).await.map(|_| ());
    let user = user(woo).await?;
    let (mut granted, mut missing) = (Vec::new(), Vec::new());
    match reads {
        Ok(()) => granted.push("read".to_owned()),
        // What a user may do is no fault of the sign-in: it is said who it is, and what is missing.
        Err(error) if error.kind == Kind::Forbidden && user.is_some() => missing.push("read".to_owned()),
        Err(error) => return Err(error),
    }
    // Nothing in it, nothing done: only the permission is looked at.
    let empty = Request::new("POST /orders/batch", Method::POST, "/wc/v3/orders/batch", Purpose::Effect)
        .body("application/json", "{}");
    match woo.ask(empty).await {
        Ok(_) => granted.push("write".to_owned()),
        Err(error) if error.kind == Kind::Forbidden => missing.push("write".to_owned()),
        Err(_) => {}
    }
    let index = woo.index(woo.way().form).await;
    Ok(Account {
        // The site is the account.
        id: None,
        name: filled(index.name.0).map_or_else(|| woo.site.clone(), |name| html::text(&name)),
        user,
        currency: woo.currency().await.ok(),
        time_zone: filled(index.timezone_string.0),
        granted,
        missing,
        absent: Vec::new(),
        // The interface names no version of its own in its answers.
        api_version: None,
    })
}

/// Returns which user approved, with the role that decides what may be done; `None` for a pair of keys.
///
/// Errors: [`Kind::SignIn`] if WordPress does not take the password. Where a plugin hides users, the
/// name is all that is known.
async fn user(woo: &Woocommerce) -> Result<Option<String>, Error> {
    let Some(name) = woo.rest.credentials().await?.user().map(str::to_owned) else { return Ok(None) };
    let request = Request::get("GET /users/me", "/wp/v2/users/me")
        .query("context", "edit")
        .query("_fields", "username,roles");
    match woo.json::<wire::User>(request).await {
        Ok(me) if me.roles.is_empty() => Ok(Some(format!("{name} (without a role)"))),
        Ok(me) => Ok(Some(format!("{name} ({})", me.roles.join(", ").replace('_', " ")))),
        Err(error) if error.kind == Kind::SignIn => Err(error),
        Err(_) => Ok(Some(name)),
    }
}
