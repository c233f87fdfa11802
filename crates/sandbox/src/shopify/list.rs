//! The long lists: searched, sorted, cut into pages straight from the world's tables.

use std::ops::Bound;

use apollo_compiler::resolvers::{FieldError, ResolveInfo, ResolvedValue};
use serde_json::json;

use super::errors::Refusal;
use super::filters::{Filter, Searched, judge};
use super::page::{Page, Place, Slice};
use super::search::{self, Search};
use super::view::cart::CartView;
use super::view::catalogue::{ProductView, VariantView};
use super::view::connection::{Connection, Listed, slice};
use super::view::customer::CustomerView;
use super::view::order::OrderView;
use super::view::stock::ItemView;
use super::view::{Resolved, Scene, count, flag_argument, text_argument, whole_argument};
use crate::world::{AccountId, CartId, Id, Moment, OrderId, ProductId, Row, Table, Thing, VariantId};

/// Something that has a long list of its own, kept in a table of the world.
pub(crate) trait Tabled<'w>: Listed + Searched + Copy + Sized + 'w {
    /// Its id.
    type Id: Id;
    /// Its row.
    type Row: Row + 'w;

    /// Returns its table.
    fn table(scene: &'w Scene<'w>) -> &'w Table<Self::Id, Self::Row>;
    /// Shows one, if there is one of this id that the app may see.
    fn of(scene: &'w Scene<'w>, id: Self::Id) -> Option<Self>;
    /// Returns the number of an id.
    fn number(id: Self::Id) -> u64;
    /// Finds the id of a number.
    fn id(number: u64) -> Option<Self::Id>;
    /// Returns what the fault plan may touch.
    fn thing(id: Self::Id) -> Option<Thing>;
    /// Is every row visible, so that rows need not be looked at to be counted?
    fn open(_: &Scene<'_>) -> bool {
        true
    }
}

macro_rules! tabled {
    ($($view:ident, $id:ident, $row:ident, $table:ident, $thing:expr, $show:expr;)*) => {$(
        impl<'w> Tabled<'w> for $view<'w> {
            type Id = $id;
            type Row = crate::world::$row;
            fn table(scene: &'w Scene<'w>) -> &'w Table<$id, crate::world::$row> {
                &scene.world.$table
            }
            fn of(scene: &'w Scene<'w>, id: $id) -> Option<Self> {
                let show: fn(&'w Scene<'w>, $id) -> Option<Self> = $show;
                show(scene, id)
            }
            fn number(id: $id) -> u64 {
                id.number()
            }
            fn id(number: u64) -> Option<$id> {
                $id::from_number(number)
            }
            fn thing(id: $id) -> Option<Thing> {
                let thing: fn($id) -> Option<Thing> = $thing;
                thing(id)
            }
            fn open(scene: &Scene<'_>) -> bool {
                let shared = matches!(stringify!($table), "accounts" | "orders" | "carts");
                let old = stringify!($table) != "orders" || scene.free || scene.access.allows("read_all_orders");
                old && !(shared && scene.world.storefronts.len() > 1)
            }
        }
    )*};
}

tabled! {
    CustomerView, AccountId, Account, accounts, |id| Some(Thing::Account(id)), CustomerView::of;
    OrderView, OrderId, Order, orders, |id| Some(Thing::Order(id)), OrderView::of;
    CartView, CartId, Cart, carts, |id| Some(Thing::Cart(id)), CartView::of;
    ProductView, ProductId, Product, products, |id| Some(Thing::Product(id)), ProductView::of;
    VariantView, VariantId, Variant, variants, |_| None, VariantView::of;
    ItemView, VariantId, Variant, variants, |_| None, |scene, id| VariantView::of(scene, id).map(|of| ItemView { of });
}

/// Every second there is.
const ANY: (i64, i64) = (i64::MIN, i64::MAX);

/// What a search lets through.
struct Sieve {
    search: Search,
    /// Nothing that changed after this is in the search index yet.
    indexed: Option<Moment>,
    /// First and last second of the last change that can match.
    changed: (i64, i64),
}

