//! Made-up careers and ads. Everything follows from the seed and a number, so that any part can be made again alone.

use shared::db::dummy::{DummyCv, DummyJob};
use shared::domain::{JobText, Profile};

use super::chance::Chance;
use super::words::*;

/// A source of made-up people and jobs.
pub struct People {
    seed: u64,
}

/// The name of CV or job `number`, from 0: `dummy-000001` is the first.
pub fn name(number: u32) -> String {
    format!("dummy-{:06}", number + 1)
}

/// The year in which the current employments go on.
const THIS_YEAR: usize = 2026;

impl People {
    /// The people of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// CV number `number`, from 0; neither parsed nor embedded.
    pub fn cv(&self, number: u32) -> DummyCv {
        let mut chance = Chance::new(self.seed, "cv", number);
        let id = chance.id();
        let (given, family) = (*chance.of(GIVEN_NAMES), *chance.of(FAMILY_NAMES));
        let occupation: &Occupation = chance.of(OCCUPATIONS);
        let (city, code) = *chance.of(CITIES);
        let count = 4 + chance.below(4);
        let mut skills = chance.some(occupation.skills, count);
        let general = 1 + chance.below(2);
        skills.extend(chance.some(GENERAL_SKILLS, general));
        let employments = 1 + chance.below(4);
        let years = employments * (1 + chance.below(4));

        let phone = format!(
            "+{code} {} {:03} {:04}",
            20 + chance.below(79),
            chance.below(1000),
            chance.below(10_000)
        );
        let (low_given, low_family) = (given.to_lowercase(), family.to_lowercase());
        let mut text = format!(
            "{given} {family}\n{}\n{city} | {phone} | {low_given}.{low_family}{number}@example.com\n",
            occupation.title
        );
        if !chance.once_in(3) {
            let opening = chance.of(SUMMARIES);
            let summary = opening
                .replace("{title}", &occupation.title.to_lowercase())
                .replace("{years}", &years.to_string());
            text.push_str(&format!("\nProfile\n{summary} Strong in {} and {}.\n", skills[0], skills[1]));
        }
        text.push_str("\nWork experience\n");
        let mut end = (THIS_YEAR, 1);
        for index in 0..employments {
            let months = 8 + chance.below(60);
            let start = before(end, months);
            let level = match (index, employments - index) {
                (0, 3..) => *chance.of(&["Senior ", "Lead ", ""]),
                (_, 1) if employments > 1 => *chance.of(&["Junior ", "Trainee ", ""]),
                _ => "",
            };
            let until = if index == 0 { "Present".to_owned() } else { format!("{:02}/{}", end.1, end.0) };
            text.push_str(&format!(
                "{level}{}, {}, {}\n{:02}/{} - {until}\n",
                occupation.title,
                chance.of(COMPANIES),
                chance.of(CITIES).0.split(',').next().unwrap_or_default(),
                start.1,
                start.0
            ));
            let points = 2 + chance.below(2);
            for point in chance.some(WORK_POINTS, points) {
                let used = chance.some(&skills, 2);
                let point = point.replace("{duty}", &lower_first(occupation.duty)).replace("{one}", used[0]);
                let number = 2 + chance.below(28);
                text.push_str(&format!(
                    "- {}\n",
                    point.replace("{two}", used[1]).replace("{number}", &number.to_string())
                ));
            }
            end = before(start, chance.below(4));
        }
        let left = end.0;
        let school = chance.of(SCHOOLS);
        text.push_str(&format!("\nEducation\n{}, {school}, {} - {left}\n", occupation.degree, left - 3));
        text.push_str(&format!("\nSkills\n{}\n", skills.join(", ")));
        let languages = chance.below(3);
        let spoken: Vec<String> = chance
            .some(LANGUAGES, languages)
            .into_iter()
            .map(|(language, level)| format!("{language} ({level})"))
            .collect();
        if !spoken.is_empty() {
            text.push_str(&format!("\nLanguages\n{}\n", spoken.join(", ")));
        }
        DummyCv { id, candidate_id: name(number), text, profile: Profile::default(), embedding: None }
    }

