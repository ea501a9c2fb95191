//! When two namings are taken for the same: equal letters and digits, or nearly so.

/// Letters and digits in lower case, accents kept: the form in which names are compared.
pub(super) fn squeezed(text: &str) -> String {
    let text = text.to_lowercase().replace('&', "and").replace("ß", "ss");
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#')).collect()
}

/// Least similarity (0–1) of two namings of one thing.
const ALIKE: f64 = 0.85;

/// Whether two namings are of the same thing: equal but for signs and case, or alike by Levenshtein's distance, or one is the
/// other with a few more words ("Engine Works" and "Engine Works Ltd").
pub(super) fn similar(one: &str, other: &str) -> bool {
    let (a, b) = (squeezed(one), squeezed(other));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (shorter, longer) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    // Short names differ by one letter and mean another thing: C and R, SQL and SAL.
    if shorter.len() < 6 {
        return false;
    }
    if longer.starts_with(shorter) && shorter.len() * 10 >= longer.len() * 7 {
        return true;
    }
    shorter.len() * 10 >= longer.len() * 8
        && 1.0 - distance(shorter, longer) as f64 / longer.len() as f64 >= ALIKE
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut diagonal = before[0];
        before[0] = row + 1;
        for (column, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = before[column + 1];
            before[column + 1] = change.min(diagonal + 1).min(before[column] + 1);
        }
    }
    before[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_do_not_part_names() {
        for (one, other) in [
            ("Wizz!", "WIZZ"),
            ("Engine Works", "Engine Works Ltd"),
            ("Salt & Pepper Ltd", "Salt and Pepper Ltd"),
            ("MeadowWorks", "Meadow Works"),
        ] {
            assert!(similar(one, other), "{one} / {other}");
        }
        for (one, other) in [
            ("C", "R"),
            ("SQL", "NoSQL"),
            ("Java", "JavaScript"),
            ("Wound care", "Wound care in the community (outpatient)"),
            ("", "x"),
        ] {
            assert!(!similar(one, other), "{one} / {other}");
        }
    }
}
