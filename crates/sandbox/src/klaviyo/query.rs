//! Reading a query against what its operation declares; everything undeclared is refused.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::errors::bad_query;
use super::fields;
use super::filter::{self, Clause};
use super::operations::Operation;
use crate::mark::mark;
use crate::paging::Order;
use crate::vendor::{Reply, Request};

/// What a query asks for.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) filters: Vec<Clause>,
    /// The sort as written, with its leading `-` for backwards.
    pub(super) sort: Option<String>,
    pub(super) size: usize,
    pub(super) cursor: Option<Cursor>,
    pub(super) include: Vec<String>,
    pub(super) additional: Vec<String>,
    fields: BTreeMap<&'static str, Vec<String>>,
    stamp: u32,
}

/// Where a page begins: after the record with this sort value and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) key: i64,
    pub(super) number: u64,
}

impl Query {
    /// Reads a request's query.
    ///
    /// Errors: the reply that names the first parameter that is wrong.
    pub(super) fn read(request: &Request, operation: &Operation) -> Result<Self, Reply> {
        let mut query = Self { size: operation.page.map_or(200, |(default, _)| default), ..Self::default() };
        let mut seen: Vec<&str> = Vec::new();
        let (mut cursor, mut filter) = (None, "");
        for (name, value) in &request.query {
            let name = name.as_str();
            if seen.contains(&name) {
                return Err(bad_query(name, &format!("'{name}' is given twice.")));
            }
            seen.push(name);
            match name {
                "filter" if !operation.filters.is_empty() => {
                    query.filters =
                        filter::parse(value, operation.filters).map_err(|why| bad_query(name, &why))?;
                    filter = value;
                }
                "sort" if !operation.sorts.is_empty() => {
                    let field = value.strip_prefix('-').unwrap_or(value);
                    if !operation.sorts.split(' ').any(|known| known == field) {
                        return Err(bad_query(
                            name,
                            &format!("'{value}' is not a valid sort for this resource."),
                        ));
                    }
                    query.sort = Some(value.clone());
                }
                "page[size]" if operation.page.is_some() => {
                    let most = operation.page.map_or(0, |(_, most)| most);
                    query.size =
                        value.parse().ok().filter(|size| (1..=most).contains(size)).ok_or_else(|| {
                            bad_query(name, &format!("Page size must be an integer between 1 and {most}."))
                        })?;
                }
                "page[cursor]" if operation.cursor => cursor = Some(value),
                "include" if !operation.include.is_empty() => {
                    query.include = list(name, value, operation.include)?;
                }
                name => query.member(name, value, operation)?,
            }
        }
        let sort = query.sort.as_deref().unwrap_or_default();
        query.stamp = mark(0, [operation.name, filter, sort]) as u32;
        query.cursor = match cursor {
            Some(text) => Some(
                query
                    .open(text)
                    .ok_or_else(|| bad_query("page[cursor]", "Invalid cursor for this request."))?,
            ),
            None => None,
        };
        Ok(query)
    }

    fn member(&mut self, name: &str, value: &str, operation: &Operation) -> Result<(), Reply> {
        let of = |family: &str| name.strip_prefix(family)?.strip_prefix('[')?.strip_suffix(']');
        if let Some(kind) = of("fields")
            && let Some((kind, declared)) = operation.fields.iter().find(|(known, _)| *known == kind)
        {
            self.fields.insert(kind, list(name, value, declared)?);
            return Ok(());
        }
        if let Some(kind) = of("additional-fields")
            && let Some((_, declared)) = operation.additional.filter(|(known, _)| *known == kind)
        {
            self.additional = list(name, value, declared)?;
            return Ok(());
        }
        Err(bad_query(name, &format!("'{name}' is not a valid parameter for this resource.")))
    }

    /// Tells whether records of this kind are to be included.
    pub(super) fn includes(&self, kind: &str) -> bool {
        self.include.iter().any(|wanted| wanted == kind)
    }

    /// Tells whether a field that is left out by default is asked for, or a part of it by its name.
    pub(super) fn wants(&self, field: &str) -> bool {
        self.additional.iter().any(|wanted| wanted == field)
    }

    /// Returns the direction of the list, given how it goes unless told.
    pub(super) fn order(&self, default: &str) -> Order {
        Order { backwards: self.sort.as_deref().unwrap_or(default).starts_with('-') }
    }

    /// Cuts a record down to the fields asked for.
    pub(super) fn cut(&self, mut record: Value) -> Value {
        let wanted = record["type"].as_str().and_then(|kind| self.fields.get(kind));
        if let Some(wanted) = wanted {
            let kept = fields::cut(&record["attributes"], wanted);
            record["attributes"] = kept;
        }
        record
    }

    /// Writes a cursor; it serves only the same operation with the same filter and sort.
    pub(super) fn seal(&self, cursor: Cursor) -> String {
        STANDARD.encode(format!("{}>{}?{:x}", cursor.key, cursor.number, self.stamp))
    }

    fn open(&self, text: &str) -> Option<Cursor> {
        let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let (key, rest) = plain.split_once('>')?;
        let (number, stamp) = rest.split_once('?')?;
        let cursor = Cursor { key: key.parse().ok()?, number: number.parse().ok()? };
        (u32::from_str_radix(stamp, 16).ok()? == self.stamp).then_some(cursor)
    }
}

/// Reads a comma-separated list whose every value must be declared.
fn list(name: &str, value: &str, declared: &str) -> Result<Vec<String>, Reply> {
    value
        .split(',')
        .map(|one| {
            let known = declared.split(' ').any(|known| known == one);
            known.then(|| one.to_owned()).ok_or_else(|| {
                let declared = declared.replace(' ', ", ");
                bad_query(name, &format!("'{one}' is not an allowed value, must be one of: {declared}."))
            })
        })
        .collect()
}
