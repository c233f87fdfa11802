//! How the world's marketing side looks on the wire: one JSON:API resource per profile, event and metric.
//!
//! Source: `ProfileResponseObjectResource`, `EventResponseObjectResource`, `MetricResponseObjectResource`,
//! `AccountResponseObjectResource` and `Subscriptions` of klaviyo/openapi, stable revision 2026-07-15.

use fermata_model::Money;
use serde_json::{Map, Value, json};

use super::ids;
use crate::world::{
    About, Cart, EventId, Id, Line, MailEvent, Metric, MetricId, Moment, OrderId, Profile, ProfileId,
    VariantId, World,
};

/// Writes a time as the vendor does, with a numeric offset.
pub(super) fn time(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// The account's id, which is also its public key.
pub(super) const ACCOUNT: &str = "PrAcTc";

/// The id of a metric.
pub(super) fn metric_id(metric: MetricId) -> String {
    ids::short('M', metric.0)
}

/// The id of a profile.
pub(super) fn profile_id(profile: ProfileId) -> String {
    ids::spell(profile.number())
}

/// Reads the id of a profile.
pub(super) fn read_profile_id(id: &str) -> Option<ProfileId> {
    ids::read(id).and_then(ProfileId::from_number)
}

/// The id of an event.
pub(super) fn event_id(event: EventId) -> String {
    ids::spell(event.number())
}

/// Reads the id of an event.
pub(super) fn read_event_id(id: &str) -> Option<EventId> {
    ids::read(id).and_then(EventId::from_number)
}

/// The flow that mails those who left a cart.
pub(super) fn cart_flow_id() -> String {
    ids::short('F', 0)
}

/// The flow that a follow-up event starts.
pub(super) fn follow_up_flow_id() -> String {
    ids::short('F', 1)
}

/// Puts a resource together, under its own address.
pub(super) fn resource(base: &str, kind: &str, path: &str, id: &str, attributes: Value) -> Value {
    json!({
        "type": kind,
        "id": id,
        "attributes": attributes,
        "links": {"self": format!("{base}/api/{path}/{id}/")},
    })
}

fn related(base: &str, owner: &str, id: &str, name: &str) -> Value {
    json!({
        "self": format!("{base}/api/{owner}/{id}/relationships/{name}/"),
        "related": format!("{base}/api/{owner}/{id}/{name}/"),
    })
}

/// Writes the account.
pub(super) fn account(world: &World, base: &str) -> Value {
    resource(
        base,
        "account",
        "accounts",
        ACCOUNT,
        json!({
            "test_account": true,
            "contact_information": {
                "default_sender_name": world.shop.name,
                "default_sender_email": world.shop.email,
                "website_url": format!("https://{}", world.shop.domain),
                "organization_name": world.shop.name,
                "street_address": {
                    "address1": null, "address2": null, "city": null, "region": null,
                    "country": world.shop.country, "zip": null,
                },
            },
            "industry": "Ecommerce, Apparel & Accessories",
            "timezone": "UTC",
            "preferred_currency": world.shop.currency.code(),
            "public_api_key": ACCOUNT,
            "locale": "en-US",
        }),
    )
}

/// Writes a metric.
pub(super) fn metric(base: &str, id: MetricId, metric: &Metric) -> Value {
    let key = metric.integration.to_lowercase();
    let category = match metric.integration {
        "Klaviyo" => "Internal",
        "API" => "API",
        _ => "eCommerce",
    };
    let text = metric_id(id);
    let mut resource = resource(
        base,
        "metric",
        "metrics",
        &text,
        json!({
            "name": metric.name,
            "created": time(metric.created_at),
            "updated": time(metric.updated_at),
            "integration": {
                "object": "integration",
                "id": format!("{key}-integration"),
                "key": key,
                "name": metric.integration,
                "category": category,
            },
        }),
    );
    resource["relationships"] =
        json!({"flow-triggers": {"links": related(base, "metrics", &text, "flow-triggers")}});
    resource
}

/// Writes a profile without what is left out unless asked for.
pub(super) fn profile(world: &World, base: &str, id: ProfileId, profile: &Profile) -> Value {
    let text = profile_id(id);
    let address = profile.person.and_then(|person| world.people.get(person.index()));
    let address = address.map(|person| &person.address);
    let attributes = json!({
        "email": profile.email,
        "phone_number": profile.phone,
        "external_id": profile.external_id,
        "first_name": profile.first,
        "last_name": profile.last,
        "organization": null,
        "locale": null,
        "title": null,
        "image": null,
        "created": time(profile.created_at),
        "updated": time(profile.updated_at),
        "last_event_date": profile.last_event_at.map(time),
        "location": {
            "address1": address.map(|address| &address.street),
            "address2": address.and_then(|address| address.extra.as_ref()),
            "city": address.map(|address| &address.city),
            "country": address.map(|address| address.country()),
            "latitude": null,
            "longitude": null,
            "region": address.and_then(|address| address.province.as_ref()),
            "zip": address.map(|address| &address.zip),
            "timezone": null,
            "ip": null,
        },
        "properties": profile.properties.as_deref().cloned().unwrap_or_default(),
    });
    let mut resource = resource(base, "profile", "profiles", &text, attributes);
    resource["relationships"] = json!({
        "lists": {"links": related(base, "profiles", &text, "lists")},
        "segments": {"links": related(base, "profiles", &text, "segments")},
        "push-tokens": {"links": related(base, "profiles", &text, "push-tokens")},
    });
    resource
}

/// Writes what may be sent to a profile, and what keeps it back.
pub(super) fn subscriptions(profile: &Profile) -> Value {
    let suppression: Vec<Value> = profile
        .suppressions
        .iter()
        .map(|one| json!({"reason": one.reason.word(), "timestamp": time(one.at)}))
        .collect();
    json!({
        "email": {
            "marketing": {
                "can_receive_email_marketing": profile.email.is_some() && suppression.is_empty(),
                "consent": profile.consent.word(),
                "consent_timestamp": profile.consent_at.map(time),
                "last_updated": profile.consent_at.map(time),
                "method": profile.consent_at.map(|_| "FORM"),
                "method_detail": profile.consent_at.map(|_| ""),
                "custom_method_detail": null,
                "double_optin": null,
                "suppression": suppression,
                "list_suppressions": [],
            },
        },
        "sms": {
            "marketing": {
                "can_receive_sms_marketing": false, "consent": "NEVER_SUBSCRIBED", "consent_timestamp": null,
                "method": null, "method_detail": null, "last_updated": null,
            },
        },
        "mobile_push": {
            "marketing": {
                "can_receive_push_marketing": false, "consent": "NEVER_SUBSCRIBED", "consent_timestamp": null,
            },
        },
    })
}

/// Writes what the vendor foretells of a profile: nothing, for accounts as young as the practice store.
pub(super) fn predictions() -> Value {
    json!({
        "historic_clv": null, "predicted_clv": null, "total_clv": null, "historic_number_of_orders": null,
        "predicted_number_of_orders": null, "average_days_between_orders": null, "average_order_value": null,
        "churn_probability": null, "expected_date_of_next_order": null, "ranked_channel_affinity": null,
    })
}

/// Writes an event, naming its profile and metric; the records themselves go into `included`.
pub(super) fn event(world: &World, base: &str, id: EventId, event: &MailEvent) -> Value {
    let text = event_id(id);
    let mut resource = resource(
        base,
        "event",
        "events",
        &text,
        json!({
            "timestamp": event.at.second(),
            "datetime": time(event.at),
            "event_properties": properties(world, id, event),
            "uuid": uuid(event.at, id),
        }),
    );
    resource["relationships"] = json!({
        "profile": {
            "data": {"type": "profile", "id": profile_id(event.profile)},
            "links": related(base, "events", &text, "profile"),
        },
        "metric": {
            "data": {"type": "metric", "id": metric_id(event.metric)},
            "links": related(base, "events", &text, "metric"),
        },
        "attributions": {"data": [], "links": related(base, "events", &text, "attributions")},
    });
    resource
}

/// Makes the time-based id that the vendor shows beside its own.
fn uuid(at: Moment, id: EventId) -> String {
    let ticks =
        u64::try_from(at.second()).unwrap_or_default().wrapping_add(12_219_292_800).wrapping_mul(10_000_000);
    let (low, middle, high) = (ticks as u32, (ticks >> 32) as u16, (ticks >> 48) as u16 & 0x0FFF);
    format!("{low:08x}-{middle:04x}-1{high:03x}-8001-{:012x}", id.number())
}

fn properties(world: &World, id: EventId, event: &MailEvent) -> Value {
    match &event.about {
        About::Newsletter(place) => {
            let subject = world.newsletters.get(usize::from(*place)).map(|newsletter| &newsletter.subject);
            let mut mail = mail(world, event, subject.map_or("", |subject| subject));
            mail["Campaign Name"] = json!(subject);
            mail["$message"] = json!(ids::short('C', *place));
            mail
        }
        About::CartMail(cart) => {
            let mut mail = mail(world, event, "You left something behind");
            mail["$flow"] = json!(cart_flow_id());
            mail["Flow Name"] = json!("Abandoned cart");
            mail["$message"] = json!(ids::short('E', 0));
            mail["$extra"] = json!({"checkout_id": cart.number().to_string()});
            mail
        }
        About::FollowUp(subject) => {
            let mut mail = mail(world, event, subject);
            mail["$flow"] = json!(follow_up_flow_id());
            mail["Flow Name"] = json!("Follow-up");
            mail["$message"] = json!(ids::short('E', 1));
            mail
        }
        About::Cart(cart) => match world.carts.get(*cart) {
            Some(row) => checkout(world, &cart.number().to_string(), row),
            None => json!({"$event_id": cart.number().to_string()}),
        },
        About::Order(order) => placed(world, *order, id),
        About::Restock(variant) => awaited(world, *variant),
        About::Custom(custom) => {
            let mut properties = custom.properties.clone();
            if let Some(value) = custom.value.as_deref().and_then(|value| value.parse::<f64>().ok()) {
                properties.insert("$value".to_owned(), json!(value));
                if let Some(currency) = &custom.value_currency {
                    properties.insert("$value_currency".to_owned(), json!(currency));
                }
            }
            Value::Object(properties)
        }
    }
}

/// The properties that every event about a mail has.
fn mail(world: &World, event: &MailEvent, subject: &str) -> Value {
    let address = world.profiles.get(event.profile).and_then(|profile| profile.email.as_deref());
    json!({
        "Subject": subject,
        "Recipient Email Address": address,
        "Email Domain": address.and_then(|address| address.split_once('@')).map(|(_, domain)| domain),
        "$_cohort$message_send_cohort": event.at.second().to_string(),
    })
}

fn checkout(world: &World, token: &str, cart: &Cart) -> Value {
    let mut properties = goods(world, &cart.lines);
    properties.insert("$event_id".to_owned(), json!(token));
    properties.insert("$value".to_owned(), amount(world, cart.total()));
    properties.insert("$value_currency".to_owned(), json!(world.shop.currency.code()));
    properties.insert("checkout_id".to_owned(), json!(token));
    Value::Object(properties)
}

fn placed(world: &World, id: OrderId, event: EventId) -> Value {
    let Some(order) = world.orders.get(id) else {
        return json!({"$event_id": event.number().to_string()});
    };
    let mut properties = goods(world, &order.lines);
    properties.insert("$event_id".to_owned(), json!(id.number().to_string()));
    properties.insert("OrderId".to_owned(), json!(id.number().to_string()));
    properties.insert("OrderName".to_owned(), json!(world.order_name(id)));
    properties.insert("$value".to_owned(), amount(world, order.total()));
    properties.insert("$value_currency".to_owned(), json!(world.shop.currency.code()));
    Value::Object(properties)
}

fn awaited(world: &World, id: VariantId) -> Value {
    let product = world.variants.get(id).map(|variant| variant.product);
    json!({
        "VariantID": id.number().to_string(),
        "ProductID": product.map(|product| product.number().to_string()),
        "ProductName": product.and_then(|product| world.products.get(product)).map(|product| &product.title),
    })
}

fn goods(world: &World, lines: &[Line]) -> Map<String, Value> {
    let title = |line: &Line| {
        let product =
            world.variants.get(line.variant).and_then(|variant| world.products.get(variant.product));
        product.map(|product| product.title.clone())
    };
    let mut goods = Map::new();
    goods.insert("Items".to_owned(), lines.iter().filter_map(title).map(|title| json!(title)).collect());
    goods.insert("Item Count".to_owned(), json!(lines.iter().map(|line| line.quantity).sum::<u32>()));
    goods
}

/// Writes minor units as the vendor does, as a number in major units.
fn amount(world: &World, minor: i64) -> Value {
    let decimal = Money::new(minor, world.shop.currency).decimal();
    decimal.parse::<f64>().map_or(Value::Null, Value::from)
}
