//! One approval, from the page that is opened to the tokens that are kept.

use std::sync::Arc;
use std::time::Duration;

use fermata_model::{Clock, Platform};
use url::Url;

use super::loopback::Loopback;
use super::{Approver, Chance, Granted, Proof, Secrets, browser};
use crate::{Error, Kind, Patience};

/// What an approval is asked with.
pub struct Ask {
    /// The platform.
    pub platform: Platform,
    /// Where the account lives; https, or http on loopback.
    pub base_url: Url,
    /// What [`Browser::needs`](super::Browser::needs) names.
    pub credentials: Secrets,
    /// Randomness that nobody else knows.
    pub chance: Chance,
    /// How long to wait for the platform, whatever it is asked before and after.
    pub patience: Patience,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The port on 127.0.0.1 for the answer: [`PORT`](super::PORT), or 0 where any will do.
    pub port: u16,
}

/// An approval that is under way. Its port is free again once this is dropped.
pub struct Approval {
    platform: Platform,
    approver: Box<dyn Approver>,
    proof: Arc<Proof>,
    loopback: Loopback,
    page: Url,
    redirect: String,
    /// What to look at when nobody answers.
    unanswered: String,
}

impl Approval {
    /// Takes the port for the answer and says which page to open, asking the platform for it where it
    /// must be asked.
    ///
    /// Errors: [`Kind::Unsupported`] if the platform knows no approval, has it switched off, the address
    /// is not its own, or the port is taken; [`Kind::SignIn`] if something that it needs is not given;
    /// else as any request's.
    pub async fn begin(ask: Ask) -> Result<Self, Error> {
        let platform = ask.platform;
        let title = platform.title();
        let wrong = |kind: Kind, what: String| Error::new(platform, "approve", kind, what);
        let Some(browser) = browser(platform) else {
            let what = format!("{title} knows no approval in the browser that comes back to this machine.");
            return Err(wrong(Kind::Unsupported, what).with_hint("Enter its credentials by hand."));
        };
        if let Some(missing) = browser.needs.iter().find(|name| !ask.credentials.contains_key(**name)) {
            let what = format!("The {missing} of your {title} app is needed before it can be approved.");
            return Err(wrong(Kind::SignIn, what).with_hint("Copy it from the app's settings."));
        }
        let proof = Arc::new(Proof::new(&ask.chance));
        let port = ask.port;
        let key_page = super::key_page(platform, &ask.base_url);
        let approver = crate::registry::approver(ask).await?;
        let loopback = Loopback::bind(port, browser.path).await.map_err(|error| {
            let what = format!("The answer cannot be received here: port {port} on this machine: {error}.");
            wrong(Kind::Unsupported, what).with_hint("End the program that uses the port, then try again.")
        })?;
        let redirect = loopback.address();
        let page = approver.page(&redirect, &proof);
        let mut unanswered = "Try again.".to_owned();
        if browser.registered {
            let why = "its app may not have registered";
            unanswered += &format!(" If {title} showed an error, {why} {redirect} as a redirect URL.");
        }
        for part in browser.note.into_iter().map(str::to_owned).chain(key_page.map(String::from)) {
            unanswered += &format!(" {part}");
        }
        Ok(Self { platform, approver, proof, loopback, page, redirect, unanswered })
    }

    /// Returns the page on which the person approves, to be opened in a browser of this machine.
    pub fn page(&self) -> &Url {
        &self.page
    }

    /// Returns the address at which the answer arrives.
    pub fn redirect(&self) -> &str {
        &self.redirect
    }

    /// Waits until the person has approved, and returns what to keep. To cancel, drop it.
    ///
    /// Errors: [`Kind::SignIn`] if the person refused, nobody answered in time, the answer is about
    /// another account, or the platform did not accept it; else as any request's.
    pub async fn granted(self, within: Duration) -> Result<Granted, Error> {
        let Self { platform, approver, proof, loopback, unanswered, .. } = self;
        let answer = tokio::time::timeout(within, loopback.answer(&proof)).await.map_err(|_| {
            let minutes = within.as_secs().div_ceil(60);
            let title = platform.title();
            let what = format!("Nobody approved at {title} within {minutes} minutes. Nothing was connected.");
            Error::new(platform, "approve", Kind::SignIn, what).with_hint(unanswered)
        })?;
        approver.granted(&answer, &proof).await
    }
}
