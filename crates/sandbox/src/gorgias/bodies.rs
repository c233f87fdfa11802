//! What the bodies of writes may say; the vendor answers 400 to an unknown field.
//!
//! Source: the vendor's 1.5.1 reference pages (create-ticket-message, update-ticket, create-ticket-tags,
//! create-tag), read through the rebuilt subset of November 2026.

use crate::shape::Member;
use crate::shape::Shape::{self, Any, Bool, List, Object, OneOf, Open, Text, Time, Whole};

const LONG: usize = 1_000_000;
const NAME: usize = 256;
/// The longest `external_id`.
const EXTERNAL: usize = 255;

static VIA: &str = "aircall api chat contact_form email facebook facebook-mention facebook-messenger \
    facebook-recommendations form gorgias_chat help-center helpdesk instagram instagram-ad-comment \
    instagram-comment instagram-direct-message instagram-mention internal-note offline_capture phone \
    rule self_service shopify sms twilio twitter twitter-direct-message whatsapp yotpo yotpo-review \
    zendesk";

static CHANNEL: Shape = Open(&[
    Member::must("type", Text(NAME)),
    Member::must("address", Text(320)),
    Member::may("preferred", Bool),
]);

static PARTY: &[Member] = &[
    Member::may("id", Whole),
    Member::null("email", Text(320)),
    Member::null("name", Text(NAME)),
    Member::null("external_id", Text(EXTERNAL)),
    Member::null("language", Text(NAME)),
    Member::null("timezone", Text(NAME)),
    Member::null("note", Text(LONG)),
    Member::null("meta", Open(&[])),
    Member::null("channels", List(&CHANNEL, 100)),
];

static ADDRESS: &[Member] = &[Member::null("address", Text(320)), Member::null("name", Text(NAME))];
static ADDRESSES: Shape = Open(ADDRESS);

static SOURCE: &[Member] = &[
    Member::may("type", Text(NAME)),
    Member::may("from", Open(ADDRESS)),
    Member::may("to", List(&ADDRESSES, 100)),
    Member::may("cc", List(&ADDRESSES, 100)),
    Member::may("bcc", List(&ADDRESSES, 100)),
    Member::null("extra", Any),
];

/// `POST /api/tickets/{id}/messages`.
///
/// `via` is required by the reference page and optional in another reading; the strict reading stands. Attachments,
/// actions, macros and dates other than `sent_datetime` are not served, hence unknown here.
pub(super) static CREATE_MESSAGE: Shape = Object(&[
    Member::must_or_null("channel", Text(NAME)),
    Member::must("from_agent", Bool),
    Member::must("via", OneOf(VIA)),
    Member::null("body_html", Text(LONG)),
    Member::null("body_text", Text(LONG)),
    Member::null("external_id", Text(EXTERNAL)),
    Member::null("headers", Open(&[])),
    Member::null("integration_id", Whole),
    Member::null("meta", Any),
    Member::may("public", Bool),
    Member::null("sent_datetime", Time),
    Member::null("source", Open(SOURCE)),
    Member::null("stripped_html", Text(LONG)),
    Member::null("stripped_signature", Text(LONG)),
    Member::null("stripped_text", Text(LONG)),
    Member::null("subject", Text(LONG)),
    Member::null("mention_ids", List(&Whole, 100)),
    Member::null("receiver", Open(PARTY)),
    Member::null("sender", Open(PARTY)),
]);

static ASSIGNEE: &[Member] = &[Member::null("id", Whole)];

static TICKET_TAG: Shape = Open(&[Member::must("name", Text(NAME)), Member::null("decoration", Open(&[]))]);

/// `PUT /api/tickets/{id}`.
///
/// What the vendor takes besides (custom fields, language, meta, the customer, dates of the past) is not served,
/// hence unknown here.
pub(super) static UPDATE_TICKET: Shape = Object(&[
    Member::null("assignee_team", Open(ASSIGNEE)),
    Member::null("assignee_user", Open(ASSIGNEE)),
    Member::null("external_id", Text(EXTERNAL)),
    Member::null("priority", OneOf("critical high normal low")),
    Member::null("snooze_datetime", Time),
    Member::null("spam", Bool),
    Member::null("status", OneOf("open closed")),
    Member::null("subject", Text(998)),
    Member::null("tags", List(&TICKET_TAG, 100)),
    Member::null("trashed_datetime", Time),
]);

/// The priorities of a ticket.
pub(super) static PRIORITIES: [&str; 4] = ["critical", "high", "normal", "low"];

static NAME_TEXT: Shape = Text(NAME);

/// The body of the tag routes of a ticket.
pub(super) static TAG_IDS_OR_NAMES: Shape =
    Object(&[Member::may("ids", List(&Whole, 100)), Member::may("names", List(&NAME_TEXT, 100))]);

/// `POST /api/tags`.
pub(super) static CREATE_TAG: Shape = Object(&[
    Member::must("name", Text(NAME)),
    Member::null("description", Text(1024)),
    Member::null("decoration", Open(&[])),
]);
