//! What the bodies of writes may say, as JSON:API documents.
//!
//! Source: klaviyo/openapi, stable revision 2026-07-15 (`EventCreateQueryV2`, `ProfileUpsertQuery`,
//! `SuppressionCreateJobCreateQuery`, `SuppressionDeleteJobCreateQuery`, `ServerBISSubscriptionCreateQuery`,
//! `ListMembersAddQuery`, `CampaignSendJobPartialUpdateQuery`, `UniversalContentPartialUpdateQuery` and others) and the
//! limits its descriptions state.

use crate::shape::Member;
use crate::shape::Shape::{self, Any, Bool, List, Number, Object, OneOf, Open, Text, Time};

/// The longest string an event may carry, in characters (the vendor says 100 KB).
const LONG: usize = 100_000;
const SHORT: usize = 255;

static LOCATION: &[Member] = &[
    Member::null("address1", Text(SHORT)),
    Member::null("address2", Text(SHORT)),
    Member::null("city", Text(SHORT)),
    Member::null("country", Text(SHORT)),
    Member::null("latitude", Any),
    Member::null("longitude", Any),
    Member::null("region", Text(SHORT)),
    Member::null("zip", Text(SHORT)),
    Member::null("timezone", Text(SHORT)),
    Member::null("ip", Text(SHORT)),
];

/// What may be said about a profile. `_kx`, `anonymous_id` and `meta` are not served.
static PROFILE: &[Member] = &[
    Member::null("email", Text(SHORT)),
    Member::null("phone_number", Text(SHORT)),
    Member::null("external_id", Text(SHORT)),
    Member::null("first_name", Text(SHORT)),
    Member::null("last_name", Text(SHORT)),
    Member::null("organization", Text(SHORT)),
    Member::null("locale", Text(SHORT)),
    Member::null("image", Text(LONG)),
    Member::null("location", Object(LOCATION)),
    Member::null("properties", Open(&[])),
];

/// A profile, by its id or by what is said about it.
static ABOUT_PROFILE: &[Member] = &[
    Member::must("type", OneOf("profile")),
    Member::null("id", Text(SHORT)),
    Member::must("attributes", Object(PROFILE)),
];

/// `POST /api/events`.
pub(super) static CREATE_EVENT: Shape = Object(&[Member::must(
    "data",
    Object(&[
        Member::must("type", OneOf("event")),
        Member::must(
            "attributes",
            Object(&[
                Member::must("properties", Open(&[])),
                Member::null("time", Time),
                Member::null("value", Number),
                Member::null("value_currency", Text(3)),
                Member::null("unique_id", Text(SHORT)),
                Member::null("backfill", Bool),
                Member::must("metric", Object(&[Member::must("data", Object(METRIC))])),
                Member::must("profile", Object(&[Member::must("data", Object(ABOUT_PROFILE))])),
            ]),
        ),
    ]),
)]);

/// Metric names stay under 128 characters.
static METRIC: &[Member] = &[
    Member::must("type", OneOf("metric")),
    Member::must(
        "attributes",
        Object(&[Member::must("name", Text(127)), Member::null("service", Text(SHORT))]),
    ),
];

/// A profile in a subscription, by its id or by what names somebody.
static NAMED_PROFILE: &[Member] = &[
    Member::must("type", OneOf("profile")),
    Member::null("id", Text(SHORT)),
    Member::must(
        "attributes",
        Object(&[
            Member::null("email", Text(SHORT)),
            Member::null("phone_number", Text(SHORT)),
            Member::null("external_id", Text(SHORT)),
        ]),
    ),
];

static CHANNEL: Shape = OneOf("EMAIL PUSH SMS WHATSAPP");