impl Sieve {
    fn new(scene: &Scene<'_>, info: &ResolveInfo<'_>, known: &[(&str, Filter)]) -> Self {
        let query = text_argument(info.arguments(), "query").filter(|query| !query.trim().is_empty());
        let Some(query) = query else {
            return Self { search: Search::All, indexed: None, changed: ANY };
        };
        let parsed = search::parse(&query);
        let mut warnings = Vec::new();
        let understood = parsed.understood();
        let search = parsed.pruned(&|term| judge(known, term, scene.now), &mut warnings);
        if !warnings.is_empty() {
            let key = info.field_selections().first().map_or("", |field| field.response_key().as_str());
            scene.searches.borrow_mut().push(json!({
                "path": [key], "query": query, "parsed": understood, "warnings": warnings,
            }));
        }
        let mut changed = ANY;
        for term in search.must("updated_at") {
            if let Some(span) = term.span {
                // Wide enough for customers too, who match by whole days.
                let (first, last) = span.bounds(term.op);
                let (first_day, last_day) = span.days().bounds(term.op);
                changed = (changed.0.max(first.min(first_day)), changed.1.min(last.max(last_day)));
            }
        }
        Self { search, indexed: (scene.lag > 0).then(|| scene.now.plus(-scene.lag)), changed }
    }

    /// Returns the first and the last place by change that can match.
    fn edges<I: Id>(&self) -> ((Moment, I), (Moment, I)) {
        let (first, last) = self.changed;
        ((Moment::from_second(first), I::new(0)), (Moment::from_second(last), I::new(u32::MAX)))
    }

    fn lets<T: Searched>(&self, item: &T, updated_at: Moment) -> bool {
        self.indexed.is_none_or(|indexed| updated_at <= indexed)
            && self.search.matches(&|term| item.holds(term))
    }
}

/// Rows in the order of walking.
type Walk<'w, T> = Box<dyn Iterator<Item = (<T as Tabled<'w>>::Id, &'w <T as Tabled<'w>>::Row)> + 'w>;

/// Resolves a long list as its arguments ask.
pub(crate) fn connection<'w: 'a, 'a, T: Tabled<'w>>(
    scene: &'w Scene<'w>,
    info: &ResolveInfo<'_>,
) -> Resolved<'a> {
    let slice = slice(info)?;
    let by_change = sorts_by_change(info)?;
    let reverse = flag_argument(info.arguments(), "reverse");
    let sieve = Sieve::new(scene, info, T::FILTERS);
    let page = if by_change {
        by_changes::<T>(scene, &sieve, &slice, reverse)
    } else {
        by_ids::<T>(scene, &sieve, &slice, reverse)
    }?;
    scene
        .shown
        .borrow_mut()
        .extend(page.items.iter().filter_map(|(place, _)| T::id(place.id).and_then(T::thing)));
    Ok(ResolvedValue::object(Connection::new(page, scene.doubles)))
}

/// Resolves how many a long list holds.
pub(crate) fn total<'w: 'a, 'a, T: Tabled<'w>>(scene: &'w Scene<'w>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let limit = whole_argument(info.arguments(), "limit");
    let sieve = Sieve::new(scene, info, T::COUNTED_BY);
    let table = T::table(scene);
    let many = if sieve.search == Search::All && T::open(scene) {
        table.len()
    } else {
        let most = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX - 1) + 1;
        let (first, last) = sieve.edges::<T::Id>();
        let changed: Walk<'w, T> = if sieve.changed == ANY {
            Box::new(table.iter())
        } else if first > last {
            Box::new(std::iter::empty())
        } else {
            Box::new(table.updated(first..=last))
        };
        let found = changed
            .filter(|(id, row)| T::of(scene, *id).is_some_and(|item| sieve.lets(&item, row.updated_at())));
        found.take(most).count()
    };
    Ok(count(many, limit))
}

/// Reads the sort key: by the last change or by creation, which ids follow.
pub(crate) fn sorts_by_change(info: &ResolveInfo<'_>) -> Result<bool, FieldError> {
    match text_argument(info.arguments(), "sortKey").as_deref() {
        Some("UPDATED_AT") => Ok(true),
        None
        | Some(
            "ID" | "CREATED_AT" | "PROCESSED_AT" | "CHECKOUT_ID" | "ORDER_NUMBER" | "PUBLISHED_AT"
            | "RELEVANCE",
        ) => Ok(false),
        Some(other) => {
            Err(Refusal::bad_request(&format!("The practice store cannot sort by {other}.")).into())
        }
    }
}

