//! Is what we send valid by the vendors' own published schemas?
//!
//! Each connector talks to a listener of ours; what it sent and what it was answered is then held
//! against the schema. Every operation also has a canary: the same request made wrong, which must
//! be refused, or the check is not running.

mod b2b;
mod bigcommerce;
mod filter;
mod forms;
mod generated;
mod gorgias;
mod klaviyo;
mod made;
mod made_elsewhere;
mod openapi;
mod paths;
mod possible;
mod practice;
mod several;
mod shipbob;
mod shopify;
mod stripe;
mod woocommerce;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::support::listener::{Listener, Reply, Seen};

/// A vendor's published schema.
trait Spec {
    /// Returns the vendor's name of the operation that a request is, if it is one.
    fn name(&self, request: &Seen) -> Option<String>;

    /// Lists everything that is wrong with a request.
    fn check_request(&self, request: &Seen) -> Vec<String>;

    /// Lists everything that is wrong with an answer to a request.
    fn check_answer(&self, request: &Seen, reply: &Reply) -> Vec<String>;
}

type Log = Arc<Mutex<Vec<(Seen, Reply)>>>;

/// Listens, answers by script, and keeps what was said by both sides.
async fn listen(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Listener, Log) {
    let log = Log::default();
    let book = Arc::clone(&log);
    let listener = Listener::start(move |seen, _| {
        let reply = script(seen);
        book.lock().unwrap().push((seen.clone(), reply.clone()));
        reply
    })
    .await;
    (listener, log)
}

/// An operation, and how one of its requests is made wrong.
type Canary = (&'static str, fn(&mut Seen));

/// Holds everything that was said against the schema, and every canary too.
fn hold(spec: &impl Spec, log: &Log, canaries: &[Canary]) {
    let log = log.lock().unwrap().clone();
    let mut used = BTreeSet::new();
    for (request, reply) in &log {
        let wrong = spec.check_request(request);
        assert!(
            wrong.is_empty(),
            "{} {}?{}\n{}\n{wrong:#?}",
            request.method,
            request.path,
            request.query,
            request.body
        );
        let wrong = spec.check_answer(request, reply);
        assert!(
            wrong.is_empty(),
            "our own answer to {} {} is wrong: {wrong:#?}",
            request.method,
            request.path
        );
        used.insert(spec.name(request).unwrap());
    }
    let with_canary: BTreeSet<_> = canaries.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    assert_eq!(used, with_canary, "every operation that was used has a canary, and the other way round");
    for (operation, spoil) in canaries {
        let (mut request, _) = log
            .iter()
            .find(|(request, _)| spec.name(request).is_some_and(|name| name == *operation))
            .cloned()
            .unwrap();
        spoil(&mut request);
        assert!(
            !spec.check_request(&request).is_empty(),
            "the canary of {operation} passed: nothing is checked"
        );
    }
}

/// Makes a request wrong by one more query parameter.
fn more(request: &mut Seen, pair: &str) {
    let joint = if request.query.is_empty() { "" } else { "&" };
    request.query = format!("{}{joint}{pair}", request.query);
}

/// Makes a request wrong by changing its body.
fn in_body(request: &mut Seen, from: &str, to: &str) {
    assert!(request.body.contains(from), "the canary changes something: {}", request.body);
    request.body = request.body.replace(from, to);
}
