//! Approval in the browser: an application password of WordPress, which WooCommerce takes as the user's.
//!
//! WooCommerce's own approval (`/wc-auth/v1/authorize`) cannot reach a desktop: see
//! `docs/decisions/0015-sign-in-by-the-browser.md`. WordPress' can. Its index names the page that asks; after the yes
//! the browser comes back with the user's name and a fresh password in the address. An address stays
//! in the history of the browser, so what travelled in it is exchanged at once: it makes another
//! password, and that one removes it.
//!
//! WordPress gives each application a name of its own among a user's (409 for one that is taken), so
//! both names carry the time and a mark of this sign-in.
//!
//! Sources: WordPress 6.2 to 6.7, `wp-admin/authorize-application.php`, `WP_Application_Passwords`,
//! `WP_REST_Application_Passwords_Controller`, and a running 6.7; since when it sends a browser to
//! loopback: core.trac.wordpress.org/ticket/57809 and WordPress/wordpress-develop#11339 (2026-03-24).

use async_trait::async_trait;
use fermata_model::Platform;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{PASSWORD, USER, basic};
use crate::http::{Budget, Http, Method, Purpose, Request};
use crate::sign_in::{Answer, Approver, Ask, Browser, Granted, KeyPage, Proof, key_page};
use crate::woocommerce::door::{Form, INDEX, placed, read};
use crate::woocommerce::{LANES, errors};
use crate::{Error, Kind, Settings, Share};

/// How WooCommerce signs in by the browser.
pub static BROWSER: Browser = Browser {
    needs: &[],
    gives: &[USER, PASSWORD],
    path: "/woocommerce",
    registered: false,
    note: Some(
        "An older WordPress answers \u{201c}The URL must be served over a secure connection\u{201d}: \
         then make a key instead.",
    ),
    key_page: Some(KeyPage {
        path: "/wp-admin/admin.php",
        query: "page=wc-settings&tab=advanced&section=keys&create-key=1",
    }),
};

/// What WordPress knows Fermata by, on whatever computer it runs: its passwords of one application.
const APP_ID: &str = "971c66e5-0b18-436a-baa2-4529f7e433df";

/// Where a user's own application passwords are.
const PASSWORDS: &str = "/wp/v2/users/me/application-passwords";
const INTROSPECT: &str = "GET /application-passwords/introspect";
const CREATE: &str = "POST /application-passwords";
const DELETE: &str = "DELETE /application-passwords/{uuid}";

/// One approval under way.
pub(crate) struct Approving {
    http: Http,
    shop: Url,
    form: Form,
    /// The page that asks the person.
    page: Url,
    /// The address that the shop's WordPress has for itself.
    site: Place,
    /// When this began, in words, and a mark that no other sign-in has.
    mark: String,
}

/// Where a site is, whether or not it knows of the TLS in front of it: host, port and folder.
#[derive(Debug, PartialEq, Eq)]
struct Place(String, Option<u16>, String);

impl Place {
    fn of(url: &Url) -> Self {
        let folder = url.path().trim_end_matches('/').to_owned();
        Self(url.host_str().unwrap_or_default().to_owned(), url.port(), folder)
    }
}

/// What WordPress' index says about itself, as far as an approval goes.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    url: String,
    /// An empty list where there is nothing to name.
    #[serde(default)]
    authentication: Value,
}

/// A password as WordPress lists it.
#[derive(Deserialize)]
struct Listed {
    uuid: String,
    name: String,
}

/// A password that was made; never shown again.
#[derive(Deserialize)]
struct Made {
    password: String,
}

