//! Templates of paths, such as `/shipment/{id}:cancel`, and the paths that fit them.

use serde_json::json;

use super::openapi::OpenApi;

/// Tells whether a path is one of those that a template stands for.
pub(super) fn fits(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template.split('/').zip(path.split('/')).all(|(template, segment)| match hole(template) {
            Some((before, _, after)) => filling(segment, before, after).is_some(),
            None => template == segment,
        })
}

/// Returns what stands in a path where its template has a hole of this name.
pub(super) fn path_value<'a>(template: &str, path: &'a str, name: &str) -> Option<&'a str> {
    template.split('/').zip(path.split('/')).find_map(|(template, segment)| {
        let (before, _, after) = hole(template).filter(|(_, hole, _)| *hole == name)?;
        filling(segment, before, after)
    })
}

/// Takes a segment of a template apart: `{id}:cancel` has nothing before its hole and `:cancel`
/// after it.
fn hole(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn filling<'a>(segment: &'a str, before: &str, after: &str) -> Option<&'a str> {
    segment.strip_prefix(before)?.strip_suffix(after).filter(|value| !value.is_empty())
}

/// Counts what a template says literally; the more, the closer it is to a path that fits it.
pub(super) fn literal(template: &str) -> usize {
    template
        .split('/')
        .map(|segment| hole(segment).map_or(segment.len(), |(b, _, a)| b.len() + a.len()))
        .sum()
}

#[test]
fn a_literal_path_wins_over_a_template_and_a_suffix_over_none() {
    let paths = json!({ "paths": {
        "/shipment/{id}": { "get": { "operationId": "one" } },
        "/shipment/{id}:cancel": { "get": { "operationId": "cancel" } },
        "/shipment/all": { "get": { "operationId": "all" } },
    } });
    let spec = OpenApi::of(paths);
    for (path, expected) in
        [("/shipment/7", "one"), ("/shipment/7:cancel", "cancel"), ("/shipment/all", "all")]
    {
        assert_eq!(spec.operation("GET", path).unwrap().id, expected, "{path}");
    }
    assert!(spec.operation("GET", "/shipment/").is_none());
    assert_eq!(path_value("/shipment/{id}:cancel", "/shipment/7:cancel", "id"), Some("7"));
}
