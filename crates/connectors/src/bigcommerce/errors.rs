//! The one place that reads a failure of BigCommerce.
//!
//! Version 3 says `{status, title, errors: {field: message}}`, version 2 `[{status, message}]`,
//! refunds `{data: [{status, title | error}]}`, promotions `{errors: [{status, title}]}`, and price
//! lists that are out of service `{error: {message, details}}`. The status inside may differ from that of the
//! answer, which is the one that counts.
//!
//! B2B Edition has a shape of its own ([`B2bDialect`]).
//!
//! Source: guides on status codes and API rate limits; the error examples of the OpenAPI files.

use std::time::Duration;

use fermata_model::Platform;

use super::wire;
use crate::failure::said;
use crate::http::{Dialect, Meter, Request, Response};
use crate::{Error, Fate, Kind};

/// Reads BigCommerce's answers.
pub(super) struct BigcommerceDialect;

impl Dialect for BigcommerceDialect {
    fn platform(&self) -> Platform {
        Platform::Bigcommerce
    }

    fn explain(&self, mut error: Error, request: &Request, response: &Response) -> Error {
        match response.status {
            429 => error.retry_after = wait(response),
            // The plan is used up: an answer of the store itself, so nothing was done.
            507 => {
                error.kind = Kind::Rejected;
                error.fate = if request.is_effect() { Fate::Refused } else { Fate::NotDone };
                error.message =
                    "BigCommerce refused the request: the store's plan allows no more of these.".to_owned();
            }
            _ => {}
        }
        let why = serde_json::from_str::<wire::Failure>(&response.body).ok().and_then(reason);
        match (error.kind, why.and_then(|why| said(Some(why)))) {
            (Kind::Rejected, Some(why)) if response.status != 507 => {
                error.message = format!("BigCommerce refused {}: {why}.", asked(&request.operation));
            }
            (Kind::Broken, Some(why)) if response.status != 507 => {
                error.message = format!("BigCommerce failed by its own account: {why}.");
            }
            (Kind::Forbidden, _) if response.status == 403 => {
                let needs =
                    scope(&request.path).map(|name| format!(": that takes {name}")).unwrap_or_default();
                error.message =
                    format!("The API account may not do this at BigCommerce ({}){needs}.", request.operation);
                error.hint = Some(
                    "Make a store-level API account with the scopes that are listed under Connections."
                        .to_owned(),
                );
            }
            _ => {}
        }
        error
    }

    fn reassurance(&self, request: &Request) -> &'static str {
        match request.operation.as_str() {
            super::actions::REFUND => "Nothing was paid.",
            _ => "Nothing was changed.",
        }
    }

    fn meter(&self, response: &Response) -> Option<Meter> {
        let count = |name| u32::try_from(number(response, name)?).ok();
        let limit = count("x-rate-limit-requests-quota").filter(|limit| *limit > 0)?;
        let remaining = count("x-rate-limit-requests-left")?;
        let resets_in = number(response, "x-rate-limit-time-reset-ms").map(Duration::from_millis);
        Some(Meter::Requests { limit, remaining, resets_in })
    }
}

/// Returns the scope that a path takes, which BigCommerce's own answer does not name.
///
/// Source: the scopes that each operation names in the vendor's OpenAPI files of April 2026.
fn scope(path: &str) -> Option<&'static str> {
    const SCOPES: &[(&str, &str)] = &[
        ("/orders", "store_v2_orders"),
        ("/customers", "store_v2_customers"),
        ("/catalog", "store_v2_products"),
        ("/pricelists", "store_v2_products"),
        ("/inventory/locations", "store_locations_read_only"),
        ("/inventory", "store_inventory"),
        ("/coupons", "store_v2_marketing"),
        ("/promotions", "store_v2_marketing"),
        ("/store", "store_v2_information_read_only"),
    ];
    let path = path.strip_prefix("/v2").or_else(|| path.strip_prefix("/v3"))?;
    if path.starts_with("/orders/") && path.ends_with("/transactions") {
        return Some("store_v2_transactions_read_only");
    }
    SCOPES.iter().find(|(begin, _)| path.starts_with(begin)).map(|(_, scope)| *scope)
}

/// Reads B2B Edition's answers.
///
/// A failure says `{code, meta: {message}, data: {errMsg}}`. Refused are a token without the scope (403), one
/// that is not known there (401), and whatever lies where no B2B Edition is (404): which it is, cannot be told. Of a store
/// without B2B Edition the scope cannot even be given.
///
/// Source: github bigcommerce/docs, `docs/b2b-edition/about/api-status-codes.mdx` (commit 01896cd2), and
/// `authentication/hosted-auth.mdx` (commit 0fff2754).
pub(super) struct B2bDialect;

