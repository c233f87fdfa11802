//! Lists, segments, flows and campaigns: few, without people, and read whole.

use fermata_model::Stream;
use fermata_model::record::{Audience, Campaign, Change, Entity, Flow};

use super::map::changed_at;
use super::{CAMPAIGNS, FLOWS, PROFILES, wire};
use crate::reading::{Mapped, change, filled, set_aside};

/// How a collection is read.
pub(super) struct Collection {
    pub(super) operation: &'static str,
    pub(super) path: &'static str,
    pub(super) lane: &'static str,
    /// The newest change first.
    pub(super) sort: &'static str,
    pub(super) filter: Option<&'static str>,
}

/// Returns how a stream is read, if it is one of these.
pub(super) const fn of(stream: Stream) -> Option<&'static Collection> {
    Some(match stream {
        Stream::Lists => &Collection {
            operation: "get_lists",
            path: "/api/lists",
            lane: PROFILES,
            sort: "-updated",
            filter: None,
        },
        Stream::Segments => &Collection {
            operation: "get_segments",
            path: "/api/segments",
            lane: PROFILES,
            sort: "-updated",
            filter: None,
        },
        Stream::Flows => &Collection {
            operation: "get_flows",
            path: "/api/flows",
            lane: FLOWS,
            sort: "-updated",
            filter: None,
        },
        // A channel must be named; e-mail is the one that the other streams speak of too.
        Stream::Campaigns => &Collection {
            operation: "get_campaigns",
            path: "/api/campaigns",
            lane: CAMPAIGNS,
            sort: "-updated_at",
            filter: Some("equals(messages.channel,'email')"),
        },
        _ => return None,
    })
}

/// Reads one record from its own text.
pub(super) fn record(stream: Stream, raw: &str) -> Change {
    match stream {
        Stream::Lists | Stream::Segments => change(stream, raw, audience),
        Stream::Flows => change(stream, raw, flow),
        Stream::Campaigns => change(stream, raw, campaign),
        _ => set_aside(stream, raw, "Klaviyo gives no records of this kind"),
    }
}

fn audience(list: wire::Collected<wire::AudienceAttributes>) -> Result<Mapped, &'static str> {
    let name = list.called();
    let about = list.attributes;
    let entity = Audience {
        name,
        created_at: about.created.map(|moment| moment.0),
        opt_in: filled(about.opt_in_process.0),
    };
    let changed_at = changed_at(about.updated, about.created);
    Ok(Mapped { external_id: list.id.0, changed_at, entity: Entity::Audience(entity) })
}

fn flow(flow: wire::Collected<wire::FlowAttributes>) -> Result<Mapped, &'static str> {
    let about = flow.attributes;
    let archived = about.archived == Some(true);
    let status = filled(about.status.0).unwrap_or_else(|| "unknown".to_owned());
    let entity = Flow {
        name: filled(about.name.0).unwrap_or_else(|| flow.id.0.clone()),
        status: if archived { "archived".to_owned() } else { status },
        trigger: filled(about.trigger_type.0),
        created_at: about.created.map(|moment| moment.0),
    };
    let changed_at = changed_at(about.updated, about.created);
    Ok(Mapped { external_id: flow.id.0, changed_at, entity: Entity::Flow(entity) })
}

fn campaign(campaign: wire::Collected<wire::CampaignAttributes>) -> Result<Mapped, &'static str> {
    let about = campaign.attributes;
    let sent = about.status.eq_ignore_ascii_case("sent");
    let entity = Campaign {
        name: about.name,
        status: about.status,
        channel: "email".to_owned(),
        // `scheduled_at` is when somebody scheduled it, `send_time` when it leaves.
        scheduled_at: about.send_time.or(about.scheduled_at).map(|moment| moment.0),
        sent_at: about.send_time.filter(|_| sent).map(|moment| moment.0),
        audiences: about.audiences.map(|audiences| audiences.included).unwrap_or_default(),
    };
    let changed_at = changed_at(about.updated_at, about.created_at);
    Ok(Mapped { external_id: campaign.id.0, changed_at, entity: Entity::Campaign(entity) })
}
