//! Profiles: reading them, and making or changing them by what identifies them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::filter::{Clause, Operand};
use super::lists::Lists;
use super::paging::{self, Page};
use super::query::Cursor;
use super::{Asked, bodies, errors, one, page, records};
use crate::paging::walk;
use crate::vendor::{Call, Reply};
use crate::world::{Consent, Moment, Profile, ProfileId, Thing, World};

/// What the vendor keeps of profiles and the world has no place for: organisation, locale, image, location.
pub(super) type Extras = HashMap<ProfileId, Map<String, Value>>;

/// Writes a profile as an operation shows it.
pub(super) fn show(world: &World, base: &str, id: ProfileId, profile: &Profile, extras: &Extras) -> Value {
    let mut record = records::profile(world, base, id, profile);
    for (name, value) in extras.get(&id).into_iter().flatten() {
        record["attributes"][name] = value.clone();
    }
    record
}

/// Writes a profile in its own right, with what else the query wants.
fn show_whole(asked: &Asked<'_>, world: &World, id: ProfileId, profile: &Profile, extras: &Extras) -> Value {
    let mut record = show(world, &asked.request.base_url, id, profile, extras);
    if asked.query.wants("subscriptions") {
        record["attributes"]["subscriptions"] = records::subscriptions(profile);
    }
    if asked.query.wants("predictive_analytics") {
        record["attributes"]["predictive_analytics"] = records::predictions();
    }
    record
}

/// `GET /api/profiles`
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, extras: &Extras) -> Reply {
    let query = &asked.query;
    let order = query.order("created");
    let by_updated = query.sort.as_deref().is_some_and(|sort| sort.ends_with("updated"));
    let key = |profile: &Profile| if by_updated { profile.updated_at } else { profile.created_at };
    let world = &*call.world;
    let start = query.cursor.and_then(|cursor| {
        ProfileId::from_number(cursor.number).map(|id| (Moment::from_second(cursor.key), id))
    });
    let rows: Box<dyn Iterator<Item = (ProfileId, &Profile)>> =
        if let Some(named) = named(world, &query.filters) {
            let mut rows: Vec<_> =
                named.into_iter().filter_map(|id| Some((id, world.profiles.get(id)?))).collect();
            rows.sort_by_key(|(id, profile)| (key(profile), *id));
            rows.dedup_by_key(|(id, _)| *id);
            if order.backwards {
                rows.reverse();
            }
            Box::new(rows.into_iter().filter(move |(id, profile)| match start {
                Some(start) if order.backwards => (key(profile), *id) < start,
                Some(start) => (key(profile), *id) > start,
                None => true,
            }))
        } else if by_updated {
            walk(&world.profiles, paging::span(&query.filters, "updated"), start, order)
        } else if order.backwards {
            Box::new(world.profiles.before(start.map(|(_, id)| id)))
        } else {
            Box::new(world.profiles.after(start.map(|(_, id)| id)))
        };
    let admitted =
        rows.filter(|(id, profile)| query.filters.iter().all(|clause| admits(clause, *id, profile)));
    let found = Page::cut(query, admitted.map(|(id, profile)| (key(profile), id)));
    let shown: Vec<Thing> = found.items.iter().map(|(_, id)| Thing::Profile(*id)).collect();
    let doubled = call.page(&shown);
    let next = found.next(query, doubled, |(at, id)| Cursor { key: at.second(), number: id.number() });
    let world = &*call.world;
    let records = found
        .items
        .iter()
        .filter_map(|(_, id)| Some(show_whole(asked, world, *id, world.profiles.get(*id)?, extras)))
        .collect();
    page(asked, records, next, None)
}

/// Finds the profiles that a filter names by an identifier, if one does, without looking at all of them.
fn named(world: &World, filters: &[Clause]) -> Option<Vec<ProfileId>> {
    filters.iter().find_map(|clause| {
        let find: fn(&World, &str) -> Option<ProfileId> = match clause.field.as_str() {
            "id" => |_, id| records::read_profile_id(id),
            "email" => World::profile_by_email,
            "phone_number" => World::profile_by_phone,
            "external_id" => World::profile_by_external,
            _ => return None,
        };
        match &clause.value {
            Operand::Text(text) => Some(find(world, text).into_iter().collect()),
            Operand::Texts(texts) => Some(texts.iter().filter_map(|text| find(world, text)).collect()),
            _ => None,
        }
    })
}