    /// Job number `number`, from 0; neither read nor embedded.
    pub fn job(&self, number: u32) -> DummyJob {
        let mut chance = Chance::new(self.seed, "job", number);
        let id = chance.id();
        let occupation: &Occupation = chance.of(OCCUPATIONS);
        let (company, (city, _)) = (*chance.of(COMPANIES), *chance.of(CITIES));
        let level = *chance.of(&["", "", "", "Senior ", "Junior ", "Lead "]);
        let title = format!("{level}{}", occupation.title);
        let count = 5 + chance.below(3);
        let wanted = chance.some(occupation.skills, count);
        let (needed, welcome) = wanted.split_at(wanted.len() - 1 - chance.below(2));
        let mut text = chance.of(AD_OPENINGS).replace("{company}", company).replace("{title}", &title);
        text = text.replace("{city}", city.split(',').next().unwrap_or_default());
        text.push_str(&format!(
            "\n\n{}\n- {}\n",
            chance.of(&["Your role", "What you will do", "The work"]),
            occupation.duty
        ));
        for point in chance.some(AD_DUTIES, 2) {
            let skill = *chance.of(needed);
            text.push_str(&format!("- {}\n", point.replace("{one}", skill)));
        }
        text.push_str(&format!("\n{}\n", chance.of(&["What you bring", "Requirements", "About you"])));
        match level {
            "Junior " => text.push_str("- First experience, or fresh from your training\n"),
            "" => text.push_str(&format!("- At least {} years of experience\n", 1 + chance.below(4))),
            _ => text.push_str(&format!("- At least {} years of experience\n", 4 + chance.below(6))),
        }
        if !chance.once_in(3) {
            text.push_str(&format!("- {} or similar\n", occupation.degree));
        }
        for skill in needed {
            text.push_str(&format!("- {}\n", chance.of(AD_NEEDS).replace("{one}", skill)));
        }
        text.push_str(&format!("\nNice to have\n- {}\n", welcome.join(", ")));
        let offers = chance.some(AD_OFFERS, 3);
        text.push_str(&format!("\nWe offer\n{}.", offers.join(", ")));
        let text = JobText {
            title,
            company: Some(company.to_owned()),
            location: Some(city.to_owned()),
            text,
            ..JobText::default()
        };
        DummyJob { id, external_id: name(number), text, requirements: None, embedding: None }
    }
}

/// The month so many months earlier.
fn before((year, month): (usize, usize), months: usize) -> (usize, usize) {
    let count = year * 12 + month - 1 - months;
    (count / 12, count % 12 + 1)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use shared::domain::PartialDate;
    use shared::parsing::parse_text;
    use shared::skills::Taxonomy;

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_data_and_another_seed_others() {
        let (one, same, other) = (People::new(7), People::new(7), People::new(8));
        for number in [0, 3, 99_999] {
            assert_eq!((one.cv(number).id, one.cv(number).text), (same.cv(number).id, same.cv(number).text));
            assert_eq!(
                (one.job(number).id, one.job(number).text),
                (same.job(number).id, same.job(number).text)
            );
            assert_ne!(one.cv(number).id, other.cv(number).id);
            assert_ne!(one.cv(number).id, one.cv(number + 1).id);
        }
    }

    #[test]
    fn jobs_are_of_many_occupations() {
        let titles: HashSet<&str> = OCCUPATIONS.iter().map(|occupation| occupation.title).collect();
        assert!(titles.len() >= 40 && titles.len() == OCCUPATIONS.len(), "{}", titles.len());
    }

    #[test]
    fn a_made_up_cv_is_read_as_what_it_was_made_of() {
        let people = People::new(1);
        let (mut skills, mut names) = (0, 0);
        for number in 0..50 {
            let cv = people.cv(number);
            let profile = parse_text(&cv.text, Taxonomy::global(), PartialDate::month(2026, 6)).profile;
            names += usize::from(profile.basics.name.is_some_and(|name| cv.text.starts_with(&name)));
            skills += profile.analysis.skills.len();
            assert!(!profile.work.is_empty() && profile.work[0].start_date.is_some(), "{}", cv.text);
            assert!(profile.basics.email.is_some() && profile.basics.phone.is_some(), "{}", cv.text);
        }
        assert!(names >= 48, "{names} of 50 names");
        assert!(skills >= 50 * 4, "{skills} skills in 50 CVs");
    }
}
