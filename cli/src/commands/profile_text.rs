//! A text for a CV of which only the profile is known, so that it is compared like any other.

use shared::domain::{PartialDate, Profile};
use shared::parsing::Parsed;

use super::inputs::{Unreadable, read_cv_text};

/// The profile with a text that says the same, and with what follows from that text where the profile lacks it: skills of
/// the taxonomy, months of experience, seniority, level of education, language.
pub fn with_text(mut profile: Profile) -> Result<Parsed, Unreadable> {
    let text = text_of(&profile);
    let read = read_cv_text(&text)?.profile;
    let (analysis, found) = (&mut profile.analysis, read.analysis);
    // The places of skills that came with the profile are those of another text.
    analysis.confidence.clear();
    if analysis.skills.is_empty() {
        analysis.skills = found.skills;
    }
    if analysis.current_work.is_empty() {
        let is_current = |index: &usize| {
            let work = &profile.work[*index];
            work.start_date.is_some() && work.end_date.is_none()
        };
        analysis.current_work = (0..profile.work.len()).filter(is_current).collect();
    }
    analysis.language = analysis.language.take().or(found.language);
    analysis.experience_months = analysis.experience_months.or(found.experience_months);
    analysis.seniority = analysis.seniority.or(found.seniority);
    analysis.education_level = analysis.education_level.or(found.education_level);
    if analysis.driving_licences.is_empty() {
        analysis.driving_licences = found.driving_licences;
    }
    Ok(Parsed { text, profile })
}

/// The profile as a CV that the parser reads: headings, one entry after the other.
fn text_of(profile: &Profile) -> String {
    let mut text = Text(String::new());
    let basics = &profile.basics;
    text.line([basics.name.as_deref()]);
    text.line([basics.label.as_deref()]);
    text.line([basics.email.as_deref(), basics.phone.as_deref()]);
    if let Some(place) = &basics.location {
        text.line([place.city.as_deref(), place.region.as_deref(), place.country_code.as_deref()]);
    }
    if let Some(summary) = &basics.summary {
        text.heading("Summary");
        text.line([Some(summary)]);
    }
    if !profile.work.is_empty() {
        text.heading("Experience");
    }
    for work in &profile.work {
        text.line([work.position.as_deref(), work.name.as_deref()]);
        text.line([Some(&period(work.start_date, work.end_date))]);
        text.line([work.summary.as_deref()]);
        text.items(&work.highlights);
        text.line([Some("\n")]);
    }
    if !profile.education.is_empty() {
        text.heading("Education");
    }
    for school in &profile.education {
        text.line([school.study_type.as_deref(), school.area.as_deref(), school.institution.as_deref()]);
        text.line([Some(&period(school.start_date, school.end_date))]);
    }
    text.list(
        "Skills",
        profile.skills.iter().map(|skill| {
            std::iter::once(&skill.name)
                .chain(&skill.keywords)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        }),
    );
    text.list(
        "Languages",
        profile.languages.iter().map(|known| match &known.fluency {
            Some(fluency) => format!("{} ({fluency})", known.language),
            None => known.language.clone(),
        }),
    );
    text.list("Certificates", profile.certificates.iter().map(|certificate| certificate.name.clone()));
    text.list(
        "Projects",
        profile.projects.iter().map(|project| {
            let pieces = [Some(project.name.clone()), project.description.clone()];
            let pieces = pieces.into_iter().flatten().chain(project.highlights.iter().cloned());
            pieces.collect::<Vec<String>>().join(". ")
        }),
    );
    text.0.trim().to_owned()
}

fn period(start: Option<PartialDate>, end: Option<PartialDate>) -> String {
    match (start, end) {
        (Some(start), Some(end)) => format!("{start} – {end}"),
        (Some(start), None) => format!("{start} – present"),
        (None, Some(end)) => end.to_string(),
        (None, None) => String::new(),
    }
}

struct Text(String);

impl Text {
    fn line<const N: usize>(&mut self, pieces: [Option<&str>; N]) {
        let filled = pieces.into_iter().flatten().filter(|piece| !piece.is_empty());
        let line = filled.collect::<Vec<&str>>().join(", ");
        if !line.is_empty() {
            self.0.push_str(&line);
            self.0.push('\n');
        }
    }

    fn heading(&mut self, heading: &str) {
        self.0.push('\n');
        self.line([Some(heading)]);
    }

    fn items(&mut self, items: &[String]) {
        for item in items {
            self.line([Some(&format!("- {item}"))]);
        }
    }

    fn list(&mut self, heading: &str, items: impl Iterator<Item = String>) {
        let items: Vec<String> = items.filter(|item| !item.trim().is_empty()).collect();
        if !items.is_empty() {
            self.heading(heading);
            self.items(&items);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_json_resume_gets_what_follows_from_it() {
        let profile: Profile = serde_json::from_str(
            r#"{"basics":{"name":"Ada Byron","label":"Software Engineer"},
            "work":[{"name":"Engine Works","position":"Software Engineer","startDate":"2015-01","endDate":"2019-12",
                "highlights":["Built services in Python"]}],
            "education":[{"institution":"Stonehaven University","studyType":"MSc","area":"Computer Science"}],
            "skills":[{"name":"Databases","keywords":["PostgreSQL"]}]}"#,
        )
        .unwrap();
        let read = with_text(profile.clone()).unwrap();
        let names: Vec<&str> = read.profile.analysis.skills.iter().map(|skill| skill.name.as_str()).collect();
        assert!(names.contains(&"Python") && names.contains(&"PostgreSQL"), "{names:?}");
        assert_eq!(read.profile.analysis.experience_months, Some(60));
        assert_eq!(read.profile.analysis.education_level, Some(7));
        assert_eq!(read.profile.work, profile.work);
        assert!(with_text(Profile::default()).is_err_and(|error| error.kind == "empty"));
    }
}
