//! A campaign that waits to be sent: holding it, and letting it go after all.
//!
//! A hold takes it back among the drafts (`revert`), where everything but the schedule stays. The
//! other way to stop it (`cancel`) is final and not used. A release schedules it again for the
//! time that it still carries; one whose time has passed would leave at once and is refused.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, get_campaign, cancel_campaign_send,
//! send_campaign and get_campaign_send_job; StaticSendStrategy, SmartSendTimeStrategy.

use fermata_model::{Action, Frozen, RecordRef, Timestamp};
use jiff::SignedDuration;
use serde_json::json;

use super::super::{CAMPAIGNS, Klaviyo, wire};
use super::{CANCEL_SEND, Draft, SEND_CAMPAIGN, document, gone, impossible, plain_id, receipt};
use crate::http::{Method, Request};
use crate::reading::Moment;
use crate::{Error, Found, Kind};

/// A release needs this much time before the campaign leaves, so that it can be settled before.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);
/// So much earlier than in UTC a time of day comes where it comes first: at UTC+14, on the Line Islands.
const EARLIEST: SignedDuration = SignedDuration::from_hours(14);

type Campaign = wire::Collected<wire::CampaignAttributes>;

/// How far a campaign has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing leaves until somebody schedules it.
    Draft,
    /// It will leave at its time.
    Waiting,
    /// It is leaving, or has left.
    Left,
    /// It was called off for good.
    Cancelled,
    /// A state that we do not know.
    Unknown,
}

impl Stage {
    /// Reads Klaviyo's word, of which the vendor lists these.
    pub(super) fn of(status: &str) -> Self {
        match status {
            "Draft" => Self::Draft,
            "Scheduled" | "Preparing to schedule" | "Queued without Recipients" => Self::Waiting,
            "Preparing to send" | "Adding Recipients" | "Sending" | "Sending Segments" | "Sent"
            | "Variations Sent" => Self::Left,
            other if other.starts_with("Cancelled") => Self::Cancelled,
            _ => Self::Unknown,
        }
    }
}

/// Builds the request of a hold or a release.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action, now: Timestamp) -> Result<Draft, Error> {
    let target = action.target();
    let hold = matches!(action, Action::CampaignHold { .. });
    let operation = if hold { CANCEL_SEND } else { SEND_CAMPAIGN };
    let campaign = read(klaviyo, target).await.map_err(|error| gone(error, operation, target))?;
    let (label, status) = (&target.label, &campaign.attributes.status);
    let why = match (Stage::of(status), hold) {
        (Stage::Waiting, true) | (Stage::Draft, false) => None,
        (Stage::Left, _) => Some(format!("{label} is being sent or has been.")),
        (Stage::Waiting, false) => Some(format!("{label} is scheduled already.")),
        (Stage::Draft, true) => Some(format!("{label} is a draft, so there is nothing to hold.")),
        (Stage::Cancelled | Stage::Unknown, _) => Some(format!("{label} is \"{status}\" in Klaviyo.")),
    };
    if let Some(why) = why {
        return Err(impossible(operation, why));
    }
    let id = plain_id(target)?;
    let leaves_at = leaves_at(&campaign).filter(|at| *at > now + AHEAD);
    let campaign = target.clone();
    if hold {
        let attributes = json!({ "action": "revert" });
        let body = json!({ "data": { "type": "campaign-send-job", "id": id, "attributes": attributes } });
        return Ok(Draft {
            operation,
            method: Method::PATCH,
            path: format!("/api/campaign-send-jobs/{id}"),
            body: body.to_string(),
            undo: leaves_at.map(|_| Action::CampaignRelease { campaign }),
        });
    }
    if leaves_at.is_none() {
        let why =
            format!("{label} has no time to come at which it would be sent, so it would leave at once.");
        return Err(impossible(operation, why).with_hint("Choose a new time for it in Klaviyo."));
    }
    Ok(Draft {
        operation,
        method: Method::POST,
        path: "/api/campaign-send-jobs".to_owned(),
        body: json!({ "data": { "type": "campaign-send-job", "id": id } }).to_string(),
        undo: Some(Action::CampaignHold { campaign }),
    })
}

/// Looks at the campaign.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let target = frozen.action.target();
    let campaign = read(klaviyo, target).await?;
    let at = campaign.attributes.updated_at.map_or(frozen.at, |moment| moment.0);
    let done = Found::Yes(receipt(&target.external_id, at));
    let hold = matches!(frozen.action, Action::CampaignHold { .. });
    match (Stage::of(&campaign.attributes.status), hold) {
        (Stage::Draft | Stage::Cancelled, true) | (Stage::Waiting | Stage::Left, false) => Ok(done),
        (Stage::Left, true) => Ok(Found::Failed(format!("{} left before it could be held.", target.label))),
        (Stage::Draft, false) => unfinished(klaviyo, target).await,
        _ => Ok(Found::No),
    }
}

/// Reads a campaign.
pub(super) async fn read(klaviyo: &Klaviyo, target: &RecordRef) -> Result<Campaign, Error> {
    const OPERATION: &str = "get_campaign";
    let request = Request::get(OPERATION, format!("/api/campaigns/{}", plain_id(target)?)).lane(CAMPAIGNS);
    document(OPERATION, &klaviyo.rest.ask(request).await?.body)
}

/// Says whether scheduling a campaign that is still a draft is under way.
async fn unfinished(klaviyo: &Klaviyo, target: &RecordRef) -> Result<Found, Error> {
    const OPERATION: &str = "get_campaign_send_job";
    let path = format!("/api/campaign-send-jobs/{}", plain_id(target)?);
    let job: wire::Collected<wire::JobAttributes> =
        match klaviyo.rest.ask(Request::get(OPERATION, path).lane(CAMPAIGNS)).await {
            Ok(response) => document(OPERATION, &response.body)?,
            Err(error) if error.kind == Kind::Missing => return Ok(Found::No),
            Err(error) => return Err(error),
        };
    let runs = matches!(job.attributes.status.as_str(), "queued" | "processing");
    Ok(if runs { Found::Pending } else { Found::No })
}

/// Returns when a campaign begins to leave by its own schedule; `None` if that is at once.
///
/// Where each recipient's own clock decides, it is the moment at which it may leave to the first of them: whoever
/// is released later than that would be left out, or written to at once.
fn leaves_at(campaign: &Campaign) -> Option<Timestamp> {
    let strategy = campaign.attributes.send_strategy.as_ref()?;
    let at = || Moment::parse(strategy.datetime.0.as_deref()?).map(|moment| moment.0);
    match strategy.method.0.as_deref()? {
        // "Local recipient timezone send (requires UTC time)": the time of day stands there as if it were in UTC.
        "static" if strategy.options.as_ref().and_then(|options| options.is_local) == Some(true) => {
            at()?.checked_sub(EARLIEST).ok()
        }
        "static" | "throttled" => at(),
        // Some time on that day, by each recipient's own habits. Whose day it is the vendor does not say.
        "smart_send_time" => {
            let day: jiff::civil::Date = strategy.date.0.as_deref()?.parse().ok()?;
            day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().checked_sub(EARLIEST).ok()
        }
        _ => None,
    }
}
