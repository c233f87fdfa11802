//! Stock: what is counted, where, and how much of it there is.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::catalogue::VariantView;
use super::connection::Connection;
use super::shop::Plain;
use super::{Resolved, Scene, big, count, flag, forgotten, id, object, text, text_argument, time, whole};
use crate::shopify::errors::Refusal;
use crate::shopify::gid;
use crate::shopify::list::short;
use crate::world::{Location, LocationId, Moment, Variant};

/// The names of quantities that the vendor knows.
const QUANTITIES: [&str; 8] = [
    "available",
    "committed",
    "damaged",
    "incoming",
    "on_hand",
    "quality_control",
    "reserved",
    "safety_stock",
];

/// What is counted: here each variant is counted for itself, under its own number.
#[derive(Clone, Copy)]
pub(crate) struct ItemView<'w> {
    /// The variant.
    pub(crate) of: VariantView<'w>,
}
object!(ItemView, "InventoryItem", of.scene);

impl<'w> ItemView<'w> {
    fn levels(&self) -> Vec<(u64, LevelView<'w>)> {
        let scene = self.of.scene;
        scene
            .world
            .locations
            .iter()
            .enumerate()
            .map(|(place, location)| {
                (
                    location.id.number(),
                    LevelView { of: *self, place, location: LocationView { scene, location } },
                )
            })
            .collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let variant = self.of.variant;
        let number = self.of.id.number();
        Ok(match name {
            "id" => id("InventoryItem", number),
            "legacyResourceId" => big(number),
            "sku" => text(&variant.sku),
            "tracked" | "requiresShipping" => flag(true),
            "createdAt" => time(variant.created_at),
            "updatedAt" => time(variant.updated_at),
            "duplicateSkuCount" => whole(0),
            "locationsCount" => count(self.of.scene.world.locations.len(), None),
            "inventoryLevel" => {
                let wanted = text_argument(info.arguments(), "locationId")
                    .and_then(|location| gid::number(&location, "Location"));
                let level = self.levels().into_iter().find(|(number, _)| Some(*number) == wanted);
                ResolvedValue::nullable_object(level.map(|(_, level)| level))
            }
            "inventoryLevels" => return short(self.of.scene, info, self.levels()),
            "variant" => ResolvedValue::object(self.of),
            "variants" => return Connection::of(info, vec![(number, self.of)]),
            "unitCost" | "countryCodeOfOrigin" | "provinceCodeOfOrigin" | "harmonizedSystemCode" => {
                ResolvedValue::null()
            }
            _ => return forgotten(self, info),
        })
    }
}

/// What lies at one place.
#[derive(Clone, Copy)]
pub(crate) struct LevelView<'w> {
    of: ItemView<'w>,
    place: usize,
    location: LocationView<'w>,
}
object!(LevelView, "InventoryLevel", location.scene);

impl<'w> LevelView<'w> {
    /// Returns the number of what is counted.
    pub(crate) fn item(&self) -> u64 {
        self.of.of.id.number()
    }

    /// Returns what is counted.
    pub(crate) fn variant(&self) -> &'w Variant {
        self.of.of.variant
    }
}

impl LevelView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (variant, item) = (self.variant(), self.item());
        let location = self.location.location.id.number();
        Ok(match name {
            "id" => text(&format!("gid://shopify/InventoryLevel/{location}?inventory_item_id={item}")),
            "item" => ResolvedValue::object(self.of),
            "location" => ResolvedValue::object(self.location),
            "quantities" => {
                let names: Vec<&str> = info
                    .arguments()
                    .get("names")
                    .and_then(JsonValue::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(JsonValue::as_str)
                    .collect();
                if let Some(unknown) = names.iter().find(|name| !QUANTITIES.contains(name)) {
                    let said = format!("The quantity name {unknown:?} is invalid.");
                    return Err(Refusal::bad_request(&said).into());
                }
                let held = variant.stock.get(self.place).copied().unwrap_or(0);
                let all: Vec<_> = names
                    .into_iter()
                    .map(|name| {
                        let quantity = if matches!(name, "available" | "on_hand") { held } else { 0 };
                        ResolvedValue::object(Plain::new(
                            "InventoryQuantity",
                            vec![
                                ("id", format!("gid://shopify/InventoryQuantity/{location}?inventory_item_id={item}&name={name}").into()),
                                ("name", name.into()),
                                ("quantity", quantity.into()),
                                ("updatedAt", variant.updated_at.to_string().into()),
                            ],
                        ))
                    })
                    .collect();
                ResolvedValue::list(all)
            }
            "isActive" => flag(true),
            "canDeactivate" => flag(false),
            "deactivationAlert" => ResolvedValue::null(),
            "createdAt" => time(variant.created_at),
            "updatedAt" => time(variant.updated_at),
            _ => return forgotten(self, info),
        })
    }
}

/// A place where stock lies.
#[derive(Clone, Copy)]
pub(crate) struct LocationView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// The place.
    pub(crate) location: &'w Location,
}
object!(LocationView, "Location");

/// When the places were opened: 2019-03-04.
const OPENED: i64 = 1_551_690_000;

impl<'w> LocationView<'w> {
    /// Shows a place, if there is one of this id.
    pub(crate) fn of(scene: &'w Scene<'w>, id: LocationId) -> Option<Self> {
        scene
            .world
            .locations
            .iter()
            .find(|location| location.id == id)
            .map(|location| Self { scene, location })
    }

    /// Lists what lies here, by the number of what is counted.
    fn levels(&self) -> Vec<(u64, LevelView<'w>)> {
        let place = self.scene.world.locations.iter().position(|location| location.id == self.location.id);
        let variants = self.scene.world.variants.iter();
        variants
            .filter_map(|(id, _)| VariantView::of(self.scene, id))
            .map(|of| {
                (
                    of.id.number(),
                    LevelView { of: ItemView { of }, place: place.unwrap_or(0), location: *self },
                )
            })
            .collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let number = self.location.id.number();
        let country = self.scene.world.shop.country.as_str();
        Ok(match name {
            "id" => id("Location", number),
            "legacyResourceId" => big(number),
            "name" => text(&self.location.name),
            "address" => ResolvedValue::object(Plain::new(
                "LocationAddress",
                vec![("countryCode", country.into()), ("formatted", JsonValue::Array(vec![country.into()]))],
            )),
            "isActive" | "activatable" | "fulfillsOnlineOrders" | "shipsInventory" | "hasActiveInventory" => {
                flag(true)
            }
            "addressVerified"
            | "deactivatable"
            | "deletable"
            | "hasUnfulfilledOrders"
            | "isFulfillmentService" => flag(false),
            "createdAt" | "updatedAt" => time(Moment::from_second(OPENED)),
            "inventoryLevels" => return short(self.scene, info, self.levels()),
            _ => return forgotten(self, info),
        })
    }
}
