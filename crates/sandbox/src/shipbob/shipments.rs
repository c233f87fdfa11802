//! Shipments: the parcels that left, and what of an order is still in the warehouse.

use serde_json::{Value, json};

use super::{Asked, ids, orders};
use crate::vendor::{Call, Reply};
use crate::world::{Address, DAY, Id, Moment, Order, OrderId, Parcel, World};

/// One shipment of an order. It keeps its number when it is packed; what stays behind then gets the next one.
pub(super) struct Shipment<'w> {
    pub(super) number: u64,
    pub(super) of: OrderId,
    pub(super) order: &'w Order,
    /// `None` while it is in the warehouse.
    pub(super) parcel: Option<&'w Parcel>,
    /// Places in the order's lines.
    pub(super) lines: Vec<u16>,
}

/// Returns an order's shipments: its parcels, and the rest if there is one.
pub(super) fn of(id: OrderId, order: &Order) -> Vec<Shipment<'_>> {
    let shipment =
        |nth, parcel, lines| Shipment { number: ids::shipment(id, nth), of: id, order, parcel, lines };
    let sent = order.parcels.iter().enumerate();
    let mut all: Vec<_> =
        sent.map(|(nth, parcel)| shipment(nth, Some(parcel), parcel.lines.clone())).collect();
    let rest = order.unpacked();
    if !rest.is_empty() {
        all.push(shipment(order.parcels.len(), None, rest));
    }
    all
}

/// Finds a shipment by its number.
pub(super) fn find(world: &World, number: u64) -> Option<Shipment<'_>> {
    let (id, _) = ids::read_shipment(number)?;
    let order = world.orders.get(id).filter(|order| orders::is_here(order))?;
    of(id, order).into_iter().find(|shipment| shipment.number == number)
}

/// Finds the shipment of the path.
pub(super) fn asked_for<'w>(asked: &Asked<'_>, world: &'w World) -> Result<Shipment<'w>, Reply> {
    asked.numbers.first().and_then(|number| find(world, *number)).ok_or_else(|| Reply::empty(404))
}

/// Answers with one.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    asked_for(asked, call.world).map(|shipment| Reply::json(200, &shipment.show(call.world)))
}

/// Answers with what happened to one, oldest first.
pub(super) fn timeline(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let shipment = asked_for(asked, call.world)?;
    let mut seen = vec![(shipment.order.created_at, 601, "OrderPlaced", "Order placed")];
    match shipment.parcel {
        Some(parcel) => {
            seen.push((parcel.shipped_at, 603, "OrderDispatched", "Left the fulfillment center"));
            seen.extend(parcel.in_transit_at.map(|at| (at, 604, "InTransit", "In transit")));
            seen.extend(parcel.delivered_at.map(|at| (at, 605, "Delivered", "Delivered")));
        }
        None => seen.extend(shipment.stopped_at().map(|at| match shipment.status() {
            "OnHold" => (at, 611, "OrderMovedToOnHold", "Placed on hold by hand"),
            _ => (at, 612, "OrderCancelled", "Cancelled"),
        })),
    }
    let entries = seen.into_iter().map(|(at, id, name, text)| {
        json!({ "log_type_id": id, "log_type_name": name, "log_type_text": text, "timestamp": at, "metadata": {} })
    });
    Ok(Reply::json(200, &Value::Array(entries.collect())))
}

