//! The practice store, seen from outside.

mod clock;
mod real;
mod server;
mod support;
mod world;

mod shopify_access;
mod shopify_approvals;
mod shopify_bulk;
mod shopify_changes;
mod shopify_costs;
mod shopify_door;
mod shopify_queries;
mod shopify_refund;
mod shopify_schema;

mod bigcommerce_companies;
mod bigcommerce_described;
mod bigcommerce_reads;
mod bigcommerce_writes;
mod gorgias_reads;
mod gorgias_writes;
mod klaviyo_changes;
mod klaviyo_reads;
mod klaviyo_writes;
mod shipbob_reads;
mod shipbob_writes;
mod stripe_reads;
mod stripe_writes;
mod twin;
mod twins_restart;
mod woocommerce_approvals;
mod woocommerce_reads;
mod woocommerce_writes;