impl Approving {
    /// Asks the shop where its page is.
    ///
    /// Errors: [`Kind::Unsupported`] if the address is neither https nor on this machine, or the shop
    /// approves nothing; else as any request's.
    pub(crate) async fn find(ask: Ask) -> Result<Self, Error> {
        let Ask { base_url: shop, patience, clock, chance, .. } = ask;
        let began = clock.now().strftime("%Y-%m-%d %H:%M").to_string();
        let mark = format!("{began} {}", &Proof::new(&chance).challenge()[..6]);
        let settings = Settings {
            connection: fermata_model::ConnectionId(0),
            base_url: shop.clone(),
            vault: std::sync::Arc::new(crate::vault::Empty),
            clock,
            patience,
            share: Share::default(),
        };
        let http = Http::new(&settings, errors::WooDialect, Budget::lanes(LANES))?;
        let (form, told) = index(&http).await?;
        let told_url = told.url.parse::<Url>().unwrap_or_else(|_| shop.clone());
        let site = Place::of(&told_url);
        if (&site.0, site.1) != (&Place::of(&shop).0, shop.port()) {
            let what = format!("The shop at {} says that its address is {told_url}.", shop.authority());
            return Err(unsupported(what).with_hint("Enter that address instead."));
        }
        let page = &told.authentication["application-passwords"]["endpoints"]["authorization"];
        let instead = || key_page(Platform::Woocommerce, &shop).map(String::from).unwrap_or_default();
        let Some(page) = page.as_str() else {
            let what = "Application passwords are switched off in the WordPress of this shop, so nothing can be approved.";
            return Err(unsupported(what).with_hint(format!(
                "A plugin for security does that, or WordPress does not know that it is reached over TLS. \
                 Switch them on, or make a key instead: {}",
                instead()
            )));
        };
        let page: Option<Url> = page.parse().ok();
        // Whoever sees that page approves for the site that shows it, so it must be the shop itself.
        let Some(page) = page.filter(|page| page.origin() == shop.origin()) else {
            let what = "The shop names a page for the approval that is not at its own address.";
            return Err(unsupported(what).with_hint(format!("Make a key instead: {}", instead())));
        };
        Ok(Self { http, shop, form, page, site, mark })
    }

    /// Returns the name of what travels through the browser, as WordPress lists it.
    fn travelling(&self) -> String {
        format!("Fermata sign-in {}", self.mark)
    }

    /// Returns who approved and the password that came along, after looking whether this shop said yes.
    fn yes(&self, answer: &Answer) -> Result<(String, SecretString), Error> {
        if answer.get("success") == Some("false") {
            return Err(refused("The shop did not approve: it was refused there. Nothing was connected.")
                .with_hint("Approve it as an administrator or a shop manager."));
        }
        let told = answer.get("site_url").unwrap_or("no shop");
        if told.parse::<Url>().ok().map(|url| Place::of(&url)).as_ref() != Some(&self.site) {
            let (told, ours) = (crate::failure::shortened(told), self.shop.authority());
            return Err(refused(format!("{told} approved, but {ours} was asked. Nothing was connected."))
                .with_hint(format!(
                    "Remove \"{}\" there (Users, Profile, Application Passwords), then enter the address of the \
                     shop as its own WordPress shows it (Settings, General).",
                    self.travelling()
                )));
        }
        match (answer.get("user_login"), answer.get("password")) {
            (Some(user), Some(password)) => Ok((user.to_owned(), compact(password))),
            _ => Err(refused("WordPress sent no approval. Nothing was connected.").with_hint("Try again.")),
        }
    }

    /// Signs a request as the user and sends it.
    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        request: Request,
        user: &str,
        password: &SecretString,
    ) -> Result<T, Error> {
        let operation = request.operation.clone();
        let request = placed(self.form, request)
            .header("accept", "application/json")
            .secret_header("authorization", basic(user, password));
        read(&operation, &self.http.send(request).await?.body)
    }

    /// Removes a password; `with` may be that one itself.
    async fn remove(&self, uuid: &str, user: &str, with: &SecretString) -> Result<(), Error> {
        // It is gone, or it was gone already: asking again does no harm.
        let request = Request::new(DELETE, Method::DELETE, format!("{PASSWORDS}/{uuid}"), Purpose::Read);
        self.ask::<Value>(request, user, with).await.map(|_| ())
    }
}

