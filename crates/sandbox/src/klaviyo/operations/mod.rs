//! What the twin serves: one literal per operation with its limits, scopes and everything its query may say, about
//! people ([`people`]) or about what is sent to them and what came of it ([`mail`]).
//!
//! Source: klaviyo/openapi, stable revision 2026-07-15 (`x-klaviyo-ratelimit`, `x-klaviyo-scopes`,
//! `x-klaviyo-filters` and the parameters of each operation). Where sheet and specification differ on a number the
//! lower one stands. Parameters for records that the twin never includes are refused though the vendor takes them.

mod mail;
mod people;

use super::filter::Filterable;
use super::filter::Kind::Text;
use super::filter::Operator::{Any, Equals};
use crate::rest;

/// One served operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) burst: u32,
    pub(super) steady: u32,
    pub(super) scopes: &'static [&'static str],
    /// Default and largest page, where the operation declares `page[size]`.
    pub(super) page: Option<(usize, usize)>,
    pub(super) cursor: bool,
    pub(super) filters: &'static [Filterable],
    /// The fields to sort by, each also backwards with a `-`, separated by blanks.
    pub(super) sorts: &'static str,
    /// What may be included, separated by blanks.
    pub(super) include: &'static str,
    /// Sparse fieldsets: record type and the fields that may be named, separated by blanks.
    pub(super) fields: &'static [(&'static str, &'static str)],
    /// Fields left out unless asked for, of which record type.
    pub(super) additional: Option<(&'static str, &'static str)>,
}

impl rest::Route for Operation {
    fn head(&self) -> rest::Head {
        rest::Head { name: self.name, method: self.method, path: self.path }
    }
}

/// What most operations share, with the vendor's size L of limits; each literal names its differences.
const PLAIN: Operation = Operation {
    name: "",
    method: "GET",
    path: "",
    burst: 75,
    steady: 700,
    scopes: &[],
    page: None,
    cursor: false,
    filters: &[],
    sorts: "",
    include: "",
    fields: &[],
    additional: None,
};

/// The other sizes of limits that the vendor has.
const XS: Operation = Operation { burst: 1, steady: 15, ..PLAIN };
const S: Operation = Operation { burst: 3, steady: 60, ..PLAIN };
const M: Operation = Operation { burst: 10, steady: 150, ..PLAIN };
const XL: Operation = Operation { burst: 350, steady: 3500, ..PLAIN };

const fn filterable(field: &'static str, kind: super::filter::Kind) -> Filterable {
    Filterable { field, kind, single: &[], list: &[], none: &[] }
}

const EQUALS_OR_ANY: Filterable =
    Filterable { single: &[Equals], list: &[Any, Equals], ..filterable("", Text) };

/// Every operation.
pub(super) static OPERATIONS: &[Operation] =
    &joined::<{ people::OPERATIONS.len() + mail::OPERATIONS.len() }>(people::OPERATIONS, mail::OPERATIONS);

const fn joined<const N: usize>(first: &[Operation], second: &[Operation]) -> [Operation; N] {
    let mut all = [PLAIN; N];
    let mut place = 0;
    while place < N {
        all[place] = if place < first.len() { first[place] } else { second[place - first.len()] };
        place += 1;
    }
    all
}

#[cfg(test)]
mod declared;
