//! What a profile says about marketing e-mail to it.

use std::time::Duration;

use fermata_model::{Platform, RecordRef, Timestamp};

use super::super::{Klaviyo, PROFILES, map, wire};
use super::{document, impossible, malformed, plain_id};
use crate::http::Request;
use crate::{Error, Kind};

/// What a profile says about marketing e-mail to it.
pub(super) struct Standing {
    /// Nothing reaches it, for whatever reason.
    pub(super) suppressed: bool,
    /// It is on the suppression list by the shop's own hand, since when if that is known.
    pub(super) held_since: Option<Option<Timestamp>>,
    /// A reason other than the shop's own hand.
    lasting: Option<String>,
    /// When its standing last changed.
    pub(super) changed_at: Option<Timestamp>,
}

impl Standing {
    /// Reads it from a profile.
    pub(super) fn of(profile: &wire::Profile) -> Self {
        let marketing =
            profile.attributes.subscriptions.as_ref().and_then(|s| s.email.as_ref()?.marketing.as_ref());
        let list = || marketing.and_then(|m| m.suppression.as_ref()).into_iter().flatten();
        let held = list().find(|s| s.reason == map::USER_SUPPRESSED);
        let unsubscribed = marketing.is_some_and(|m| m.consent.as_deref() == Some("UNSUBSCRIBED"));
        let lasting = list().find(|s| s.reason != map::USER_SUPPRESSED).map(|s| s.reason.clone());
        Self {
            suppressed: marketing.is_some_and(map::is_suppressed),
            held_since: held.map(|s| s.timestamp.map(|m| m.0)),
            lasting: lasting.or_else(|| unsubscribed.then(|| "UNSUBSCRIBE".to_owned())),
            changed_at: marketing.and_then(|m| m.last_updated).or(profile.attributes.updated).map(|m| m.0),
        }
    }
}

/// Refuses what would be sent to somebody whom it could not reach, or who does not want it; `so`
/// says what is not done.
pub(super) fn may_reach(
    standing: &Standing,
    target: &RecordRef,
    operation: &str,
    so: &str,
) -> Result<(), Error> {
    if let Some(reason) = &standing.lasting {
        let why = match reason.as_str() {
            "UNSUBSCRIBE" => "has unsubscribed",
            "SPAM_COMPLAINT" => "has called an earlier e-mail spam",
            "HARD_BOUNCE" | "INVALID_EMAIL" => "cannot be reached at this address",
            _ => "receives no marketing",
        };
        return Err(impossible(operation, format!("{} {why}, so {so}.", target.label)));
    }
    if standing.suppressed {
        // A release is a job and may still be under way.
        let message = format!("Marketing to {} is still on hold, so {so}.", target.label);
        return Err(Error::new(Platform::Klaviyo, operation, Kind::Rejected, message)
            .with_hint("It can be sent once the hold is released.")
            .with_retry_after(Duration::from_secs(60)));
    }
    Ok(())
}

/// Reads the profile that an action is about.
///
/// Errors: refused if Klaviyo has it no more; malformed if it does not say what may be sent to it,
/// since silence must not read as "not on hold".
pub(super) async fn read_profile(klaviyo: &Klaviyo, target: &RecordRef) -> Result<wire::Profile, Error> {
    const OPERATION: &str = "get_profile";
    let request = Request::get(OPERATION, format!("/api/profiles/{}", plain_id(target)?))
        .lane(PROFILES)
        .query("additional-fields[profile]", "subscriptions");
    let profile: wire::Profile = document(OPERATION, &klaviyo.rest.ask(request).await?.body)?;
    if profile.attributes.subscriptions.as_ref().and_then(|s| s.email.as_ref()?.marketing.as_ref()).is_none()
    {
        return Err(malformed(OPERATION, "the profile does not say what may be sent to it"));
    }
    Ok(profile)
}
