//! Receiving orders: goods that were announced to the warehouse. It takes the same announcement as often as it comes.

use serde_json::{Value, json};

use super::{Asked, body, errors, ids, orders, places};
use crate::paging::Numbered;
use crate::shape::{Member, Shape};
use crate::vendor::{Call, Reply};
use crate::world::{DAY, Id, Moment, VariantId, World};

const FIRST: u64 = 610_000;
/// Receiving orders of the shop's past, one a month from its first order on, and how long each took.
const PAST: u64 = 12;
const APART: i64 = 30 * DAY;
const TOOK: i64 = 9 * DAY;
/// Receiving orders on a page, and the most that may be asked for.
const USUAL: u64 = 50;
const MOST: u64 = 250;

static CREATE: Shape = Shape::Object(&[
    Member::must("fulfillment_center", Shape::Object(&[Member::must("id", Shape::Whole)])),
    Member::must("package_type", Shape::OneOf("Package Pallet FloorLoadedContainer")),
    Member::must("box_packaging_type", Shape::OneOf("EverythingInOneBox OneSkuPerBox MultipleSkuPerBox")),
    Member::must("expected_arrival_date", Shape::Time),
    Member::null("purchase_order_number", Shape::Text(300)),
    Member::must(
        "boxes",
        Shape::List(
            &Shape::Object(&[
                Member::must_or_null("tracking_number", Shape::Text(300)),
                Member::must(
                    "box_items",
                    Shape::List(
                        &Shape::Object(&[
                            Member::must("inventory_id", Shape::Whole),
                            Member::must("quantity", Shape::Whole),
                            Member::null("lot_number", Shape::Text(300)),
                            Member::null("lot_date", Shape::Time),
                        ]),
                        1_000,
                    ),
                ),
            ]),
            1_000,
        ),
    ),
]);

/// What the warehouse was told of goods that come.
#[derive(Debug, Default)]
pub(super) struct Book(Vec<Announced>);

#[derive(Debug, Clone)]
struct Announced {
    id: u64,
    number: Option<String>,
    center: usize,
    package: String,
    packing: String,
    expected: Moment,
    boxes: Value,
    /// Inventory item and pieces.
    pieces: Vec<(u64, u64)>,
    made: Moment,
    /// When it was done.
    completed: Option<Moment>,
    cancelled: Option<Moment>,
}

impl Announced {
    fn status(&self) -> &'static str {
        match (self.cancelled, self.completed) {
            (Some(_), _) => "Cancelled",
            (None, Some(_)) => "Completed",
            (None, None) => "Awaiting",
        }
    }

    fn show(&self, world: &World) -> Value {
        let done = self.completed.is_some();
        let quantities = self.pieces.iter().map(|(item, pieces)| {
            let variant = ids::read_item(*item).and_then(|id| world.variants.get(id));
            let counted = if done { *pieces } else { 0 };
            json!({
                "inventory_id": item, "sku": variant.map(|variant| &variant.sku), "expected_quantity": pieces,
                "received_quantity": counted, "stowed_quantity": counted,
            })
        });
        let changed = self.cancelled.or(self.completed);
        let mut history = vec![json!({ "id": self.id * 10, "status": "Awaiting", "timestamp": self.made })];
        history.extend(
            changed.map(|at| json!({ "id": self.id * 10 + 1, "status": self.status(), "timestamp": at })),
        );
        json!({
            "id": self.id, "purchase_order_number": self.number, "status": self.status(),
            "package_type": self.package, "box_packaging_type": self.packing,
            "expected_arrival_date": self.expected, "insert_date": self.made,
            "last_updated_date": changed.unwrap_or(self.made), "external_sync_timestamp": null,
            "fulfillment_center": places::center(world, self.center),
            "inventory_quantities": quantities.collect::<Vec<_>>(), "status_history": history,
            "box_labels_uri": format!("/2026-01/receiving/{}/labels", self.id),
        })
    }
}