impl Shipment<'_> {
    /// Returns the status in the vendor's word. What has left is `Completed`, wherever it is now.
    pub(super) fn status(&self) -> &'static str {
        match (self.parcel, self.order.stop) {
            (Some(_), _) => "Completed",
            (None, _) if self.order.cancelled_at.is_some() => "Cancelled",
            (None, Some(stop)) if stop.for_good => "Cancelled",
            (None, Some(_)) => "OnHold",
            (None, None) => "Processing",
        }
    }

    /// Returns since when it does not go on.
    fn stopped_at(&self) -> Option<Moment> {
        self.order.cancelled_at.or(self.order.stop.map(|stop| stop.at))
    }

    /// Shows it as the vendor does.
    pub(super) fn show(&self, world: &World) -> Value {
        let (order, status) = (self.order, self.status());
        let details: Vec<Value> = match status {
            "OnHold" => vec![json!({
                "id": 101, "name": "Manual", "description": "Shipment is manually on hold by the merchant",
                "inventory_id": null, "exception_fulfillment_center_id": null,
                "extra_information": { "validation_messages": [] },
            })],
            _ => Vec::new(),
        };
        let products = self.lines.iter().filter_map(|place| order.lines.get(usize::from(*place))).map(|line| {
            let sku = world.variants.get(line.variant).map(|variant| &variant.sku);
            let title = world.variant_title(line.variant);
            json!({
                "id": ids::item(line.variant), "reference_id": line.variant.number().to_string(), "sku": sku,
                "name": title,
                "inventory_items": [{
                    "id": ids::item(line.variant), "name": title, "quantity": line.quantity,
                    "quantity_committed": line.quantity, "lot": null, "expiration_date": null,
                    "is_dangerous_goods": false, "serial_numbers": [],
                }],
            })
        });
        let parcel = self.parcel;
        let tracking = parcel.map(|parcel| {
            json!({
                "carrier": parcel.carrier, "carrier_service": "Standard", "tracking_number": parcel.tracking,
                "tracking_url": format!("https://track.example/{}", parcel.tracking),
                "shipping_date": parcel.shipped_at, "bol": null, "pro_number": null, "scac": null,
            })
        });
        // What is still here changes with its order, also when a hold ends.
        let changed = parcel.map_or(order.updated_at, |parcel| parcel.updated_at);
        let mut shown = json!({
            "id": self.number,
            "order_id": ids::order(self.of),
            "reference_id": self.of.number().to_string(),
            "status": status,
            "status_details": details,
            "created_date": order.created_at,
            "last_update_at": changed,
            "last_tracking_update_at": parcel.map(|parcel| parcel.updated_at),
            "actual_fulfillment_date": parcel.map(|parcel| parcel.shipped_at),
            "estimated_fulfillment_date": order.created_at.plus(2 * DAY),
            "estimated_fulfillment_date_status": match parcel {
                Some(_) => "FulfilledOnTime",
                None => "PendingOnTime",
            },
            "delivery_date": parcel.and_then(|parcel| parcel.delivered_at),
            "location": {
                "id": ids::center(0), "name": world.locations.first().map(|location| &location.name),
            },
            "recipient": {
                "name": name(world, order), "full_name": name(world, order), "email": email(world, order),
                "phone_number": phone(world, order), "address": address(world, order),
            },
            "products": products.collect::<Vec<_>>(),
            "measurements": { "depth_in": 4, "length_in": 12, "width_in": 9, "total_weight_oz": 20 },
            "package_material_type": "Box",
            "parent_cartons": [],
            "ship_option": "Standard",
            "require_signature": false,
            "is_tracking_uploaded": parcel.is_some(),
            "insurance_value": null,
            "invoice_amount": null,
            "invoice_currency_code": null,
            "gift_message": null,
        });
        if let Some(tracking) = tracking {
            shown["tracking"] = tracking;
        }
        shown
    }
}

/// Returns who gets an order.
pub(super) fn name(world: &World, order: &Order) -> String {
    match world.people.get(order.person.index()) {
        Some(person) => format!("{} {}", person.first, person.last),
        None => "Unknown".to_owned(),
    }
}

/// Returns the address that the parcel's news go to.
pub(super) fn email(world: &World, order: &Order) -> Option<Box<str>> {
    let person = world.people.get(order.person.index())?;
    Some(order.email.clone().unwrap_or_else(|| person.email.clone()))
}

/// Returns the recipient's number.
pub(super) fn phone(world: &World, order: &Order) -> Option<Box<str>> {
    world.people.get(order.person.index())?.phone.clone()
}

/// Shows where it goes.
pub(super) fn address(world: &World, order: &Order) -> Value {
    let person = world.people.get(order.person.index());
    let home: Option<&Address> = person.map(|person| &person.address);
    let Some(to) = order.ship_to.as_deref().or(home) else { return Value::Null };
    json!({
        "address1": to.street, "address2": to.extra, "city": to.city, "company_name": null,
        "country": to.country(), "state": to.province, "zip_code": to.zip,
    })
}
