//! What an identifier identifies: the source's word for it, corrected by shape and check digits.

use model::IdentifierKind;

/// Words that sources write in front of the number itself.
const PREFIXES: [&str; 13] = [
    "Taxpayer No.",
    "IMO No.",
    "IMO",
    "MMSI",
    "INN",
    "ИНН",
    "TIN",
    "OGRN",
    "ОГРН",
    "LEI",
    "SWIFT/BIC",
    "SWIFT",
    "УНП",
];

/// The kind and the bare value. `hint` is what the source calls it, `note` any words beside it.
///
/// Russian tax and register numbers hide under many names ("Tax ID No.", "fiscalcode", "other"); they are told by
/// length and check digits (Federal Tax Service order ММВ-7-6/435 for INN, order 453n for OGRN), and by length alone
/// where the issuer is Russia and the source calls them a tax or register number.
pub(crate) fn classify(
    hint: IdentifierKind,
    value: &str,
    country: Option<&str>,
    note: &str,
) -> (IdentifierKind, String) {
    use IdentifierKind::{
        Bic, Imo, Inn, Lei, Mmsi, NationalId, Ogrn, Other, Passport, Registration, Tax,
    };
    let value = value.trim().trim_matches([',', ';']);
    let mut bare = value;
    let mut prefix = "";
    for candidate in PREFIXES {
        if let Some(rest) = value.strip_prefix(candidate) {
            let rest = rest.trim_start_matches([' ', ':', '.', '-', '№', '#']);
            if rest.starts_with(|c: char| c.is_ascii_digit())
                || candidate == "SWIFT/BIC"
                || candidate == "LEI"
            {
                (bare, prefix) = (rest, candidate);
                break;
            }
        }
    }
    // Russian tax numbers are given with the tax office's code behind a slash: "7704734000/770301001".
    if let Some((number, _)) = bare.split_once('/').filter(|_| country == Some("RU"))
        && is_inn(number.trim())
    {
        return (Inn, number.trim().to_string());
    }
    let digits = bare.chars().all(|c| c.is_ascii_digit()).then_some(bare);
    let russian = country == Some("RU");
    let elsewhere = country.is_some_and(|country| country != "RU");
    let says_tax = {
        let note = note.to_lowercase();
        hint == Tax
            || matches!(prefix, "INN" | "ИНН" | "TIN" | "Taxpayer No.")
            || ["tax", "inn", "инн", "tin"].iter().any(|word| {
                note.split(|c: char| !c.is_alphanumeric())
                    .any(|part| part.starts_with(word) && (*word == "tax" || part == *word))
            })
    };
    if matches!(prefix, "IMO" | "IMO No.") && digits.is_some_and(|d| d.len() == 7) {
        return (Imo, bare.to_string());
    }
    if prefix == "MMSI" {
        return (Mmsi, bare.to_string());
    }
    if let Some(digits) = digits.filter(|_| !elsewhere && !matches!(hint, Passport | Imo | Mmsi)) {
        let long_enough_for_inn = matches!(digits.len(), 10 | 12);
        let long_enough_for_ogrn = matches!(digits.len(), 13 | 15);
        if long_enough_for_inn && says_tax && (russian || is_inn(digits)) {
            return (Inn, digits.to_string());
        }
        if long_enough_for_inn && russian && is_inn(digits) {
            return (Inn, digits.to_string());
        }
        if long_enough_for_ogrn
            && (is_ogrn(digits) && hint != NationalId || russian && hint == Registration)
        {
            return (Ogrn, digits.to_string());
        }
    }
    if matches!(hint, Lei | Registration | Other) && is_lei(bare) {
        return (Lei, bare.to_string());
    }
    match (hint, prefix) {
        (Imo, _) if digits.is_some_and(|d| d.len() == 7) => (Imo, bare.to_string()),
        // "IMO" identifiers that are no number of seven digits are hull or fleet numbers.
        (Imo, _) => (Other, value.to_string()),
        (Lei, _) if !is_lei(bare) => (Registration, value.to_string()),
        (Bic, _) => (Bic, bare.to_string()),
        (hint, "TIN" | "INN" | "ИНН" | "УНП" | "Taxpayer No.") => (
            if hint == Registration || hint == Other {
                Tax
            } else {
                hint
            },
            bare.to_string(),
        ),
        (hint, _) => (hint, value.to_string()),
    }
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum()
}

/// Russian tax number: 10 digits for companies, 12 for persons, with check digits.
pub(crate) fn is_inn(digits: &str) -> bool {
    const W10: [u32; 9] = [2, 4, 10, 3, 5, 9, 4, 6, 8];
    const W11: [u32; 10] = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    const W12: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let bytes = digits.as_bytes();
    if !bytes.iter().all(u8::is_ascii_digit) || bytes.iter().all(|&b| b == b'0') {
        return false;
    }
    let check = |weights: &[u32], at: usize| {
        weighted(bytes, weights) % 11 % 10 == u32::from(bytes[at] - b'0')
    };
    match bytes.len() {
        10 => check(&W10, 9),
        12 => check(&W11, 10) && check(&W12, 11),
        _ => false,
    }
}

