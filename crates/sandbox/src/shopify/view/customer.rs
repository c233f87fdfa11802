//! Customers.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};
use fermata_model::Platform;

use super::connection::Connection;
use super::order::OrderView;
use super::place::PlaceView;
use super::shop::Plain;
use super::{Resolved, Scene, big, flag, forgotten, id, maybe, object, text, texts, time};
use crate::world::{Account, AccountId, Consent, DAY, Id, OrderId};

/// A customer.
#[derive(Clone, Copy)]
pub(crate) struct CustomerView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// Its id.
    pub(crate) id: AccountId,
    /// The customer.
    pub(crate) account: &'w Account,
}
object!(CustomerView, "Customer");

impl<'w> CustomerView<'w> {
    /// Shows a customer, if there is one of this id.
    pub(crate) fn of(scene: &'w Scene<'w>, id: AccountId) -> Option<Self> {
        scene.world.account_at(Platform::Shopify, id).map(|account| Self { scene, id, account })
    }

    /// Returns the orders that an app may see, oldest first.
    fn orders(&self) -> Vec<OrderView<'w>> {
        let of = |order| (self.id, order);
        self.scene
            .world
            .orders_of
            .range(of(OrderId::new(0))..=of(OrderId::new(u32::MAX)))
            .filter_map(|(_, order)| OrderView::of(self.scene, *order))
            .collect()
    }

    fn address(&self) -> Option<PlaceView<'w>> {
        let person = self.scene.world.people.get(self.account.person?.index())?;
        Some(PlaceView {
            scene: self.scene,
            address: &person.address,
            name: (&self.account.first, &self.account.last),
            company: None,
            phone: self.account.phone.as_deref(),
            number: self.id.number(),
            model: "CustomerAddress",
        })
    }

    fn consent(&self) -> &'static str {
        let unsubscribed = self.account.email.as_deref().and_then(|email| {
            let profile = self.scene.world.profile_by_email(email)?;
            Some(self.scene.world.profiles.get(profile)?.consent == Consent::Unsubscribed)
        });
        match (self.account.accepts_marketing, unsubscribed) {
            (true, Some(true)) => "UNSUBSCRIBED",
            (true, _) => "SUBSCRIBED",
            (false, _) => "NOT_SUBSCRIBED",
        }
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let account = self.account;
        Ok(match name {
            "id" => id("Customer", self.id.number()),
            "legacyResourceId" => big(self.id.number()),
            "createdAt" => time(account.created_at),
            "updatedAt" => time(account.updated_at),
            "displayName" => text(&format!("{} {}", account.first, account.last)),
            "firstName" => text(&account.first),
            "lastName" => text(&account.last),
            "email" => maybe(account.email.as_deref()),
            "phone" => maybe(account.phone.as_deref()),
            "defaultEmailAddress" => ResolvedValue::nullable_object(account.email.as_deref().map(|email| {
                Plain::new(
                    "CustomerEmailAddress",
                    vec![
                        ("emailAddress", email.into()),
                        ("marketingOptInLevel", "SINGLE_OPT_IN".into()),
                        ("marketingState", self.consent().into()),
                        ("marketingUpdatedAt", account.created_at.to_string().into()),
                        ("validFormat", true.into()),
                        ("openTrackingLevel", "UNKNOWN".into()),
                    ],
                )
            })),
            "defaultPhoneNumber" => ResolvedValue::nullable_object(
                account
                    .phone
                    .as_deref()
                    .map(|phone| Plain::new("CustomerPhoneNumber", vec![("phoneNumber", phone.into())])),
            ),
            "emailMarketingConsent" => ResolvedValue::nullable_object(account.email.as_deref().map(|_| {
                Plain::new(
                    "CustomerEmailMarketingConsentState",
                    vec![
                        ("consentUpdatedAt", account.created_at.to_string().into()),
                        ("marketingOptInLevel", "SINGLE_OPT_IN".into()),
                        ("marketingState", self.consent().into()),
                    ],
                )
            })),
            "smsMarketingConsent" => ResolvedValue::nullable_object(account.phone.as_deref().map(|_| {
                Plain::new(
                    "CustomerSmsMarketingConsentState",
                    vec![
                        ("marketingOptInLevel", "SINGLE_OPT_IN".into()),
                        ("marketingState", "NOT_SUBSCRIBED".into()),
                    ],
                )
            })),
            "defaultAddress" => ResolvedValue::nullable_object(self.address()),
            "addressesV2" => {
                let all = self.address().map(|address| (self.id.number(), address)).into_iter().collect();
                return Connection::of(info, all);
            }
            "amountSpent" => self
                .scene
                .money(self.orders().iter().map(|order| order.received() - order.order.refunded()).sum()),
            "numberOfOrders" => big(self.orders().len() as u64),
            "lifetimeDuration" => {
                let days = self.scene.now.since(account.created_at) / DAY;
                text(&if days == 1 { "1 day".to_owned() } else { format!("{days} days") })
            }
            "lastOrder" => ResolvedValue::nullable_object(self.orders().last().copied()),
            "orders" => {
                let all = self.orders();
                return super::root::short_orders(self.scene, info, all);
            }
            "state" => text("DISABLED"),
            "tags" => texts(&account.tags),
            "note" => maybe(account.note.as_deref()),
            "locale" => text("en"),
            "verifiedEmail" => flag(account.email.is_some()),
            "taxExempt" | "dataSaleOptOut" => flag(false),
            "canDelete" => flag(self.orders().is_empty()),
            _ => return forgotten(self, info),
        })
    }
}
