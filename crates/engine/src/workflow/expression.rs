//! Conditions, values and sentences in workflow files.
//!
//! They see the facts a workflow reads and nothing else: no files, no clock but the one passed
//! in, no other templates. A name that does not exist is an error, never empty. Each evaluation
//! has a limited number of steps, so that a file cannot hang the engine.
//!
//! Beside the language's own words there are `money`, `percent` and `at_most` for amounts, `date`
//! and `time` for instants in the shop's zone, `whereabouts` for a parcel's status, `mentions` for
//! untrusted text, and `now`.

use std::collections::BTreeMap;

use fermata_model::{Money, Timestamp};
use jiff::tz::TimeZone;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::words;

/// Steps that one evaluation may take.
const FUEL: u64 = 100_000;

/// What expressions see, by name.
pub type Scope = BTreeMap<String, Value>;

/// Evaluates expressions and sentences at one instant in one time zone.
pub struct Expressions {
    environment: Environment<'static>,
    now: Timestamp,
}

type Failed = minijinja::Error;

fn wrong(detail: impl std::fmt::Display) -> Failed {
    Failed::new(ErrorKind::InvalidOperation, detail.to_string())
}

/// Turns a value of the language into one of ours.
pub(crate) fn take<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    let json = serde_json::to_value(value).map_err(|error| error.to_string())?;
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// Turns a value of ours into one of the language.
pub(crate) fn seen_as(value: impl Serialize) -> Value {
    Value::from(Serde(value))
}

fn visible(scope: &Scope) -> Value {
    Value::from_pairs(scope.iter().map(|(name, value)| (name.clone(), value.clone())))
}

fn amount(value: &Value) -> Result<Money, Failed> {
    take(value).map_err(|_| wrong(format!("a {} is not an amount of money", value.kind())))
}

fn instant(value: &Value) -> Result<Timestamp, Failed> {
    take(value).map_err(|_| wrong(format!("a {} is not an instant", value.kind())))
}

fn money(value: &Value) -> Result<String, Failed> {
    amount(value).map(Money::shown)
}

fn percent(value: &Value, share: u32) -> Result<Value, Failed> {
    Ok(seen_as(amount(value)?.percent(share).map_err(wrong)?))
}

/// The smaller of an amount and a limit: another amount, or text in major units.
fn at_most(value: &Value, limit: &Value) -> Result<Value, Failed> {
    let value = amount(value)?;
    let limit = match limit.as_str() {
        Some(decimal) => Money::parse(decimal, value.currency).map_err(wrong)?,
        None => amount(limit)?,
    };
    if limit.currency != value.currency {
        return Err(wrong("amounts of different currencies cannot be compared"));
    }
    Ok(seen_as(if limit.minor < value.minor { limit } else { value }))
}

/// Tells whether an untrusted text holds any of some words, whatever their case. Words count
/// only whole: `#104` is not in `#1042`.
fn mentions(text: &str, words: Vec<String>) -> bool {
    let text = text.to_lowercase();
    let inside_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
    words.iter().map(|word| word.to_lowercase()).filter(|word| !word.trim().is_empty()).any(|word| {
        text.match_indices(&word).any(|(start, found)| {
            let before = text[..start].chars().next_back();
            let after = text[start + found.len()..].chars().next();
            !inside_word(before) && !inside_word(after)
        })
    })
}

impl Expressions {
    /// Makes the language for one instant in one time zone.
    pub fn new(zone: TimeZone, now: Timestamp) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.add_filter("money", |value: Value| money(&value));
        environment.add_filter("percent", |value: Value, share: u32| percent(&value, share));
        environment.add_filter("at_most", |value: Value, limit: Value| at_most(&value, &limit));
        environment.add_filter("whereabouts", |status: String| words::parcel(&status));
        let shop = zone.clone();
        environment.add_filter("date", move |value: Value| -> Result<String, Failed> {
            Ok(instant(&value)?.to_zoned(shop.clone()).strftime("%-d %B %Y").to_string())
        });
        environment.add_filter("time", move |value: Value| -> Result<String, Failed> {
            Ok(instant(&value)?.to_zoned(zone.clone()).strftime("%-d %B, %H:%M").to_string())
        });
        environment.add_function("mentions", |text: String, words: Vec<String>, rest: Kwargs| {
            rest.assert_all_used().map(|()| mentions(&text, words))
        });
        Self { environment, now }
    }

    /// Returns the instant as expressions see it.
    pub fn now(&self) -> Value {
        seen_as(self.now)
    }

    /// Evaluates an expression.
    pub fn value(&self, expression: &str, scope: &Scope) -> Result<Value, String> {
        let value = self
            .environment
            .compile_expression_owned(expression.to_owned())
            .and_then(|compiled| compiled.eval(visible(scope)))
            .map_err(|error| format!("\"{expression}\": {error}"))?;
        // The language itself complains only once such a value is used.
        if value.is_undefined() {
            return Err(format!("\"{expression}\": there is nothing by that name"));
        }
        Ok(value)
    }

    /// Evaluates a condition.
    pub fn holds(&self, condition: &str, scope: &Scope) -> Result<bool, String> {
        self.value(condition, scope).map(|value| value.is_true())
    }

    /// Evaluates conditions in order until one does not hold.
    pub fn all_hold(&self, conditions: &[String], scope: &Scope) -> Result<bool, String> {
        for condition in conditions {
            if !self.holds(condition, scope)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Fills in a sentence; white space at its ends is taken off.
    pub fn sentence(&self, sentence: &str, scope: &Scope) -> Result<String, String> {
        self.environment
            .render_named_str("sentence", sentence, visible(scope))
            .map(|text| text.trim().to_owned())
            .map_err(|error| format!("\"{sentence}\": {error}"))
    }

    /// Evaluates an expression to one of our types.
    pub fn typed<T: DeserializeOwned>(&self, expression: &str, scope: &Scope) -> Result<T, String> {
        take(&self.value(expression, scope)?).map_err(|error| format!("\"{expression}\": {error}"))
    }

    pub(crate) fn parses(&self, expression: &str) -> Result<(), String> {
        self.environment
            .compile_expression_owned(expression.to_owned())
            .map(|_| ())
            .map_err(|error| format!("\"{expression}\": {error}"))
    }

    pub(crate) fn reads(&self, sentence: &str) -> Result<(), String> {
        self.environment
            .template_from_named_str("sentence", sentence)
            .map(|_| ())
            .map_err(|error| format!("\"{sentence}\": {error}"))
    }
}

/// Puts a value into a scope.
pub fn put(scope: &mut Scope, name: &str, value: impl Serialize) {
    scope.insert(name.to_owned(), seen_as(value));
}
