//! What a vendor's schema allows is read, whatever it is.
//!
//! Each connector reads every stream from answers that are made at random of the published schemas
//! ([`generated`](super::generated)). No record may be set aside, since all that decides something is
//! there, and every request must be valid. `FERMATA_SEEDS=500` tries more of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use fermata_connectors::{Connector, Error, Found, Kind, Pull, connect, registry};
use fermata_model::{Action, Change, ConnectionId, Frozen, Key, Platform, RecordRef, Stream};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::generated::{Dice, Maker, Meant, answer};
use super::openapi::{OpenApi, shared};
use super::possible::{self, Possible};
use super::several::Several;
use super::{Spec, bigcommerce, listen};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

/// How many seeds a normal run tries.
const SEEDS: u64 = 12;
/// After how many pages a pass is left: what is made at random need not end.
const PAGES: usize = 12;

fn seeds() -> u64 {
    std::env::var("FERMATA_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS)
}

/// Reads every stream of a platform from made answers, and tells what was set aside or failed, with how
/// often.
pub(super) async fn read_all(
    platform: Platform,
    spec: Arc<impl Spec + Send + Sync + 'static>,
    made: impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static,
    connector: impl Fn(&str) -> Arc<dyn Connector>,
) -> BTreeMap<String, usize> {
    let mut complaints = BTreeMap::new();
    let mut complain = |what: String| *complaints.entry(what).or_default() += 1;
    for seed in 0..seeds() {
        let dice = Mutex::new(Dice::new(seed));
        let make = made.clone();
        let (listener, log) = listen(move |seen| make(seen, &mut dice.lock().unwrap())).await;
        if let Err(error) = connector(&listener.url).check().await {
            complain(format!("check: {error}"));
        }
        for stream in registry::capability(platform).streams {
            let lately = now().saturating_sub(SignedDuration::from_hours(72)).unwrap();
            for since in [None, Some(lately)] {
                let mut pull = Pull { stream: stream.stream, since, until: now(), token: None, size: None };
                for _ in 0..PAGES {
                    // Each has a budget of its own, so that nothing waits.
                    let page = match connector(&listener.url).pull(&pull).await {
                        Ok(page) => page,
                        // Made tokens may lead in a circle, which ends with a word.
                        Err(error) if error.kind == Kind::Broken => break,
                        Err(error) => {
                            let what = error.message.split(" at line").next().unwrap();
                            complain(format!("{}: {what} ({})", stream.stream, error.operation));
                            break;
                        }
                    };
                    for change in page.changes {
                        if let Change::Unreadable(unreadable) = change {
                            let reason = unreadable.reason.split(" at line").next().unwrap().to_owned();
                            complain(format!("{}: {reason}", stream.stream));
                            if std::env::var_os("FERMATA_SHOW").is_some() {
                                println!("{}: {}\n  {}", stream.stream, unreadable.reason, unreadable.raw);
                            }
                        }
                    }
                    pull.token = page.next;
                    if pull.token.is_none() {
                        break;
                    }
                }
            }
        }
        for (request, _) in log.lock().unwrap().iter() {
            for wrong in spec.check_request(request) {
                complain(format!("{} {}: {wrong}", request.method, request.path));
            }
        }
    }
    complaints
}

/// Prepares, sends and looks for every action of a platform with made answers, and tells what could not be read.
///
/// With every other seed the answers are made so that each action is possible, and then so that it was done; it must be
/// found at least once. With the others most are refused, in words.
pub(super) async fn act_all(
    platform: Platform,
    spec: Arc<impl Spec + Send + Sync + 'static>,
    made: impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static,
    connector: impl Fn(&str) -> Arc<dyn Connector>,
    actions: &[Action],
    possible: Possible,
) -> BTreeMap<String, usize> {
    let kinds: BTreeSet<&str> = actions.iter().map(|action| action.kind().name()).collect();
    let able = registry::capability(platform).actions.iter().map(|action| action.action.name());
    assert_eq!(kinds, able.collect(), "every action is tried");
    let mut complaints = BTreeMap::new();
    let (mut prepared, mut found) = (BTreeSet::new(), BTreeSet::new());
    let key: Key = "0197f3f0-0000-7000-8000-000000000001".parse().unwrap();
    for seed in 0..seeds() * 5 {
        let dice = Mutex::new(Dice::new(seed));
        let (make, judge) = (made.clone(), Arc::clone(&spec));
        let change: Arc<Mutex<Turn>> = Arc::default();
        let (state, wrong) = (Arc::clone(&change), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&wrong);
        let (listener, log) = listen(move |seen| {
            let reply = make(seen, &mut dice.lock().unwrap());
            let changed = match &*state.lock().unwrap() {
                Turn::None => None,
                Turn::Before => changed(&reply, |body| possible(seen, body, None)),
                Turn::After(frozen) => changed(&reply, |body| possible(seen, body, Some(frozen))),
            };
            let Some(changed) = changed else { return reply };
            noted.lock().unwrap().extend(judge.check_answer(seen, &changed));
            changed
        })
        .await;
        let mut complain = |what: String| *complaints.entry(what).or_default() += 1;
        let becomes = |now: Turn| *change.lock().unwrap() = now;
        for action in actions {
            let mut odd = |step: &str, error: &Error| {
                if !matches!(error.kind, Kind::Rejected | Kind::Broken | Kind::Missing | Kind::Unsupported) {
                    let what = error.message.split(" at line").next().unwrap();
                    complain(format!("{} {step}: {what} ({})", action.kind(), error.operation));
                }
            };
            becomes(if seed % 2 == 0 { Turn::Before } else { Turn::None });
            let frozen = match connector(&listener.url).prepare(action, key, now()).await {
                Ok(frozen) => frozen,
                Err(error) => {
                    odd("prepare", &error);
                    continue;
                }
            };
            prepared.insert(action.kind().name());
            becomes(Turn::None);
            if let Err(error) = connector(&listener.url).send(&frozen).await {
                odd("send", &error);
            }
            if let Err(error) = connector(&listener.url).find(&frozen).await {
                odd("find", &error);
            }
            becomes(if seed % 2 == 0 { Turn::After(Box::new(frozen.clone())) } else { Turn::None });
            match connector(&listener.url).find(&frozen).await {
                Ok(Found::Yes(_)) => {
                    found.insert(action.kind().name());
                }
                Ok(_) => {}
                Err(error) => odd("find", &error),
            }
        }
        for (request, _) in log.lock().unwrap().iter() {
            for wrong in spec.check_request(request) {
                complain(format!("{} {}: {wrong}", request.method, request.path));
            }
        }
        for wrong in wrong.lock().unwrap().iter() {
            complain(format!("what was made possible is not what the vendor answers: {wrong}"));
        }
    }
    assert_eq!(prepared, kinds, "{platform}: some answer allows each action");
    assert_eq!(found, kinds, "{platform}: what was done is found");
    complaints
}

/// How made answers are changed for an action.
#[derive(Default)]
enum Turn {
    #[default]
    None,
    Before,
    After(Box<Frozen>),
}

/// Changes what an answer says; `None` if it stays as it is.
fn changed(reply: &Reply, change: impl FnOnce(&mut Value)) -> Option<Reply> {
    let Reply::Answer { status, body, .. } = reply else { return None };
    let whole: Value = serde_json::from_str(body).ok()?;
    let mut now = whole.clone();
    change(&mut now);
    (now != whole).then(|| Reply::status(*status, now))
}

fn told_by_bigcommerce(name: &str) -> Option<Meant> {
    Some(match name {
        "id" | "order_id" | "status_id" | "variant_id" | "product_id" | "location_id" | "price_list_id"
        | "companyId" | "customerId" => Meant::Id,
        "date_created" | "date_modified" | "created" => Meant::Rfc2822,
        "createdAt" | "updatedAt" => Meant::Seconds,
        "start_date" | "end_date" => Meant::Iso8601,
        "expires" => Meant::Perhaps2822,
        "total_inc_tax"
        | "price_inc_tax"
        | "amount"
        | "price"
        | "sale_price"
        | "calculated_price"
        | "total_amount"
        | "total_refund_amount" => Meant::Amount,
        // Without them a list is no list, and a line or a count says nothing.
        "data" | "identity" | "quantity" | "line_items" | "provider_id" => Meant::There,
        "default_currency_code" | "currency_code" | "currency" => Meant::Currency,
        _ => return None,
    })
}

fn by_bigcommerce(spec: &Arc<Several>) -> impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static {
    let spec = Arc::clone(spec);
    move |seen, dice| {
        let (document, request) = spec.place(seen).unwrap_or_else(|| panic!("{} {}", seen.method, seen.path));
        answer(document, &request, told_by_bigcommerce, dice)
    }
}

fn a_store(url: &str) -> Arc<dyn Connector> {
    let settings = settings(&format!("{url}{}", bigcommerce::BELOW), &[("access_token", "t0ken")]);
    connect(Platform::Bigcommerce, settings).unwrap()
}

#[tokio::test]
async fn whatever_bigcommerce_may_answer_is_read() {
    let Some(folder) = shared("specs/bigcommerce") else { return };
    let spec = Arc::new(bigcommerce::spec(&folder));
    let made = by_bigcommerce(&spec);
    let complaints = read_all(Platform::Bigcommerce, spec, made, a_store).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test]
async fn whatever_bigcommerce_may_answer_to_an_action_is_understood() {
    let Some(folder) = shared("specs/bigcommerce") else { return };
    let spec = Arc::new(bigcommerce::spec(&folder));
    let made = by_bigcommerce(&spec);
    let allow = possible::at_bigcommerce;
    let complaints =
        act_all(Platform::Bigcommerce, spec, made, a_store, &bigcommerce::actions(), allow).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn told_by_gorgias(name: &str) -> Option<Meant> {
    Some(match name {
        "id" | "ticket_id" => Meant::Id,
        "created_datetime" | "updated_datetime" => Meant::Iso8601,
        // Who wrote a message is not guessed.
        "from_agent" => Meant::There,
        _ => return None,
    })
}

fn by_gorgias(spec: &Arc<OpenApi>) -> impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static {
    let spec = Arc::clone(spec);
    move |seen, dice| {
        // Of some lists the rebuilt subset only says that they are objects.
        let records = match seen.path.as_str() {
            "/api/customers" => gorgias_like(&spec, "UpdateCustomer", dice),
            "/api/tags" => gorgias_like(&spec, "CreateTag", dice),
            "/api/users" => {
                json!([{ "id": 3, "email": "agent@shop.example", "created_datetime": "2025-01-01T00:00:00" }])
            }
            "/api/satisfaction-surveys" => json!([]),
            "/api/integrations" => {
                json!([{ "id": 40, "type": "email", "meta": { "address": "help@shop.example" } }])
            }
            _ => return answer(&spec, seen, told_by_gorgias, dice),
        };
        Reply::json(json!({ "data": records, "meta": { "next_cursor": null } }))
    }
}

/// Makes records of what may be written into one.
fn gorgias_like(spec: &OpenApi, schema: &str, dice: &mut Dice) -> Value {
    let schema = json!({
        "type": "array",
        "items": { "allOf": [
            { "$ref": format!("#/components/schemas/{schema}") },
            { "type": "object", "properties": {
                "id": { "type": "integer" },
                "created_datetime": { "type": "string" },
                "updated_datetime": { "type": "string" },
            } },
        ] },
    });
    Maker { spec, told: told_by_gorgias, dice }.value(&schema)
}

fn a_desk(url: &str) -> Arc<dyn Connector> {
    let settings = settings(url, &[("email", "agent@shop.example"), ("api_key", "k")]);
    connect(Platform::Gorgias, settings).unwrap()
}

#[tokio::test]
async fn whatever_gorgias_may_answer_is_read() {
    let Some(path) = shared("specs/gorgias/openapi-subset.json") else { return };
    let spec = Arc::new(OpenApi::load(&path));
    let made = by_gorgias(&spec);
    let complaints = read_all(Platform::Gorgias, spec, made, a_desk).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test]
async fn whatever_gorgias_may_answer_to_an_action_is_understood() {
    let Some(path) = shared("specs/gorgias/openapi-subset.json") else { return };
    let spec = Arc::new(OpenApi::load(&path));
    let made = by_gorgias(&spec);
    let ticket = |id: &str| RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Tickets,
        external_id: id.into(),
        label: "Where is it?".into(),
    };
    let actions = [
        Action::TicketReply { ticket: ticket("12"), text: "It is on its way.".into() },
        Action::TicketNote { ticket: ticket("12"), text: "Refunded.".into() },
        Action::TicketTag { ticket: ticket("12"), add: vec!["late".into()], remove: vec![] },
        Action::TicketAssign { ticket: ticket("12"), agent: Some("3".into()) },
        Action::TicketPrioritise { ticket: ticket("12"), priority: "critical".into() },
        Action::TicketClose { ticket: ticket("12") },
        Action::TicketReopen { ticket: ticket("13") },
    ];
    let allow = possible::at_gorgias;
    let complaints = act_all(Platform::Gorgias, spec, made, a_desk, &actions, allow).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}