#[async_trait]
impl Approver for Approving {
    fn page(&self, redirect: &str, proof: &Proof) -> Url {
        let mut back = redirect.to_owned();
        back.push_str("?state=");
        back.push_str(&proof.state);
        // Without a `reject_url` WordPress makes it of this one, with `success=false`.
        let mut page = self.page.clone();
        page.query_pairs_mut()
            .append_pair("app_name", &self.travelling())
            .append_pair("app_id", APP_ID)
            .append_pair("success_url", &back);
        page
    }

    async fn granted(&self, answer: &Answer, _: &Proof) -> Result<Granted, Error> {
        let (user, travelled) = self.yes(answer)?;
        let introspect = Request::get(INTROSPECT, format!("{PASSWORDS}/introspect"));
        // The person may have given it another name.
        let listed: Listed = self
            .ask(introspect, &user, &travelled)
            .await
            .map_err(|error| useless(error, Some(&self.travelling())))?;
        // Made once: a second would be refused for its name.
        let create = Request::new(CREATE, Method::POST, PASSWORDS, Purpose::Effect).body(
            "application/json",
            json!({ "name": format!("Fermata {}", self.mark), "app_id": APP_ID }).to_string(),
        );
        let made: Result<Made, Error> = self.ask(create, &user, &travelled).await;
        let fresh = match made {
            Ok(made) => compact(&made.password),
            Err(error) => {
                let removed = self.remove(&listed.uuid, &user, &travelled).await.is_ok();
                return Err(useless(error, (!removed).then_some(listed.name.as_str())));
            }
        };
        let left = match self.remove(&listed.uuid, &user, &fresh).await {
            Ok(()) => None,
            // By the first of two tries whose answer was lost.
            Err(error) if error.kind == Kind::Missing => None,
            Err(error) => {
                tracing::warn!(%error, "the password that travelled through the browser could not be removed");
                Some(behind(&listed.name))
            }
        };
        let kept = [(USER, SecretString::from(user)), (PASSWORD, fresh)];
        let credentials = kept.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Granted { credentials, left })
    }
}

/// Reads the shop's index in whatever form it has one.
async fn index(http: &Http) -> Result<(Form, Told), Error> {
    let mut first = None;
    for form in [Form::Pretty, Form::Plain, Form::Bare] {
        let request = Request::get(INDEX, "/").query("_fields", "url,authentication");
        let answer = http.send(placed(form, request).header("accept", "application/json")).await;
        match answer.and_then(|response| read::<Told>(INDEX, &response.body)) {
            Ok(told) => return Ok((form, told)),
            // A shop with plain permalinks says that there is nothing, or shows its front page.
            Err(error) if matches!(error.kind, Kind::Missing | Kind::Broken | Kind::Malformed) => {
                first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first.unwrap_or_else(|| unsupported("There is no WordPress at this address.")))
}

/// Writes a password as it was made: WordPress shows it in groups of four, and takes both.
fn compact(password: &str) -> SecretString {
    password.split_whitespace().collect::<String>().into()
}

fn behind(name: &str) -> String {
    format!(
        "\u{201c}{name}\u{201d} travelled through the browser and is still good. Remove it in WordPress: Users, \
         Profile, Application Passwords."
    )
}

/// Says of a failed exchange that nothing came of it, and what stays behind.
fn useless(mut error: Error, name: Option<&str>) -> Error {
    if error.kind == Kind::SignIn {
        "The shop does not take the password that it has just given: its host may keep it from WordPress."
            .clone_into(&mut error.message);
        error.hint =
            Some("Ask the host to pass the Authorization header on, or make a key instead.".to_owned());
    }
    error.message += " Nothing was connected.";
    if let Some(name) = name {
        let hint = error.hint.map(|hint| hint + " ").unwrap_or_default();
        error.hint = Some(hint + &behind(name));
    }
    error
}

fn unsupported(what: impl Into<String>) -> Error {
    Error::new(Platform::Woocommerce, "approve", Kind::Unsupported, what)
}

fn refused(what: impl Into<String>) -> Error {
    Error::new(Platform::Woocommerce, "approve", Kind::SignIn, what)
}
