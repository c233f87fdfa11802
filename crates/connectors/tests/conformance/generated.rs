//! Answers that nobody wrote: made at random, from a seed, of what a vendor's schema allows.
//!
//! Fields that may be missing are sometimes missing, what may be null sometimes is, lists are sometimes
//! empty, objects have fields that nobody knows, numbers are small or large, text is what the vendor
//! gives as an example or anything at all. A schema often calls something text that is a time or an
//! amount; [`Told`] says so, in the vendor's own names.

use serde_json::{Map, Value, json};

use super::openapi::OpenApi;
use crate::support::listener::{Reply, Seen};

/// What a vendor's documents tell in words about a field, where its schema only says "text"; `None`
/// where the schema says enough. A field that is told about is never missing: it decides something.
pub(super) type Told = fn(&str) -> Option<Meant>;

/// What a text or number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// A time as in letters: `Wed, 05 Dec 2018 20:16:55 +0000`.
    Rfc2822,
    /// A time in ISO 8601.
    Iso8601,
    /// Seconds since 1970, as text or as a number.
    Seconds,
    /// An amount, as text or as a number.
    Amount,
    /// A currency's code.
    Currency,
    /// A number of something.
    Id,
    /// A time in letters, or nothing.
    Perhaps2822,
    /// What the schema says; a record, or a list, is none without it.
    There,
}

/// Chance that repeats itself: the same seed, the same answers.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below another.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// Makes values of one vendor's schemas.
pub(super) struct Maker<'a> {
    pub(super) spec: &'a OpenApi,
    pub(super) told: Told,
    pub(super) dice: &'a mut Dice,
}

