//! The shop, and this app in it.

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::{Resolved, Scene, flag, forgotten, id, object, text, time, whole};
use crate::shopify::{VERSION, access, gid};
use crate::world::Moment;

/// Number of the shop.
const SHOP: u64 = 62_110_400_017;
/// Number of the app, of its installation, and of the domain.
const APP: u64 = 48_230_000_641;

/// When the shop was opened: 2019-03-04.
const OPENED: i64 = 1_551_690_000;

/// The shop.
#[derive(Clone, Copy)]
pub(crate) struct ShopView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
}
object!(ShopView, "Shop");

impl ShopView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let shop = &self.scene.world.shop;
        let url = format!("https://{}", shop.domain);
        Ok(match name {
            "id" => id("Shop", SHOP),
            "name" => text(&shop.name),
            "email" | "contactEmail" => text(&shop.email),
            "createdAt" | "updatedAt" => time(Moment::from_second(OPENED)),
            "currencyCode" => text(shop.currency.code()),
            "enabledPresentmentCurrencies" => ResolvedValue::list([text(shop.currency.code())]),
            "ianaTimezone" => text("Etc/UTC"),
            "timezoneAbbreviation" => text("UTC"),
            "timezoneOffset" => text("+0000"),
            "timezoneOffsetMinutes" => whole(0),
            "myshopifyDomain" => text(&shop.domain),
            "primaryDomain" => ResolvedValue::object(Plain::new(
                "Domain",
                vec![
                    ("id", gid::write("Domain", APP).into()),
                    ("host", shop.domain.as_str().into()),
                    ("sslEnabled", true.into()),
                    ("url", url.into()),
                ],
            )),
            "plan" => ResolvedValue::object(Plain::new(
                "ShopPlan",
                vec![
                    ("partnerDevelopment", true.into()),
                    ("publicDisplayName", "Development".into()),
                    ("shopifyPlus", false.into()),
                ],
            )),
            "shopOwnerName" => text(&shop.name),
            "taxesIncluded" => flag(true),
            "taxShipping" => flag(false),
            "orderNumberFormatPrefix" => text("#"),
            "orderNumberFormatSuffix" => text(""),
            "url" => text(&url),
            "unitSystem" => text("METRIC_SYSTEM"),
            "weightUnit" => text("KILOGRAMS"),
            _ => return forgotten(self, info),
        })
    }
}

/// This app as installed in the shop.
#[derive(Clone, Copy)]
pub(crate) struct Installation<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
}
object!(Installation, "AppInstallation");

impl Installation<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        Ok(match name {
            "id" => id("AppInstallation", APP),
            "app" => ResolvedValue::object(Plain::new(
                "App",
                vec![
                    ("id", gid::write("App", APP).into()),
                    ("title", "Practice app".into()),
                    ("handle", "practice-app".into()),
                ],
            )),
            "accessScopes" => ResolvedValue::list(self.scene.access.scopes.iter().map(|scope| {
                ResolvedValue::object(Plain::new(
                    "AccessScope",
                    vec![("description", access::describe(scope).into()), ("handle", scope.as_str().into())],
                ))
            })),
            _ => return forgotten(self, info),
        })
    }
}

/// Resolves to the versions of the interface that answer here.
pub(crate) fn versions<'a>() -> ResolvedValue<'a> {
    ResolvedValue::list([ResolvedValue::object(Plain::new(
        "ApiVersion",
        vec![("displayName", VERSION.into()), ("handle", VERSION.into()), ("supported", true.into())],
    ))])
}

/// A small object whose fields are plain values, all known beforehand.
pub(crate) struct Plain {
    ty: &'static str,
    fields: Vec<(&'static str, JsonValue)>,
}

impl Plain {
    /// Makes one of a type with its fields; those of the type that are missing are null.
    pub(crate) fn new(ty: &'static str, fields: Vec<(&'static str, JsonValue)>) -> Self {
        Self { ty, fields }
    }
}

impl ObjectValue for Plain {
    fn type_name(&self) -> &str {
        self.ty
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match self.fields.iter().find(|(name, _)| *name == info.field_name()) {
            Some((_, JsonValue::Array(items))) => {
                Ok(ResolvedValue::list(items.iter().cloned().map(ResolvedValue::Leaf)))
            }
            Some((_, value)) => Ok(ResolvedValue::Leaf(value.clone())),
            None => Ok(ResolvedValue::null()),
        }
    }
}
