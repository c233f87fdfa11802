//! Inventing people.

use std::collections::HashSet;

use fake::faker::address::raw::{BuildingNumber, CityName, StateAbbr, StreetName, ZipCode};
use fake::faker::name::raw::{FirstName, LastName};
use fake::locales::{DE_DE, Data, EN, FR_FR, IT_IT};
use fake::{Dummy, Fake};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::build::HISTORY;
use super::life::Trace;
use super::spelling::ascii;
use super::{Address, DAY, Id, Moment, Person, PersonId, World};

impl World {
    /// Makes people who come to the shop in the course of the year, four in ten at its beginning.
    pub(super) fn populate(&mut self, count: u32, start: Moment, dice: &mut ChaCha8Rng) {
        let mut taken: HashSet<Box<str>> = HashSet::with_capacity(count as usize);
        for place in 0..count {
            let since = if dice.random_bool(0.4) {
                dice.random_range(0..30 * DAY)
            } else {
                dice.random_range(0..HISTORY - 2 * DAY)
            };
            let person = somebody(place, start.plus(since), &mut taken, dice);
            self.add_person(person);
        }
    }

    /// Adds a person who has left no trace yet.
    pub(super) fn add_person(&mut self, person: Person) -> PersonId {
        let id = PersonId::new(u32::try_from(self.people.len()).unwrap_or(u32::MAX));
        self.people.push(person);
        self.life.traces.push(Trace::default());
        id
    }
}

/// Invents a person.
pub(super) fn somebody(
    place: u32,
    since: Moment,
    taken: &mut HashSet<Box<str>>,
    dice: &mut ChaCha8Rng,
) -> Person {
    let (first, last, address, phone) = match dice.random_range(0..100) {
        0..=44 => european(DE_DE, *b"DE", ("+49151", 8), dice),
        45..=59 => european(FR_FR, *b"FR", ("+336", 8), dice),
        60..=71 => european(IT_IT, *b"IT", ("+39347", 7), dice),
        _ => american(dice),
    };
    let local = format!("{}.{}", ascii(&first), ascii(&last)).to_lowercase().replace(' ', "");
    let mut email = format!("{local}@example.com");
    if !taken.insert(email.as_str().into()) {
        email = format!("{local}{place}@example.com");
        taken.insert(email.as_str().into());
    }
    let second = dice.random_bool(0.05).then(|| {
        format!("{}{}{place}@example.org", ascii(&first).to_lowercase(), &local[..1]).into_boxed_str()
    });
    Person {
        first: first.into_boxed_str(),
        last: last.into_boxed_str(),
        email: email.into_boxed_str(),
        second_email: second,
        phone: dice.random_bool(0.7).then(|| phone.into_boxed_str()),
        address,
        since,
        anger: 0,
    }
}

/// Name, home and phone of somebody in a country whose names and places are known; what the number begins with, and
/// how many digits follow.
fn european<L: Data + Copy>(
    names: L,
    country: [u8; 2],
    (dialled, digits): (&str, u32),
    dice: &mut ChaCha8Rng,
) -> (String, String, Address, String)
where
    String: Dummy<CityName<L>>,
{
    let (first, last) = (FirstName(names).fake_with_rng(dice), LastName(names).fake_with_rng(dice));
    let street: String = StreetName(names).fake_with_rng(dice);
    let city: String = CityName(names).fake_with_rng(dice);
    let zip: String = ZipCode(names).fake_with_rng(dice);
    let home = address(&street, &city, &zip, country, dice);
    let least = 10_i32.pow(digits - 1);
    let phone = format!("{dialled}{}", dice.random_range(least..least * 10 - 1));
    (first, last, home, phone)
}

/// Name, home and phone of somebody in the United States.
fn american(dice: &mut ChaCha8Rng) -> (String, String, Address, String) {
    let street: String = StreetName(EN).fake_with_rng(dice);
    let city: String = CityName(EN).fake_with_rng(dice);
    let mut home = address(&street, &city, "", *b"US", dice);
    home.zip = format!("{:05}", dice.random_range(10_001..99_950)).into_boxed_str();
    home.province = Some(StateAbbr(EN).fake_with_rng::<String, _>(dice).into_boxed_str());
    let (first, last) = (FirstName(EN).fake_with_rng(dice), LastName(EN).fake_with_rng(dice));
    let phone = format!("+1212{:03}{:04}", dice.random_range(200..999), dice.random_range(0..9_999));
    (first, last, home, phone)
}

fn address(street: &str, city: &str, zip: &str, country: [u8; 2], dice: &mut ChaCha8Rng) -> Address {
    let number: String = BuildingNumber(EN).fake_with_rng(dice);
    let number = number.trim_start_matches('0').chars().take(3).collect::<String>();
    let number = if number.is_empty() { "1".to_owned() } else { number };
    let street = if matches!(&country, b"US" | b"FR") {
        format!("{number} {street}")
    } else {
        format!("{street} {number}")
    };
    Address {
        street: street.into_boxed_str(),
        extra: None,
        city: city.into(),
        province: None,
        zip: zip.into(),
        country,
    }
}
