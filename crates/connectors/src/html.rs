//! Text out of markup, and markup out of text.

/// Returns the text of some markup: no tags, no scripts or styles, the common entities decoded.
///
/// For reading only: the result is plain text and is shown as such, so nothing here has to be
/// safe as markup.
pub(crate) fn text(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len() / 2);
    let mut rest = markup;
    while let Some(open) = rest.find('<') {
        push_decoded(&mut out, &rest[..open]);
        rest = &rest[open..];
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            continue;
        }
        let Some(close) = rest.find('>') else {
            // A lone "<" is text.
            break;
        };
        let tag = &rest[1..close];
        rest = &rest[close + 1..];
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match name.as_str() {
            "script" | "style" | "head" | "title" if !tag.starts_with('/') => {
                rest = after_closing(rest, &name);
            }
            "br" | "p" | "div" | "tr" | "li" | "h1" | "h2" | "h3" | "blockquote"
                if !out.is_empty() && !out.ends_with('\n') =>
            {
                out.push('\n');
            }
            _ => {}
        }
    }
    push_decoded(&mut out, rest);
    out.trim().to_owned()
}

/// Returns markup with the common entities decoded, for comparing only.
pub(crate) fn decoded(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    push_decoded(&mut out, markup);
    out
}

fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let wanted = format!("</{name}");
    let found = rest.as_bytes().windows(wanted.len()).position(|w| w.eq_ignore_ascii_case(wanted.as_bytes()));
    match found {
        Some(at) => rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]),
        None => "",
    }
}

fn push_decoded(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest entity known has ten characters before its semicolon.
        let end = rest.bytes().take(11).position(|byte| byte == b';');
        let decoded = end.and_then(|end| Some((entity(&rest[1..end])?, end)));
        if let Some((c, end)) = decoded {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// Returns text as markup: everything that means something in markup is escaped, line breaks
/// are kept.
pub(crate) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.trim().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => {}
            '\n' => out.push_str("<br>"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_becomes_its_text() {
        let cases = [
            ("<p>Hi,</p><p>where is it?</p>", "Hi,\nwhere is it?"),
            ("<style>p{color:red}</style>Ann &amp; Bob &#8364; &#x20AC;", "Ann & Bob € €"),
            ("a<br/>b<!-- hidden -->c", "a\nbc"),
            ("<SCRIPT>alert(1)</SCRIPT >ok", "ok"),
            ("1 < 2 & 3", "1 < 2 & 3"),
            ("2 < 3 and 4 > 3, &é;", "2 < 3 and 4 > 3, &é;"),
            ("<p", "<p"),
            ("", ""),
        ];
        for (markup, expected) in cases {
            assert_eq!(text(markup), expected, "{markup}");
        }
    }

    #[test]
    fn text_becomes_harmless_markup_and_back() {
        let written = "Dear <b>Ann</b> & \"co\",\nyour parcel…";
        assert_eq!(markup(written), "Dear &lt;b&gt;Ann&lt;/b&gt; &amp; &quot;co&quot;,<br>your parcel…");
        assert_eq!(text(&markup(written)), written);
    }
}
