//! Reading what a vendor wrote, without trusting it to keep to its own documents.
//!
//! A record is read straight from its own text into typed fields. Fields that decide something
//! are strict, so that a record with a broken one is set aside; fields that only decorate are
//! [`Loose`].

mod decimal;

use std::fmt;
use std::marker::PhantomData;

use fermata_model::record::{Change, Entity, Record, Unreadable};
use fermata_model::{Platform, Stream, Timestamp};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::error::Category;

pub(crate) use decimal::{Decimal, inexact};

use crate::Error;
use crate::failure::malformed;

/// An instant, in any of the forms of ISO 8601 that vendors mix: `T` or a blank, with or without
/// a fraction, with or without an offset. Without an offset it is UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    /// Reads an instant.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        text.parse::<Timestamp>()
            .or_else(|_| {
                text.parse::<jiff::civil::DateTime>()
                    .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC))
                    .map(|zoned| zoned.timestamp())
            })
            .ok()
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads;
        impl Visitor<'_> for Reads {
            type Value = Moment;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time in ISO 8601")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Moment, E> {
                Moment::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
            }
        }
        deserializer.deserialize_str(Reads)
    }
}

/// Reads an object or list where there may be none: null, or blank text, which some write instead.
pub(crate) fn blank_is_none<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    struct Reads<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Reads<T> {
        type Value = Option<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object or a list")
        }
        fn visit_unit<E>(self) -> Result<Option<T>, E> {
            Ok(None)
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Option<T>, E> {
            if text.trim().is_empty() {
                Ok(None)
            } else {
                Err(E::invalid_type(Unexpected::Other("text"), &self))
            }
        }
        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Option<T>, A::Error> {
            T::deserialize(SeqAccessDeserializer::new(seq)).map(Some)
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map)).map(Some)
        }
    }
    deserializer.deserialize_any(Reads(PhantomData))
}

/// An id, written as a number or as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Loose::deserialize(deserializer)?.0 {
            Some(text) if !text.is_empty() => Ok(Self(text)),
            _ => Err(D::Error::invalid_type(Unexpected::Other("value"), &"an id, as text or a whole number")),
        }
    }
}

