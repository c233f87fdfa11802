//! One page of each stream.
//!
//! The token of a page is the query of the link that Klaviyo gave with the page before; it is
//! followed as it is, but always to the stream's own path on the connection's own host.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, get_profiles and get_events.

use fermata_model::{Platform, Stream, Timestamp};
use jiff::SignedDuration;
use url::{Url, form_urlencoded};

use super::{CAPABILITY, EVENTS, Klaviyo, METRICS, PROFILES, collections, map, wire};
use crate::failure::{began_again, cursor_refused, malformed, no_stream};
use crate::http::Request;
use crate::rest::onward;
use crate::{Error, Kind, Page, Pull};

/// The token behind a page whose link to the next one leads nowhere.
const NOWHERE: &str = "?";

/// Reads one page.
pub(super) async fn pull(klaviyo: &Klaviyo, pull: &Pull) -> Result<Page, Error> {
    let collection = collections::of(pull.stream);
    let (operation, path, lane) = match (pull.stream, collection) {
        (Stream::Profiles, _) => ("get_profiles", "/api/profiles", PROFILES),
        (Stream::Sends, _) => ("get_events", "/api/events", EVENTS),
        (_, Some(found)) => (found.operation, found.path, found.lane),
        (other, None) => return Err(no_stream(Platform::Klaviyo, other)),
    };
    let query = match &pull.token {
        Some(token) if token == NOWHERE => {
            return Err(Error { kind: Kind::CursorRefused, ..names_no_page(operation) });
        }
        Some(token) => page_query(token).ok_or_else(|| cursor_refused(Platform::Klaviyo, operation))?,
        None => match collection {
            Some(found) => all_of(found, pull),
            None if pull.stream == Stream::Profiles => profiles(pull),
            None => events(pull),
        },
    };
    let request = query
        .into_iter()
        .fold(Request::get(operation, path).lane(lane), |request, (name, value)| request.query(name, value));
    let response =
        klaviyo.rest.ask(request).await.map_err(|error| began_again(error, pull.token.is_some()))?;
    let list = wire::List::read(operation, &response.body)?;
    let along = if pull.stream == Stream::Sends { metrics(klaviyo, &list).await? } else { Vec::new() };
    read(operation, pull, &list, &along)
}

/// So many metrics that did not come along are asked for with one page.
const MOST_METRICS: usize = 20;

