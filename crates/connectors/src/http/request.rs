//! One request, before it is signed and sent.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

pub use reqwest::Method;

/// What a request is for; decides on retries, on its place in the queue, and on the fate of a
/// failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It changes nothing and may be repeated.
    Read,
    /// It changes something; it is sent once.
    Effect,
}

/// One request, before it is sent.
#[derive(Clone)]
pub struct Request {
    /// What it does, for logs and errors: the vendor's word, without ids or queries.
    pub operation: String,
    /// Whether it changes something.
    pub purpose: Purpose,
    /// HTTP method.
    pub method: Method,
    /// Path below the connection's base URL, beginning with a slash.
    pub path: String,
    /// What it costs of a budget of points; ignored where requests are counted.
    pub cost: u32,
    /// Which of the budget's lanes it draws on; unknown and empty names mean the first.
    pub lane: &'static str,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(&'static str, Value)>,
    pub(super) body: Option<(&'static str, Value)>,
}

/// A text that may be secret.
#[derive(Clone)]
pub(super) enum Value {
    Plain(String),
    Secret(SecretString),
}

impl Value {
    pub(super) fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(text) => text.expose_secret(),
        }
    }
}

impl Request {
    /// Makes a request that reads with GET.
    pub fn get(operation: impl Into<String>, path: impl Into<String>) -> Self {
        Self::new(operation, Method::GET, path, Purpose::Read)
    }

    /// Makes a request of any method and purpose.
    pub fn new(
        operation: impl Into<String>,
        method: Method,
        path: impl Into<String>,
        purpose: Purpose,
    ) -> Self {
        Self {
            operation: operation.into(),
            purpose,
            method,
            path: path.into(),
            cost: 1,
            lane: "",
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds one query parameter; name and value are escaped when the request is sent.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds one header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, Value::Plain(value.into())));
        self
    }

    /// Adds one header whose value is a secret; it is marked as such for the client.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: SecretString) -> Self {
        self.headers.push((name, Value::Secret(value)));
        self
    }

    /// Sets a body of the given media type.
    #[must_use]
    pub fn body(mut self, media_type: &'static str, text: impl Into<String>) -> Self {
        self.body = Some((media_type, Value::Plain(text.into())));
        self
    }

    /// Sets a body that holds a secret, such as a token request.
    #[must_use]
    pub fn secret_body(mut self, media_type: &'static str, text: SecretString) -> Self {
        self.body = Some((media_type, Value::Secret(text)));
        self
    }

    /// Sets what it costs of a budget of points.
    #[must_use]
    pub fn cost(mut self, points: u32) -> Self {
        self.cost = points;
        self
    }

    /// Sets which of the budget's lanes it draws on.
    #[must_use]
    pub fn lane(mut self, name: &'static str) -> Self {
        self.lane = name;
        self
    }

    /// Tells whether it changes something.
    pub fn is_effect(&self) -> bool {
        self.purpose == Purpose::Effect
    }
}

impl fmt::Debug for Request {
    /// Shows what may be logged, and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("purpose", &self.purpose)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
