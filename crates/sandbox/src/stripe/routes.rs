//! What is served, with the parameters that the vendor declares for each.

use super::params::Kind::{self, Bool, Expand, Metadata, Range, Text, Whole, Word};
use crate::rest;

/// One operation.
#[derive(Debug)]
pub(super) struct Route {
    /// The vendor's `operationId`.
    pub(super) name: &'static str,
    /// The method, in capitals.
    method: &'static str,
    path: &'static str,
    /// The permission of a restricted key that it needs.
    pub(super) scope: &'static str,
    /// Parameters: of the query of a GET, of the body of a POST.
    pub(super) params: &'static [(&'static str, Kind)],
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

const fn read(name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { name, method: "GET", path, scope, params: &[("expand", Expand(""))] }
}

/// What lists of things that belong to charges can be asked.
const OF_CHARGES: &[(&str, Kind)] = &[
    ("charge", Text),
    ("created", Range),
    ("ending_before", Text),
    ("expand", Expand("data.charge")),
    ("limit", Whole),
    ("payment_intent", Text),
    ("starting_after", Text),
];

/// Every operation; those for refunds are held against the vendor's description.
pub(super) static ROUTES: &[Route] = &[
    read("GetAccount", "/v1/account", "accounts_kyc_basic_read"),
    Route { params: OF_CHARGES, ..read("GetRefunds", "/v1/refunds", "charge_read") },
    Route {
        method: "POST",
        params: &[
            ("amount", Whole),
            ("charge", Text),
            ("currency", Text),
            ("customer", Text),
            ("expand", Expand("charge")),
            ("instructions_email", Text),
            ("metadata", Metadata),
            ("origin", Word("customer_balance")),
            ("payment_intent", Text),
            ("reason", Word("duplicate fraudulent requested_by_customer")),
            ("refund_application_fee", Bool),
            ("reverse_transfer", Bool),
        ],
        ..read("PostRefunds", "/v1/refunds", "charge_write")
    },
    Route {
        params: &[("expand", Expand("charge"))],
        ..read("GetRefundsRefund", "/v1/refunds/{}", "charge_read")
    },
    Route {
        method: "POST",
        params: &[("expand", Expand("charge")), ("metadata", Metadata)],
        ..read("PostRefundsRefund", "/v1/refunds/{}", "charge_write")
    },
    Route {
        method: "POST",
        params: &[("expand", Expand("charge"))],
        ..read("PostRefundsRefundCancel", "/v1/refunds/{}/cancel", "charge_write")
    },
    Route {
        params: &[
            ("created", Range),
            ("customer", Text),
            ("ending_before", Text),
            ("expand", Expand("")),
            ("limit", Whole),
            ("payment_intent", Text),
            ("starting_after", Text),
            ("transfer_group", Text),
        ],
        ..read("GetCharges", "/v1/charges", "charge_read")
    },
    read("GetChargesCharge", "/v1/charges/{}", "charge_read"),
    Route {
        params: &[
            ("created", Range),
            ("customer", Text),
            ("ending_before", Text),
            ("expand", Expand("")),
            ("limit", Whole),
            ("starting_after", Text),
        ],
        ..read("GetPaymentIntents", "/v1/payment_intents", "payment_intent_read")
    },
    read("GetPaymentIntentsIntent", "/v1/payment_intents/{}", "payment_intent_read"),
    Route { params: OF_CHARGES, ..read("GetDisputes", "/v1/disputes", "dispute_read") },
    Route {
        params: &[("expand", Expand("charge"))],
        ..read("GetDisputesDispute", "/v1/disputes/{}", "dispute_read")
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn refunds_are_asked_for_as_the_vendor_declares() {
        let Some(spec) = crate::described::read("specs/stripe/refunds.openapi3.json") else { return };
        let operations: Vec<_> = spec["paths"]
            .as_object()
            .expect("paths")
            .values()
            .filter_map(|path| path.as_object())
            .flat_map(|path| path.values())
            .collect();
        for theirs in operations {
            let id = theirs["operationId"].as_str().expect("a name");
            let ours = ROUTES.iter().find(|route| route.name == id);
            let ours = ours.unwrap_or_else(|| panic!("{id} is not served"));
            let declared: BTreeSet<&str> = if ours.method == "GET" {
                let all = theirs["parameters"].as_array().expect("parameters").iter();
                let query = all.filter(|parameter| parameter["in"] == "query");
                query.filter_map(|parameter| parameter["name"].as_str()).collect()
            } else {
                let body = &theirs["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
                body["properties"].as_object().expect("properties").keys().map(String::as_str).collect()
            };
            let served: BTreeSet<&str> = ours.params.iter().map(|(name, _)| *name).collect();
            assert_eq!(served, declared, "{id}");
        }
    }
}
