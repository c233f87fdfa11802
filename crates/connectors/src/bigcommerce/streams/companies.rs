//! Companies, from B2B Edition, which is a host of its own.
//!
//! A company does not say who buys for it, and its time of change does not move when somebody comes or
//! goes. So that members are never out of date, every pass reads all companies, the newest first, and with
//! the first of them all buyers: as many requests as both lists have pages. The vendor can list the buyers of
//! one company only, which would cost a request for each.
//!
//! A company has a price list of its own only in older stores; in others it has that of its customer group, which the
//! store itself tells. So one list more is read, for all of them.

use std::collections::HashMap;

use fermata_model::{Platform, Stream, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::MOST_IDS;
use crate::bigcommerce::{Bigcommerce, CAPABILITY, map, page, wire};
use crate::failure::{circle, malformed};
use crate::http::Request;
use crate::reading::why;
use crate::rest::{token, written};
use crate::{Error, Ids, Kind, Page, Pull};

const COMPANIES: &str = "get-companies";
const BUYERS: &str = "companies_users_list";
const ASSIGNED: &str = "getListOfPriceListAssignments";

/// Who buys for which company, and by which prices, as one pass found it.
pub(in crate::bigcommerce) struct Trade {
    /// The present of the pass.
    until: Timestamp,
    /// Numbers of customers by that of their company.
    buyers: HashMap<String, Vec<String>>,
    /// Numbers of price lists by that of their customer group.
    lists: HashMap<String, String>,
}

/// Where a pass stands, from the newest company down.
///
/// Whatever changes meanwhile moves to the front and is left to the next pass, but it moves everything behind
/// it. So the next page is asked for by the time of the last company seen, as long as time goes back; only
/// where a whole page is of one second are records skipped.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    /// Ask only for what changed up to this instant.
    before: Option<Timestamp>,
    /// How many records of that are behind us.
    skip: u64,
    size: u32,
}

impl Place {
    fn onward(&self, listed: &Listed) -> Option<Self> {
        if !listed.more {
            return None;
        }
        let times: Vec<Timestamp> = listed.records.iter().filter_map(|raw| changed(raw)).collect();
        let told = times.len() == listed.records.len();
        let sorted = told && times.is_sorted_by(|later, earlier| later >= earlier);
        // Whether the vendor's "latest" belongs to the window is not told: a second more holds in both cases.
        let reached = times.last().filter(|_| sorted).map(|last| last.as_second() + 1);
        let reached = reached.and_then(|second| Timestamp::from_second(second).ok());
        Some(match reached.filter(|at| self.before.is_none_or(|before| *at < before)) {
            Some(at) => Self { before: Some(at), skip: 0, size: self.size },
            None => Self { skip: self.skip + listed.count(), ..*self },
        })
    }
}

fn changed(raw: &str) -> Option<Timestamp> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Changed {
        #[serde(default)]
        updated_at: wire::Second,
    }
    serde_json::from_str::<Changed>(raw).ok()?.updated_at.0
}

/// Asks for one company: whether this store has any part in B2B Edition.
pub(in crate::bigcommerce) fn one() -> Request {
    Request::get(COMPANIES, "/companies").query("limit", "1")
}

/// Reads a page of companies.
///
/// Errors: [`Kind::NotOffered`](crate::Kind::NotOffered) if the store has no B2B Edition, or the token does not
/// open it.
pub(super) async fn pull(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let (listed, next) = listed(store, pull, CAPABILITY.page_size(pull)).await?;
    let mut kept = store.trade.lock().await;
    let is_known = pull.token.is_some() && kept.as_ref().is_some_and(|trade| trade.until == pull.until);
    if !is_known && !listed.records.is_empty() {
        let (buyers, lists) = (buyers(store, pull).await?, lists(store).await?);
        *kept = Some(Trade { until: pull.until, buyers, lists });
    }
    let mut changes = Vec::new();
    for raw in &listed.records {
        let id = number(raw);
        let trade = kept.as_ref();
        let members = id.as_ref().and_then(|id| trade?.buyers.get(id)).cloned().unwrap_or_default();
        let group_list = group(raw).and_then(|group| trade?.lists.get(&group)).cloned();
        let company: &RawValue = serde_json::from_str(raw).expect("it was a value a line above");
        changes.push(map::record(
            Stream::Companies,
            &written(&wire::Whole { id, company, members, group_list }),
        )?);
    }
    if next.is_none() {
        *kept = None;
    }
    Ok(Page { changes, next, total: None })
}

/// Reads a page of the numbers of companies, which needs nobody's buyers.
pub(super) async fn ids(store: &Bigcommerce, pull: &Pull, most: u32) -> Result<Ids, Error> {
    let (listed, next) = listed(store, pull, most).await?;
    Ok(Ids { ids: listed.records.iter().filter_map(|raw| number(raw)).collect(), next })
}

fn number(raw: &str) -> Option<String> {
    serde_json::from_str::<wire::CompanyNamed>(raw).ok()?.number()
}

