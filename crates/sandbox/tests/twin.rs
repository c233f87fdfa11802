//! A client for the REST twins, and the vendors' own descriptions to hold answers against.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fermata_model::{Platform, Timestamp};
use fermata_sandbox::{Options, Plan, Practice};
use serde_json::{Map, Value, json};

pub(crate) use crate::support::NOW;
use crate::support::{shared, still};

/// Starts what the tests share: a small store whose clock stands still and whose limits are out of the way.
pub(crate) fn options() -> Options {
    still(80)
}

/// Gives a store the published limits and a machine's clock that stands until it is moved by hand; what is returned
/// are its seconds since [`NOW`].
pub(crate) fn by_hand(options: &mut Options) -> Arc<AtomicI64> {
    let hand = Arc::new(AtomicI64::new(0));
    let seconds = Arc::clone(&hand);
    options.rates = 1.0;
    options.real = Arc::new(move || {
        let start: Timestamp = NOW.parse().expect("an instant");
        Timestamp::from_second(start.as_second() + seconds.load(Ordering::SeqCst)).expect("in range")
    });
    hand
}

/// A practice store and a client of one of its platforms.
pub(crate) struct Twin {
    pub(crate) practice: Practice,
    pub(crate) platform: Platform,
    http: reqwest::Client,
    spec: Option<Spec>,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    /// Null where the body is empty or no JSON.
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The records of a list.
    pub(crate) fn data(&self) -> &[Value] {
        self.body["data"].as_array().map(Vec::as_slice).expect("a list")
    }
}

impl Twin {
    pub(crate) async fn gorgias() -> Self {
        Self::start(Platform::Gorgias, options()).await
    }

    pub(crate) async fn klaviyo() -> Self {
        Self::start(Platform::Klaviyo, options()).await
    }

    /// Starts a store in which this platform runs, besides those of the options.
    pub(crate) async fn start(platform: Platform, mut options: Options) -> Self {
        options.platforms.insert(platform);
        let practice = Practice::start(options).await.expect("the practice store starts");
        Self { practice, platform, http: reqwest::Client::new(), spec: Spec::read(platform) }
    }

    /// Sets one rule of faults, for this platform.
    pub(crate) fn fault(&self, mut rule: Value) {
        rule["platform"] = json!(self.platform);
        let plan = json!({ "rules": [rule] }).to_string();
        self.practice.set_faults(Plan::parse(&plan).expect("a plan"));
    }

    /// Prepares a request with the headers that the vendor demands.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let access = self.practice.access(self.platform);
        let request = self.bare(method, path);
        match self.platform {
            Platform::Gorgias | Platform::Woocommerce => {
                request.basic_auth(&access.user, Some(&access.token))
            }
            Platform::Klaviyo => request
                .header("authorization", format!("Klaviyo-API-Key {}", access.token))
                .header("revision", "2026-07-15")
                .header("accept", "application/vnd.api+json"),
            Platform::Stripe => request.bearer_auth(&access.token),
            Platform::Shipbob => request.bearer_auth(&access.token),
            Platform::Bigcommerce => request.header("x-auth-token", &access.token),
            other => panic!("say here how {other} is signed in to"),
        }
    }

    /// Prepares a request with nothing but method and address.
    pub(crate) fn bare(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let address = match path.strip_prefix("http") {
            Some(_) => path.to_owned(),
            None => format!("{}{path}", self.practice.base_url(self.platform)),
        };
        self.http.request(method.parse().expect("a method"), address)
    }

    /// Sends what was prepared and holds the answer against the vendor's description.
    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let answer = self.http.execute(request).await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if let Some(spec) = &self.spec {
            let wrong = spec.wrong(&method, &path, status, &text, &body);
            assert!(wrong.is_empty(), "{method} {path} {status} is not what the vendor says: {wrong:#?}");
        }
        Answer { status, headers, text, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub(crate) async fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        let kind =
            if self.platform == Platform::Klaviyo { "application/vnd.api+json" } else { "application/json" };
        self.send(self.request(method, path).header("content-type", kind).body(body.to_string())).await
    }

    /// The records of all pages of a Klaviyo list.
    pub(crate) async fn klaviyo_pages(&self, first: &str) -> Vec<Value> {
        let mut records = Vec::new();
        let mut address = first.to_owned();
        loop {
            let page = self.get(&address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.text);
            records.extend(page.data().iter().cloned());
            match page.body["links"]["next"].as_str() {
                Some(next) => address = next.to_owned(),
                None => return records,
            }
        }
    }

    /// The records of all pages of a Gorgias list; `first` has no cursor.
    pub(crate) async fn gorgias_pages(&self, first: &str) -> Vec<Value> {
        let mut records = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut request = self.request("GET", first);
            if let Some(cursor) = &cursor {
                request = request.query(&[("cursor", cursor)]);
            }
            let page = self.send(request).await;
            assert_eq!(page.status, 200, "{first}: {}", page.text);
            records.extend(page.data().iter().cloned());
            cursor = page.body["meta"]["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return records;
            }
        }
    }

    /// Ids of records, which must all be different.
    pub(crate) fn ids(records: &[Value]) -> Vec<String> {
        let ids: Vec<String> = records.iter().map(|record| record["id"].to_string()).collect();
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "no record may come twice");
        ids
    }
}

/// A vendor's OpenAPI description, rewritten so that a validator understands its nulls.
struct Spec(Value);

