//! One block of a campaign says something else.
//!
//! The blocks that can be changed from outside are those that Klaviyo calls universal content:
//! made once, and shown in every message that holds them. Klaviyo does not tell which messages
//! those are. A block of text or HTML keeps its look; its words are replaced.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, get_universal_content and
//! update_universal_content.

use fermata_model::{Action, Frozen, Platform, Receipt};
use serde_json::json;

use super::super::{CONTENT, Klaviyo, wire};
use super::campaign::{Stage, read as read_campaign};
use super::{Draft, UPDATE_BLOCK, document, gone, impossible, is_plain, receipt};
use crate::failure::no_action;
use crate::http::{Method, Request};
use crate::{Error, Found, Kind};

type Block = wire::Collected<wire::BlockAttributes>;

/// Builds the request that changes the block.
pub(super) async fn draft(klaviyo: &Klaviyo, action: &Action) -> Result<Draft, Error> {
    let Action::CampaignBlock { campaign, block, html } = action else {
        return Err(no_action(Platform::Klaviyo, action));
    };
    let target =
        read_campaign(klaviyo, campaign).await.map_err(|error| gone(error, UPDATE_BLOCK, campaign))?;
    if !matches!(Stage::of(&target.attributes.status), Stage::Draft | Stage::Waiting) {
        let status = target.attributes.status;
        let why =
            format!("{} is \"{status}\" in Klaviyo, so it can no longer say anything else.", campaign.label);
        return Err(impossible(UPDATE_BLOCK, why));
    }
    let held = read(klaviyo, block).await.map_err(|error| match error.kind {
        Kind::Missing if !error.may_pass => impossible(UPDATE_BLOCK, "The block is no longer in Klaviyo.")
            .with_hint("Only blocks that are saved as universal content can be changed."),
        _ => error,
    })?;
    let Some(before) = content(&held) else {
        return Err(impossible(UPDATE_BLOCK, "The block is neither text nor HTML, so it cannot be changed."));
    };
    if before == html {
        return Err(impossible(UPDATE_BLOCK, "The block says that already."));
    }
    let undo =
        Action::CampaignBlock { campaign: campaign.clone(), block: block.clone(), html: before.to_owned() };
    let mut definition = held.attributes.definition.clone();
    definition["data"]["content"] = json!(html);
    let data = json!({
        "type": "template-universal-content", "id": block, "attributes": { "definition": definition },
    });
    Ok(Draft {
        operation: UPDATE_BLOCK,
        method: Method::PATCH,
        path: path(block),
        body: json!({ "data": data }).to_string(),
        undo: Some(undo),
    })
}

/// Reads the answer, which is the block as it is now.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    document(UPDATE_BLOCK, body).ok().and_then(|held| done(frozen, &held))
}

/// Looks at the block.
pub(super) async fn find(klaviyo: &Klaviyo, frozen: &Frozen) -> Result<Found, Error> {
    let Action::CampaignBlock { block, .. } = &frozen.action else {
        return Err(no_action(Platform::Klaviyo, &frozen.action));
    };
    let held = read(klaviyo, block).await?;
    Ok(done(frozen, &held).map_or(Found::No, Found::Yes))
}

fn done(frozen: &Frozen, held: &Block) -> Option<Receipt> {
    let Action::CampaignBlock { block, html, .. } = &frozen.action else { return None };
    let at = held.attributes.updated.map_or(frozen.at, |moment| moment.0);
    (content(held)? == html).then(|| receipt(block, at))
}

/// Returns what a block says, if it is made of words.
fn content(block: &Block) -> Option<&str> {
    let definition = &block.attributes.definition;
    let words = matches!(definition["type"].as_str(), Some("text" | "html"));
    definition["data"]["content"].as_str().filter(|_| words)
}

async fn read(klaviyo: &Klaviyo, block: &str) -> Result<Block, Error> {
    const OPERATION: &str = "get_universal_content";
    if !is_plain(block) {
        return Err(impossible(OPERATION, format!("\"{block}\" is not an id of a block in Klaviyo.")));
    }
    document(OPERATION, &klaviyo.rest.ask(Request::get(OPERATION, path(block)).lane(CONTENT)).await?.body)
}

fn path(block: &str) -> String {
    format!("/api/template-universal-content/{block}")
}