fn group(raw: &str) -> Option<String> {
    map::numbered(serde_json::from_str::<wire::Company>(raw).ok()?.bc_group_id.0)
}

async fn listed(store: &Bigcommerce, pull: &Pull, size: u32) -> Result<(Listed, Option<String>), Error> {
    let begin = || Place { before: None, skip: 0, size };
    let place = token(Platform::Bigcommerce, COMPANIES, pull)?.unwrap_or_else(begin);
    let request = Request::get(COMPANIES, "/companies").query("sortBy", "updatedAt").query("orderBy", "DESC");
    let request = match place.before {
        Some(before) => request.query("maxModified", before.as_second().to_string()),
        None => request,
    };
    let listed = list(store, request, place.skip, place.size).await?;
    let next = place.onward(&listed).as_ref().map(written);
    Ok((listed, next))
}

/// Reads everybody who buys for a company.
async fn buyers(store: &Bigcommerce, pull: &Pull) -> Result<HashMap<String, Vec<String>>, Error> {
    let size = CAPABILITY.page_size(pull);
    let mut by_company: HashMap<String, Vec<String>> = HashMap::new();
    let (mut skip, mut before) = (0, Vec::new());
    loop {
        let listed = list(store, Request::get(BUYERS, "/users"), skip, size).await?;
        if listed.more && listed.records == before {
            return Err(circle(Platform::Bigcommerce, BUYERS));
        }
        for raw in &listed.records {
            // One that names no company or no customer cannot be anybody's member.
            let Ok(buyer) = serde_json::from_str::<wire::Buyer>(raw) else { continue };
            let (company, customer) = (map::numbered(buyer.company_id.0), map::numbered(buyer.customer_id.0));
            if let (Some(company), Some(customer)) = (company, customer) {
                by_company.entry(company).or_default().push(customer);
            }
        }
        if !listed.more {
            break;
        }
        skip += listed.count();
        before = listed.records;
    }
    for members in by_company.values_mut() {
        // By their numbers, whatever the order of the list, so that the same people are the same record.
        members.sort_unstable_by(|one, next| (one.len(), one).cmp(&(next.len(), next)));
        members.dedup();
    }
    Ok(by_company)
}

/// Reads which price list holds for which customer group; the first of them, where each storefront has another.
///
/// Without the permission nobody knows, and nothing is said.
async fn lists(store: &Bigcommerce) -> Result<HashMap<String, String>, Error> {
    let request = Request::get(ASSIGNED, "/v3/pricelists/assignments");
    let found = match page::texts(store, request, MOST_IDS).await {
        Err(error) if matches!(error.kind, Kind::Forbidden | Kind::Missing) => Vec::new(),
        found => found?,
    };
    let mut lists = HashMap::new();
    for assigned in found.iter().filter_map(|raw| serde_json::from_str::<wire::Assignment>(raw).ok()) {
        let group = map::numbered(assigned.customer_group_id.0);
        if let Some((group, list)) = group.zip(map::numbered(assigned.price_list_id.0)) {
            lists.entry(group).or_insert(list);
        }
    }
    Ok(lists)
}

/// Part of a list.
struct Listed {
    /// The text of each record.
    records: Vec<String>,
    /// Whether there may be more behind them.
    more: bool,
}

impl Listed {
    fn count(&self) -> u64 {
        self.records.len() as u64
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    meta: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default)]
    pagination: Pagination,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Pagination {
    offset: Option<u64>,
    total_count: Option<u64>,
}

/// Asks for the records behind the first `skip` of a list, at most `size`.
///
/// The total that is told is believed where it says that there is more, never where it says that a full page is
/// the last; and not at all where it speaks of other records than those that were asked for.
///
/// Errors: [`Kind::Malformed`](crate::Kind::Malformed) besides those of the door; [`circle`] if the list gives full
/// pages that are not the ones asked for.
async fn list(store: &Bigcommerce, request: Request, skip: u64, size: u32) -> Result<Listed, Error> {
    let operation = request.operation.clone();
    let request = request.query("limit", size.to_string()).query("offset", skip.to_string());
    let answer = store.ask_b2b(request).await?;
    let Body { data, meta } = serde_json::from_str(&answer.body)
        .map_err(|error| malformed(Platform::Bigcommerce, &*operation, why(&error)))?;
    let meta: Meta = meta.and_then(|meta| serde_json::from_str(meta.get()).ok()).unwrap_or_default();
    let count = data.len() as u64;
    let is_full = count >= u64::from(size);
    let is_this = meta.pagination.offset.is_none_or(|offset| offset == skip);
    if is_full && skip > 0 && !is_this {
        return Err(circle(Platform::Bigcommerce, operation));
    }
    let is_said = is_this && meta.pagination.total_count.is_some_and(|total| skip + count < total);
    let records = data.into_iter().map(|raw| raw.get().to_owned()).collect();
    Ok(Listed { records, more: count > 0 && (is_full || is_said) })
}
