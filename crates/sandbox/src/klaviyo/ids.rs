//! The ids that the vendor shows: opaque text of 26 letters for profiles, events and jobs, 6 for metrics and lists.
//!
//! The world counts; a client that sees counting numbers may come to rely on it, so numbers are scattered on the
//! way out and gathered on the way in. Neither needs a table.

/// Crockford's alphabet, in which the vendor writes its ids.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What every long id starts with.
const LONG: &str = "01JPRACT1CEST";
/// Digits that hold 64 bits.
const DIGITS: usize = 13;
/// An odd number scatters without losing any.
const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;
const GATHER: u64 = inverse(SCATTER);

const fn inverse(odd: u64) -> u64 {
    // Newton's iteration doubles the right bits each time: 3, 6, 12, 24, 48, 96.
    let (mut guess, mut round) = (odd, 0);
    while round < 5 {
        guess = guess.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(guess)));
        round += 1;
    }
    guess
}

/// Writes a number as a long id.
pub(super) fn spell(number: u64) -> String {
    let mut scattered = number.wrapping_mul(SCATTER);
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = LETTERS[(scattered & 31) as usize];
        scattered >>= 5;
    }
    let mut id = String::with_capacity(LONG.len() + DIGITS);
    id.push_str(LONG);
    id.extend(digits.map(char::from));
    id
}

/// Reads a long id; `None` if it is none of ours.
pub(super) fn read(id: &str) -> Option<u64> {
    let digits = id.strip_prefix(LONG).filter(|digits| digits.len() == DIGITS)?;
    let mut scattered: u64 = 0;
    for (place, letter) in digits.bytes().enumerate() {
        let digit = LETTERS.iter().position(|known| *known == letter)? as u64;
        if place == 0 && digit > 15 {
            return None;
        }
        scattered = (scattered << 5) | digit;
    }
    Some(scattered.wrapping_mul(GATHER))
}

/// Writes the number of a metric, list or flow as a short id; `kind` keeps them apart.
pub(super) fn short(kind: char, number: u16) -> String {
    let mut scattered = u32::from(number).wrapping_mul(0x9E37_79B1) & 0x01FF_FFFF;
    let mut id = String::from(kind);
    for _ in 0..5 {
        id.push(char::from(LETTERS[(scattered & 31) as usize]));
        scattered >>= 5;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back() {
        for number in [0, 1, 2, 1_000_003, u64::from(u32::MAX) * 7, u64::MAX] {
            let id = spell(number);
            assert_eq!(id.len(), 26);
            assert_eq!(read(&id), Some(number));
        }
        assert_eq!(read("01JPRACT1CESTZZZZZZZZZZZZZ"), None, "more than 64 bits");
        assert_eq!(read("unknown"), None);
    }

    #[test]
    fn short_ids_do_not_collide() {
        let all: std::collections::HashSet<_> = (0..=u16::MAX).map(|number| short('M', number)).collect();
        assert_eq!(all.len(), usize::from(u16::MAX) + 1);
    }
}