/// Returns a receiving order of the past; they follow from the world alone.
fn past(world: &World, nth: u64) -> Option<Announced> {
    let (_, first) = world.orders.iter().next()?;
    let made = first.created_at.plus(i64::try_from(nth).ok()? * APART);
    let (completed, size) = (made.plus(TOOK), u32::try_from(world.variants.len()).ok()?.max(1));
    if nth >= PAST || completed > world.now() {
        return None;
    }
    let items = (0..3).map(|more| VariantId::new((u32::try_from(nth).unwrap_or(0) * 7 + more) % size));
    let pieces: Vec<(u64, u64)> = items.map(|id| (ids::item(id), 24 + nth)).collect();
    let items: Vec<Value> =
        pieces.iter().map(|(item, quantity)| json!({ "inventory_id": item, "quantity": quantity })).collect();
    Some(Announced {
        id: FIRST + nth,
        number: Some(format!("SUP-{:03}", nth + 1)),
        center: 0,
        package: "Pallet".to_owned(),
        packing: "MultipleSkuPerBox".to_owned(),
        expected: made.plus(TOOK - 2 * DAY),
        boxes: json!([{ "tracking_number": null, "box_items": items }]),
        pieces,
        made,
        completed: Some(completed),
        cancelled: None,
    })
}

impl Book {
    /// Returns all, newest first.
    fn all(&self, world: &World) -> Vec<Announced> {
        let past = (0..PAST).filter_map(|nth| past(world, nth));
        let mut all: Vec<Announced> = past.chain(self.0.iter().cloned()).collect();
        all.reverse();
        all
    }

    /// Counts the pieces of an item that are on their way to a center.
    pub(super) fn awaited(&self, item: u64, center: u64) -> u64 {
        let open =
            self.0.iter().filter(|one| one.status() == "Awaiting" && ids::center(one.center) == center);
        open.flat_map(|one| &one.pieces).filter(|(known, _)| *known == item).map(|(_, pieces)| pieces).sum()
    }

    fn asked_for(&self, asked: &Asked<'_>, world: &World) -> Result<Announced, Reply> {
        let number = asked.numbers.first().copied().unwrap_or(0);
        let found = self.all(world).into_iter().find(|one| one.id == number);
        found.ok_or_else(|| errors::problem(404, "Not Found"))
    }

    /// Answers a list, newest first.
    pub(super) fn list(
        &self,
        asked: &Asked<'_>,
        call: &mut Call<'_>,
        pages: &mut Numbered,
    ) -> Result<Reply, Reply> {
        let (page, query) = (asked.query.page(USUAL, MOST)?, &asked.query);
        let completed = ("CompletedStartDate", "CompletedEndDate");
        let done_asked = query.text(completed.0).or(query.text(completed.1)).is_some();
        let mut found = self.all(call.world);
        found.retain(|one| {
            query.lists("IDs", &one.id.to_string())
                && query.lists("Statuses", one.status())
                && query.lists("FulfillmentCenterIds", &ids::center(one.center).to_string())
                && (query.text("PurchaseOrderNumbers").is_none()
                    || one
                        .number
                        .as_deref()
                        .is_some_and(|number| query.lists("PurchaseOrderNumbers", number)))
                && query.truth("ExternalSync") != Some(true)
                && query.within(one.made, ("InsertStartDate", "InsertEndDate"))
                && (!done_asked || one.completed.is_some_and(|at| query.within(at, completed)))
        });
        let sheet = pages.page(call, query.mark("receiving"), page, &found, |_| None);
        let shown = sheet.items.iter().map(|one| one.show(call.world)).collect();
        Ok(orders::numbered(asked, page, (sheet.pages, sheet.total), shown))
    }

    /// Answers with one.
    pub(super) fn get(&self, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        self.asked_for(asked, call.world).map(|one| Reply::json(200, &one.show(call.world)))
    }

