//! Campaigns: one for every newsletter, those that went out and those that are planned; and stopping or scheduling
//! them.
//!
//! A campaign that is reverted is a draft and keeps the time in its strategy; one that is scheduled again takes a few
//! seconds to be so. What was cancelled stays cancelled, and what has left cannot be stopped.

use serde_json::{Value, json};

use super::{Asked, bodies, collections, errors, ids, lists, one, records, settled};
use crate::vendor::{Call, Reply};
use crate::world::{Moment, Plan, Standing, World};

/// One campaign.
struct Campaign<'w> {
    place: u16,
    subject: &'w str,
    day: Moment,
    went_out: bool,
    standing: Option<Standing>,
}

fn all(world: &World) -> impl Iterator<Item = Campaign<'_>> {
    let past = (0_u16..).zip(&world.newsletters);
    let past = past.map(|(place, row)| (place, &*row.subject, row.sent_at, row.went_out));
    let planned = world.planned_newsletters().map(|(place, subject, day)| (place, subject, day, false));
    past.chain(planned).map(|(place, subject, day, went_out)| {
        let standing = world.newsletter_plans.get(&place).copied();
        Campaign { place, subject, day, went_out, standing }
    })
}

impl Campaign<'_> {
    fn id(&self) -> String {
        ids::short('C', self.place)
    }

    fn status(&self, now: Moment) -> &'static str {
        match self.standing {
            _ if self.went_out => "Sent",
            Some(Standing { plan: Plan::Held, .. }) => "Draft",
            Some(Standing { plan: Plan::Cancelled, .. }) => "Cancelled",
            Some(Standing { plan: Plan::Goes, at }) if !settled(at, now) => "Preparing to schedule",
            _ => "Scheduled",
        }
    }

    fn show(&self, asked: &Asked<'_>, call: &Call<'_>) -> Value {
        let made = call.world.newsletter_planned_at(self.day);
        let decided = self.standing.map_or(made, |standing| standing.at.max(made));
        let updated = if self.went_out { self.day.max(decided) } else { decided };
        let status = self.status(call.now);
        let leaves = (status != "Draft").then(|| records::time(self.day));
        let attributes = json!({
            "name": self.subject,
            "status": status,
            "archived": false,
            "audiences": {"included": [lists::newsletter()], "excluded": []},
            "send_options": {"use_smart_sending": true},
            "tracking_options": {"is_tracking_clicks": true, "is_tracking_opens": true},
            "send_strategy": {
                "method": "static", "datetime": records::time(self.day), "options": {"is_local": false},
            },
            "created_at": records::time(made),
            "scheduled_at": leaves.as_ref().map(|_| records::time(decided)),
            "updated_at": records::time(updated),
            "send_time": leaves,
        });
        records::resource(&asked.request.base_url, "campaign", "campaigns", &self.id(), attributes)
    }

    fn job(&self, asked: &Asked<'_>, now: Moment) -> Value {
        let status = match self.status(now) {
            "Draft" | "Cancelled" => "cancelled",
            "Preparing to schedule" => "processing",
            "Scheduled" => "queued",
            _ => "complete",
        };
        let base = &asked.request.base_url;
        let attributes = json!({ "status": status });
        records::resource(base, "campaign-send-job", "campaign-send-jobs", &self.id(), attributes)
    }
}

fn known<'w>(world: &'w World, id: &str) -> Result<Campaign<'w>, Reply> {
    all(world)
        .find(|campaign| campaign.id() == id)
        .ok_or_else(|| errors::not_found(&format!("A campaign with id {id} does not exist.")))
}

/// `GET /api/campaigns`; the channel must be named, and only mail goes out from here.
pub(super) fn list(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    if !asked.query.filters.iter().any(|clause| clause.field == "messages.channel") {
        let detail = "A channel filter is required: equals(messages.channel,'email').";
        return Err(errors::bad_query("filter", detail));
    }
    let campaigns = all(call.world).map(|campaign| campaign.show(asked, call)).collect();
    Ok(collections::serve(asked, campaigns))
}

/// `GET /api/campaigns/{id}`
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(one(200, asked, known(call.world, asked.id)?.show(asked, call)))
}

/// `GET /api/campaign-send-jobs/{id}`; a job has the id of its campaign.
pub(super) fn job(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(one(200, asked, known(call.world, asked.id)?.job(asked, call.now)))
}

/// `PATCH /api/campaign-send-jobs/{id}`: back among the drafts, or off for good.
pub(super) fn stop(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = super::body(asked, &bodies::STOP_CAMPAIGN, 100_000)?;
    if body["data"]["id"] != asked.id {
        return Err(errors::bad_body("/data/id", "The id does not match the one in the path."));
    }
    let campaign = known(call.world, asked.id)?;
    let status = campaign.status(call.now);
    if !matches!(status, "Scheduled" | "Preparing to schedule") {
        let detail = format!("The campaign is not scheduled or sending; its status is {status}.");
        return Err(errors::bad_body("/data/id", &detail));
    }
    let (place, id) = (campaign.place, campaign.id());
    let revert = body["data"]["attributes"]["action"] == "revert";
    let (plan, word) =
        if revert { (Plan::Held, "campaign.hold") } else { (Plan::Cancelled, "campaign.cancel") };
    call.world.newsletter_plans.insert(place, Standing { plan, at: call.now });
    call.applied(word, id, None, None);
    Ok(Reply::empty(204))
}

/// `POST /api/campaign-send-jobs`: a draft goes out at the time in its strategy.
pub(super) fn send(asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = super::body(asked, &bodies::SEND_CAMPAIGN, 100_000)?;
    let campaign = known(call.world, body["data"]["id"].as_str().unwrap_or_default())?;
    let status = campaign.status(call.now);
    if status != "Draft" {
        let detail = format!("The campaign cannot be sent; its status is {status}.");
        return Err(errors::bad_body("/data/id", &detail));
    }
    if campaign.day <= call.now {
        return Err(errors::bad_body("/data/id", "The time to send at has passed."));
    }
    let (place, id) = (campaign.place, campaign.id());
    call.world.newsletter_plans.insert(place, Standing { plan: Plan::Goes, at: call.now });
    let job = known(call.world, &id)?.job(asked, call.now);
    call.applied("campaign.release", id, None, None);
    Ok(one(202, asked, job))
}
