//! The sparse fieldsets: which fields of which record a client may name, and how a record is cut down to them.
//!
//! Names are separated by blanks; a dotted one asks for a part of a member. Source: the `fields[...]` parameters of klaviyo/openapi, stable
//! revision 2026-07-15.

use serde_json::{Map, Value};

/// The fields of an account.
pub(super) static ACCOUNT: &str = "contact_information contact_information.default_sender_email \
    contact_information.default_sender_name contact_information.organization_name \
    contact_information.street_address contact_information.street_address.address1 \
    contact_information.street_address.address2 contact_information.street_address.city \
    contact_information.street_address.country contact_information.street_address.region \
    contact_information.street_address.zip contact_information.website_url id industry locale \
    preferred_currency public_api_key test_account timezone";

/// The fields of a metric.
pub(super) static METRIC: &str = "created id integration name updated";

/// The fields of a profile that is included with something else.
pub(super) static PROFILE: &str = "created email external_id first_name id image last_event_date last_name locale location \
    location.address1 location.address2 location.city location.country location.ip location.latitude \
    location.longitude location.region location.timezone location.zip organization phone_number \
    properties title updated";

/// The fields of a profile in its own right.
pub(super) static PROFILE_FULL: &str = "created email external_id first_name id image last_event_date last_name locale location \
    location.address1 location.address2 location.city location.country location.ip location.latitude \
    location.longitude location.region location.timezone location.zip organization phone_number \
    predictive_analytics predictive_analytics.average_days_between_orders \
    predictive_analytics.average_order_value predictive_analytics.churn_probability \
    predictive_analytics.expected_date_of_next_order predictive_analytics.historic_clv \
    predictive_analytics.historic_number_of_orders predictive_analytics.predicted_clv \
    predictive_analytics.predicted_number_of_orders predictive_analytics.ranked_channel_affinity \
    predictive_analytics.total_clv properties subscriptions subscriptions.email \
    subscriptions.email.marketing subscriptions.email.marketing.can_receive_email_marketing \
    subscriptions.email.marketing.consent subscriptions.email.marketing.consent_timestamp \
    subscriptions.email.marketing.custom_method_detail subscriptions.email.marketing.double_optin \
    subscriptions.email.marketing.last_updated subscriptions.email.marketing.list_suppressions \
    subscriptions.email.marketing.method subscriptions.email.marketing.method_detail \
    subscriptions.email.marketing.suppression subscriptions.email.open_tracking \
    subscriptions.email.open_tracking.can_receive subscriptions.email.open_tracking.consent \
    subscriptions.email.open_tracking.consent_timestamp \
    subscriptions.email.open_tracking.created_timestamp \
    subscriptions.email.open_tracking.last_updated subscriptions.email.open_tracking.metadata \
    subscriptions.email.open_tracking.valid_until subscriptions.mobile_push \
    subscriptions.mobile_push.marketing \
    subscriptions.mobile_push.marketing.can_receive_push_marketing \
    subscriptions.mobile_push.marketing.consent \
    subscriptions.mobile_push.marketing.consent_timestamp subscriptions.sms \
    subscriptions.sms.marketing subscriptions.sms.marketing.can_receive_sms_marketing \
    subscriptions.sms.marketing.consent subscriptions.sms.marketing.consent_timestamp \
    subscriptions.sms.marketing.last_updated subscriptions.sms.marketing.method \
    subscriptions.sms.marketing.method_detail subscriptions.sms.transactional \
    subscriptions.sms.transactional.can_receive_sms_transactional \
    subscriptions.sms.transactional.consent subscriptions.sms.transactional.consent_timestamp \
    subscriptions.sms.transactional.last_updated subscriptions.sms.transactional.method \
    subscriptions.sms.transactional.method_detail subscriptions.whatsapp \
    subscriptions.whatsapp.conversational subscriptions.whatsapp.conversational.can_receive \
    subscriptions.whatsapp.conversational.consent \
    subscriptions.whatsapp.conversational.consent_timestamp \
    subscriptions.whatsapp.conversational.created_timestamp \
    subscriptions.whatsapp.conversational.last_updated \
    subscriptions.whatsapp.conversational.metadata \
    subscriptions.whatsapp.conversational.phone_number \
    subscriptions.whatsapp.conversational.valid_until subscriptions.whatsapp.marketing \
    subscriptions.whatsapp.marketing.can_receive subscriptions.whatsapp.marketing.consent \
    subscriptions.whatsapp.marketing.consent_timestamp \
    subscriptions.whatsapp.marketing.created_timestamp subscriptions.whatsapp.marketing.last_updated \
    subscriptions.whatsapp.marketing.metadata subscriptions.whatsapp.marketing.phone_number \
    subscriptions.whatsapp.marketing.valid_until subscriptions.whatsapp.transactional \
    subscriptions.whatsapp.transactional.can_receive subscriptions.whatsapp.transactional.consent \
    subscriptions.whatsapp.transactional.consent_timestamp \
    subscriptions.whatsapp.transactional.created_timestamp \
    subscriptions.whatsapp.transactional.last_updated subscriptions.whatsapp.transactional.metadata \
    subscriptions.whatsapp.transactional.phone_number \
    subscriptions.whatsapp.transactional.valid_until title updated";

