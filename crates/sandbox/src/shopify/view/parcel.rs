//! Parcels, which the vendor calls fulfillments.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::connection::Connection;
use super::line::LineView;
use super::order::OrderView;
use super::shop::Plain;
use super::stock::LocationView;
use super::{Resolved, big, flag, forgotten, id, maybe_time, object, text, time, whole};
use crate::shopify::gid;
use crate::world::{Moment, Parcel};

/// A parcel.
#[derive(Clone, Copy)]
pub(crate) struct ParcelView<'w> {
    /// Its order.
    pub(crate) of: OrderView<'w>,
    /// The parcel.
    pub(crate) parcel: &'w Parcel,
}
object!(ParcelView, "Fulfillment", of.scene);
object!(ScanView, "FulfillmentEvent", of.scene);
object!(PackedView, "FulfillmentLineItem", of.scene);

impl<'w> ParcelView<'w> {
    fn scans(&self) -> Vec<(u64, ScanView<'w>)> {
        let parcel = self.parcel;
        let words = [
            ("CONFIRMED", Some(parcel.shipped_at)),
            ("IN_TRANSIT", parcel.in_transit_at),
            ("DELIVERED", parcel.delivered_at),
        ];
        (0_u64..)
            .zip(words)
            .filter_map(|(step, (status, at))| {
                let number = parcel.id.number() * 10 + step;
                Some((number, ScanView { of: self.of, number, status, at: at?, due: parcel.due_at }))
            })
            .collect()
    }

    fn packed(&self) -> Vec<(u64, PackedView<'w>)> {
        let order = self.of.order;
        self.parcel
            .lines
            .iter()
            .filter_map(|place| {
                let at = usize::from(*place);
                let line = LineView { of: self.of, place: at, line: order.lines.get(at)? };
                let number = self.parcel.id.number() * 100 + u64::from(*place);
                Some((number, PackedView { of: self.of, number, line }))
            })
            .collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, parcel) = (self.of.scene, self.parcel);
        Ok(match name {
            "id" => id("Fulfillment", parcel.id.number()),
            "legacyResourceId" => big(parcel.id.number()),
            "name" => {
                let number =
                    self.of.order.parcels.iter().position(|one| one.id == parcel.id).unwrap_or(0) + 1;
                text(&format!("{}-F{number}", scene.world.order_name(self.of.id)))
            }
            "status" => text("SUCCESS"),
            "displayStatus" => text(match (parcel.delivered_at, parcel.in_transit_at) {
                (Some(_), _) => "DELIVERED",
                (None, Some(_)) => "IN_TRANSIT",
                (None, None) => "CONFIRMED",
            }),
            "createdAt" => time(parcel.shipped_at),
            "updatedAt" => time(parcel.updated_at),
            "estimatedDeliveryAt" => time(parcel.due_at),
            "inTransitAt" => maybe_time(parcel.in_transit_at),
            "deliveredAt" => maybe_time(parcel.delivered_at),
            "totalQuantity" => {
                whole(self.packed().iter().map(|(_, packed)| i64::from(packed.line.line.quantity)).sum())
            }
            "requiresShipping" => flag(true),
            "order" => ResolvedValue::object(self.of),
            "location" => ResolvedValue::nullable_object(
                scene.world.locations.first().and_then(|place| LocationView::of(scene, place.id)),
            ),
            "trackingInfo" => ResolvedValue::list([ResolvedValue::object(Plain::new(
                "FulfillmentTrackingInfo",
                vec![
                    ("company", parcel.carrier.into()),
                    ("number", (&*parcel.tracking).into()),
                    ("url", format!("https://tracking.practice.example/{}", parcel.tracking).into()),
                ],
            ))]),
            "events" => return Connection::of(info, self.scans()),
            "fulfillmentLineItems" => return Connection::of(info, self.packed()),
            _ => return forgotten(self, info),
        })
    }
}

/// A word of the carrier.
#[derive(Clone, Copy)]
pub(crate) struct ScanView<'w> {
    of: OrderView<'w>,
    number: u64,
    status: &'static str,
    at: Moment,
    due: Moment,
}

impl ScanView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        Ok(match name {
            "id" => text(&gid::write("FulfillmentEvent", self.number)),
            "status" => text(self.status),
            "happenedAt" | "createdAt" => time(self.at),
            "estimatedDeliveryAt" => time(self.due),
            "message" | "address1" | "city" | "province" | "country" | "zip" | "latitude" | "longitude" => {
                ResolvedValue::null()
            }
            _ => return forgotten(self, info),
        })
    }
}

/// A line in a parcel.
#[derive(Clone, Copy)]
pub(crate) struct PackedView<'w> {
    of: OrderView<'w>,
    number: u64,
    line: LineView<'w>,
}

impl PackedView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let line = self.line.line;
        Ok(match name {
            "id" => text(&gid::write("FulfillmentLineItem", self.number)),
            "lineItem" => ResolvedValue::object(self.line),
            "quantity" => whole(i64::from(line.quantity)),
            "originalTotalSet" | "discountedTotalSet" => {
                self.of.scene.bag(line.price * i64::from(line.quantity))
            }
            _ => return forgotten(self, info),
        })
    }
}
