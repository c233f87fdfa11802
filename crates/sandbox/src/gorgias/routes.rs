//! What the twin serves: one literal per route with its scope and the parameters its query may have.
//!
//! Source: the vendor's 1.5.1 reference pages, through the rebuilt subset of November 2026. Parameters for views,
//! rules, languages and relationships are refused though the vendor takes them.

use crate::rest;
use crate::rest::Param::{self, OneOf, Text, Texts, Time, Whole, Wholes};

/// One served route.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    path: &'static str,
    pub(super) scope: &'static str,
    /// Is it a list with `cursor` and `limit`?
    pub(super) list: bool,
    pub(super) params: &'static [(&'static str, Param)],
}

impl rest::Route for Route {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

const BY_EITHER: Param =
    OneOf("created_datetime:asc created_datetime:desc updated_datetime:asc updated_datetime:desc");
const CREATED: Param = OneOf("created_datetime:asc created_datetime:desc");

/// The kinds of object that events tell of.
const OBJECTS: Param = OneOf(
    "Account Macro Tag Customer Team View Widget User TicketMessage Ticket Rule Integration \
    SatisfactionSurvey",
);

const fn read(name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { name, method: "GET", path, scope, list: false, params: &[] }
}

const fn list(name: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { list: true, ..read(name, path, scope) }
}

const fn write(name: &'static str, method: &'static str, path: &'static str, scope: &'static str) -> Route {
    Route { method, ..read(name, path, scope) }
}

pub(super) static ROUTES: &[Route] = &[
    read("get-account", "/api/account", "account:read"),
    Route {
        params: &[
            ("order_by", BY_EITHER),
            ("customer_id", Whole),
            ("external_id", Text),
            ("ticket_ids", Wholes),
            ("trashed", Param::Bool),
        ],
        ..list("list-tickets", "/api/tickets", "tickets:read")
    },
    read("get-ticket", "/api/tickets/{n}", "tickets:read"),
    write("update-ticket", "PUT", "/api/tickets/{n}", "tickets:write"),
    write("delete-ticket", "DELETE", "/api/tickets/{n}", "tickets:write"),
    read("list-ticket-tags", "/api/tickets/{n}/tags", "tickets:read"),
    write("create-ticket-tags", "POST", "/api/tickets/{n}/tags", "tickets:write"),
    write("update-ticket-tags", "PUT", "/api/tickets/{n}/tags", "tickets:write"),
    write("delete-ticket-tags", "DELETE", "/api/tickets/{n}/tags", "tickets:write"),
    read("list-ticket-messages", "/api/tickets/{n}/messages", "tickets:read"),
    write("create-ticket-message", "POST", "/api/tickets/{n}/messages", "tickets:write"),
    read("get-ticket-message", "/api/tickets/{n}/messages/{n}", "tickets:read"),
    Route {
        params: &[("order_by", CREATED), ("ticket_id", Whole)],
        ..list("list-messages", "/api/messages", "tickets:read")
    },
    Route {
        params: &[
            ("order_by", CREATED),
            ("object_id", Whole),
            ("object_type", OBJECTS),
            ("types", Texts),
            ("created_datetime[gt]", Time),
            ("created_datetime[gte]", Time),
            ("created_datetime[lt]", Time),
            ("created_datetime[lte]", Time),
        ],
        ..list("list-events", "/api/events", "events:read")
    },
    read("get-event", "/api/events/{n}", "events:read"),
    Route {
        params: &[
            ("order_by", BY_EITHER),
            ("email", Text),
            ("external_id", Text),
            ("name", Text),
            ("channel_type", Text),
            ("channel_address", Text),
        ],
        ..list("list-customers", "/api/customers", "customers:read")
    },
    read("get-customer", "/api/customers/{n}", "customers:read"),
    Route {
        params: &[("source_id", Whole), ("target_id", Whole)],
        ..write("merge-customers", "PUT", "/api/customers/merge", "customers:write")
    },
    list("list-tags", "/api/tags", "tickets:read"),
    write("create-tag", "POST", "/api/tags", "tickets:write"),
    list("list-users", "/api/users", "users:read"),
    read("get-user", "/api/users/{n}", "users:read"),
    list("list-teams", "/api/teams", "users:read"),
    list("list-integrations", "/api/integrations", "integrations:read"),
    read("get-integration", "/api/integrations/{n}", "integrations:read"),
    list("list-satisfaction-surveys", "/api/satisfaction-surveys", "tickets:read"),
    list("list-custom-fields", "/api/custom-fields", "custom_fields:read"),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Served by the vendor, as its list of operations says, but not described by the rebuilt subset.
    const NOT_DESCRIBED: [&str; 4] = ["get-event", "get-user", "get-integration", "list-ticket-tags"];

    #[test]
    fn nothing_is_served_that_the_vendor_does_not_declare() {
        let Some(spec) = crate::described::read("specs/gorgias/openapi-subset.json") else { return };
        let operations: Vec<&Value> = spec["paths"]
            .as_object()
            .expect("paths")
            .values()
            .filter_map(Value::as_object)
            .flat_map(|path| path.values())
            .collect();
        for ours in ROUTES.iter().filter(|route| !NOT_DESCRIBED.contains(&route.name)) {
            let theirs = operations.iter().find(|operation| operation["operationId"] == ours.name);
            let theirs = theirs.unwrap_or_else(|| panic!("the vendor knows no {}", ours.name));
            let parameter = |name: &str| {
                let all = theirs["parameters"].as_array()?;
                all.iter().find(|parameter| parameter["name"] == name).map(|parameter| &parameter["schema"])
            };
            assert_eq!(ours.list, parameter("cursor").is_some(), "{}: cursor", ours.name);
            for (name, param) in ours.params {
                let schema =
                    parameter(name).unwrap_or_else(|| panic!("{}: the vendor knows no {name}", ours.name));
                if let OneOf(words) = param {
                    let known: Vec<&str> =
                        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    for word in words.split(' ') {
                        assert!(known.contains(&word), "{}: {name} cannot be {word}", ours.name);
                    }
                }
            }
        }
    }
}