/// The fields of an event.
pub(super) static EVENT: &str = "datetime event_properties id timestamp uuid";

/// The fields of a list.
pub(super) static LIST: &str = "created id name opt_in_process updated";

/// The fields of a segment.
pub(super) static SEGMENT: &str = "created definition definition.condition_groups id is_active is_processing is_starred name \
    updated";

/// The fields of a flow.
pub(super) static FLOW: &str = "archived created id name status trigger_type updated";

/// The fields of a suppression job.
pub(super) static JOB: &str = "completed_at completed_count created_at id skipped_count status total_count";

/// The fields of a campaign.
pub(super) static CAMPAIGN: &str = "archived audiences audiences.excluded audiences.included created_at id name scheduled_at \
    send_options send_options.use_smart_sending send_strategy send_strategy.date \
    send_strategy.datetime send_strategy.method send_strategy.options send_strategy.options.is_local \
    send_strategy.options.send_past_recipients_immediately send_strategy.throttle_percentage \
    send_time status tracking_options tracking_options.add_tracking_params \
    tracking_options.custom_tracking_params tracking_options.is_tracking_clicks \
    tracking_options.is_tracking_opens updated_at";

/// The fields of a campaign's send job.
pub(super) static SEND_JOB: &str = "id status";

/// The fields of a block that several messages show.
pub(super) static BLOCK: &str = "created definition definition.content_type definition.data definition.data.content \
    definition.data.display_options definition.type id name screenshot_status screenshot_url updated";

/// Cuts `attributes` down to the fields asked for; `id` is always there and no attribute.
pub(super) fn cut(attributes: &Value, wanted: &[String]) -> Value {
    let mut kept = Map::new();
    for path in wanted {
        keep(attributes, path, &mut kept);
    }
    Value::Object(kept)
}

fn keep(from: &Value, path: &str, into: &mut Map<String, Value>) {
    match path.split_once('.') {
        None => {
            if let Some(value) = from.get(path) {
                into.insert(path.to_owned(), value.clone());
            }
        }
        Some((parent, rest)) => {
            if let Some(from) = from.get(parent).filter(|value| value.is_object())
                && let Value::Object(into) = into.entry(parent).or_insert_with(|| Value::Object(Map::new()))
            {
                keep(from, rest, into);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_dotted_field_brings_its_part_alone() {
        let attributes =
            json!({"email": "a@b.de", "location": {"city": "Ulm", "zip": "89073"}, "created": "x"});
        let wanted = ["email", "location.city", "location.region", "id"].map(str::to_owned);
        assert_eq!(cut(&attributes, &wanted), json!({"email": "a@b.de", "location": {"city": "Ulm"}}));
    }
}