/// Russian register number: 13 digits for companies, 15 for sole traders, with a check digit.
pub(crate) fn is_ogrn(digits: &str) -> bool {
    let modulus = match digits.len() {
        13 => 11,
        15 => 13,
        _ => return false,
    };
    if !digits.starts_with(['1', '2', '3', '5']) {
        return false;
    }
    let (body, check) = digits.split_at(digits.len() - 1);
    match (body.parse::<u64>(), check.parse::<u64>()) {
        (Ok(body), Ok(check)) => body % modulus % 10 == check,
        _ => false,
    }
}

/// Ship number of the IMO: 7 digits, the last a check digit. Company numbers of the IMO follow another rule.
pub(crate) fn is_ship_imo(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 7
        && bytes.iter().all(u8::is_ascii_digit)
        && weighted(bytes, &[7, 6, 5, 4, 3, 2]) % 10 == u32::from(bytes[6] - b'0')
}

/// Legal Entity Identifier by ISO 17442: 20 letters and digits, remainder 1 modulo 97.
pub(crate) fn is_lei(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 20 || !bytes[18..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut remainder = 0u32;
    for &byte in bytes {
        remainder = match byte {
            b'0'..=b'9' => remainder * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => remainder * 100 + u32::from(byte - b'A') + 10,
            _ => return false,
        } % 97;
    }
    remainder == 1
}

/// The ship or company number that running text gives after "IMO".
pub(crate) fn imo_in_text(text: &str) -> Option<String> {
    for (at, _) in text.match_indices("IMO") {
        let rest: String = text[at + 3..].chars().take(24).collect();
        let start = rest.find(|c: char| c.is_ascii_digit());
        let Some(rest) = start.and_then(|start| rest.get(start..)) else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.len() == 7 {
            return Some(digits);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentifierKind::*;

    #[track_caller]
    fn check(
        hint: IdentifierKind,
        value: &str,
        country: Option<&str>,
        note: &str,
        expect: (IdentifierKind, &str),
    ) {
        let got = classify(hint, value, country, note);
        assert_eq!((got.0, got.1.as_str()), expect, "{value}");
    }

    #[test]
    fn numbers_are_told_by_check_digits() {
        check(Tax, "7706061801", Some("RU"), "", (Inn, "7706061801"));
        check(Tax, "7706061801", None, "", (Inn, "7706061801"));
        check(Tax, "7706061802", None, "", (Tax, "7706061802"));
        check(
            Other,
            "645303859610",
            None,
            "Tax Identification Number",
            (Inn, "645303859610"),
        );
        check(Other, "645303859610", None, "", (Other, "645303859610"));
        check(
            Registration,
            "7704734000/ 770301001",
            Some("RU"),
            "",
            (Inn, "7704734000"),
        );
        check(
            Registration,
            "TIN 7813252159",
            Some("RU"),
            "",
            (Inn, "7813252159"),
        );
        check(
            Registration,
            "1027700049486",
            Some("RU"),
            "",
            (Ogrn, "1027700049486"),
        );
        check(
            Registration,
            "1027700049486",
            None,
            "",
            (Ogrn, "1027700049486"),
        );
        check(
            Registration,
            "1027700049487",
            None,
            "",
            (Registration, "1027700049487"),
        );
        check(
            Registration,
            "1027700049486",
            Some("CN"),
            "",
            (Registration, "1027700049486"),
        );
        check(
            NationalId,
            "Taxpayer No. 645303859610",
            None,
            "",
            (Inn, "645303859610"),
        );
        check(Registration, "IMO 9187629", None, "", (Imo, "9187629"));
        check(Imo, "9187629", None, "", (Imo, "9187629"));
        check(Imo, "HL-12", None, "", (Other, "HL-12"));
        check(
            Passport,
            "7706061801",
            Some("RU"),
            "",
            (Passport, "7706061801"),
        );
        check(
            Registration,
            "253400V1H6ART1UQ0N98",
            None,
            "",
            (Lei, "253400V1H6ART1UQ0N98"),
        );
        check(Lei, "1234", None, "", (Registration, "1234"));
    }

    #[test]
    fn ship_numbers_have_a_check_digit() {
        assert!(is_ship_imo("9187629"));
        assert!(is_ship_imo("8514306"));
        assert!(!is_ship_imo("5342883"), "a company number");
        assert_eq!(
            imo_in_text("IMO number: 5571322.").as_deref(),
            Some("5571322")
        );
        assert_eq!(
            imo_in_text("International Maritime Organization (IMO) Number: 1790183").as_deref(),
            Some("1790183")
        );
        assert_eq!(imo_in_text("IMO vessel 12345"), None);
    }
}
