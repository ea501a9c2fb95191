//! E-mail addresses, phone numbers and links, from the text and from the document's link annotations.

use crate::document::Document;
use crate::domain::NetworkProfile;

use super::lexicon::phrases::fold;
use super::phone;

/// Something found, with its place in the document's text where it has one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) place: Option<(usize, usize)>,
}

/// All that a CV says on how to reach its person.
#[derive(Clone, Debug, Default)]
pub(super) struct Contact {
    pub(super) email: Option<Found<String>>,
    pub(super) phone: Option<Found<String>>,
    pub(super) url: Option<String>,
    pub(super) profiles: Vec<NetworkProfile>,
}

/// Only so much text is searched for contact data: the largest CVs have a tenth of it.
const SEARCHED_BYTES: usize = 200_000;

/// Reads the contact data. `text` is the document's text, `contact_end` where its first section of another kind than
/// contact begins (addresses behind it may be those of employers and referees), `country` the country that national phone
/// numbers are of, ISO 3166-1 alpha-2.
pub(super) fn read(
    document: &Document,
    text: &str,
    own_parts: &[(usize, usize)],
    country: Option<&str>,
) -> Contact {
    let text = &text[..text.floor_char_boundary(SEARCHED_BYTES)];
    let links = links(document, text);
    let email = best_email(text, document, own_parts);
    let phone = phone::best(text, document, own_parts, country);
    let mut contact = Contact { email, phone, ..Contact::default() };
    sort_links(links, &mut contact);
    contact
}

fn best_email(text: &str, document: &Document, own_parts: &[(usize, usize)]) -> Option<Found<String>> {
    let written = emails(text);
    let is_own = |found: &&Found<String>| {
        found.place.is_some_and(|(start, _)| own_parts.iter().any(|(from, to)| (*from..*to).contains(&start)))
    };
    let linked = document.links.iter().find_map(|link| {
        let address = link.url.strip_prefix("mailto:")?;
        let address = address.split('?').next()?.trim();
        emails(address).into_iter().next().map(|found| found.value)
    });
    let own = written.iter().find(is_own);
    if let (Some(own), Some(linked)) = (own, &linked)
        && linked.len() > own.value.len()
        && linked.ends_with(&own.value)
    {
        // An icon or a gap has cut the written one short.
        return Some(Found { value: linked.clone(), place: own.place });
    }
    if let Some(own) = own {
        return Some(own.clone());
    }
    if let Some(value) = linked {
        let place = written.iter().find(|found| found.value == value).and_then(|found| found.place);
        return Some(Found { value, place });
    }
    written.into_iter().next()
}

fn is_local(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '+' | '%' | '\'' | '&')
}

fn is_host(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-')
}

/// Longest local part and host that are looked at on either side of an `@`.
const LONGEST_SIDE: usize = 80;

/// The e-mail addresses in `text`, obfuscated ones ("name (at) host [dot] com") spelt out.
pub(super) fn emails(text: &str) -> Vec<Found<String>> {
    let mut found = Vec::new();
    for (at, sign_end) in at_signs(text) {
        if let Some((value, start, end)) = email_around(text, at, sign_end) {
            found.push(Found { value, place: Some((start, end)) });
        }
    }
    found
}

/// The places of `@` and of its spellings, begin and end.
fn at_signs(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in 0..bytes.len() {
        match bytes[at] {
            b'@' => found.push((at, at + 1)),
            b'(' | b'[' | b'{' | b'<' => {
                let rest = &bytes[at + 1..bytes.len().min(at + 12)];
                let Some(close) = rest.iter().position(|byte| matches!(byte, b')' | b']' | b'}' | b'>'))
                else {
                    continue;
                };
                let inside = rest[..close].trim_ascii();
                if inside.eq_ignore_ascii_case(b"at")
                    || inside == b"@"
                    || inside.eq_ignore_ascii_case(b"arroba")
                {
                    found.push((at, at + 1 + close + 1));
                }
            }
            b' ' if bytes[at..].len() > 4
                && bytes[at + 1..at + 3].eq_ignore_ascii_case(b"at")
                && bytes[at + 3] == b' ' =>
            {
                // "name at host dot com" needs the spelt dot to be an address.
                let rest = &text[at + 4..text.floor_char_boundary((at + 64).min(text.len()))];
                let rest = rest.lines().next().unwrap_or("");
                let mut words = rest.split_whitespace();
                let (_, dot) = (words.next(), words.next());
                if dot.is_some_and(|dot| dot.eq_ignore_ascii_case("dot") || dot.eq_ignore_ascii_case("punkt"))
                {
                    found.push((at, at + 4));
                }
            }
            _ => {}
        }
    }
    found
}

