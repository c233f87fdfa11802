//! What people write: our own phrasings, or real texts where a real data set is at hand.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::life::{Concern, Life};
use crate::Error;

const PHRASINGS: &str = include_str!("../../../../assets/practice/phrasings.yaml");

/// Texts by what they are for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    customers: BTreeMap<Concern, Vec<(String, String)>>,
    agents: BTreeMap<Concern, Vec<String>>,
    thanks: Vec<String>,
    insists: Vec<String>,
    newsletters: Vec<String>,
}

/// What a text may mention.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fill {
    pub(crate) first: String,
    pub(crate) name: String,
    pub(crate) order: String,
    pub(crate) product: String,
    pub(crate) size: String,
    pub(crate) shop: String,
}

impl Texts {
    /// Reads our own.
    pub(crate) fn ours() -> Result<Self, Error> {
        serde_saphyr::from_str(PHRASINGS)
            .map_err(|error| Error::Asset { name: "phrasings.yaml", reason: error.to_string() })
    }

    /// Replaces what customers write about a concern by real texts.
    pub(crate) fn replace(&mut self, concern: Concern, texts: Vec<(String, String)>) {
        if !texts.is_empty() {
            self.customers.insert(concern, texts);
        }
    }

    /// Returns the subjects of newsletters.
    pub(crate) fn newsletters(&self) -> &[String] {
        &self.newsletters
    }
}

impl Fill {
    fn into(&self, pattern: &str) -> String {
        let mut text = String::with_capacity(pattern.len() + 32);
        let mut rest = pattern;
        while let Some(start) = rest.find('{') {
            text.push_str(&rest[..start]);
            rest = &rest[start..];
            let Some(end) = rest.find('}') else { break };
            match &rest[1..end] {
                "first" => text.push_str(&self.first),
                "name" => text.push_str(&self.name),
                "order" => text.push_str(&self.order),
                "product" => text.push_str(&self.product),
                "size" => text.push_str(&self.size),
                "shop" => text.push_str(&self.shop),
                other => {
                    text.push('{');
                    text.push_str(other);
                    text.push('}');
                }
            }
            rest = &rest[end + 1..];
        }
        text.push_str(rest);
        text
    }
}

impl Life {
    /// Draws a subject and a text about a concern. One about a parcel always names the order.
    pub(crate) fn write_for(&mut self, concern: Concern, fill: &Fill) -> (String, String) {
        let count = self.texts.customers.get(&concern).map_or(0, Vec::len);
        let place = self.pick(count);
        let Some((subject, text)) = self.texts.customers.get(&concern).and_then(|texts| texts.get(place))
        else {
            return (concern.name().replace('_', " "), String::new());
        };
        let (subject, mut text) = (fill.into(subject), fill.into(text));
        if concern == Concern::WhereIsIt && !text.contains(&fill.order) {
            text.push_str(&format!(" My order number is {}.", fill.order));
        }
        (subject, text)
    }

    /// Draws what an agent answers.
    pub(crate) fn answer_for(&mut self, concern: Concern, fill: &Fill) -> String {
        let count = self.texts.agents.get(&concern).map_or(0, Vec::len);
        let place = self.pick(count);
        self.texts.agents.get(&concern).and_then(|texts| texts.get(place)).map_or_else(
            || format!("Hi {}, thank you for writing. We look into it.", fill.first),
            |text| fill.into(text),
        )
    }

    /// Draws what a customer writes back.
    pub(crate) fn respond_with(&mut self, angry: bool, fill: &Fill) -> String {
        let count = if angry { self.texts.insists.len() } else { self.texts.thanks.len() };
        let place = self.pick(count);
        let texts = if angry { &self.texts.insists } else { &self.texts.thanks };
        texts.get(place).map_or_else(String::new, |text| fill.into(text))
    }
}
