//! Customers, discounts, price lists and prices.

use fermata_model::Currency;
use fermata_model::record::{Discount, Entity, Person, Price, PriceList, Who};

use crate::bigcommerce::wire::{self, Stamp};
use crate::reading::{Mapped, country, filled, full_name, inexact};

fn changed(modified: Stamp, created: Stamp) -> Result<fermata_model::Timestamp, String> {
    modified.0.or(created.0).ok_or_else(|| "neither date_modified nor date_created is there".to_owned())
}

/// Maps somebody with an account.
pub(super) fn customer(customer: wire::Customer) -> Result<Mapped, String> {
    let changed_at = changed(customer.date_modified, customer.date_created)?;
    let address = customer.addresses.into_iter().next();
    let (city, country, at_home) = address.map_or((None, None, None), |address| {
        (filled(address.city.0), country(address.country_code.0), filled(address.phone.0))
    });
    let external_id = customer.id.0;
    let person = Person {
        created_at: customer.date_created.0,
        city,
        who: Who {
            external_id: Some(external_id.clone()),
            emails: filled(customer.email).into_iter().collect(),
            phones: filled(customer.phone).or(at_home).into_iter().collect(),
            name: full_name(customer.first_name.0.as_deref(), customer.last_name.0.as_deref()),
            country,
            claims: Vec::new(),
        },
        ..Person::default()
    };
    Ok(Mapped { external_id, changed_at, entity: Entity::Person(person) })
}

/// Maps a coupon.
pub(super) fn coupon(coupon: wire::Coupon) -> Result<Mapped, String> {
    let changed_at = coupon.date_created.0.ok_or("date_created is missing")?;
    let value = match coupon.amount.0 {
        Some(amount) => format!("{} {amount}", coupon.kind),
        None => coupon.kind,
    };
    let discount = Discount {
        title: coupon.name,
        codes: filled(Some(coupon.code)).into_iter().collect(),
        status: if coupon.enabled == Some(false) { "disabled" } else { "enabled" }.to_owned(),
        value,
        used: coupon.num_uses,
        limit: coupon.max_uses.filter(|most| *most > 0),
        starts_at: None,
        ends_at: coupon.expires.0,
    };
    Ok(Mapped { external_id: coupon.id.0, changed_at, entity: Entity::Discount(discount) })
}

/// Maps a promotion that needs no code.
pub(super) fn promotion(seen: wire::SeenOn<wire::Promotion>) -> Result<Mapped, String> {
    let wire::SeenOn { record: promotion, seen_on } = seen;
    let discount = Discount {
        title: promotion.name.0.unwrap_or_default(),
        codes: Vec::new(),
        status: promotion.status.0.unwrap_or_default(),
        value: "automatic promotion".to_owned(),
        used: promotion.current_uses,
        limit: promotion.max_uses.filter(|most| *most > 0),
        starts_at: promotion.start_date.0,
        ends_at: promotion.end_date.0,
    };
    let changed_at = seen_on.0.ok_or("seen_on is missing")?;
    // Coupons and promotions are counted apart, so that their numbers meet.
    let external_id = format!("promotion-{}", promotion.id.0);
    Ok(Mapped { external_id, changed_at, entity: Entity::Discount(discount) })
}

/// Maps a price list.
pub(super) fn price_list(list: wire::PriceList) -> Result<Mapped, String> {
    let changed_at = changed(list.date_modified, list.date_created)?;
    let entity = PriceList { name: list.name.0.unwrap_or_default(), active: list.active != Some(false) };
    Ok(Mapped { external_id: list.id.0, changed_at, entity: Entity::PriceList(entity) })
}

/// Maps one price.
pub(super) fn price(record: wire::PriceRecord) -> Result<Mapped, String> {
    let changed_at = changed(record.date_modified, record.date_created)?;
    let currency: Currency = record.currency.parse().map_err(|error| inexact(&error))?;
    let own = if record.price.0.is_some() { &record.price } else { &record.calculated_price };
    // A rule of the list, such as a tenth off, may end between two coins.
    let price = Price {
        price: own.rounded(currency)?.ok_or("price is missing")?,
        sale: record.sale_price.rounded(currency)?,
        sku: filled(record.sku.0),
        list: record.price_list_id.0,
        variant: record.variant_id.0,
    };
    // A variant may stand on a list once for each currency.
    let external_id = format!("{}/{}/{currency}", price.list, price.variant);
    Ok(Mapped { external_id, changed_at, entity: Entity::Price(price) })
}