fn email_around(text: &str, at: usize, sign_end: usize) -> Option<(String, usize, usize)> {
    let window = text.floor_char_boundary(at.saturating_sub(LONGEST_SIDE));
    let before = &text[window..at];
    let obfuscated = sign_end - at > 1;
    let before = if obfuscated { before.trim_end_matches(' ') } else { before };
    let local_length: usize = before.chars().rev().take_while(|c| is_local(*c)).map(char::len_utf8).sum();
    let local_start = window + before.len() - local_length;
    let mut local =
        text[local_start..window + before.len()].trim_start_matches(['.', '-', '\'', '&', '%']).to_owned();
    if local.is_empty() || local.ends_with('.') {
        return None;
    }
    if obfuscated {
        local = local.replace("[dot]", ".");
    }
    let behind = &text[sign_end..text.floor_char_boundary((sign_end + LONGEST_SIDE).min(text.len()))];
    let rest = behind.lines().next().unwrap_or("");
    let skipped = if obfuscated { rest.len() - rest.trim_start().len() } else { 0 };
    let (written, length) = host(&rest[skipped..]);
    let whole = written.trim_matches(['.', '-']).to_lowercase();
    // A narrow column breaks an address anywhere: "ada@mail.exam" above "ple.org".
    let breaks = skipped + length == rest.len() || rest.trim_end().ends_with(['.', '-']);
    if breaks
        && !obfuscated
        && !has_known_ending(&whole)
        && let Some(below) = behind.get(rest.len() + 1..).and_then(|below| below.lines().next())
    {
        let (tail, tail_length) = host(below.trim_start_matches('.'));
        let dots = below.len() - below.trim_start_matches('.').len();
        let ends_line = dots + tail_length == below.trim_end().len();
        let joined = format!("{}{}{}", rest.trim(), ".".repeat(dots.min(1)), tail).to_lowercase();
        if ends_line && has_known_ending(&joined) {
            let end = sign_end + rest.len() + 1 + dots + tail_length;
            return Some((format!("{local}@{joined}"), local_start, end.min(text.len())));
        }
    }
    let (name, top) = whole.rsplit_once('.')?;
    let plausible = !name.is_empty() && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    plausible
        .then(|| (format!("{local}@{whole}"), local_start, (sign_end + skipped + length).min(text.len())))
}

/// Endings of countries that are too short to tell a link among words, but tell whether an address is whole.
const COUNTRY_ENDINGS: &str = "jp cn kr il za ng ke pl se no dk fi cz sk hu gr tr ru ua bg ie lu ae sa eg ma tn cl ar pe ve nz sg hk tw th vn my id ph lt lv ee si hr rs is";

/// Whether a host name ends in a top-level domain that is known.
fn has_known_ending(host: &str) -> bool {
    let known = |top: &str| {
        TOP_LEVELS.split_whitespace().chain(COUNTRY_ENDINGS.split_whitespace()).any(|ending| ending == top)
    };
    host.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && known(top))
}

