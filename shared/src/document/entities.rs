//! Character references of HTML and XML.

/// Names of U+00A0 to U+00FF, in order.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc \
Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml \
eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

const OTHERS: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("bull", "•"),
    ("hellip", "…"),
    ("euro", "€"),
    ("trade", "™"),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("zwnj", ""),
    ("zwj", ""),
    ("rarr", "→"),
    ("larr", "←"),
    ("hyphen", "-"),
    ("dash", "-"),
    ("minus", "−"),
    ("OElig", "Œ"),
    ("oelig", "œ"),
    ("Scaron", "Š"),
    ("scaron", "š"),
    ("Yuml", "Ÿ"),
    ("phone", "☎"),
    ("star", "☆"),
    ("check", "✓"),
    ("vert", "|"),
    ("verbar", "|"),
    ("commat", "@"),
    ("colon", ":"),
    ("period", "."),
    ("comma", ","),
    ("sol", "/"),
    ("num", "#"),
    ("plus", "+"),
    ("lpar", "("),
    ("rpar", ")"),
    ("Tab", "\t"),
    ("NewLine", "\n"),
];

/// The text of a reference, given without `&` and `;`.
pub(super) fn resolve(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        // References to the C1 controls mean Windows-1252, as browsers read them.
        if (0x80..=0x9F).contains(&code) {
            return Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.into_owned());
        }
        return char::from_u32(code).map(String::from);
    }
    if let Some((_, text)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    let position = LATIN_1.split_whitespace().position(|known| known == name)?;
    char::from_u32(0xA0 + position as u32).map(String::from)
}

/// Resolves all references in `text`; unknown ones stay as they are.
pub(super) fn decode(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| resolve(&rest[1..end]).map(|text| (end, text))) {
            Some((end, text)) => {
                decoded.push_str(&text);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}
