//! The door of a connection: signs, sends, reads JSON.

use std::sync::Arc;

use async_trait::async_trait;
use fermata_model::{Platform, Timestamp};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use url::Url;

use crate::failure::malformed;
use crate::http::{Budget, Dialect, Http, Quota, Request, Response};
use crate::reading::why;
use crate::{Error, Kind, Settings};

/// What one platform's requests are signed with; implemented in its `auth.rs`.
#[async_trait]
pub(crate) trait Credentials: Sized + Send + Sync {
    /// Reads them from the vault: see [`Settings::required`].
    async fn read(settings: &Settings) -> Result<Self, Error>;

    /// Adds them to a request, with the headers that every request carries.
    fn sign(&self, request: Request) -> Request;
}

/// The door to one account at a platform that speaks REST.
pub(crate) struct Rest<C> {
    http: Http,
    settings: Settings,
    /// Read from the vault at the first request, and again after the platform refused them.
    credentials: Mutex<Option<Arc<C>>>,
}

impl<C: Credentials> Rest<C> {
    /// Makes the door. Sends nothing.
    ///
    /// Errors: those of [`Http::new`].
    pub(crate) fn new(settings: Settings, dialect: impl Dialect, budget: Budget) -> Result<Self, Error> {
        let http = Http::new(&settings, dialect, budget)?;
        Ok(Self { http, settings, credentials: Mutex::new(None) })
    }

    /// Signs a request and sends it; see [`Http::send`].
    ///
    /// After a refused sign-in the credentials are forgotten, so that a key that was replaced in
    /// the vault is found by the next request.
    pub(crate) async fn ask(&self, request: Request) -> Result<Response, Error> {
        let credentials = self.credentials().await?;
        let answer = self.http.send(credentials.sign(request)).await;
        if answer.as_ref().is_err_and(|error| matches!(error.kind, Kind::SignIn | Kind::NotOffered)) {
            let mut kept = self.credentials.lock().await;
            if kept.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, &credentials)) {
                *kept = None;
            }
        }
        answer
    }

    /// Sends a request that reads, and reads the JSON of its answer.
    ///
    /// Errors: [`Kind::Malformed`] besides those of [`Self::ask`], if the answer does not have the
    /// documented shape.
    pub(crate) async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        let operation = request.operation.clone();
        let response = self.ask(request).await?;
        serde_json::from_str(&response.body)
            .map_err(|error| malformed(self.platform(), operation, why(&error)))
    }

    /// Tries which scopes allow the request that reads with them; returns those that do and those
    /// that do not, for [`Account`](crate::Account).
    ///
    /// Errors: any but [`Kind::Forbidden`], which is the answer "missing".
    pub(crate) async fn scopes(
        &self,
        tries: impl IntoIterator<Item = (&'static str, Request)>,
    ) -> Result<(Vec<String>, Vec<String>), Error> {
        let (mut granted, mut missing) = (Vec::new(), Vec::new());
        for (scope, request) in tries {
            match self.ask(request).await {
                Ok(_) => granted.push(scope.to_owned()),
                Err(error) if error.kind == Kind::Forbidden => missing.push(scope.to_owned()),
                Err(error) => return Err(error),
            }
        }
        Ok((granted, missing))
    }

    /// Returns the credentials, from the vault if they are not at hand.
    ///
    /// Errors: those of [`Credentials::read`].
    pub(crate) async fn credentials(&self) -> Result<Arc<C>, Error> {
        let mut kept = self.credentials.lock().await;
        if let Some(credentials) = &*kept {
            return Ok(Arc::clone(credentials));
        }
        let credentials = Arc::new(C::read(&self.settings).await?);
        *kept = Some(Arc::clone(&credentials));
        Ok(credentials)
    }

    /// Returns the whole address that a request goes to.
    pub(crate) fn address(&self, request: &Request) -> Url {
        self.http.address(request)
    }

    /// Returns the instant on the connection's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    /// Returns how much of the rate limit is used; `None` until an answer has told.
    pub(crate) fn quota(&self) -> Option<Quota> {
        self.http.quota()
    }

    /// Returns the platform.
    pub(crate) fn platform(&self) -> Platform {
        self.http.platform()
    }
}
