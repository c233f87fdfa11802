//! What the twin serves: one literal per operation with its limits, scopes and everything its query may say.
//!
//! Source: klaviyo/openapi, stable revision 2026-07-15 (`x-klaviyo-ratelimit`, `x-klaviyo-scopes`,
//! `x-klaviyo-filters` and the parameters of each operation). Where sheet and specification differ on a number the
//! lower one stands. Parameters for records that the twin never includes are refused though the vendor takes them.

use super::fields;
use super::filter::Filterable;
use super::filter::Kind::{Bool, Number, Text, Time};
use super::filter::Operator::{
    Any, Contains, EndsWith, Equals, GreaterOrEqual, GreaterThan, Has, LessOrEqual, LessThan, StartsWith,
};
use crate::rest;

/// One served operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) burst: u32,
    pub(super) steady: u32,
    pub(super) scopes: &'static [&'static str],
    /// Default and largest page, where the operation declares `page[size]`.
    pub(super) page: Option<(usize, usize)>,
    pub(super) cursor: bool,
    pub(super) filters: &'static [Filterable],
    /// The fields to sort by, each also backwards with a `-`, separated by blanks.
    pub(super) sorts: &'static str,
    /// What may be included, separated by blanks.
    pub(super) include: &'static str,
    /// Sparse fieldsets: record type and the fields that may be named, separated by blanks.
    pub(super) fields: &'static [(&'static str, &'static str)],
    /// Fields left out unless asked for, of which record type.
    pub(super) additional: Option<(&'static str, &'static str)>,
}

