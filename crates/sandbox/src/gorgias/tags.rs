//! Tags: the account's, and those on a ticket.
//!
//! The world keeps names on tickets; a tag that is on none exists because it was made here. Numbers follow from names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Asked, bodies, errors, lists, records, tickets};
use crate::vendor::{Call, Reply};
use crate::world::World;

/// The tags that were made, by name, with their descriptions.
#[derive(Debug, Default)]
pub(super) struct Tags(BTreeMap<String, Option<String>>);

/// `GET /api/tickets/{id}/tags`
pub(super) fn of_ticket(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let id = tickets::known(call, asked)?;
    let names = call.world.tickets.get(id).map(|ticket| ticket.tags.as_slice()).unwrap_or_default();
    let data = names.iter().map(|name| records::tag(name)).collect();
    Ok(lists::small(asked.request, &asked.query, data))
}

impl Tags {
    /// Returns every name that exists.
    fn names(&self, world: &World) -> BTreeSet<String> {
        let on_tickets =
            world.tickets.iter().flat_map(|(_, ticket)| ticket.tags.iter().map(ToString::to_string));
        on_tickets.chain(self.0.keys().cloned()).collect()
    }

    /// Tells whether a tag of this name exists; case matters.
    pub(super) fn knows(&self, world: &World, name: &str) -> bool {
        self.0.contains_key(name)
            || world.tickets.iter().any(|(_, ticket)| ticket.tags.iter().any(|known| &**known == name))
    }

    /// `GET /api/tags`
    pub(super) fn list(&self, asked: &Asked<'_>, call: &Call<'_>) -> Reply {
        let names = self.names(call.world);
        let data = names.iter().map(|name| self.whole(name)).collect();
        lists::small(asked.request, &asked.query, data)
    }

    /// `POST /api/tags`; 409 if the name is taken.
    pub(super) fn create(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let body = super::body(asked, &bodies::CREATE_TAG)?;
        let name = body["name"].as_str().unwrap_or_default().trim().to_owned();
        if name.is_empty() {
            return Err(errors::bad("name", "Shorter than minimum length 1."));
        }
        if self.knows(call.world, &name) {
            return Err(errors::refuse(409, "A tag with this name already exists."));
        }
        self.0.insert(name.clone(), body["description"].as_str().map(str::to_owned));
        call.applied("tag", &name, Some(records::tag_number(&name).to_string()), None);
        Ok(Reply::json(201, &self.whole(&name)))
    }

    fn whole(&self, name: &str) -> Value {
        let mut tag = records::tag(name);
        tag["description"] = json!(self.0.get(name).cloned().flatten());
        tag
    }

    /// `POST`, `PUT` and `DELETE /api/tickets/{id}/tags`: adds, sets or removes; the answer has no body.
    pub(super) fn change(&self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let id = tickets::known(call, asked)?;
        let body = super::body(asked, &bodies::TAG_IDS_OR_NAMES)?;
        let named = self.named(&body, call.world)?;
        let before = call.world.tickets.get(id).map(|ticket| ticket.tags.clone()).unwrap_or_default();
        let mut after = before.clone();
        let status = match asked.request.method.as_str() {
            "POST" => {
                after.extend(named.iter().filter(|name| !before.contains(name)).cloned());
                201
            }
            "PUT" => {
                after.clone_from(&named);
                202
            }
            _ => {
                after.retain(|name| !named.contains(name));
                204
            }
        };
        if after != before {
            call.world.tickets.edit(id, call.now, |ticket| ticket.tags = after);
            call.applied("ticket", id.number(), None, None);
        }
        Ok(Reply::empty(status))
    }

    fn named(&self, body: &Value, world: &World) -> Result<Vec<Box<str>>, Reply> {
        let mut named: Vec<Box<str>> = Vec::new();
        let given = |member: &str| body[member].as_array().cloned().unwrap_or_default();
        if given("ids").is_empty()
            && given("names").is_empty()
            && body.as_object().is_some_and(|o| o.is_empty())
        {
            return Err(errors::bad("ids", "Provide ids or names."));
        }
        for name in given("names").iter().filter_map(Value::as_str) {
            if !self.knows(world, name) {
                return Err(errors::bad("names", &format!("Tag '{name}' does not exist.")));
            }
            named.push(name.into());
        }
        let numbers: Vec<u64> = given("ids").iter().filter_map(Value::as_u64).collect();
        if !numbers.is_empty() {
            let names = self.names(world);
            for number in numbers {
                let name = names.iter().find(|name| records::tag_number(name) == number);
                let name =
                    name.ok_or_else(|| errors::bad("ids", &format!("Tag {number} does not exist.")))?;
                named.push(name.as_str().into());
            }
        }
        named.sort();
        named.dedup();
        Ok(named)
    }
}
