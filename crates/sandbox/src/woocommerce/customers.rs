//! Customers: a list that cannot be asked for changes, and people without an account are not in it.

use fermata_model::Platform;
use serde_json::{Value, json};

use super::books::{CustomerBook, type_over};
use super::checks::{self, Declared, Kind};
use super::orders::addresses_fit;
use super::places::{self, Whose};
use super::query::Row;
use super::times::{gmt, maybe_gmt};
use super::writes::{Shown, Target};
use super::{Asked, Scene, Shop, errors, lists};
use crate::mark::mark;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Account, AccountId, Id as _, Thing, World};

const BODY: Declared = &[
    ("first_name", Kind::Text),
    ("last_name", Kind::Text),
    ("email", Kind::Text),
    ("billing", Kind::Object),
    ("shipping", Kind::Object),
    ("meta_data", Kind::Objects),
    ("username", Kind::Elsewhere),
    ("password", Kind::Elsewhere),
];

fn unknown(status: u16) -> Reply {
    errors::refuse(status, "woocommerce_rest_invalid_id", "Invalid resource ID.")
}

fn find<'w>(shop: &Shop, world: &'w World, number: u64) -> Option<(AccountId, &'w Account)> {
    let id = AccountId::from_number(number)?;
    Some((id, at(shop, world, id)?))
}

/// Returns an account that is at this shop and was not removed.
fn at<'w>(shop: &Shop, world: &'w World, id: AccountId) -> Option<&'w Account> {
    let gone = shop.books.customers.get(&id).is_some_and(|book| book.gone);
    world.account_at(Platform::Woocommerce, id).filter(|_| !gone)
}

pub(super) fn list(
    shop: &Shop,
    numbered: &mut Numbered,
    asked: &mut Asked<'_>,
    call: &mut Call<'_>,
) -> Reply {
    asked.query.unless_given("orderby", "name");
    asked.query.unless_given("order", "asc");
    let (query, world) = (&asked.query, &*call.world);
    let email = query.text("email").map(str::to_lowercase);
    let search = query.text("search").map(str::to_lowercase);
    let role = matches!(query.text("role"), None | Some("all" | "customer"));
    let rows = world
        .accounts
        .iter()
        .filter_map(|(id, _)| Some((id, at(shop, world, id)?)))
        .filter(|(_, account)| {
            let address = account.email.as_deref().unwrap_or_default().to_lowercase();
            role && email.as_ref().is_none_or(|email| *email == address)
                && search
                    .as_ref()
                    .is_none_or(|text| address.contains(text) || username(account).contains(text))
        })
        .map(|(id, account)| Row {
            id,
            number: id.number(),
            created: account.created_at,
            updated: account.updated_at,
            title: username(account),
        })
        .collect();
    lists::page(
        shop,
        numbered,
        asked,
        call,
        rows,
        |id| Some(Thing::Account(*id)),
        |scene, id| Some(show(scene, *id, scene.world.accounts.get(*id)?)),
    )
}

fn username(account: &Account) -> String {
    let email = account.email.as_deref().unwrap_or("customer");
    email.split('@').next().unwrap_or(email).to_lowercase()
}

fn show(scene: &Scene<'_>, id: AccountId, account: &Account) -> Value {
    let empty = CustomerBook::default();
    let book = scene.books.customers.get(&id).unwrap_or(&empty);
    let person = account.person.and_then(|person| scene.world.people.get(person.index()));
    let home = person.map(|person| &person.address);
    let whose = Whose {
        first: &account.first,
        last: &account.last,
        email: account.email.as_deref(),
        phone: account.phone.as_deref(),
    };
    let first = crate::world::OrderId::new(0);
    let buys = scene.world.orders_of.range((id, first)..).next().is_some_and(|(buyer, _)| *buyer == id);
    // Whoever never changed anything since the checkout often has no such stamp.
    let stamped = account.updated_at != account.created_at || id.place() % 3 != 2;
    let modified = stamped.then_some(account.updated_at);
    let email = account.email.as_deref().unwrap_or_default();
    json!({
        "id": id.number(),
        "date_created": scene.zone.local(account.created_at),
        "date_created_gmt": gmt(account.created_at),
        "date_modified": scene.zone.maybe(modified),
        "date_modified_gmt": maybe_gmt(modified),
        "email": email,
        "first_name": &*account.first,
        "last_name": &*account.last,
        "role": "customer",
        "username": username(account),
        "billing": places::show(home, whose, &book.billing, true),
        "shipping": places::show(home, Whose { phone: None, ..whose }, &book.shipping, false),
        "is_paying_customer": buys,
        "avatar_url": format!("https://secure.gravatar.com/avatar/{:016x}?s=96&d=mm&r=g", mark(0, [email])),
        "meta_data": book.meta.show(),
        "_links": scene.links("customers", id.number()),
    })
}

pub(super) fn get(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, account) = find(shop, call.world, asked.number(0)).ok_or_else(|| unknown(404))?;
    Ok(errors::answer(200, &show(&shop.scene(call.world, asked.request), id, account)))
}

/// Changes a customer as a body asks for, and shows it.
pub(super) fn change(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, body: &Value) -> Shown {
    let Target { asked, number, .. } = target;
    checks::fits(body, BODY)?;
    addresses_fit(body)?;
    let (id, account) = find(shop, call.world, number).ok_or_else(|| unknown(400))?;
    let email = body["email"].as_str();
    let holder = |email: &str| call.world.account_by_email(email).filter(|holder| *holder != id);
    let taken = |email: &str| holder(email).is_some_and(|holder| at(shop, call.world, holder).is_some());
    if email.is_some_and(|email| !checks::is_email(email) || taken(email)) {
        return Err(errors::refuse(
            400,
            "woocommerce_rest_customer_invalid_email",
            "Email address is invalid.",
        ));
    }
    let was = (account.first.clone(), account.last.clone(), account.email.clone());
    let text = |name: &str| body[name].as_str().map(Box::<str>::from);
    let will = (
        text("first_name").unwrap_or_else(|| was.0.clone()),
        text("last_name").unwrap_or_else(|| was.1.clone()),
        text("email").or_else(|| was.2.clone()),
    );
    let book = shop.books.customers.entry(id).or_default();
    let mut changed = type_over(&mut book.billing, &body["billing"]);
    changed |= type_over(&mut book.shipping, &body["shipping"]);
    changed |= book.meta.write(&body["meta_data"], &mut shop.books.last_meta);
    if changed || was != will {
        call.world.edit_account(id, call.now, |account| {
            (account.first, account.last, account.email) = will;
        });
        call.applied("customer.edit", number, None, None);
    }
    let (id, account) = find(shop, call.world, number).ok_or_else(|| unknown(400))?;
    Ok(show(&shop.scene(call.world, asked.request), id, account))
}

/// Removes a customer; the orders stay as those of a guest would.
pub(super) fn remove(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, force: bool) -> Shown {
    let Target { asked, number, .. } = target;
    let (id, account) = find(shop, call.world, number).ok_or_else(|| unknown(404))?;
    if !force {
        return Err(errors::no_trash("Customers"));
    }
    let before = show(&shop.scene(call.world, asked.request), id, account);
    shop.books.customers.entry(id).or_default().gone = true;
    call.applied("customer.delete", number, None, None);
    Ok(before)
}
