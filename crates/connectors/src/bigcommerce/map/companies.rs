//! Companies.

use fermata_model::record::{Company, Entity};

use crate::bigcommerce::wire;
use crate::reading::{Mapped, filled, why};

/// Maps a company with the people who buy for it.
pub(super) fn company(whole: wire::Whole<'_>) -> Result<Mapped, String> {
    let company: wire::Company = serde_json::from_str(whole.company.get()).map_err(|error| why(&error))?;
    let changed_at =
        company.updated_at.0.or(company.created_at.0).ok_or("neither updatedAt nor createdAt is there")?;
    let lists = company.price_list_assign.unwrap_or_default();
    let entity = Company {
        name: filled(company.company_name.0).ok_or("companyName is missing")?,
        status: filled(company.company_status.0).map(status),
        members: whole.members,
        price_list: lists.into_iter().find_map(|list| numbered(list.price_list_id.0)).or(whole.group_list),
    };
    let external_id = whole.id.ok_or("companyId is missing")?;
    Ok(Mapped { external_id, changed_at, entity: Entity::Company(entity) })
}

/// Writes a state as the vendor's own table names it; one that it does not name stays a number.
///
/// Source: "Company Status Codes" in company.yaml, commit 09fcf467.
fn status(code: String) -> String {
    match code.as_str() {
        "0" => "Pending".to_owned(),
        "1" => "Approved".to_owned(),
        "2" => "Rejected".to_owned(),
        "3" => "Inactive".to_owned(),
        _ => code,
    }
}

/// Returns a number that names something; 0 names nothing.
pub(in crate::bigcommerce) fn numbered(number: Option<String>) -> Option<String> {
    filled(number).filter(|number| number != "0")
}