/// The host name that `text` opens with, spelt dots (`[dot]`, ` dot `) put in, and how many bytes it took.
fn host(text: &str) -> (String, usize) {
    let mut host = String::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let run: usize = rest.chars().take_while(|c| is_host(*c)).map(char::len_utf8).sum();
        host.push_str(&rest[..run]);
        at += run;
        let rest = &text[at..];
        let lower = rest.to_ascii_lowercase();
        let dot = [
            "[dot]",
            "(dot)",
            "{dot}",
            " [dot] ",
            " (dot) ",
            " dot ",
            " [punkt] ",
            " (punkt) ",
            "(punkt)",
            "[punkt]",
            " punkt ",
            "[.]",
            "(.)",
        ]
        .into_iter()
        .find(|dot| lower.starts_with(dot));
        match dot {
            Some(dot) if !host.is_empty() => {
                host.push('.');
                at += dot.len();
            }
            _ => break,
        }
    }
    // The end of a sentence is no part of a host.
    let kept = host.trim_end_matches(['.', '-']).len();
    let cut = host.len() - kept;
    host.truncate(kept);
    (host, at.saturating_sub(cut))
}

/// Networks: a host (or its end), the name, and what stands before the account in the path.
const NETWORKS: &[(&str, &str, &[&str])] = &[
    ("linkedin.com", "LinkedIn", &["in", "pub", "profile"]),
    ("github.com", "GitHub", &[]),
    ("gitlab.com", "GitLab", &[]),
    ("bitbucket.org", "Bitbucket", &[]),
    ("stackoverflow.com", "Stack Overflow", &["users"]),
    ("xing.com", "Xing", &["profile"]),
    ("orcid.org", "ORCID", &[]),
    ("behance.net", "Behance", &[]),
    ("dribbble.com", "Dribbble", &[]),
    ("medium.com", "Medium", &[]),
    ("twitter.com", "Twitter", &[]),
    ("x.com", "Twitter", &[]),
    ("facebook.com", "Facebook", &[]),
    ("instagram.com", "Instagram", &[]),
    ("youtube.com", "YouTube", &["c", "channel", "user"]),
    ("scholar.google.com", "Google Scholar", &["citations"]),
    ("researchgate.net", "ResearchGate", &["profile"]),
    ("kaggle.com", "Kaggle", &[]),
    ("leetcode.com", "LeetCode", &["u"]),
    ("hackerrank.com", "HackerRank", &["profile"]),
    ("codepen.io", "CodePen", &[]),
    ("dev.to", "DEV", &[]),
    ("huggingface.co", "Hugging Face", &[]),
    ("vimeo.com", "Vimeo", &[]),
    ("pinterest.com", "Pinterest", &[]),
    ("malt.fr", "Malt", &["profile"]),
];

/// Labels that stand before a bare account: "github: adalovelace".
const ACCOUNT_LABELS: &[(&str, &str, &str)] = &[
    ("linkedin", "LinkedIn", "https://linkedin.com/in/"),
    ("github", "GitHub", "https://github.com/"),
    ("gitlab", "GitLab", "https://gitlab.com/"),
    ("twitter", "Twitter", "https://twitter.com/"),
    ("xing", "Xing", "https://www.xing.com/profile/"),
    ("orcid", "ORCID", "https://orcid.org/"),
    ("behance", "Behance", "https://www.behance.net/"),
    ("dribbble", "Dribbble", "https://dribbble.com/"),
];

/// Hosts of mail providers and of things that are never somebody's own site.
const NO_SITES: &[&str] =
    &["doi.org", "example.com", "google.com", "apple.com", "w3.org", "schema.org", "gmail.com", "indeed.com"];

#[derive(Clone, Debug)]
struct FoundLink {
    url: String,
    label: String,
    /// Byte offset of the address in the text; `None` for an annotation.
    at: Option<usize>,
}

fn links(document: &Document, text: &str) -> Vec<FoundLink> {
    let mut found = written_links(text);
    for link in &document.links {
        let lower = link.url.to_ascii_lowercase();
        if lower.starts_with("http") {
            found.push(FoundLink { url: link.url.clone(), label: link.text.clone(), at: None });
        }
    }
    found
}

