//! Registered customers. Guests are known by their orders alone.
//!
//! What it leaves out: cursors (pages have numbers), attributes, form fields, groups, and making customers.
//!
//! Source: customers.v3 of the vendor's OpenAPI files (April 2026).

use fermata_model::Platform;
use serde_json::{Value, json};

use super::numbers::CUSTOMERS;
use super::values::iso;
use super::{Asked, bodies, body, exceeds, lists, money};
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Account, AccountId, Id, Thing, World};

/// Customers in one change.
const BATCH: usize = 10;

fn here(world: &World, id: AccountId) -> Option<&Account> {
    world.account_at(Platform::Bigcommerce, id).filter(|account| account.email.is_some())
}

/// Lists customers.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, numbered: &mut Numbered) -> Reply {
    let query = &asked.query;
    let world = &*call.world;
    let any = |name: &str, known: &str| {
        query.words(name).is_none_or(|words| words.iter().any(|word| word.eq_ignore_ascii_case(known)))
    };
    let ids = query.wanted("id:in");
    let mut found: Vec<(AccountId, &Account)> = world
        .accounts
        .iter()
        .filter_map(|(id, _)| Some((id, here(world, id)?)))
        .filter(|(id, _)| ids.has(CUSTOMERS.of(*id)))
        .filter(|(_, account)| any("email:in", account.email.as_deref().unwrap_or("")))
        .filter(|(_, account)| any("phone:in", account.phone.as_deref().unwrap_or("")))
        .filter(|(_, account)| any("name:in", &full_name(account)))
        .filter(|(_, account)| {
            let name = full_name(account).to_lowercase();
            query
                .words("name:like")
                .is_none_or(|words| words.iter().any(|one| name.contains(&one.to_lowercase())))
        })
        .filter(|(_, account)| query.within(account.created_at, "date_created:min", "date_created:max"))
        .filter(|(_, account)| query.within(account.updated_at, "date_modified:min", "date_modified:max"))
        .collect();
    match query.text("sort").and_then(|sort| sort.split_once(':')) {
        Some((by, direction)) => {
            match by {
                "date_created" => found.sort_by_key(|(id, account)| (account.created_at, *id)),
                "date_modified" => found.sort_by_key(|(id, account)| (account.updated_at, *id)),
                _ => found.sort_by(|one, other| (&one.1.last, one.0).cmp(&(&other.1.last, other.0))),
            }
            if direction == "desc" {
                found.reverse();
            }
        }
        None => found.sort_by_key(|(id, _)| *id),
    }
    let found: Vec<AccountId> = found.into_iter().map(|(id, _)| id).collect();
    let addresses = query.has("include", "addresses");
    lists::page(
        numbered,
        asked,
        call,
        &found,
        |id| Some(Thing::Account(*id)),
        |call, id| written(call.world, *id, addresses),
    )
}

fn full_name(account: &Account) -> String {
    format!("{} {}", account.first, account.last)
}

fn written(world: &World, id: AccountId, addresses: bool) -> Value {
    let Some(account) = world.accounts.get(id) else { return Value::Null };
    let phone = account.phone.as_deref().unwrap_or("");
    let mut out = json!({
        "id": CUSTOMERS.of(id),
        "email": account.email,
        "first_name": account.first,
        "last_name": account.last,
        "company": "",
        "phone": phone,
        "registration_ip_address": "",
        "notes": account.note.as_deref().unwrap_or(""),
        "tax_exempt_category": "",
        "customer_group_id": 0,
        "date_created": iso(account.created_at),
        "date_modified": iso(account.updated_at),
        "address_count": account.person.map_or(0, |_| 1),
        "attribute_count": 0,
        "authentication": { "force_password_reset": false },
        "accepts_product_review_abandoned_cart_emails": account.accepts_marketing,
        "origin_channel_id": 1,
        "channel_ids": [1],
    });
    if addresses {
        let homes = account.person.and_then(|person| world.people.get(person.index())).map(|person| {
            json!({
                "id": CUSTOMERS.of(id), "customer_id": CUSTOMERS.of(id), "first_name": account.first,
                "last_name": account.last, "company": "", "address1": person.address.street,
                "address2": person.address.extra.as_deref().unwrap_or(""), "city": person.address.city,
                "state_or_province": person.address.province.as_deref().unwrap_or(""),
                "postal_code": person.address.zip, "country_code": person.address.country(),
                "country": money::country(person.address.country()), "phone": phone,
                "address_type": "residential",
            })
        });
        out["addresses"] = homes.into_iter().collect();
    }
    out
}

/// Changes customers, all or none.
pub(super) fn update(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    if exceeds(asked, BATCH) {
        // The vendor declares no body for it.
        return Err(Reply::empty(413));
    }
    let body = body(asked, &bodies::UPDATE_CUSTOMERS)?;
    let wanted: Vec<&Value> = body.as_array().into_iter().flatten().collect();
    let mut ids: Vec<AccountId> = Vec::new();
    for (nth, one) in wanted.iter().enumerate() {
        let id = one["id"].as_u64().and_then(|number| CUSTOMERS.id(number));
        let id = id.filter(|id| here(call.world, *id).is_some());
        ids.push(id.ok_or_else(|| asked.api.bad(&format!("{nth}.id"), "There is no such customer."))?);
        if let Some(email) = one["email"].as_str() {
            let holder = call.world.account_by_email(email).filter(|holder| Some(*holder) != id);
            let taken = holder.is_some_and(|holder| here(call.world, holder).is_some());
            let mut before = wanted[..nth].iter().filter_map(|other| other["email"].as_str());
            if taken || before.any(|other| other.eq_ignore_ascii_case(email)) || !email.contains('@') {
                return Err(asked.api.bad(&format!("{nth}.email"), "Taken, or not an address."));
            }
        }
    }
    for (one, id) in wanted.iter().zip(&ids) {
        let text = |member: &str| one[member].as_str();
        call.world.edit_account(*id, call.now, |account| {
            if let Some(first) = text("first_name") {
                account.first = first.into();
            }
            if let Some(last) = text("last_name") {
                account.last = last.into();
            }
            if let Some(email) = text("email") {
                account.email = Some(email.into());
            }
            if let Some(phone) = text("phone") {
                account.phone = (!phone.is_empty()).then(|| phone.into());
            }
            if let Some(notes) = text("notes") {
                account.note = (!notes.is_empty()).then(|| notes.into());
            }
            if let Some(accepts) = one["accepts_product_review_abandoned_cart_emails"].as_bool() {
                account.accepts_marketing = accepts;
            }
        });
        call.applied("customer.edit", CUSTOMERS.of(*id), None, None);
    }
    let data: Vec<Value> = ids.iter().map(|id| written(call.world, *id, false)).collect();
    Ok(lists::data(200, data))
}

/// Deletes the customers that the query names; without a name nothing happens, and that is no error. Orders keep their
/// copies of names and addresses.
pub(super) fn delete(asked: &Asked<'_>, call: &mut Call<'_>) -> Reply {
    for number in asked.query.wholes("id:in").unwrap_or_default() {
        let id = CUSTOMERS.id(number).filter(|id| here(call.world, *id).is_some());
        if let Some(id) = id
            && call.world.remove_account(id).is_some()
        {
            call.applied("customer.delete", number, None, None);
        }
    }
    Reply::empty(204)
}