/// Reads the metrics that events of a page name and that did not come along with it, as the schema allows: without
/// one it cannot be told what an event is.
async fn metrics(klaviyo: &Klaviyo, list: &wire::List<'_>) -> Result<Vec<String>, Error> {
    const OPERATION: &str = "get_metric";
    let included = map::Included::new(list.included.as_deref().unwrap_or_default(), &[]);
    let mut read = Vec::new();
    for id in map::metrics_missing(&list.data, &included).into_iter().take(MOST_METRICS) {
        let request = Request::get(OPERATION, format!("/api/metrics/{id}")).query("fields[metric]", "name");
        match klaviyo.rest.ask(request.lane(METRICS)).await {
            Ok(response) => read.push(map::named_metric(&id, &response.body)),
            // Its events are set aside.
            Err(error) if error.kind == Kind::Missing => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read.into_iter().flatten().collect())
}

/// What is wanted of a profile: all but `last_event_date`, which moves with every event without moving
/// `updated`, so that it would be out of date as soon as it was read.
const PROFILE: &str = "created,email,external_id,first_name,image,last_name,locale,location,organization,phone_number,\
                       properties,subscriptions,title,updated";

/// Profiles in the order of their last change.
///
/// The filter knows no or-equal, so the window is a second wider where it begins; where it ends,
/// the whole second of the end belongs to it.
fn profiles(pull: &Pull) -> Vec<(String, String)> {
    let second = SignedDuration::from_secs(1);
    let mut filter = format!("less-than(updated,{})", whole_seconds(pull.until + second));
    if let Some(since) = pull.since {
        filter = format!("greater-than(updated,{}),{filter}", whole_seconds(since - second));
    }
    pairs(&[
        ("filter", &filter),
        ("sort", "updated"),
        ("additional-fields[profile]", "subscriptions"),
        ("fields[profile]", PROFILE),
        ("page[size]", &CAPABILITY.page_size(pull).to_string()),
    ])
}

/// A whole collection.
fn all_of(collection: &collections::Collection, pull: &Pull) -> Vec<(String, String)> {
    let size = CAPABILITY.page_size(pull).to_string();
    let mut query = pairs(&[("sort", collection.sort), ("page[size]", &size)]);
    if let Some(filter) = collection.filter {
        query.extend(pairs(&[("filter", filter)]));
    }
    query
}

/// Events in the order in which they happened, with what they are and to whom.
///
/// Future events exist; the window ends at the caller's present.
fn events(pull: &Pull) -> Vec<(String, String)> {
    let until = whole_seconds(pull.until + SignedDuration::from_secs(1));
    let mut filter = format!("less-than(datetime,{until})");
    if let Some(since) = pull.since {
        filter = format!("greater-or-equal(datetime,{}),{filter}", whole_seconds(since));
    }
    pairs(&[
        ("filter", &filter),
        ("sort", "datetime"),
        ("include", "metric,profile"),
        ("fields[event]", "datetime,timestamp,event_properties"),
        ("fields[metric]", "name"),
        ("fields[profile]", "email,phone_number,external_id,first_name,last_name,location.country"),
        ("page[size]", &CAPABILITY.page_size(pull).to_string()),
    ])
}

/// Klaviyo's times have whole seconds; rounding down is undone by the second that is added where
/// a window ends.
fn whole_seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(operation: &str, pull: &Pull, list: &wire::List<'_>, along: &[String]) -> Result<Page, Error> {
    let next = match next_query(operation, list, pull.token.as_deref()) {
        // What came is kept; the next request says what is wrong.
        Err(error) if error.kind == Kind::Malformed => Some(NOWHERE.to_owned()),
        next => next?,
    };
    let changes = match pull.stream {
        Stream::Profiles => list.data.iter().map(|raw| map::profile(raw.get())).collect(),
        Stream::Sends => {
            let included = map::Included::new(list.included.as_deref().unwrap_or_default(), along);
            list.data.iter().map(|raw| map::event(raw.get(), &included)).collect()
        }
        stream => list.data.iter().map(|raw| collections::record(stream, raw.get())).collect(),
    };
    Ok(Page { changes, next, total: None })
}

/// Returns the query of the link to the next page; `None` on the last page.
///
/// Errors: [`Kind::Malformed`] if the link names no page; a circle if it
/// names the page that was asked for.
pub(super) fn next_query(
    operation: &str,
    list: &wire::List<'_>,
    asked: Option<&str>,
) -> Result<Option<String>, Error> {
    let next = list.links.as_ref().and_then(|links| links.next.as_deref()).filter(|next| !next.is_empty());
    let Some(next) = next else { return Ok(None) };
    // Links are whole URLs; one without a host is read as a path of Klaviyo's.
    let base = Url::parse("https://a.klaviyo.com/").expect("a URL");
    let url = base.join(next);
    let query = url.as_ref().ok().and_then(Url::query).filter(|query| page_query(query).is_some());
    let query = query.ok_or_else(|| names_no_page(operation))?;
    onward(Platform::Klaviyo, operation, Some(query.to_owned()), asked)
}

fn names_no_page(operation: &str) -> Error {
    malformed(Platform::Klaviyo, operation, "the link to the next page names no page")
}

/// Reads a token, which is the query of a link; `None` if it names no page.
fn page_query(token: &str) -> Option<Vec<(String, String)>> {
    let query: Vec<(String, String)> = form_urlencoded::parse(token.as_bytes()).into_owned().collect();
    query.iter().any(|(name, value)| name == "page[cursor]" && !value.is_empty()).then_some(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_the_next_page_is_followed_by_its_query_alone() {
        let next = |links: &str| {
            let body = format!(r#"{{"data":[],"links":{links}}}"#);
            next_query("get_profiles", &serde_json::from_str(&body).unwrap(), None)
                .map_err(|error| error.kind)
        };
        let query = "page%5Bcursor%5D=a%2Bb%3D&sort=updated".to_owned();
        assert_eq!(
            next(&format!(r#"{{"next":"https://a.klaviyo.com/api/profiles?{query}"}}"#)),
            Ok(Some(query.clone()))
        );
        assert_eq!(
            next(&format!(r#"{{"next":"https://elsewhere.example/x?{query}"}}"#)),
            Ok(Some(query.clone()))
        );
        assert_eq!(next(&format!(r#"{{"next":"/api/profiles?{query}"}}"#)), Ok(Some(query)));
        assert_eq!(next(r#"{"next":null}"#), Ok(None));
        assert_eq!(next("{}"), Ok(None));
        assert_eq!(next("null"), Ok(None));
        for odd in ["https://a.klaviyo.com/api/profiles", "https://", "?page%5Bcursor%5D="] {
            assert_eq!(next(&format!(r#"{{"next":"{odd}"}}"#)), Err(Kind::Malformed), "{odd}");
        }
    }

    #[test]
    fn windows_include_both_of_their_ends() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let pull = Pull {
            stream: Stream::Sends,
            since: Some(at("2026-01-01T00:00:00.5Z")),
            until: at("2026-01-02T00:00:00.25Z"),
            token: None,
            size: Some(5000),
        };
        let query = events(&pull);
        assert_eq!(
            query[0].1,
            "greater-or-equal(datetime,2026-01-01T00:00:00Z),less-than(datetime,2026-01-02T00:00:01Z)"
        );
        assert!(query.contains(&("page[size]".to_owned(), "1000".to_owned())));
        let query = profiles(&Pull { stream: Stream::Profiles, ..pull });
        assert_eq!(
            query[0].1,
            "greater-than(updated,2025-12-31T23:59:59Z),less-than(updated,2026-01-02T00:00:01Z)"
        );
    }
}
