//! Universal content: blocks that are made once and shown in several messages.
//!
//! The account has a text, a piece of HTML and a header; the vendor lets the first two be changed, not the last.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Asked, bodies, collections, errors, one, records};
use crate::vendor::{Call, Reply};
use crate::world::Moment;

/// A block as it is made: id, name, kind, and what it says.
type Made = (&'static str, &'static str, &'static str, &'static str);

static BLOCKS: [Made; 3] = [
    ("01JPRACT1CEB0000000000TEXT", "Delivery times", "text", "<p>We deliver within three days.</p>"),
    ("01JPRACT1CEB0000000000HTML", "Banner", "html", "<div>Free returns until January.</div>"),
    ("01JPRACT1CEB00000000HEADER", "Header", "header", ""),
];

/// What blocks say since somebody changed them, and since when.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    changed: BTreeMap<&'static str, (Value, Moment)>,
}

impl Blocks {
    fn show(&self, (id, name, kind, words): &Made, asked: &Asked<'_>, call: &Call<'_>) -> Value {
        let opened = collections::opened_at(call.world);
        let look = json!({"show_on": "all", "visible_check": null});
        let data = match *kind {
            "text" => json!({"content": words, "display_options": look, "styles": {"font_size": 16}}),
            "html" => json!({"content": words, "display_options": look}),
            _ => Value::Null,
        };
        let made = json!({"content_type": "block", "type": kind, "data": data});
        let (definition, updated) = self.changed.get(id).cloned().unwrap_or((made, opened));
        let attributes = json!({
            "name": name,
            "definition": definition,
            "created": records::time(opened),
            "updated": records::time(updated),
            "screenshot_status": "completed",
            "screenshot_url": format!("{}/screenshots/{id}.png", asked.request.base_url),
        });
        let kind = "template-universal-content";
        records::resource(&asked.request.base_url, kind, kind, id, attributes)
    }

    /// `GET /api/template-universal-content`
    pub(super) fn list(&self, asked: &Asked<'_>, call: &Call<'_>) -> Reply {
        collections::serve(asked, BLOCKS.iter().map(|made| self.show(made, asked, call)).collect())
    }

    /// `GET /api/template-universal-content/{id}`
    pub(super) fn get(&self, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        Ok(one(200, asked, self.show(known(asked)?, asked, call)))
    }

    /// `PATCH /api/template-universal-content/{id}`; the whole definition is replaced, the kind stays.
    pub(super) fn update(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let made = known(asked)?;
        let body = super::body(asked, &bodies::UPDATE_BLOCK, 5_000_000)?;
        let data = &body["data"];
        if data["id"] != asked.id {
            return Err(errors::bad_body("/data/id", "The id does not match the one in the path."));
        }
        let definition = &data["attributes"]["definition"];
        let place = "/data/attributes/definition";
        if made.2 == "header" || definition["type"] != made.2 {
            return Err(errors::bad_body(place, &format!("A {} block cannot be made into this.", made.2)));
        }
        if made.2 == "text" && !definition["data"]["styles"].is_object() {
            let pointer = format!("{place}/data/styles");
            return Err(errors::bad_body(&pointer, "Missing data for required field."));
        }
        let before = self.show(made, asked, call)["attributes"]["definition"].clone();
        if before != *definition {
            self.changed.insert(made.0, (definition.clone(), call.now));
            call.applied("campaign.block", made.0, None, None);
        }
        Ok(one(200, asked, self.show(made, asked, call)))
    }
}

fn known(asked: &Asked<'_>) -> Result<&'static Made, Reply> {
    let missing = || errors::not_found(&format!("Universal content with id {} does not exist.", asked.id));
    BLOCKS.iter().find(|(id, ..)| *id == asked.id).ok_or_else(missing)
}
