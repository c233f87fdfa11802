//! Connections: nodes, edges and the page they lie on.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::{Resolved, flag, forgotten, maybe, text, text_argument, whole_argument};
use crate::shopify::page::{self, Page, Place, Slice};

/// An object that appears in lists.
pub(crate) trait Listed: ObjectValue {
    /// Name of its connection type.
    const CONNECTION: &'static str;
    /// Name of its edge type.
    const EDGE: &'static str;
}

/// One page of a list.
pub(crate) struct Connection<T> {
    page: Page<T>,
    end: Option<Place>,
}

impl<T: Listed + Copy> Connection<T> {
    /// Shows a page; `back` makes its last cursor lead back by one record.
    pub(crate) fn new(page: Page<T>, back: bool) -> Self {
        let last = page.items.len().checked_sub(if back && page.items.len() > 1 { 2 } else { 1 });
        let end = last.map(|last| page.items[last].0);
        Self { page, end }
    }

    /// Shows a page of a short list that is held whole, as the field's arguments ask.
    pub(crate) fn of<'a>(info: &ResolveInfo<'_>, mut all: Vec<(u64, T)>) -> Resolved<'a>
    where
        T: 'a,
    {
        if super::flag_argument(info.arguments(), "reverse") {
            all.reverse();
        }
        let page = page::cut(all, &slice(info)?)?;
        Ok(ResolvedValue::object(Self::new(page, false)))
    }
}

/// Reads the slice that a connection field asks for.
pub(crate) fn slice(info: &ResolveInfo<'_>) -> Result<Slice, FieldError> {
    let arguments = info.arguments();
    Ok(Slice::new(
        whole_argument(arguments, "first"),
        whole_argument(arguments, "last"),
        text_argument(arguments, "after"),
        text_argument(arguments, "before"),
    )?)
}

impl<T: Listed + Copy> ObjectValue for Connection<T> {
    fn type_name(&self) -> &str {
        T::CONNECTION
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "nodes" => Ok(ResolvedValue::list(
                self.page.items.iter().map(|(_, item)| ResolvedValue::object(Shared(item))),
            )),
            "edges" => Ok(ResolvedValue::list(
                self.page
                    .items
                    .iter()
                    .map(|(place, item)| ResolvedValue::object(Edge { place: *place, item })),
            )),
            "pageInfo" => Ok(ResolvedValue::object(PageInfo {
                next: self.page.more,
                previous: self.page.earlier,
                start: self.page.items.first().map(|(place, _)| place.cursor()),
                end: self.end.map(Place::cursor),
            })),
            _ => forgotten(self, info),
        }
    }
}

/// An object of a page, lent to the executor.
struct Shared<'p, T>(&'p T);

impl<T: ObjectValue> ObjectValue for Shared<'_, T> {
    fn type_name(&self) -> &str {
        self.0.type_name()
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.0.resolve_field(info)
    }
}

struct Edge<'p, T> {
    place: Place,
    item: &'p T,
}

impl<T: Listed> ObjectValue for Edge<'_, T> {
    fn type_name(&self) -> &str {
        T::EDGE
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "cursor" => Ok(text(&self.place.cursor())),
            "node" => Ok(ResolvedValue::object(Shared(self.item))),
            _ => forgotten(self, info),
        }
    }
}

struct PageInfo {
    next: bool,
    previous: bool,
    start: Option<String>,
    end: Option<String>,
}

impl ObjectValue for PageInfo {
    fn type_name(&self) -> &str {
        "PageInfo"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "hasNextPage" => Ok(flag(self.next)),
            "hasPreviousPage" => Ok(flag(self.previous)),
            "startCursor" => Ok(maybe(self.start.as_deref())),
            "endCursor" => Ok(maybe(self.end.as_deref())),
            _ => forgotten(self, info),
        }
    }
}