/// Text where there may also be a number, nothing, or something unexpected, which is ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loose(pub(crate) Option<String>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads;
        impl<'de> Visitor<'de> for Reads {
            type Value = Loose;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
                Ok(Loose(Some(text.to_owned())))
            }
            fn visit_string<E>(self, text: String) -> Result<Loose, E> {
                Ok(Loose(Some(text)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
                Ok(Loose(Some(number.to_string())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
                Ok(Loose(Some(number.to_string())))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Loose, E> {
                Ok(Loose(None))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
                Ok(Loose(None))
            }
            fn visit_unit<E>(self) -> Result<Loose, E> {
                Ok(Loose(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Loose(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Loose(None))
            }
        }
        deserializer.deserialize_any(Reads)
    }
}

/// Returns the text if there is any besides blanks.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|t| !t.trim().is_empty())
}

/// Returns a country's code of two letters, in capitals; `None` for whatever else stands there, such as
/// its name.
pub(crate) fn country(text: Option<String>) -> Option<String> {
    let code = text?.trim().to_ascii_uppercase();
    (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(code)
}

/// Joins a first and a last name.
pub(crate) fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let name = [first, last].into_iter().flatten().map(str::trim).filter(|part| !part.is_empty());
    filled(Some(name.collect::<Vec<_>>().join(" ")))
}

/// What a platform's mapping makes of one record.
pub(crate) struct Mapped {
    pub(crate) external_id: String,
    pub(crate) changed_at: Timestamp,
    pub(crate) entity: Entity,
}

impl Mapped {
    /// Puts the record together with the text it was read from.
    pub(crate) fn seen(self, stream: Stream, raw: &str) -> Change {
        Change::Seen(Box::new(Record {
            stream,
            external_id: self.external_id,
            changed_at: self.changed_at,
            entity: self.entity,
            raw: raw.to_owned(),
        }))
    }
}

/// Reads one record from its own text, or sets it aside with the reason.
///
/// The mapping is pure; its error names what is missing or odd, never a value.
pub(crate) fn change<'a, W: Deserialize<'a>, R: Into<String>>(
    stream: Stream,
    raw: &'a str,
    map: impl FnOnce(W) -> Result<Mapped, R>,
) -> Change {
    match serde_json::from_str(raw) {
        Ok(wire) => match map(wire) {
            Ok(mapped) => mapped.seen(stream, raw),
            Err(reason) => set_aside(stream, raw, reason),
        },
        Err(error) => set_aside(stream, raw, why(&error)),
    }
}

/// Turns a record that had to be set aside (again) into an error.
///
/// Errors: [`crate::Kind::Malformed`] with the reason.
pub(crate) fn read_again(platform: Platform, change: Change) -> Result<Change, Error> {
    match change {
        Change::Unreadable(unreadable) => Err(malformed(platform, "reread", unreadable.reason)),
        change => Ok(change),
    }
}

/// Sets a record aside with the reason.
///
/// The reason names a field and a place, never a value: values are personal data.
pub(crate) fn set_aside(stream: Stream, raw: &str, reason: impl Into<String>) -> Change {
    #[derive(serde::Deserialize)]
    struct Only {
        id: Id,
    }
    Change::Unreadable(Unreadable {
        stream,
        external_id: serde_json::from_str::<Only>(raw).ok().map(|only| only.id.0),
        reason: reason.into(),
        raw: raw.to_owned(),
    })
}

/// Says where reading failed, without the values that `serde_json` and others quote.
pub(crate) fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = match error.classify() {
        // "invalid type: string \"ann@example.com\", expected u64 at line 1 column 9"
        Category::Data => match text.rsplit_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            // Followed by a name of ours.
            None if text.starts_with("missing field") || text.starts_with("duplicate field") => text,
            // Worded elsewhere, and so perhaps around a value.
            None => format!("odd value at line {} column {}", error.line(), error.column()),
        },
        Category::Syntax | Category::Eof | Category::Io => text,
    };
    format!("the record does not have the documented shape: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_seen() {
        let expected: Timestamp = "2026-07-15T10:20:30Z".parse().unwrap();
        for text in [
            "2026-07-15T10:20:30Z",
            "2026-07-15T10:20:30+00:00",
            "2026-07-15 12:20:30+02:00",
            "2026-07-15T10:20:30",
            "2026-07-15 10:20:30",
            "2026-07-15T10:20:30.000000",
        ] {
            assert_eq!(Moment::parse(text), Some(Moment(expected)), "{text}");
        }
        assert_eq!(Moment::parse("yesterday"), None);
    }

    #[test]
    fn a_reason_names_no_value() {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only reading is tried")]
        struct Wanted {
            id: Option<u64>,
            at: Option<Timestamp>,
            when: Option<Moment>,
        }
        for json in [
            r#"{"id":"ann@example.com"}"#,
            r#"{"id":"ann, expected or not"}"#,
            r#"{"at":"ann@example.com"}"#,
            r#"{"when":"ann@example.com"}"#,
        ] {
            let error = serde_json::from_str::<Wanted>(json).unwrap_err();
            assert!(!why(&error).contains("ann"), "{}", why(&error));
            assert!(why(&error).contains(" at line 1 column "), "{}", why(&error));
        }
    }

    #[test]
    fn an_object_may_be_missing_in_many_words_but_is_nothing_else() {
        #[derive(Debug, serde::Deserialize)]
        struct Outer {
            #[serde(default, deserialize_with = "blank_is_none")]
            inner: Option<Vec<u8>>,
        }
        for (json, expected) in [
            ("{}", None),
            (r#"{"inner":null}"#, None),
            (r#"{"inner":""}"#, None),
            (r#"{"inner":" "}"#, None),
            (r#"{"inner":[1,2]}"#, Some(vec![1, 2])),
        ] {
            assert_eq!(serde_json::from_str::<Outer>(json).unwrap().inner, expected, "{json}");
        }
        for odd in [r#"{"inner":"ann@example.com"}"#, r#"{"inner":["ann@example.com"]}"#, r#"{"inner":7}"#] {
            let error = serde_json::from_str::<Outer>(odd).unwrap_err();
            assert!(why(&error).contains("expected") && !why(&error).contains("ann"), "{}", why(&error));
        }
    }

    #[test]
    fn odd_values_in_decoration_are_ignored() {
        for (json, expected) in
            [("\"a\"", Some("a")), ("12", Some("12")), ("null", None), ("[1,{}]", None), ("{\"a\":[]}", None)]
        {
            let read: Loose = serde_json::from_str(json).unwrap();
            assert_eq!(read.0.as_deref(), expected, "{json}");
        }
    }
}