/// Makes an answer to a request: some of what the document says may come, and a 204 where that is
/// said.
///
/// # Panics
///
/// If what is made is not valid by the document itself.
pub(super) fn answer(spec: &OpenApi, request: &Seen, told: Told, dice: &mut Dice) -> Reply {
    let operation = spec.operation(&request.method, &request.path).unwrap();
    let good: Vec<_> = operation.value["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(status, response)| Some((status.parse().ok()?, spec.resolve(response))))
        .filter(|(status, _)| (200..300_u16).contains(status))
        .collect();
    let place = usize::try_from(dice.below(good.len() as u64)).unwrap();
    let (status, response) = good[place];
    let content = response.get("content").and_then(Value::as_object).and_then(|all| all.values().next());
    let Some(schema) = content.map(|content| &content["schema"]).filter(|_| status != 204) else {
        return Reply::status(status, "");
    };
    let made = (0..50).map(|_| Maker { spec, told, dice: &mut *dice }.value(schema));
    let replies = made.map(|made| Reply::status(status, made));
    let mut wrong = Vec::new();
    for reply in replies {
        wrong = spec.check_answer(request, &reply);
        if wrong.is_empty() {
            return reply;
        }
    }
    panic!("no answer to {} {} can be made: {wrong:#?}", request.method, request.path)
}

/// How deep objects lie in each other before only what must be there is made.
const DEEP: usize = 7;

impl Maker<'_> {
    /// Makes a value that a schema allows.
    pub(super) fn value(&mut self, schema: &Value) -> Value {
        self.named("", schema, 0)
    }

    fn named(&mut self, name: &str, schema: &Value, depth: usize) -> Value {
        let schema = self.spec.resolve(schema);
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return self.dice.pick(values).clone();
        }
        match (self.told)(name) {
            Some(Meant::There) => {
                let some = (0..20).map(|_| self.by_type(name, schema, depth)).find(|made| !made.is_null());
                some.unwrap_or_default()
            }
            Some(meant) if is_one(self.spec, schema) => self.meant(meant, schema),
            _ => self.by_type(name, schema, depth),
        }
    }

    fn by_type(&mut self, name: &str, schema: &Value, depth: usize) -> Value {
        let mut made = match schema.get("anyOf").and_then(Value::as_array) {
            Some(branches) => {
                let branch = self.dice.pick(branches).clone();
                self.named(name, &branch, depth)
            }
            None => Value::Null,
        };
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            made = joined(made, self.named(name, part, depth));
        }
        if schema.get("type").is_none() && schema.get("properties").is_none() && schema.get("items").is_none()
        {
            let is_composed = schema.get("anyOf").is_some() || schema.get("allOf").is_some();
            return if is_composed { made } else { self.anything() };
        }
        let own = match self.kind(schema).as_str() {
            "object" => self.object(schema, depth),
            "array" => self.array(name, schema, depth),
            "string" => self.text(schema),
            "integer" => self.integer(schema),
            "number" => self.number(schema),
            "boolean" => json!(self.dice.one_in(2)),
            _ => Value::Null,
        };
        joined(made, own)
    }

    /// Picks one of a schema's types.
    fn kind(&mut self, schema: &Value) -> String {
        match &schema["type"] {
            Value::String(kind) => kind.clone(),
            Value::Array(kinds) => self.dice.pick(kinds).as_str().unwrap().to_owned(),
            _ if schema.get("items").is_some() => "array".to_owned(),
            _ => "object".to_owned(),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut made = Map::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let must = required.contains(&name.as_str()) || (self.told)(name).is_some();
            let may = depth < DEEP && !self.dice.one_in(4);
            if must || may {
                made.insert(name.clone(), self.named(name, field, depth + 1));
            }
        }
        for name in required {
            if !made.contains_key(name) {
                made.insert(name.to_owned(), json!("x"));
            }
        }
        if schema.get("additionalProperties") != Some(&json!(false)) && self.dice.one_in(3) {
            let unknown = match schema.get("additionalProperties") {
                Some(of @ Value::Object(_)) => self.named("", of, depth + 1),
                _ => self.anything(),
            };
            made.insert("a_field_of_next_year".to_owned(), unknown);
        }
        Value::Object(made)
    }

    fn array(&mut self, name: &str, schema: &Value, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(least + 3).min(least + 3).max(least);
        let count = if depth > DEEP { least } else { least + self.dice.below(most - least + 1) };
        let any = json!({});
        let item = schema.get("items").unwrap_or(&any).clone();
        (0..count).map(|_| self.named(name, &item, depth + 1)).collect()
    }

    fn text(&mut self, schema: &Value) -> Value {
        let long = |least: usize| "x".repeat(least);
        let least = schema["minLength"].as_u64().map_or(0, |least| usize::try_from(least).unwrap());
        let most = schema["maxLength"].as_u64().map_or(usize::MAX, |most| usize::try_from(most).unwrap());
        if let Some(format) = schema["format"].as_str()
            && let Some(text) = self.formatted(format)
        {
            return json!(text);
        }
        // As vendors write them: where something begins.
        if let Some(pattern) = schema["pattern"].as_str() {
            return json!(pattern.trim_start_matches('^').trim_end_matches('$'));
        }
        let example = schema["example"].as_str().or(schema["examples"][0].as_str()).unwrap_or("ipsum");
        let any =
            ["", "ipsum", "0", "Ünïcode \u{1f457}", "a\nb\"c", "null", "100000000000000000000", "<b>x</b>"];
        let text = if self.dice.one_in(2) { example } else { self.dice.pick(&any) };
        let text = if text.chars().count() < least { long(least) } else { text.to_owned() };
        json!(text.chars().take(most).collect::<String>())
    }

    /// Makes a text of a format; `None` for one that nobody checks.
    fn formatted(&mut self, format: &str) -> Option<String> {
        let forms: &[&str] = match format {
            "date-time" => &[
                "2025-11-19T20:16:55Z",
                "2025-11-19T20:16:55.123456Z",
                "2025-11-19T22:16:55+02:00",
                "1932-04-13T04:31:01.0Z",
            ],
            "date" => &["2025-11-19"],
            "email" => &["ann@example.com", "Ann.Lee+shop@EXAMPLE.com"],
            "uri" | "url" => &["https://example.com/a?b=c"],
            "uuid" => &["0197f3f0-0000-7000-8000-000000000001"],
            "ipv4" => &["127.0.0.1"],
            "ipv6" => &["::1"],
            _ => return None,
        };
        Some((*self.dice.pick(forms)).to_owned())
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let least = schema["minimum"].as_i64().or(schema["exclusiveMinimum"].as_i64().map(|least| least + 1));
        let most = schema["maximum"].as_i64().or(schema["exclusiveMaximum"].as_i64().map(|most| most - 1));
        let some = *self.dice.pick(&[0, 1, 2, 7, 100, 40_000, 5_000_000_000, -1]);
        json!(some.max(least.unwrap_or(i64::MIN)).min(most.unwrap_or(i64::MAX)))
    }

    fn number(&mut self, schema: &Value) -> Value {
        if self.dice.one_in(2) {
            return self.integer(schema);
        }
        let bounds =
            (schema["minimum"].as_f64().unwrap_or(f64::MIN), schema["maximum"].as_f64().unwrap_or(f64::MAX));
        let some: f64 = *self.dice.pick(&[0.0, 1.0, 2.0, 19.99, 0.5, 100.0]);
        json!(some.clamp(bounds.0, bounds.1))
    }

    fn anything(&mut self) -> Value {
        self.dice
            .pick(&[json!(null), json!({}), json!([]), json!("x"), json!(1), json!(true), json!(["a", null])])
            .clone()
    }

    fn meant(&mut self, meant: Meant, schema: &Value) -> Value {
        let is = |kind: &str| schema["type"] == json!(kind) || schema["type"][0] == json!(kind);
        let is_nullable = schema["type"][1] == json!("null");
        match meant {
            _ if schema["format"] == json!("date-time") => json!(self.formatted("date-time")),
            Meant::Perhaps2822 if self.dice.one_in(2) => json!(""),
            Meant::Rfc2822 | Meant::Perhaps2822 => {
                json!(self.dice.pick(&["Wed, 05 Dec 2018 20:16:55 +0000", "Mon, 20 Nov 2025 08:00:00 +0000"]))
            }
            Meant::Iso8601 => json!(self.formatted("date-time")),
            Meant::Seconds if is("string") => json!(self.dice.pick(&["1618794615", "1795000000", "0"])),
            Meant::Seconds => json!(self.dice.pick(&[1_618_794_615, 1_795_000_000, 0])),
            Meant::Amount if is_nullable && self.dice.one_in(3) => Value::Null,
            Meant::Amount if is("string") => {
                json!(self.dice.pick(&["0.0000", "225.0000", "19.0000", "7.00"]))
            }
            Meant::Amount if is("integer") => json!(5),
            Meant::Amount => self.dice.pick(&[json!(0), json!(19.0), json!(20), json!(7)]).clone(),
            Meant::Currency => json!(self.dice.pick(&["USD", "EUR", "JPY", "usd"])),
            Meant::There => unreachable!("made by its type"),
            Meant::Id if is("string") => json!(self.dice.pick(&["1", "77", "100"])),
            Meant::Id => json!(self.dice.pick(&[1, 77, 100, 5_000_000_000_i64])),
        }
    }
}

/// Tells whether a schema is of one value, rather than of an object or a list.
fn is_one(spec: &OpenApi, schema: &Value) -> bool {
    let mut branches = Vec::new();
    spec.branches(schema, &mut branches);
    !branches.iter().any(|branch| {
        let of = |kind: &str| branch["type"] == json!(kind) || branch["type"][0] == json!(kind);
        branch.get("properties").is_some() || branch.get("items").is_some() || of("object") || of("array")
    })
}

/// Puts what two parts of a schema made into one value.
fn joined(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(mut first), Value::Object(second)) => {
            first.extend(second);
            Value::Object(first)
        }
        (first, Value::Null) => first,
        (_, second) => second,
    }
}