impl rest::Route for Operation {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

/// What most operations share; each literal names its differences.
const PLAIN: Operation = Operation {
    name: "",
    method: "GET",
    path: "",
    burst: 75,
    steady: 700,
    scopes: &[],
    page: None,
    cursor: false,
    filters: &[],
    sorts: "",
    include: "",
    fields: &[],
    additional: None,
};

const SUBSCRIPTIONS: Option<(&str, &str)> = Some(("profile", "subscriptions predictive_analytics"));

const fn filterable(field: &'static str, kind: super::filter::Kind) -> Filterable {
    Filterable { field, kind, single: &[], list: &[], none: &[] }
}

const EQUALS_OR_ANY: Filterable =
    Filterable { single: &[Equals], list: &[Any, Equals], ..filterable("", Text) };

const JOBS: &[Filterable] = &[
    Filterable { single: &[Equals], ..filterable("status", Text) },
    Filterable { single: &[Equals], ..filterable("list_id", Text) },
    Filterable { single: &[Equals], ..filterable("segment_id", Text) },
];

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        name: "get_accounts",
        path: "/api/accounts",
        burst: 1,
        steady: 15,
        scopes: &["accounts:read"],
        fields: &[("account", fields::ACCOUNT)],
        ..PLAIN
    },
    Operation {
        name: "get_account",
        path: "/api/accounts/{}",
        burst: 1,
        steady: 15,
        scopes: &["accounts:read"],
        fields: &[("account", fields::ACCOUNT)],
        ..PLAIN
    },
    Operation {
        name: "get_metrics",
        path: "/api/metrics",
        burst: 10,
        steady: 150,
        scopes: &["metrics:read"],
        cursor: true,
        filters: &[
            Filterable { single: &[Equals], ..filterable("integration.name", Text) },
            Filterable { single: &[Equals], ..filterable("integration.category", Text) },
        ],
        fields: &[("metric", fields::METRIC)],
        ..PLAIN
    },
    Operation {
        name: "get_metric",
        path: "/api/metrics/{}",
        burst: 10,
        steady: 150,
        scopes: &["metrics:read"],
        fields: &[("metric", fields::METRIC)],
        ..PLAIN
    },
    Operation {
        name: "get_profiles",
        path: "/api/profiles",
        scopes: &["profiles:read"],
        page: Some((20, 100)),
        cursor: true,
        filters: &[
            Filterable { field: "id", ..EQUALS_OR_ANY },
            Filterable { field: "email", ..EQUALS_OR_ANY },
            Filterable { field: "phone_number", ..EQUALS_OR_ANY },
            Filterable { field: "external_id", ..EQUALS_OR_ANY },
            Filterable { single: &[GreaterThan, LessThan], ..filterable("created", Time) },
            Filterable { single: &[GreaterThan, LessThan], ..filterable("updated", Time) },
            Filterable {
                single: &[Equals],
                ..filterable("subscriptions.email.marketing.suppression.reason", Text)
            },
            Filterable {
                single: &[GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("subscriptions.email.marketing.suppression.timestamp", Time)
            },
        ],
        sorts: "created updated",
        fields: &[("profile", fields::PROFILE_FULL)],
        additional: SUBSCRIPTIONS,
        ..PLAIN
    },
    Operation {
        name: "get_profile",
        path: "/api/profiles/{}",
        scopes: &["profiles:read"],
        include: "lists",
        fields: &[("profile", fields::PROFILE_FULL), ("list", fields::LIST)],
        additional: SUBSCRIPTIONS,
        ..PLAIN
    },
    Operation {
        name: "create_or_update_profile",
        method: "POST",
        path: "/api/profile-import",
        scopes: &["profiles:write"],
        fields: &[("profile", fields::PROFILE_FULL)],
        additional: SUBSCRIPTIONS,
        ..PLAIN
    },
    Operation {
        name: "get_events",
        path: "/api/events",
        burst: 350,
        steady: 3500,
        scopes: &["events:read"],
        page: Some((200, 1000)),
        cursor: true,
        filters: &[
            Filterable { single: &[Equals], list: &[Equals], ..filterable("metric_id", Text) },
            Filterable { single: &[Equals], ..filterable("profile_id", Text) },
            Filterable { none: &[Has], ..filterable("profile", Text) },
            Filterable { none: &[Has], ..filterable("metric", Text) },
            Filterable {
                single: &[GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("datetime", Time)
            },
            Filterable {
                single: &[GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("timestamp", Number)
            },
        ],
        sorts: "datetime timestamp",
        include: "metric profile",
        fields: &[("event", fields::EVENT), ("metric", fields::METRIC), ("profile", fields::PROFILE)],
        ..PLAIN
    },
    Operation {
        name: "get_event",
        path: "/api/events/{}",
        burst: 10,
        steady: 150,
        scopes: &["events:read"],
        include: "metric profile",
        fields: &[("event", fields::EVENT), ("metric", fields::METRIC), ("profile", fields::PROFILE)],
        ..PLAIN
    },
    Operation {
        name: "create_event",
        method: "POST",
        path: "/api/events",
        burst: 350,
        steady: 3500,
        scopes: &["events:write"],
        ..PLAIN
    },
    Operation {
        name: "bulk_suppress_profiles",
        method: "POST",
        path: "/api/profile-suppression-bulk-create-jobs",
        scopes: &["profiles:write", "subscriptions:write"],
        fields: &[("profile-suppression-bulk-create-job", fields::JOB)],
        ..PLAIN
    },
    Operation {
        name: "get_bulk_suppress_profiles_job",
        path: "/api/profile-suppression-bulk-create-jobs/{}",
        scopes: &["subscriptions:read"],
        fields: &[("profile-suppression-bulk-create-job", fields::JOB)],
        ..PLAIN
    },
    Operation {
        name: "bulk_unsuppress_profiles",
        method: "POST",
        path: "/api/profile-suppression-bulk-delete-jobs",
        scopes: &["subscriptions:write"],
        fields: &[("profile-suppression-bulk-delete-job", fields::JOB)],
        ..PLAIN
    },
    Operation {
        name: "get_bulk_unsuppress_profiles_job",
        path: "/api/profile-suppression-bulk-delete-jobs/{}",
        scopes: &["subscriptions:read"],
        fields: &[("profile-suppression-bulk-delete-job", fields::JOB)],
        ..PLAIN
    },
    Operation {
        name: "get_bulk_suppress_profiles_jobs",
        path: "/api/profile-suppression-bulk-create-jobs",
        scopes: &["subscriptions:read"],
        cursor: true,
        filters: JOBS,
        sorts: "created",
        fields: &[("profile-suppression-bulk-create-job", fields::JOB)],
        ..PLAIN
    },
    Operation {
        name: "get_bulk_unsuppress_profiles_jobs",
        path: "/api/profile-suppression-bulk-delete-jobs",
        scopes: &["subscriptions:read"],
        cursor: true,
        filters: JOBS,
        sorts: "created",
        fields: &[("profile-suppression-bulk-delete-job", fields::JOB)],
        ..PLAIN
    },
    Operation {
        name: "get_lists",
        path: "/api/lists",
        scopes: &["lists:read"],
        page: Some((10, 10)),
        cursor: true,
        filters: &[
            Filterable { list: &[Any, Equals], ..filterable("name", Text) },
            Filterable { field: "id", ..EQUALS_OR_ANY },
            Filterable { single: &[GreaterThan], ..filterable("created", Time) },
            Filterable { single: &[GreaterThan], ..filterable("updated", Time) },
        ],
        sorts: "created id name updated",
        fields: &[("list", fields::LIST)],
        ..PLAIN
    },
    Operation {
        name: "get_list",
        path: "/api/lists/{}",
        scopes: &["lists:read"],
        fields: &[("list", fields::LIST)],
        ..PLAIN
    },
    Operation {
        name: "get_list_ids_for_profile",
        path: "/api/profiles/{}/relationships/lists",
        burst: 3,
        steady: 60,
        scopes: &["lists:read", "profiles:read"],
        ..PLAIN
    },
    Operation {
        name: "add_profiles_to_list",
        method: "POST",
        path: "/api/lists/{}/relationships/profiles",
        burst: 10,
        steady: 150,
        scopes: &["lists:write", "profiles:write"],
        ..PLAIN
    },
    Operation {
        name: "remove_profiles_from_list",
        method: "DELETE",
        path: "/api/lists/{}/relationships/profiles",
        burst: 10,
        steady: 150,
        scopes: &["lists:write", "profiles:write"],
        ..PLAIN
    },
    Operation {
        name: "create_back_in_stock_subscription",
        method: "POST",
        path: "/api/back-in-stock-subscriptions",
        burst: 350,
        steady: 3500,
        scopes: &["catalogs:write", "profiles:write"],
        ..PLAIN
    },
    Operation {
        name: "get_campaign",
        path: "/api/campaigns/{}",
        burst: 10,
        steady: 150,
        scopes: &["campaigns:read"],
        fields: &[("campaign", fields::CAMPAIGN)],
        ..PLAIN
    },
    Operation {
        name: "get_campaign_send_job",
        path: "/api/campaign-send-jobs/{}",
        burst: 10,
        steady: 150,
        scopes: &["campaigns:read"],
        fields: &[("campaign-send-job", fields::SEND_JOB)],
        ..PLAIN
    },
    Operation {
        name: "cancel_campaign_send",
        method: "PATCH",
        path: "/api/campaign-send-jobs/{}",
        burst: 10,
        steady: 150,
        scopes: &["campaigns:write"],
        ..PLAIN
    },
    Operation {
        name: "send_campaign",
        method: "POST",
        path: "/api/campaign-send-jobs",
        burst: 10,
        steady: 150,
        scopes: &["campaigns:write"],
        fields: &[("campaign-send-job", fields::SEND_JOB)],
        ..PLAIN
    },
    Operation {
        name: "get_all_universal_content",
        path: "/api/template-universal-content",
        scopes: &["templates:read"],
        page: Some((20, 100)),
        cursor: true,
        filters: &[
            Filterable { field: "id", ..EQUALS_OR_ANY },
            Filterable { field: "name", ..EQUALS_OR_ANY },
        ],
        sorts: "created id name updated",
        fields: &[("template-universal-content", fields::BLOCK)],
        ..PLAIN
    },
    Operation {
        name: "get_universal_content",
        path: "/api/template-universal-content/{}",
        scopes: &["templates:read"],
        fields: &[("template-universal-content", fields::BLOCK)],
        ..PLAIN
    },
    Operation {
        name: "update_universal_content",
        method: "PATCH",
        path: "/api/template-universal-content/{}",
        scopes: &["templates:write"],
        fields: &[("template-universal-content", fields::BLOCK)],
        ..PLAIN
    },
    Operation {
        name: "get_segments",
        path: "/api/segments",
        scopes: &["segments:read"],
        page: Some((10, 10)),
        cursor: true,
        filters: &[
            Filterable { list: &[Any, Equals], ..filterable("name", Text) },
            Filterable { field: "id", ..EQUALS_OR_ANY },
            Filterable { single: &[GreaterThan], ..filterable("created", Time) },
            Filterable { single: &[GreaterThan], ..filterable("updated", Time) },
        ],
        sorts: "created id name updated",
        fields: &[("segment", fields::SEGMENT)],
        ..PLAIN
    },
    Operation {
        name: "get_flows",
        path: "/api/flows",
        burst: 3,
        steady: 60,
        scopes: &["flows:read"],
        page: Some((50, 50)),
        cursor: true,
        filters: &[
            Filterable { list: &[Any], ..filterable("id", Text) },
            Filterable { single: &[Contains, EndsWith, Equals, StartsWith], ..filterable("name", Text) },
            Filterable { single: &[Equals], ..filterable("status", Text) },
            Filterable { single: &[Equals], ..filterable("archived", Bool) },
            Filterable {
                single: &[Equals, GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("created", Time)
            },
            Filterable {
                single: &[Equals, GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("updated", Time)
            },
            Filterable { single: &[Equals], ..filterable("trigger_type", Text) },
        ],
        sorts: "created id name updated",
        fields: &[("flow", fields::FLOW)],
        ..PLAIN
    },
    Operation {
        name: "get_campaigns",
        path: "/api/campaigns",
        burst: 10,
        steady: 150,
        scopes: &["campaigns:read"],
        page: Some((100, 100)),
        cursor: true,
        filters: &[
            Filterable { list: &[Any], ..filterable("id", Text) },
            Filterable { single: &[Equals], ..filterable("messages.channel", Text) },
            Filterable { single: &[Contains], ..filterable("name", Text) },
            Filterable { single: &[Equals], list: &[Any, Equals], ..filterable("status", Text) },
            Filterable { single: &[Equals], ..filterable("archived", Bool) },
            Filterable {
                single: &[GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("created_at", Time)
            },
            Filterable {
                single: &[GreaterOrEqual, GreaterThan, LessOrEqual, LessThan],
                ..filterable("updated_at", Time)
            },
        ],
        sorts: "created_at id name updated_at",
        fields: &[("campaign", fields::CAMPAIGN)],
        ..PLAIN
    },
];

#[cfg(test)]
mod declared;
