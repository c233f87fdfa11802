//! Lists, and who is on them.
//!
//! On the newsletter's list are those who gave consent, unless somebody put them on it or took them off; the others
//! are empty at first. Being put on a list changes no consent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Asked, bodies, collections, errors, ids, one, page, profiles, records};
use crate::vendor::{Call, Reply};
use crate::world::{Consent, Profile, ProfileId, World};

/// The lists, by their places.
const NAMES: [&str; 3] = ["Newsletter", "Late parcels", "Loyal customers"];
const NEWSLETTER: u16 = 0;

/// Whom somebody put on a list or took off it.
#[derive(Debug, Default)]
pub(super) struct Lists {
    moved: BTreeMap<(ProfileId, u16), bool>,
}

/// The id of the newsletter's list.
pub(super) fn newsletter() -> String {
    id(NEWSLETTER)
}

fn id(place: u16) -> String {
    ids::short('L', place)
}

fn places() -> impl Iterator<Item = (u16, &'static str)> {
    (0_u16..).zip(NAMES)
}

/// `GET /api/lists`
pub(super) fn list(asked: &Asked<'_>, call: &Call<'_>) -> Reply {
    collections::serve(asked, places().map(|(place, name)| show(asked, call.world, place, name)).collect())
}

/// `GET /api/lists/{id}`
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (place, name) = known(asked.id)?;
    Ok(one(200, asked, show(asked, call.world, place, name)))
}

fn known(wanted: &str) -> Result<(u16, &'static str), Reply> {
    places()
        .find(|(place, _)| id(*place) == wanted)
        .ok_or_else(|| errors::not_found(&format!("A list with id {wanted} does not exist.")))
}

fn show(asked: &Asked<'_>, world: &World, place: u16, name: &str) -> Value {
    let opened = records::time(collections::opened_at(world));
    let attributes =
        json!({"name": name, "created": opened, "updated": opened, "opt_in_process": "single_opt_in"});
    records::resource(&asked.request.base_url, "list", "lists", &id(place), attributes)
}

impl Lists {
    /// Returns the lists that a profile is on.
    pub(super) fn of(
        &self,
        asked: &Asked<'_>,
        world: &World,
        profile: ProfileId,
        row: &Profile,
    ) -> Vec<Value> {
        places()
            .filter(|(place, _)| self.holds(profile, row, *place))
            .map(|(place, name)| show(asked, world, place, name))
            .collect()
    }

    fn holds(&self, profile: ProfileId, row: &Profile, place: u16) -> bool {
        let from_the_start = place == NEWSLETTER && row.consent == Consent::Subscribed;
        self.moved.get(&(profile, place)).copied().unwrap_or(from_the_start)
    }

    /// `GET /api/profiles/{id}/relationships/lists`
    pub(super) fn ids_of(&self, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        let (profile, row) = profiles::known(call.world, asked.id)?;
        let on = places().filter(|(place, _)| self.holds(profile, row, *place));
        let ids = on.map(|(place, _)| json!({"type": "list", "id": id(place)}));
        Ok(page(asked, ids.collect(), None, None))
    }

    /// `POST` and `DELETE /api/lists/{id}/relationships/profiles`; one who is on it already, or not, stays so.
    pub(super) fn change(
        &mut self,
        on: bool,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
    ) -> Result<Reply, Reply> {
        let (place, _) = known(asked.id)?;
        let body = super::body(asked, &bodies::MEMBERS, 5_000_000)?;
        let members = body["data"].as_array().cloned().unwrap_or_default();
        let members: Vec<&str> = members.iter().filter_map(|member| member["id"].as_str()).collect();
        if members.is_empty() {
            return Err(errors::bad_body("/data", "Provide at least one profile."));
        }
        for member in &members {
            profiles::known(call.world, member)?;
        }
        for member in members {
            let (profile, row) = profiles::known(call.world, member)?;
            if self.holds(profile, row, place) != on {
                self.moved.insert((profile, place), on);
                let word = if on { "list.add" } else { "list.remove" };
                call.applied(word, records::profile_id(profile), Some(id(place)), None);
            }
        }
        Ok(Reply::empty(204))
    }
}
