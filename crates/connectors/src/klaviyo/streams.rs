//! One page of each stream.
//!
//! The token of a page is the query of the link that Klaviyo gave with the page before; it is
//! followed as it is, but always to the stream's own path on the connection's own host.
//!
//! Source: the vendor's OpenAPI, revision 2026-07-15, get_profiles and get_events.

use fermata_model::{Platform, Stream, Timestamp};
use jiff::SignedDuration;
use url::{Url, form_urlencoded};

use super::errors::{circle, malformed};
use super::{Klaviyo, PROFILES, map, wire};
use crate::http::Request;
use crate::reading::why;
use crate::{Error, Kind, Page, Pull};

/// Reads one page.
pub(super) async fn pull(klaviyo: &Klaviyo, pull: &Pull) -> Result<Page, Error> {
    let (operation, path, lane) = match pull.stream {
        Stream::Profiles => ("get_profiles", "/api/profiles", PROFILES),
        Stream::Sends => ("get_events", "/api/events", super::EVENTS),
        other => {
            let message = format!("Klaviyo has no {other}.");
            return Err(Error::new(Platform::Klaviyo, "pull", Kind::Unsupported, message));
        }
    };
    let query = match &pull.token {
        Some(token) => page_query(token).ok_or_else(|| cursor_refused(operation))?,
        None if pull.stream == Stream::Profiles => profiles(pull),
        None => events(pull),
    };
    let request = query
        .into_iter()
        .fold(Request::get(operation, path).lane(lane), |request, (name, value)| request.query(name, value));
    let response = klaviyo.ask(request).await.map_err(|error| began_again(error, pull.token.is_some()))?;
    read(operation, pull, &response.body)
}

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
        ("page[size]", &size(pull)),
    ])
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
        ("page[size]", &size(pull)),
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

fn size(pull: &Pull) -> String {
    let most = super::CAPABILITY.stream(pull.stream).map_or(100, |stream| stream.page_size);
    pull.size.map_or(most, |wanted| wanted.clamp(1, most)).to_string()
}

fn read(operation: &str, pull: &Pull, body: &str) -> Result<Page, Error> {
    let list: wire::List<'_> =
        serde_json::from_str(body).map_err(|error| malformed(operation, why(&error)))?;
    let next = next_query(&list).map_err(|what| malformed(operation, what))?;
    if next.is_some() && next == pull.token {
        return Err(circle(operation));
    }
    let changes = if pull.stream == Stream::Profiles {
        list.data.iter().map(|raw| map::profile(raw.get())).collect()
    } else {
        let included = map::Included::new(list.included);
        list.data.iter().map(|raw| map::event(raw.get(), &included)).collect()
    };
    Ok(Page { changes, next, total: None })
}

/// Returns the query of the link to the next page; `None` on the last page.
pub(super) fn next_query(list: &wire::List<'_>) -> Result<Option<String>, &'static str> {
    let next = list.links.as_ref().and_then(|links| links.next.as_deref()).filter(|next| !next.is_empty());
    let Some(next) = next else { return Ok(None) };
    // Links are whole URLs; one without a host is read as a path of Klaviyo's.
    let base = Url::parse("https://a.klaviyo.com/").expect("a URL");
    let url = base.join(next).map_err(|_| "the link to the next page is not a URL")?;
    match url.query() {
        Some(query) if page_query(query).is_some() => Ok(Some(query.to_owned())),
        _ => Err("the link to the next page names no page"),
    }
}

/// Reads a token, which is the query of a link; `None` if it names no page.
fn page_query(token: &str) -> Option<Vec<(String, String)>> {
    let query: Vec<(String, String)> = form_urlencoded::parse(token.as_bytes()).into_owned().collect();
    query.iter().any(|(name, value)| name == "page[cursor]" && !value.is_empty()).then_some(query)
}

/// Turns the refusal of a page that was asked for by its cursor into the order to begin again.
fn began_again(error: Error, by_cursor: bool) -> Error {
    if by_cursor && matches!(error.kind, Kind::Rejected | Kind::Missing) {
        return Error { request_id: error.request_id, ..cursor_refused(&error.operation) };
    }
    error
}

fn cursor_refused(operation: &str) -> Error {
    Error::new(
        Platform::Klaviyo,
        operation,
        Kind::CursorRefused,
        "Klaviyo no longer knows the page that was asked for; reading begins again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_the_next_page_is_followed_by_its_query_alone() {
        let next = |links: &str| {
            let body = format!(r#"{{"data":[],"links":{links}}}"#);
            next_query(&serde_json::from_str(&body).unwrap())
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
        assert!(next(r#"{"next":"https://a.klaviyo.com/api/profiles"}"#).is_err());
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
