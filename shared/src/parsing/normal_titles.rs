//! Job titles in normal form: without gender marks, grades and abbreviations, with the occupation that they name.

use crate::domain::{TitleUse, Work};

use super::folding::folded_words;
use super::lexicon::phrases::words;
use super::lexicon::{occupations, seniority};

/// Abbreviations that stand in titles, folded, and what they are short for.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("sr", "Senior"),
    ("snr", "Senior"),
    ("jr", "Junior"),
    ("jnr", "Junior"),
    ("mgr", "Manager"),
    ("mngr", "Manager"),
    ("eng", "Engineer"),
    ("engr", "Engineer"),
    ("dev", "Developer"),
    ("swe", "Software Engineer"),
    ("dir", "Director"),
    ("asst", "Assistant"),
    ("assoc", "Associate"),
    ("coord", "Coordinator"),
    ("rep", "Representative"),
    ("admin", "Administrator"),
    ("exec", "Executive"),
    ("vp", "Vice President"),
    ("svp", "Senior Vice President"),
    ("evp", "Executive Vice President"),
    ("ceo", "Chief Executive Officer"),
    ("cto", "Chief Technology Officer"),
    ("cfo", "Chief Financial Officer"),
    ("coo", "Chief Operating Officer"),
    ("rn", "Registered Nurse"),
    ("lpn", "Licensed Practical Nurse"),
    ("pm", "Project Manager"),
    ("dipl", "Diplom"),
];

/// The titles of employments in normal form.
pub(super) fn of_work(work: &[Work]) -> Vec<TitleUse> {
    let titled = work.iter().enumerate().filter_map(|(index, work)| Some((index, work.position.as_deref()?)));
    titled
        .map(|(index, position)| {
            let title = normal_title(position);
            let named = occupations::find(&words(&title));
            let occupation = named.into_iter().find_map(|found| occupations::occupation(found).name);
            TitleUse {
                work: index,
                occupation: occupation.map(str::to_owned),
                seniority: seniority::of_title(&title),
                title,
            }
        })
        .collect()
}

/// "Sr. Software Eng. II (m/w/d)" → "Senior Software Engineer".
fn normal_title(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    let mut depth = 0usize;
    for character in written.chars() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    if plain.trim().is_empty() {
        plain = written.to_owned();
    }
    for mark in ["/-in", "*in", ":in", "_in", "·e", "/in ", "m/w/d", "f/m/x", "w/m/d", "h/f"] {
        plain = plain.replace(mark, if mark.ends_with(' ') { " " } else { "" });
    }
    let shouted = !plain.chars().any(char::is_lowercase);
    let mut normal: Vec<String> = Vec::new();
    for word in plain.split_whitespace() {
        let bare = word.trim_end_matches(['.', ',', ';']);
        let folded = folded_words(bare).concat();
        let is_grade =
            matches!(bare, "I" | "II" | "III" | "IV" | "V" | "1" | "2" | "3") && !normal.is_empty();
        if is_grade {
            continue;
        }
        match ABBREVIATIONS.iter().find(|(short, _)| *short == folded) {
            Some((_, long)) => normal.push((*long).to_owned()),
            None if shouted && bare.chars().count() > 3 => normal.push(capitalised(word)),
            None => normal.push(word.to_owned()),
        }
    }
    normal.join(" ").trim_matches([' ', ',', '-', '–', '/']).to_owned()
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next();
    first.into_iter().chain(characters.flat_map(char::to_lowercase)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Seniority;

    #[test]
    fn titles_lose_marks_grades_and_abbreviations() {
        for (written, normal) in [
            ("Sr. Software Eng. II", "Senior Software Engineer"),
            ("Krankenpfleger (m/w/d)", "Krankenpfleger"),
            ("Entwickler*in", "Entwickler"),
            ("VP, Sales", "Vice President Sales"),
            ("SALES MGR", "Sales Manager"),
            ("Chef de cuisine", "Chef de cuisine"),
        ] {
            assert_eq!(normal_title(written), normal, "{written}");
        }
    }

    #[test]
    fn a_title_knows_its_occupation_and_rank() {
        let work = [
            Work { position: Some("Sr. Krankenpflegerin".into()), ..Work::default() },
            Work::default(),
            Work { position: Some("Jedi".into()), ..Work::default() },
        ];
        let titles = of_work(&work);
        assert_eq!(titles.len(), 2);
        assert_eq!(titles[0].occupation.as_deref(), Some("registered nurse"));
        assert_eq!(titles[0].seniority, Some(Seniority::Senior));
        assert_eq!((titles[1].work, titles[1].occupation.as_deref()), (2, None));
    }
}
