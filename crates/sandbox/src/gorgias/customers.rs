//! Customers of the help desk: finding, reading and merging them.

use super::lists::{Rows, always};
use super::{Asked, errors, records};
use crate::vendor::{Call, Reply};
use crate::world::{Contact, ContactId, Thing};

/// `GET /api/customers`
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let query = &asked.query;
    let (kind, address) = (query.text("channel_type"), query.text("channel_address"));
    if kind.is_some() != address.is_some() {
        let missing = if kind.is_some() { "channel_address" } else { "channel_type" };
        return Err(errors::bad(missing, "channel_type and channel_address go together."));
    }
    let email = query.text("email").or(address.filter(|_| kind == Some("email")));
    let named = email.map(|email| call.world.contact_by_email(email).into_iter().collect());
    let rows =
        Rows { query, table: &call.world.contacts, named, span: always(), read: ContactId::from_number };
    let found = rows.page(|_, contact| {
        query.text("external_id").is_none_or(|external| contact.external_id.as_deref() == Some(external))
            && query.text("name").is_none_or(|name| contact.name.eq_ignore_ascii_case(name))
            && query.text("email").is_none_or(|email| has_email(contact, email))
            && address.is_none_or(|address| match kind {
                Some("email") => has_email(contact, address),
                Some("phone") => {
                    contact.phone.as_deref().is_some_and(|phone| digits(phone) == digits(address))
                }
                _ => false,
            })
    });
    let write = |call: &Call<'_>, id| Some(records::customer(call.world, id, call.world.contacts.get(id)?));
    let thing = |_: &Call<'_>, id| Some(Thing::Contact(id));
    Ok(found.answer(asked.request, query, call, ContactId::number, thing, write))
}

fn has_email(contact: &Contact, email: &str) -> bool {
    contact.email.as_deref().is_some_and(|ours| ours.eq_ignore_ascii_case(email))
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// `GET /api/customers/{id}`; one that was merged away or deleted is 404.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let id = known(call, asked.numbers.first().copied())?;
    let contact = call.world.contacts.get(id).ok_or_else(|| errors::not_found("Customer"))?;
    Ok(Reply::json(200, &records::customer(call.world, id, contact)))
}

/// `PUT /api/customers/merge?source_id=&target_id=`; the source is no more afterwards.
pub(super) fn merge(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let number = |name: &str| {
        asked.query.whole(name).ok_or_else(|| errors::bad(name, "Missing data for required field."))
    };
    let (source, target) = (number("source_id")?, number("target_id")?);
    let (from, into) = (known(call, Some(source))?, known(call, Some(target))?);
    if from == into {
        return Err(errors::bad("source_id", "A customer cannot be merged with itself."));
    }
    let shops = |id| call.world.contacts.get(id).is_some_and(|contact| !contact.accounts.is_empty());
    if shops(from) && shops(into) {
        return Err(errors::refuse(409, "Both customers have data of the same integration."));
    }
    if call.world.merge_contacts(from, into, call.now) {
        call.applied("merge", target, Some(source.to_string()), None);
    }
    let contact = call.world.contacts.get(into).ok_or_else(|| errors::not_found("Customer"))?;
    Ok(Reply::json(202, &records::customer(call.world, into, contact)))
}

fn known(call: &Call<'_>, number: Option<u64>) -> Result<ContactId, Reply> {
    number
        .and_then(ContactId::from_number)
        .filter(|id| call.world.contacts.get(*id).is_some())
        .ok_or_else(|| errors::not_found("Customer"))
}