fn admits(clause: &Clause, id: ProfileId, profile: &Profile) -> bool {
    const SUPPRESSION: &str = "subscriptions.email.marketing.suppression.";
    match clause.field.as_str() {
        "id" => clause.admits_text(Some(&records::profile_id(id))),
        // The vendor keeps addresses in lower case and compares them so.
        "email" => {
            let ours = profile.email.as_deref().map(str::to_lowercase);
            match &clause.value {
                Operand::Text(wanted) => ours.as_deref() == Some(wanted.to_lowercase().as_str()),
                Operand::Texts(wanted) => {
                    wanted.iter().any(|one| ours.as_deref() == Some(one.to_lowercase().as_str()))
                }
                _ => false,
            }
        }
        "phone_number" => clause.admits_text(profile.phone.as_deref()),
        "external_id" => clause.admits_text(profile.external_id.as_deref()),
        "created" => clause.admits_time(Some(profile.created_at.timestamp())),
        "updated" => clause.admits_time(Some(profile.updated_at.timestamp())),
        field => match field.strip_prefix(SUPPRESSION) {
            Some("reason") => {
                profile.suppressions.iter().any(|one| clause.admits_text(Some(one.reason.word())))
            }
            Some("timestamp") => {
                profile.suppressions.iter().any(|one| clause.admits_time(Some(one.at.timestamp())))
            }
            _ => false,
        },
    }
}

/// Finds a profile by its id.
///
/// Errors: 404 if there is none.
pub(super) fn known<'w>(world: &'w World, id: &str) -> Result<(ProfileId, &'w Profile), Reply> {
    let found = records::read_profile_id(id).and_then(|id| Some((id, world.profiles.get(id)?)));
    found.ok_or_else(|| errors::not_found(&format!("A profile with id {id} does not exist.")))
}

/// `GET /api/profiles/{id}`
pub(super) fn get(
    asked: &Asked<'_>,
    call: &Call<'_>,
    extras: &Extras,
    members: &Lists,
) -> Result<Reply, Reply> {
    let (id, profile) = known(call.world, asked.id)?;
    let mut record = show_whole(asked, call.world, id, profile, extras);
    if !asked.query.includes("lists") {
        return Ok(one(200, asked, record));
    }
    let lists = members.of(asked, call.world, id, profile);
    let ids: Vec<Value> =
        lists.iter().map(|list| serde_json::json!({"type": "list", "id": list["id"]})).collect();
    record["relationships"]["lists"]["data"] = Value::Array(ids);
    let mut body = serde_json::json!({ "links": record["links"], "data": asked.query.cut(record) });
    body["included"] = lists.into_iter().map(|list| asked.query.cut(list)).collect();
    Ok(super::document(200, &body))
}

/// `POST /api/profile-import`
pub(super) fn import(asked: &Asked<'_>, call: &mut Call<'_>, extras: &mut Extras) -> Result<Reply, Reply> {
    let body = super::body(asked, &bodies::IMPORT_PROFILE, 100_000)?;
    let (id, made) = upsert(&body["data"], "/data", call, extras)?;
    let missing = || errors::not_found("The profile vanished.");
    let profile = call.world.profiles.get(id).ok_or_else(missing)?;
    let record = show_whole(asked, call.world, id, profile, extras);
    Ok(one(if made { 201 } else { 200 }, asked, record))
}

