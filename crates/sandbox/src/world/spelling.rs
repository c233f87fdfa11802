//! How names, addresses and numbers are spelled, and misspelled.

/// Writes a name with the letters that fit an address.
pub(super) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'œ' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'Ä' => plain.push_str("Ae"),
            'Ö' => plain.push_str("Oe"),
            'Ü' => plain.push_str("Ue"),
            'ß' => plain.push_str("ss"),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'É' | 'È' => plain.push('E'),
            'à' | 'â' | 'á' => plain.push('a'),
            'î' | 'ï' | 'ì' => plain.push('i'),
            'ô' | 'ò' | 'ó' => plain.push('o'),
            'ù' | 'û' | 'ú' => plain.push('u'),
            'ç' => plain.push('c'),
            'ñ' => plain.push('n'),
            letter if letter.is_ascii_alphanumeric() || " .-&()".contains(letter) => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// Spells an address as its owner may type it another day: capitals, a tag, or unchanged.
pub(super) fn respelled(email: &str, salt: u32) -> String {
    let Some((local, domain)) = email.split_once('@') else { return email.to_owned() };
    match salt % 6 {
        0 => email.to_uppercase(),
        1 => format!("{local}+shop@{domain}"),
        2 => {
            let mut start = true;
            let local: String = local
                .chars()
                .map(|letter| {
                    let shown = if start { letter.to_ascii_uppercase() } else { letter };
                    start = letter == '.';
                    shown
                })
                .collect();
            format!("{local}@{domain}")
        }
        _ => email.to_owned(),
    }
}

/// Writes an E.164 number as people do.
pub(super) fn rewritten_phone(phone: &str, salt: u32) -> String {
    let (country, rest) = match phone.as_bytes() {
        [b'+', b'1', ..] => phone.split_at(2),
        _ => phone.split_at(3.min(phone.len())),
    };
    match salt % 4 {
        0 => format!("{country} {} {}", &rest[..3.min(rest.len())], &rest[3.min(rest.len())..]),
        1 => format!("00{}{rest}", &country[1..]),
        2 if country == "+49" => format!("0{} {}", &rest[..3], &rest[3..]),
        _ => phone.to_owned(),
    }
}