impl B2bDialect {
    fn not_offered(mut error: Error, status: u16) -> Error {
        if matches!(status, 401 | 403 | 404) {
            error.kind = Kind::NotOffered;
            error.message = "This store has no B2B Edition, or the token does not open it.".to_owned();
            error.hint = Some(
                "If you sell to companies through B2B Edition, make a store-level API account that has the scope \
                 B2B Edition too, and sign in again with its token. Otherwise there is nothing to do."
                    .to_owned(),
            );
        }
        error
    }
}

impl Dialect for B2bDialect {
    fn platform(&self) -> Platform {
        Platform::Bigcommerce
    }

    fn explain(&self, mut error: Error, _: &Request, response: &Response) -> Error {
        if response.status == 429 {
            error.retry_after = resets_in(response).or_else(|| response.retry_after());
        }
        let why = serde_json::from_str::<wire::B2bFailure>(&response.body).ok().and_then(b2b_reason);
        match (error.kind, why.and_then(|why| said(Some(why)))) {
            (Kind::Rejected, Some(why)) => {
                error.message = format!("BigCommerce's B2B Edition refused the request: {why}.");
            }
            (Kind::Broken, Some(why)) => {
                error.message = format!("BigCommerce's B2B Edition failed by its own account: {why}.");
            }
            _ => {}
        }
        Self::not_offered(error, response.status)
    }

    fn explain_page(&self, error: Error, response: &Response) -> Error {
        Self::not_offered(error, response.status)
    }

    fn meter(&self, response: &Response) -> Option<Meter> {
        let count = |name| u32::try_from(leading(response, name)?).ok();
        let limit = count("x-requests-allocated").filter(|limit| *limit > 0)?;
        let remaining = count("x-requests-remaining")?;
        Some(Meter::Requests { limit, remaining, resets_in: resets_in(response) })
    }
}

/// Takes the words about a field, or else the sentence, out of a failure of B2B Edition.
fn b2b_reason(failure: wire::B2bFailure) -> Option<String> {
    failure.data.and_then(|data| data.err_msg.0).or_else(|| failure.meta?.message.0)
}

/// Returns how long B2B Edition's window stays as it is: `0.3973509933774834 s`, rounded up to whole seconds.
fn resets_in(response: &Response) -> Option<Duration> {
    const NAME: &str = "x-request-window-resets-after";
    let has_more = response.header(NAME)?.contains('.');
    Some(Duration::from_secs(leading(response, NAME)? + u64::from(has_more)))
}

/// Reads the number that a header of B2B Edition begins with: `150 times/60 s`.
fn leading(response: &Response, name: &str) -> Option<u64> {
    let text = response.header(name)?.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

fn asked(operation: &str) -> &'static str {
    match operation {
        super::actions::REFUND | super::actions::REFUND_QUOTE => "the refund",
        super::actions::UPDATE_ORDER => "the change of the order",
        super::actions::UPDATE_ADDRESS => "the address",
        super::actions::ADJUST_STOCK => "the stock",
        super::actions::UPDATE_PRODUCT | super::actions::UPDATE_VARIANT => "the change of the product",
        super::actions::CREATE_COUPON | super::actions::UPDATE_COUPON => "the coupon",
        _ => "the request",
    }
}

/// Takes the most telling sentence out of a failure.
fn reason(failure: wire::Failure) -> Option<String> {
    let one = match failure {
        wire::Failure::One(one) => one,
        wire::Failure::Several(several) => several.into_iter().next()?,
        wire::Failure::Inside { data } => data.into_iter().next()?,
        wire::Failure::Batch { batch_errors } => batch_errors.into_iter().next()?,
    };
    [one.errors.0, one.detail.0, one.title.0, one.message.0, one.error.0].into_iter().flatten().next()
}

/// Returns how long to wait after a 429. Without these headers the vendor itself is overloaded,
/// and the pauses grow by themselves.
fn wait(response: &Response) -> Option<Duration> {
    let millis = number(response, "x-rate-limit-time-reset-ms").map(Duration::from_millis);
    let seconds = number(response, "x-retry-after").map(Duration::from_secs);
    millis.or(seconds).or_else(|| response.retry_after())
}

fn number(response: &Response, name: &str) -> Option<u64> {
    response.header(name)?.trim().parse().ok()
}