/// Endings of host names that make a word a link without a scheme.
const TOP_LEVELS: &str = "com org net io dev me co ai app de fr es it pt nl uk ch at be eu us ca in au br mx ro edu gov info biz tech design \
    page site online blog xyz cloud pro name portfolio photography studio art tv gtld science digital works cv";

fn written_links(text: &str) -> Vec<FoundLink> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let mut at = 0;
        let mut label = String::new();
        for word in line.split_whitespace() {
            let place = at + line[at..].find(word).unwrap_or(0);
            at = place + word.len();
            if word.len() > 200 {
                continue;
            }
            for piece in word.split(['|', ',', ';', '(', ')', '<', '>', '[', ']']) {
                let piece = piece.trim_matches(['.', ':', '"', '“', '”', '*', '·', '•']);
                if let Some(url) = as_url(piece) {
                    found.push(FoundLink { url, label: label.clone(), at: Some(offset + place) });
                } else if let Some((network, base)) = account_label(&label)
                    && (3..=60).contains(&piece.len())
                    && piece
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@'))
                    && !piece.contains('@')
                    && label.ends_with(':')
                {
                    let account = piece.trim_start_matches(['@', '/']);
                    found.push(FoundLink {
                        url: format!("{base}{account}"),
                        label: network.to_owned(),
                        at: Some(offset + place),
                    });
                }
            }
            label = word.to_owned();
        }
        offset += line.len();
    }
    found
}

fn account_label(word: &str) -> Option<(&'static str, &'static str)> {
    let word = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
    ACCOUNT_LABELS.iter().find(|(label, ..)| *label == word).map(|(_, network, base)| (*network, *base))
}

/// `word` as an address with scheme, if it is one: a scheme, `www.`, or a host name of a known ending that is no e-mail.
fn as_url(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return (word.len() > 10).then(|| word.trim_end_matches('/').to_owned());
    }
    if word.contains('@') || word.len() < 5 {
        return None;
    }
    // "LinkedIn:linkedin.com/in/x"
    let word = word.rsplit_once(':').map_or(word, |(_, behind)| behind);
    let host = word.split('/').next()?;
    let is_host_name = host.contains('.')
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && !host.contains("..");
    let (name, top) = host.rsplit_once('.')?;
    let top = top.to_ascii_lowercase();
    let known = TOP_LEVELS.split_whitespace().any(|ending| ending == top);
    // "Node.js", "B.Sc", "e.g": a name without a known ending, or of one letter, is no host. "ASP.net" and "Vue.js" are
    // technologies: a host is written in lower case.
    let plausible = is_host_name
        && known
        && name.len() >= 3
        && name.chars().any(char::is_alphabetic)
        && (host.chars().all(|c| !c.is_uppercase())
            || word.contains('/')
            || lower.starts_with("www.")
            || is_shouted(host))
        && !matches!(
            lower.as_str(),
            "asp.net" | "vb.net" | "ado.net" | "socket.io" | "draw.io" | "ml.net" | "next.js"
        );
    plausible.then(|| format!("https://{}", word.trim_end_matches('/')))
}

fn is_shouted(host: &str) -> bool {
    host.chars().all(|c| !c.is_lowercase()) && host.len() > 8
}

fn host_of(url: &str) -> String {
    let behind = url.split("://").nth(1).unwrap_or(url);
    let host = behind.split(['/', '?', '#']).next().unwrap_or("").to_ascii_lowercase();
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}

