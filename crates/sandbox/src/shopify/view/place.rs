//! Postal addresses.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::{Resolved, Scene, flag, forgotten, maybe, object, text};
use crate::shopify::gid;
use crate::shopify::schema::schema;
use crate::world::Address;

/// A postal address of a customer.
#[derive(Clone, Copy)]
pub(crate) struct PlaceView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// The address.
    pub(crate) address: &'w Address,
    /// First and last name on it.
    pub(crate) name: (&'w str, &'w str),
    /// Company on it.
    pub(crate) company: Option<&'w str>,
    /// Phone number on it.
    pub(crate) phone: Option<&'w str>,
    /// Number of the thing it belongs to.
    pub(crate) number: u64,
    /// What kind of thing that is, in the id's words.
    pub(crate) model: &'static str,
}
object!(PlaceView, "MailingAddress");

impl PlaceView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let address = self.address;
        let (first, last) = self.name;
        let code = address.country();
        Ok(match name {
            "id" => text(&format!("{}?model_name={}", gid::write("MailingAddress", self.number), self.model)),
            "address1" => text(&address.street),
            "address2" => maybe(address.extra.as_deref()),
            "city" => text(&address.city),
            "country" => maybe(known(code).then(|| country(code))),
            "countryCodeV2" => maybe(known(code).then_some(code)),
            "coordinatesValidated" => flag(false),
            "firstName" => text(first),
            "lastName" => text(last),
            "name" => text(&format!("{first} {last}")),
            "phone" => maybe(self.phone),
            "provinceCode" | "province" => maybe(address.province.as_deref()),
            "zip" => text(&address.zip),
            "formattedArea" => text(&format!("{}, {}", address.city, country(code))),
            "formatted" => {
                let mut lines = vec![address.street.to_string()];
                lines.extend(address.extra.as_deref().map(str::to_owned));
                lines.push(format!("{} {}", address.zip, address.city));
                lines.push(country(code).to_owned());
                if super::flag_argument(info.arguments(), "withName") {
                    lines.insert(0, format!("{first} {last}"));
                }
                ResolvedValue::list(lines.into_iter().map(ResolvedValue::leaf))
            }
            "company" => maybe(self.company),
            "latitude" | "longitude" | "timeZone" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }
}

/// Tells whether the vendor has a country of this code.
fn known(code: &str) -> bool {
    schema().get_enum("CountryCode").is_some_and(|codes| codes.values.contains_key(code))
}

/// Returns a country's English name; its code where the practice store has never been there.
fn country(code: &str) -> &str {
    const NAMES: [(&str, &str); 34] = [
        ("AE", "United Arab Emirates"),
        ("AT", "Austria"),
        ("AU", "Australia"),
        ("BE", "Belgium"),
        ("BH", "Bahrain"),
        ("BR", "Brazil"),
        ("CA", "Canada"),
        ("CH", "Switzerland"),
        ("CY", "Cyprus"),
        ("CZ", "Czechia"),
        ("DE", "Germany"),
        ("DK", "Denmark"),
        ("ES", "Spain"),
        ("FI", "Finland"),
        ("FR", "France"),
        ("GB", "United Kingdom"),
        ("GR", "Greece"),
        ("HK", "Hong Kong SAR"),
        ("IE", "Ireland"),
        ("IL", "Israel"),
        ("IS", "Iceland"),
        ("IT", "Italy"),
        ("JP", "Japan"),
        ("LT", "Lithuania"),
        ("LU", "Luxembourg"),
        ("MT", "Malta"),
        ("NL", "Netherlands"),
        ("NO", "Norway"),
        ("PL", "Poland"),
        ("PT", "Portugal"),
        ("SE", "Sweden"),
        ("SG", "Singapore"),
        ("US", "United States"),
        ("ZA", "South Africa"),
    ];
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}