/// `POST /api/back-in-stock-subscriptions`.
pub(super) static SUBSCRIBE_TO_STOCK: Shape = Object(&[Member::must(
    "data",
    Object(&[
        Member::must("type", OneOf("back-in-stock-subscription")),
        Member::must(
            "attributes",
            Object(&[
                Member::must("channels", List(&CHANNEL, 4)),
                Member::must("profile", Object(&[Member::must("data", Object(NAMED_PROFILE))])),
            ]),
        ),
        Member::must(
            "relationships",
            Object(&[Member::must(
                "variant",
                Object(&[Member::must(
                    "data",
                    Object(&[
                        Member::must("type", OneOf("catalog-variant")),
                        Member::must("id", Text(SHORT)),
                    ]),
                )]),
            )]),
        ),
    ]),
)]);

static MEMBER: Shape = Object(&[Member::must("type", OneOf("profile")), Member::must("id", Text(SHORT))]);

/// `POST` and `DELETE /api/lists/{id}/relationships/profiles`, of at most a thousand.
pub(super) static MEMBERS: Shape = Object(&[Member::must("data", List(&MEMBER, 1_000))]);

/// `PATCH /api/campaign-send-jobs/{id}`.
pub(super) static STOP_CAMPAIGN: Shape = Object(&[Member::must(
    "data",
    Object(&[
        Member::must("type", OneOf("campaign-send-job")),
        Member::must("id", Text(SHORT)),
        Member::must("attributes", Object(&[Member::must("action", OneOf("cancel revert"))])),
    ]),
)]);

/// `POST /api/campaign-send-jobs`.
pub(super) static SEND_CAMPAIGN: Shape = Object(&[Member::must(
    "data",
    Object(&[Member::must("type", OneOf("campaign-send-job")), Member::must("id", Text(SHORT))]),
)]);

/// `PATCH /api/template-universal-content/{id}`, of blocks that hold words; a new name is not served.
pub(super) static UPDATE_BLOCK: Shape = Object(&[Member::must(
    "data",
    Object(&[
        Member::must("type", OneOf("template-universal-content")),
        Member::must("id", Text(SHORT)),
        Member::must(
            "attributes",
            Object(&[Member::must(
                "definition",
                Object(&[
                    Member::must("content_type", OneOf("block")),
                    Member::must("type", OneOf("html text")),
                    Member::must(
                        "data",
                        Object(&[
                            Member::must("content", Text(LONG)),
                            Member::must("display_options", Object(SHOWN)),
                            Member::may("styles", Open(&[])),
                        ]),
                    ),
                ]),
            )]),
        ),
    ]),
)]);

static SHOWN: &[Member] = &[
    Member::null("show_on", OneOf("all desktop mobile")),
    Member::null("visible_check", Text(SHORT)),
    Member::may("content_repeat", Open(&[])),
];

/// `POST /api/profile-import`.
pub(super) static IMPORT_PROFILE: Shape = Object(&[Member::must("data", Object(ABOUT_PROFILE))]);

static SUPPRESSED: Shape = Object(&[
    Member::must("type", OneOf("profile")),
    Member::must("attributes", Object(&[Member::must("email", Text(SHORT))])),
]);

static SUPPRESSED_PROFILES: &[Member] = &[Member::null(
    "profiles",
    // At most a hundred addresses in one request.
    Object(&[Member::must("data", List(&SUPPRESSED, 100))]),
)];

/// `POST /api/profile-suppression-bulk-create-jobs`, of addresses; by list or segment is not served.
pub(super) static SUPPRESS: Shape = Object(&[Member::must(
    "data",
    Object(&[
        Member::must("type", OneOf("profile-suppression-bulk-create-job")),
        Member::must("attributes", Object(SUPPRESSED_PROFILES)),
    ]),
)]);

/// `POST /api/profile-suppression-bulk-delete-jobs`, of addresses; by list or segment is not served.
pub(super) static UNSUPPRESS: Shape = Object(&[Member::must(
    "data",
    Object(&[
        Member::must("type", OneOf("profile-suppression-bulk-delete-job")),
        Member::must("attributes", Object(SUPPRESSED_PROFILES)),
    ]),
)]);
