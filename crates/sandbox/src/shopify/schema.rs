//! The schema that queries are validated against.

use std::sync::OnceLock;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

/// The schema's text: a true subset of the vendor's.
pub const SDL: &str = include_str!("schema.graphql");

/// Returns the schema, parsed once.
///
/// # Panics
///
/// If the text in this crate is no schema; every test would show it.
pub(crate) fn schema() -> &'static Valid<Schema> {
    static SCHEMA: OnceLock<Valid<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| match Schema::parse_and_validate(SDL, "schema.graphql") {
        Ok(schema) => schema,
        Err(wrong) => panic!("the practice store's own schema is wrong: {}", wrong.errors),
    })
}