    /// Answers with its boxes.
    pub(super) fn boxes(&self, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
        let one = self.asked_for(asked, call.world)?;
        let boxes = one.boxes.as_array().into_iter().flatten().zip(1_u64..).map(|(parcel, nth)| {
            let items = parcel["box_items"].as_array().into_iter().flatten().map(|item| {
                let counted = if one.completed.is_some() { item["quantity"].clone() } else { json!(0) };
                json!({
                    "inventory_id": item["inventory_id"], "quantity": item["quantity"],
                    "received_quantity": counted, "stowed_quantity": counted,
                    "lot_number": item["lot_number"], "lot_date": item["lot_date"],
                })
            });
            json!({
                "box_id": one.id * 100 + nth, "box_number": nth, "box_status": one.status(),
                "tracking_number": parcel["tracking_number"], "arrived_date": one.completed,
                "counting_started_date": one.completed, "received_date": one.completed,
                "box_items": items.collect::<Vec<_>>(),
            })
        });
        Ok(Reply::json(200, &Value::Array(boxes.collect())))
    }

    /// Takes an announcement.
    pub(super) fn create(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let body = body(asked, &CREATE, 400)?;
        let center = body["fulfillment_center"]["id"].as_u64().and_then(ids::read_center);
        let center = center
            .filter(|center| *center < call.world.locations.len())
            .ok_or_else(|| errors::bad(400, "fulfillment_center.id", "Not a fulfillment center of yours."))?;
        let boxes = body["boxes"].as_array().into_iter().flatten();
        let items = boxes.flat_map(|parcel| parcel["box_items"].as_array().into_iter().flatten());
        let mut pieces: Vec<(u64, u64)> = Vec::new();
        for item in items {
            let (id, quantity) = (item["inventory_id"].as_u64(), item["quantity"].as_u64().unwrap_or(0));
            let known = id.filter(|id| {
                ids::read_item(*id).is_some_and(|variant| call.world.variants.get(variant).is_some())
            });
            let Some(id) = known else {
                return Err(errors::bad(400, "boxes", "An inventory id does not exist."));
            };
            if quantity == 0 || i32::try_from(quantity).is_err() {
                return Err(errors::bad(400, "boxes", "A quantity must be at least 1, and fit 32 bits."));
            }
            match pieces.iter_mut().find(|(other, _)| *other == id) {
                Some((_, sum)) => *sum += quantity,
                None => pieces.push((id, quantity)),
            }
        }
        if pieces.is_empty() {
            return Err(errors::bad(400, "boxes", "At least one box with an item is required."));
        }
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let expected: Option<jiff::Timestamp> = text("expected_arrival_date").and_then(|at| at.parse().ok());
        let made = Announced {
            id: FIRST + PAST + u64::try_from(self.0.len()).unwrap_or(0),
            number: text("purchase_order_number"),
            center,
            package: text("package_type").unwrap_or_default(),
            packing: text("box_packaging_type").unwrap_or_default(),
            expected: expected.map_or(call.now, Moment::from),
            boxes: body["boxes"].clone(),
            pieces,
            made: call.now,
            completed: None,
            cancelled: None,
        };
        let number = made.number.as_deref();
        if let Some(number) = number {
            call.key(number);
        }
        call.applied("receiving.create", number.unwrap_or_default(), Some(made.id.to_string()), None);
        let reply = Reply::json(201, &made.show(call.world));
        self.0.push(made);
        Ok(reply)
    }

    /// Cancels one that has not arrived.
    pub(super) fn cancel(&mut self, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
        let one = self.asked_for(asked, call.world)?;
        let open = self.0.iter_mut().find(|known| known.id == one.id && known.status() == "Awaiting");
        let Some(open) = open else {
            let why = format!("A receiving order that is {} cannot be cancelled.", one.status());
            return Err(errors::bad(422, "id", &why));
        };
        open.cancelled = Some(call.now);
        call.applied("receiving.cancel", open.id, Some(open.id.to_string()), None);
        Ok(Reply::json(200, &open.show(call.world)))
    }
}
