//! `_fields`: answers cut down to what was asked for, as WordPress does it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::vendor::Request;

/// The fields that a caller wants; a path may go deeper by points.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, Fields>);

impl Fields {
    /// Reads `_fields`; `None` if everything is wanted.
    pub(super) fn read(request: &Request) -> Option<Self> {
        let mut all = Self::default();
        for (name, value) in &request.query {
            if name == "_fields" || name.starts_with("_fields[") {
                value
                    .split(',')
                    .map(str::trim)
                    .filter(|path| !path.is_empty())
                    .for_each(|path| all.add(path));
            }
        }
        (!all.0.is_empty()).then_some(all)
    }

    fn add(&mut self, path: &str) {
        let mut here = self;
        for part in path.split('.') {
            here = here.0.entry(part.to_owned()).or_default();
        }
    }

    /// Cuts an answer down; a list by its items. A path into a list finds nothing there.
    pub(super) fn cut(&self, value: Value) -> Value {
        match value {
            Value::Array(items) => items.into_iter().map(|item| self.cut(item)).collect(),
            other => self.within(other),
        }
    }

    fn within(&self, value: Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.members(members)),
            Value::Array(_) => Value::Array(Vec::new()),
            other => other,
        }
    }

    fn members(&self, members: Map<String, Value>) -> Map<String, Value> {
        members
            .into_iter()
            .filter_map(|(name, value)| {
                let wanted = self.0.get(&name)?;
                let value = if wanted.0.is_empty() { value } else { wanted.within(value) };
                Some((name, value))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_asked_for_is_left() {
        let mut fields = Fields::default();
        ["id", "billing.email", "line_items.id"].into_iter().for_each(|path| fields.add(path));
        let order = json!({ "id": 1, "total": "2", "billing": { "email": "a", "city": "b" }, "line_items": [{ "id": 3 }] });
        let left = json!({ "id": 1, "billing": { "email": "a" }, "line_items": [] });
        assert_eq!(fields.cut(json!([order])), json!([left]));
    }
}
