//! What is done at marketing platforms.

use fermata_model::{Action, ActionKind, Entity, Stream};

use super::{named, target};
use crate::behaviour::stage::{Stage, key};

fn reachable(entity: &Entity) -> bool {
    matches!(entity, Entity::Person(person)
        if !person.who.emails.is_empty() && person.suppressed == Some(false)
            && person.accepts_marketing == Some(true))
}

/// On the newsletter's list are all who gave consent.
fn almost_empty(entity: &Entity) -> bool {
    matches!(entity, Entity::Audience(list) if list.name != "Newsletter")
}

pub(super) async fn action(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    match kind {
        ActionKind::CampaignHold | ActionKind::CampaignRelease | ActionKind::CampaignBlock => {
            on_campaign(stage, kind, nth).await
        }
        _ => on_profile(stage, kind, nth).await,
    }
}

async fn on_profile(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let profile = named(&target(stage, Stream::Profiles, nth, reachable).await);
    match kind {
        ActionKind::MarketingHold => Action::MarketingHold { profile },
        ActionKind::MarketingRelease => {
            let hold = Action::MarketingHold { profile: profile.clone() };
            stage.done(&hold, key(999)).await;
            Action::MarketingRelease { profile }
        }
        ActionKind::MarketingFollowUp => Action::MarketingFollowUp {
            profile,
            concern: "whether it runs small".to_owned(),
            item: "Linen shirt".to_owned(),
            link: None,
        },
        ActionKind::ProfileSet => Action::ProfileSet {
            profile,
            property: "fermata_segment".to_owned(),
            value: Some(format!("loyal since {nth}")),
        },
        ActionKind::EventTrack => Action::EventTrack {
            profile,
            metric: "Parcel was late".to_owned(),
            properties: vec![("days".to_owned(), "3".to_owned())],
        },
        ActionKind::StockNotice => {
            let number = stage.practice.world(|world| world.variants.iter().next().unwrap().0.number());
            Action::StockNotice { profile, variant: format!("$shopify:::$default:::{number}") }
        }
        _ => {
            let list = target(stage, Stream::Lists, nth, almost_empty).await.external_id;
            if kind == ActionKind::ListAdd {
                return Action::ListAdd { profile, list };
            }
            stage.done(&Action::ListAdd { profile: profile.clone(), list: list.clone() }, key(998)).await;
            Action::ListRemove { profile, list }
        }
    }
}

async fn on_campaign(stage: &Stage, kind: ActionKind, nth: usize) -> Action {
    let campaign = target(stage, Stream::Campaigns, nth, |entity| {
        matches!(entity, Entity::Campaign(campaign)
            if campaign.sent_at.is_none() && campaign.scheduled_at.is_some())
    });
    let campaign = named(&campaign.await);
    if kind == ActionKind::CampaignHold {
        return Action::CampaignHold { campaign };
    }
    if kind == ActionKind::CampaignRelease {
        stage.done(&Action::CampaignHold { campaign: campaign.clone() }, key(997)).await;
        return Action::CampaignRelease { campaign };
    }
    Action::CampaignBlock {
        campaign,
        // The practice store's banner.
        block: "01JPRACT1CEB0000000000HTML".to_owned(),
        html: format!("<p>Parcels are {nth} days late this week; we are sorry.</p>"),
    }
}
