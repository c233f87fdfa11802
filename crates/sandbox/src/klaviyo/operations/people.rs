//! The account, profiles, what keeps mail from them, and the lists and segments that they are on.

use super::super::fields;
use super::super::filter::Filterable;
use super::super::filter::Kind::{Text, Time};
use super::super::filter::Operator::{Any, Equals, GreaterOrEqual, GreaterThan, LessOrEqual, LessThan};
use super::{EQUALS_OR_ANY, M, Operation, PLAIN, S, XS, filterable};

const SUBSCRIPTIONS: Option<(&str, &str)> = Some(("profile", "subscriptions predictive_analytics"));

const JOBS: &[Filterable] = &[
    Filterable { single: &[Equals], ..filterable("status", Text) },
    Filterable { single: &[Equals], ..filterable("list_id", Text) },
    Filterable { single: &[Equals], ..filterable("segment_id", Text) },
];

/// Lists and segments can be asked the same.
const AUDIENCES: &[Filterable] = &[
    Filterable { list: &[Any, Equals], ..filterable("name", Text) },
    Filterable { field: "id", ..EQUALS_OR_ANY },
    Filterable { single: &[GreaterThan], ..filterable("created", Time) },
    Filterable { single: &[GreaterThan], ..filterable("updated", Time) },
];

/// Who is on a list.
const MEMBERS: Operation = Operation {
    path: "/api/lists/{}/relationships/profiles",
    scopes: &["lists:write", "profiles:write"],
    ..M
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "get_accounts",
        path: "/api/accounts",
        scopes: &["accounts:read"],
        fields: &[("account", fields::ACCOUNT)],
        ..XS
    },
    Operation {
        name: "get_account",
        path: "/api/accounts/{}",
        scopes: &["accounts:read"],
        fields: &[("account", fields::ACCOUNT)],
        ..XS
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
        filters: AUDIENCES,
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
        scopes: &["lists:read", "profiles:read"],
        ..S
    },
    Operation { name: "add_profiles_to_list", method: "POST", ..MEMBERS },
    Operation { name: "remove_profiles_from_list", method: "DELETE", ..MEMBERS },
    Operation {
        name: "get_segments",
        path: "/api/segments",
        scopes: &["segments:read"],
        page: Some((10, 10)),
        cursor: true,
        filters: AUDIENCES,
        sorts: "created id name updated",
        fields: &[("segment", fields::SEGMENT)],
        ..PLAIN
    },
];