/// Puts every link where it belongs: accounts by network (the first of each), the person's own site.
fn sort_links(links: Vec<FoundLink>, contact: &mut Contact) {
    let email_host = contact
        .email
        .as_ref()
        .and_then(|email| email.value.rsplit_once('@'))
        .map(|(_, host)| host.to_owned());
    for link in &links {
        let host = host_of(&link.url);
        let network = NETWORKS.iter().find(|(end, ..)| host == *end || host.ends_with(&format!(".{end}")));
        if let Some((_, network, prefixes)) = network {
            let Some(username) = username(&link.url, prefixes) else { continue };
            if !contact.profiles.iter().any(|profile| profile.network == *network) {
                contact.profiles.push(NetworkProfile {
                    network: (*network).to_owned(),
                    username: Some(username),
                    url: Some(link.url.clone()),
                });
            }
        }
    }
    // The personal site stands among the contact data: before the first section, or on a linked word there.
    let own = links.iter().find(|link| {
        let host = host_of(&link.url);
        let known = NETWORKS.iter().any(|(end, ..)| host == *end || host.ends_with(&format!(".{end}")))
            || NO_SITES.iter().any(|site| host == *site || host.ends_with(&format!(".{site}")));
        let early = link.at.is_none_or(|at| at < 1_500) || email_host.as_deref() == Some(host.as_str());
        let labelled = ["website", "portfolio", "homepage", "web", "site", "blog"]
            .iter()
            .any(|word| fold(&link.label).contains(word));
        !known && !host.is_empty() && (link.at.is_some() && early || labelled)
    });
    contact.url = own.map(|link| link.url.clone());
}

/// The account in a network's address; `None` for the network's front page or something that is no account.
fn username(url: &str, prefixes: &[&str]) -> Option<String> {
    let behind = url.split("://").nth(1).unwrap_or(url);
    let mut path = behind.split('/').skip(1).map(|piece| piece.split(['?', '#']).next().unwrap_or(""));
    let mut account = path.next()?;
    if prefixes.contains(&account) {
        account = path.next()?;
        if account.chars().all(|c| c.is_ascii_digit()) && !account.is_empty() {
            account = path.next().filter(|name| !name.is_empty()).unwrap_or(account);
        }
    }
    let account = account.trim_matches(['@', ' ']);
    (!account.is_empty()).then(|| account.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        emails(text).into_iter().map(|found| found.value).collect()
    }

    #[test]
    fn addresses_are_found_plain_and_obfuscated() {
        assert_eq!(values("E-mail: ada.lovelace@example.org, London"), ["ada.lovelace@example.org"]);
        assert_eq!(values("ada (at) example.org"), ["ada@example.org"]);
        assert_eq!(values("ada [at] example [dot] co [dot] uk"), ["ada@example.co.uk"]);
        assert_eq!(values("ada at example dot com"), ["ada@example.com"]);
        assert_eq!(values("JOHN@GMAIL.COM"), ["JOHN@gmail.com"]);
        assert_eq!(values("ADA.LOVELACE@MAIL.O\nKAFOR.DEV\nLondon"), ["ADA.LOVELACE@mail.okafor.dev"]);
        assert_eq!(values("ada@alumni\n.example.edu\n+44 20"), ["ada@alumni.example.edu"]);
        assert_eq!(values("ada@example.org\nweb.com"), ["ada@example.org"]);
        assert!(values("@ada on the web, look at home dot").is_empty());
        assert!(values("led the team @ Acme Inc.").is_empty());
    }

    #[test]
    fn an_address_knows_its_place() {
        let text = "Mail: ada@example.org.";
        let found = emails(text);
        let (start, end) = found[0].place.unwrap();
        assert_eq!(&text[start..end], "ada@example.org");
    }

    #[test]
    fn accounts_are_told_by_network_and_technologies_are_no_sites() {
        let mut contact = Contact::default();
        sort_links(
            written_links(
                "github.com/ada | www.linkedin.com/in/ada-l/ | Node.js, ASP.NET | ada.dev\nxing: ada",
            ),
            &mut contact,
        );
        let networks: Vec<_> =
            contact.profiles.iter().map(|p| (p.network.as_str(), p.username.as_deref())).collect();
        assert!(
            networks.contains(&("GitHub", Some("ada"))) && networks.contains(&("LinkedIn", Some("ada-l")))
        );
        assert!(networks.contains(&("Xing", Some("ada"))));
        assert_eq!(contact.url.as_deref(), Some("https://ada.dev"));
    }
}
