//! `meta_data`: what anybody may hang on a thing, under any key and of any type.

use serde_json::{Value, json};

/// The metadata of one thing.
#[derive(Debug, Default, Clone)]
pub(super) struct Meta(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    id: u64,
    key: String,
    value: Value,
}

impl Meta {
    /// Writes what was given: an entry with a known id or key is replaced, a null takes it away.
    ///
    /// Returns whether anything changed; `next` gives the ids of new entries.
    pub(super) fn write(&mut self, given: &Value, next: &mut u64) -> bool {
        let mut changed = false;
        for one in given.as_array().into_iter().flatten() {
            let id = one["id"].as_u64();
            let key = one["key"].as_str();
            let place = self.0.iter().position(|entry| match id {
                Some(id) => entry.id == id,
                None => key == Some(entry.key.as_str()),
            });
            let value = one["value"].clone();
            match (place, value) {
                (Some(place), Value::Null) => {
                    self.0.remove(place);
                    changed = true;
                }
                (Some(place), value) => {
                    let entry = &mut self.0[place];
                    changed |= entry.value != value;
                    entry.value = value;
                }
                (None, Value::Null) => {}
                (None, value) => {
                    let Some(key) = key else { continue };
                    *next += 1;
                    self.0.push(Entry { id: *next, key: key.to_owned(), value });
                    changed = true;
                }
            }
        }
        changed
    }

    /// Shows it.
    pub(super) fn show(&self) -> Vec<Value> {
        self.0.iter().map(|entry| json!({ "id": entry.id, "key": entry.key, "value": entry.value })).collect()
    }
}

/// Returns the caller's own id of an operation: the first text in the metadata it sent.
pub(super) fn operation(given: &Value) -> Option<&str> {
    given["meta_data"].as_array()?.iter().find_map(|entry| entry["value"].as_str())
}