fn by_ids<'w, T: Tabled<'w>>(
    scene: &'w Scene<'w>,
    sieve: &Sieve,
    slice: &Slice,
    reverse: bool,
) -> Result<Page<T>, Refusal> {
    let table = T::table(scene);
    let place = |cursor: &Option<String>| -> Result<Option<T::Id>, Refusal> {
        cursor.as_deref().map(|cursor| known::<T>(Place::read(cursor, false)?)).transpose()
    };
    let (after, before) = (place(&slice.after)?, place(&slice.before)?);
    // The way of walking: along the list for `first`, against it for `last`.
    let up = reverse == slice.from_end;
    let (from, to) = if slice.from_end { (before, after) } else { (after, before) };
    let walk: Walk<'w, T> = if up {
        Box::new(table.after(from).take_while(move |(id, _)| to.is_none_or(|to| *id < to)))
    } else {
        Box::new(table.before(from).take_while(move |(id, _)| to.is_none_or(|to| *id > to)))
    };
    Ok(collect(scene, sieve, slice, walk, |id, _| Place { id: T::number(id), at: None }))
}

fn by_changes<'w, T: Tabled<'w>>(
    scene: &'w Scene<'w>,
    sieve: &Sieve,
    slice: &Slice,
    reverse: bool,
) -> Result<Page<T>, Refusal> {
    let table = T::table(scene);
    let place = |cursor: &Option<String>| -> Result<Option<(Moment, T::Id)>, Refusal> {
        let Some(cursor) = cursor.as_deref() else { return Ok(None) };
        let place = Place::read(cursor, true)?;
        Ok(Some((place.at.unwrap_or(Moment::from_second(0)), known::<T>(place)?)))
    };
    let (after, before) = (place(&slice.after)?, place(&slice.before)?);
    let (low, high) = if reverse { (before, after) } else { (after, before) };
    let (first, last) = sieve.edges::<T::Id>();
    let low = low.map_or(Bound::Included(first), |low| {
        if low < first { Bound::Included(first) } else { Bound::Excluded(low) }
    });
    let high = high.map_or(Bound::Included(last), |high| {
        if high > last { Bound::Included(last) } else { Bound::Excluded(high) }
    });
    if empty(low, high) {
        return Ok(Page { items: Vec::new(), more: false, earlier: slice.after.is_some() });
    }
    let range = table.updated((low, high));
    let up = reverse == slice.from_end;
    let walk: Walk<'w, T> = if up { Box::new(range) } else { Box::new(range.rev()) };
    Ok(collect(scene, sieve, slice, walk, |id, row: &T::Row| Place {
        id: T::number(id),
        at: Some(row.updated_at()),
    }))
}

fn known<'w, T: Tabled<'w>>(place: Place) -> Result<T::Id, Refusal> {
    T::id(place.id).ok_or_else(|| Refusal::bad_request("Invalid cursor for current pagination sort."))
}

fn empty<P: Ord>(low: Bound<P>, high: Bound<P>) -> bool {
    match (low, high) {
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => {
            low >= high
        }
        _ => false,
    }
}

fn collect<'w, T: Tabled<'w>>(
    scene: &'w Scene<'w>,
    sieve: &Sieve,
    slice: &Slice,
    walk: Walk<'w, T>,
    place: impl Fn(T::Id, &T::Row) -> Place,
) -> Page<T> {
    let mut items: Vec<(Place, T)> = walk
        .filter_map(|(id, row)| {
            let item = T::of(scene, id)?;
            sieve.lets(&item, row.updated_at()).then(|| (place(id, row), item))
        })
        .take(slice.many + 1)
        .collect();
    let further = items.len() > slice.many;
    items.truncate(slice.many);
    if slice.from_end {
        items.reverse();
        Page { items, more: slice.before.is_some(), earlier: further }
    } else {
        Page { items, more: further, earlier: slice.after.is_some() }
    }
}

/// Resolves a list that is short enough to be held whole, but is searched like the long ones.
pub(crate) fn short<'w: 'a, 'a, T: Listed + Searched + Copy + 'a>(
    scene: &'w Scene<'w>,
    info: &ResolveInfo<'_>,
    all: Vec<(u64, T)>,
) -> Resolved<'a> {
    let sieve = Sieve::new(scene, info, T::FILTERS);
    let found = all.into_iter().filter(|(_, item)| sieve.lets(item, Moment::from_second(0))).collect();
    Connection::of(info, found)
}

/// Resolves how many a short list holds.
pub(crate) fn short_total<'a, T: Searched>(
    scene: &Scene<'_>,
    info: &ResolveInfo<'_>,
    all: &[T],
) -> Resolved<'a> {
    let sieve = Sieve::new(scene, info, T::COUNTED_BY);
    let many = all.iter().filter(|item: &&T| sieve.lets::<T>(item, Moment::from_second(0))).count();
    Ok(count(many, Some(whole_argument(info.arguments(), "limit").unwrap_or(10_000))))
}
