//! Metrics and events, flows, campaigns with their blocks, and notices.

use super::super::fields;
use super::super::filter::Filterable;
use super::super::filter::Kind::{Bool, Number, Text, Time};
use super::super::filter::Operator::{
    Any, Contains, EndsWith, Equals, GreaterOrEqual, GreaterThan, Has, LessOrEqual, LessThan, StartsWith,
};
use super::{EQUALS_OR_ANY, M, Operation, PLAIN, S, XL, filterable};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "get_metrics",
        path: "/api/metrics",
        scopes: &["metrics:read"],
        cursor: true,
        filters: &[
            Filterable { single: &[Equals], ..filterable("integration.name", Text) },
            Filterable { single: &[Equals], ..filterable("integration.category", Text) },
        ],
        fields: &[("metric", fields::METRIC)],
        ..M
    },
    Operation {
        name: "get_metric",
        path: "/api/metrics/{}",
        scopes: &["metrics:read"],
        fields: &[("metric", fields::METRIC)],
        ..M
    },
    Operation {
        name: "get_events",
        path: "/api/events",
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
        ..XL
    },
    Operation {
        name: "get_event",
        path: "/api/events/{}",
        scopes: &["events:read"],
        include: "metric profile",
        fields: &[("event", fields::EVENT), ("metric", fields::METRIC), ("profile", fields::PROFILE)],
        ..M
    },
    Operation { name: "create_event", method: "POST", path: "/api/events", scopes: &["events:write"], ..XL },
    Operation {
        name: "create_back_in_stock_subscription",
        method: "POST",
        path: "/api/back-in-stock-subscriptions",
        scopes: &["catalogs:write", "profiles:write"],
        ..XL
    },
    Operation {
        name: "get_campaign",
        path: "/api/campaigns/{}",
        scopes: &["campaigns:read"],
        fields: &[("campaign", fields::CAMPAIGN)],
        ..M
    },
    Operation {
        name: "get_campaign_send_job",
        path: "/api/campaign-send-jobs/{}",
        scopes: &["campaigns:read"],
        fields: &[("campaign-send-job", fields::SEND_JOB)],
        ..M
    },
    Operation {
        name: "cancel_campaign_send",
        method: "PATCH",
        path: "/api/campaign-send-jobs/{}",
        scopes: &["campaigns:write"],
        ..M
    },
    Operation {
        name: "send_campaign",
        method: "POST",
        path: "/api/campaign-send-jobs",
        scopes: &["campaigns:write"],
        fields: &[("campaign-send-job", fields::SEND_JOB)],
        ..M
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
        name: "get_flows",
        path: "/api/flows",
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
        ..S
    },
    Operation {
        name: "get_campaigns",
        path: "/api/campaigns",
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
        ..M
    },
];