/// Makes or changes the profile that a resource in a body identifies; tells whether it was made.
///
/// Errors: 400 without an identifier or with a malformed one, 404 for an unknown id, 409 where identifiers belong to
/// different profiles.
pub(super) fn upsert(
    data: &Value,
    pointer: &str,
    call: &mut Call<'_>,
    extras: &mut Extras,
) -> Result<(ProfileId, bool), Reply> {
    let attributes = data["attributes"].as_object().cloned().unwrap_or_default();
    let text = |name: &str| attributes.get(name).and_then(Value::as_str);
    let (email, phone, external) = (text("email"), text("phone_number"), text("external_id"));
    if email.is_some_and(|email| !is_address(email)) {
        return Err(errors::bad_body(&format!("{pointer}/attributes/email"), "Invalid email address."));
    }
    if phone.is_some_and(|phone| !is_phone(phone)) {
        let detail = "Invalid phone number format (Example of a valid format: +12345678901).";
        return Err(errors::bad_body(&format!("{pointer}/attributes/phone_number"), detail));
    }
    let mut known: Vec<ProfileId> = Vec::new();
    if let Some(id) = data["id"].as_str() {
        known.push(self::known(call.world, id)?.0);
    }
    known.extend(email.and_then(|email| call.world.profile_by_email(email)));
    known.extend(phone.and_then(|phone| call.world.profile_by_phone(phone)));
    known.extend(external.and_then(|external| call.world.profile_by_external(external)));
    known.dedup();
    let id = match *known.as_slice() {
        [first, second, ..] if first != second => {
            return Err(errors::duplicate_profile(&records::profile_id(second)));
        }
        [first, ..] => Some(first),
        [] => None,
    };
    if id.is_none() && email.is_none() && phone.is_none() && external.is_none() {
        let detail = "Provide at least one of id, email, phone_number or external_id.";
        return Err(errors::bad_body(&format!("{pointer}/attributes"), detail));
    }
    let made = id.is_none();
    let id = id.unwrap_or_else(|| add(call, email, phone, external));
    let changed = change(id, &attributes, call, extras);
    if made || changed {
        call.applied("profile", records::profile_id(id), None, None);
    }
    Ok((id, made))
}

/// Adds a profile with nothing but what identifies it.
pub(super) fn add(
    call: &mut Call<'_>,
    email: Option<&str>,
    phone: Option<&str>,
    external: Option<&str>,
) -> ProfileId {
    call.world.add_profile(Profile {
        person: None,
        email: email.map(Into::into),
        phone: phone.map(Into::into),
        external_id: external.map(Into::into),
        first: None,
        last: None,
        consent: Consent::NeverSubscribed,
        consent_at: None,
        suppressions: Vec::new(),
        properties: None,
        last_event_at: None,
        created_at: call.now,
        updated_at: call.now,
    })
}

/// Writes attributes into a profile: null clears, absent keeps. Tells whether anything changed.
fn change(id: ProfileId, attributes: &Map<String, Value>, call: &mut Call<'_>, extras: &mut Extras) -> bool {
    let Some(before) = call.world.profiles.get(id) else { return false };
    let mut after = before.clone();
    let mut more = extras.get(&id).cloned().unwrap_or_default();
    for (name, value) in attributes {
        let text = || value.as_str().map(Into::into);
        match name.as_str() {
            "email" => after.email = text(),
            "phone_number" => after.phone = text(),
            "external_id" => after.external_id = text(),
            "first_name" => after.first = text(),
            "last_name" => after.last = text(),
            "properties" => after.properties = merge(after.properties.take(), value),
            name => drop(more.insert(name.to_owned(), value.clone())),
        }
    }
    let same = before.email == after.email
        && before.phone == after.phone
        && before.external_id == after.external_id
        && before.first == after.first
        && before.last == after.last
        && before.properties == after.properties
        && extras.get(&id).map_or(more.is_empty(), |known| *known == more);
    if same {
        return false;
    }
    if !more.is_empty() {
        extras.insert(id, more);
    }
    call.world.edit_profile(id, call.now, |profile| {
        // Consent and suppressions are nobody's to import.
        *profile = after;
    });
    true
}

type Properties = Option<Box<Map<String, Value>>>;

fn merge(known: Properties, given: &Value) -> Properties {
    let Value::Object(given) = given else { return None };
    let mut merged = known.unwrap_or_default();
    for (name, value) in given {
        if value.is_null() {
            merged.remove(name);
        } else {
            merged.insert(name.clone(), value.clone());
        }
    }
    Some(merged)
}

/// Tells whether a text can be an e-mail address, as far as the vendor checks.
pub(super) fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.contains(|letter: char| letter.is_whitespace() || letter == ',')
            && !domain.contains('@')
    })
}

/// Tells whether a text is a phone number in E.164.
fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}