impl Spec {
    /// Reads the description in place; says so where it is absent. `None` also for a platform that has none.
    fn read(platform: Platform) -> Option<Self> {
        let file = match platform {
            Platform::Bigcommerce => {
                let mut spec = crate::bigcommerce_described::read()?;
                normalise(&mut spec);
                return Some(Self(spec));
            }
            Platform::Gorgias => "specs/gorgias/openapi-subset.json",
            Platform::Klaviyo => "specs/klaviyo/openapi-stable-2026-07-15.json.gz",
            Platform::Stripe => "specs/stripe/refunds.openapi3.json",
            Platform::Shipbob => "specs/shipbob/openapi-2026-01-portal-oas31.json",
            _ => return None,
        };
        let Ok(bytes) = std::fs::read(shared().join(file)) else {
            eprintln!("skipped: answers are not held against {file}, which is absent");
            return None;
        };
        let mut plain = Vec::new();
        if file.ends_with("gz") {
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
        } else {
            plain = bytes;
        }
        let mut spec: Value = serde_json::from_slice(&plain).expect("JSON");
        normalise(&mut spec);
        Some(Self(spec))
    }

    /// Says in what an answer departs from the description; what it does not describe cannot be wrong.
    fn wrong(&self, method: &str, path: &str, status: u16, text: &str, body: &Value) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else { return Vec::new() };
        let responses = operation["responses"].as_object().expect("responses");
        let family = format!("{}XX", status / 100);
        let Some(response) = responses
            .get(&status.to_string())
            .or_else(|| responses.get(&family))
            .or_else(|| responses.get("default"))
        else {
            // The limit is described apart from the operations.
            let apart = status == 429;
            return if apart { Vec::new() } else { vec![format!("the vendor declares no {status}")] };
        };
        let response = match response["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).expect("a known reference"),
            None => response,
        };
        let media = response["content"].as_object().and_then(|content| content.values().next());
        let Some(schema) = media.map(|media| &media["schema"]) else {
            let bare = text.is_empty() || status == 429;
            return if bare { Vec::new() } else { vec![format!("the vendor declares no body for {status}")] };
        };
        // Of a description made of several files only the one is needed that declares the operation.
        let mut root = match operation["x-file"].as_str() {
            Some(file) => json!({ "components": { file: self.0["components"][file] } }),
            None => json!({ "components": self.0["components"] }),
        };
        for (name, part) in schema.as_object().expect("a schema") {
            root[name] = part.clone();
        }
        let validator =
            jsonschema::options().should_validate_formats(true).build(&root).expect("the schema compiles");
        validator.iter_errors(body).map(|error| format!("{} at {}", error, error.instance_path())).collect()
    }

    /// Finds the operation; a literal path wins over a template.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.trim_end_matches('/');
        let paths = self.0["paths"].as_object()?;
        let fits = |template: &str| {
            template.split('/').count() == path.split('/').count()
                && template.split('/').zip(path.split('/')).all(|(part, given)| {
                    match part.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                        // What stands behind a placeholder, such as `:cancel`, belongs to the path.
                        Some((_, behind)) => given.find(':').map_or("", |colon| &given[colon..]) == behind,
                        None => part == given,
                    }
                })
        };
        let template =
            paths.keys().find(|known| *known == path).or_else(|| paths.keys().find(|known| fits(known)))?;
        paths[template].get(method.to_lowercase())
    }
}

/// Rewrites OpenAPI 3.0's `nullable` into what JSON Schema knows, and reads the overlapping `oneOf` of campaigns as
/// `anyOf`.
fn normalise(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(normalise),
        Value::Object(object) => {
            object.values_mut().for_each(normalise);
            if let Some(branches) = object.remove("oneOf") {
                object.insert("anyOf".to_owned(), branches);
            }
            if object.get("nullable").is_some_and(Value::is_boolean) {
                let nullable = object.remove("nullable") == Some(Value::Bool(true));
                if nullable {
                    allow_null(object);
                }
            }
        }
        _ => {}
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    match schema.get("type").and_then(Value::as_str).map(str::to_owned) {
        Some(kind) => {
            schema.insert("type".to_owned(), json!([kind, "null"]));
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.push(Value::Null);
            }
        }
        None => {
            let rest = Value::Object(std::mem::take(schema));
            schema.insert("anyOf".to_owned(), json!([rest, { "type": "null" }]));
        }
    }
}

/// A check that passes everything proves nothing, so each description must refuse one wrong answer.
#[test]
fn a_wrong_answer_is_noticed() {
    for (platform, path, body) in [
        (
            Platform::Gorgias,
            "/api/tickets",
            json!({ "data": [{ "id": 1, "status": "pending" }], "meta": {} }),
        ),
        (Platform::Shipbob, "/2026-01/order", json!([{ "id": "x" }])),
        (Platform::Bigcommerce, "/stores/x/v2/orders", json!([{ "id": "x" }])),
        (Platform::Klaviyo, "/api/events", json!({ "data": [{ "type": "events", "id": "x" }] })),
        (Platform::Stripe, "/v1/refunds", json!({ "object": "list", "data": [{ "id": 1 }] })),
    ] {
        let Some(spec) = Spec::read(platform) else { continue };
        assert!(!spec.wrong("GET", path, 200, "{}", &body).is_empty(), "{path}");
        assert!(!spec.wrong("GET", path, 200, "{}", &json!({})).is_empty(), "{path}");
    }
}
