//! What is embedded of a CV and of a job: one text each that fits the model's 256 tokens, the most telling first.

use crate::domain::{JobText, Profile};
use crate::parsing::lexicon::human_languages;

use super::neutral_text::neutral_text;

/// About as many letters as 256 tokens have.
const MOST_LETTERS: usize = 1300;

/// The text to embed of a CV: headline and last titles, skills, then the beginning of the CV; without name, contact, birth,
/// nationality, gender and schools.
pub fn cv_embedding_text(profile: &Profile, text: &str) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let headline = profile.basics.label.iter().filter(|label| label.split_whitespace().count() <= 10);
    let positions = profile.work.iter().filter_map(|work| work.position.as_ref()).take(3);
    let mut titles: Vec<&str> = Vec::new();
    for title in headline.chain(positions) {
        if !titles.iter().any(|known| known.eq_ignore_ascii_case(title)) {
            titles.push(title);
        }
    }
    if !titles.is_empty() {
        pieces.push(format!("{}.", titles.join(", ")));
    }
    let names = profile.analysis.skills.iter().map(|skill| skill.name.as_str());
    // A language can stand for a nationality.
    let skills: Vec<&str> =
        names.filter(|name| human_languages::english_name(name).is_none()).take(12).collect();
    if !skills.is_empty() {
        pieces.push(format!("{}.", skills.join(", ")));
    }
    pieces.push(neutral_text(profile, text));
    shortened(&pieces.join("\n"))
}

/// The text to embed of a job: its title, then the ad.
pub fn job_embedding_text(job: &JobText) -> String {
    shortened(&format!("{}.\n{}", job.title.trim(), job.text.trim()))
}

fn shortened(text: &str) -> String {
    let mut shortened = String::with_capacity(MOST_LETTERS);
    for word in text.split_whitespace() {
        if shortened.len() + word.len() >= MOST_LETTERS {
            break;
        }
        if !shortened.is_empty() {
            shortened.push(' ');
        }
        shortened.push_str(word);
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Work;

    #[test]
    fn what_is_embedded_says_what_somebody_does_and_not_who_they_are() {
        let mut profile = Profile::default();
        profile.basics.name = Some("Anna Novak".into());
        profile.work.push(Work { position: Some("Staff Nurse".into()), ..Work::default() });
        let text = "Anna Novak\nanna@example.org\nNationality: Czech\nCare of patients";
        assert_eq!(cv_embedding_text(&profile, text), "Staff Nurse. care of patients");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let job = JobText { title: "Cook".into(), text: "food ".repeat(1000), ..JobText::default() };
        let text = job_embedding_text(&job);
        assert!(text.len() <= 1300 && text.ends_with("food") && text.starts_with("Cook. food"));
    }
}
