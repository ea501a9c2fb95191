//! The sentences that an explanation is made of, in one language each. `{name}` is filled in with what CV or job say.

/// All sentences of one language; of each kind several, so that not every explanation reads the same.
#[derive(Debug)]
pub(super) struct Templates {
    /// ISO 639-1.
    pub(super) language: &'static str,
    /// `{job}`: a fit.
    pub(super) strong: &'static [&'static str],
    /// `{job}`: a fit in part.
    pub(super) partial: &'static [&'static str],
    /// `{job}`: hardly a fit.
    pub(super) weak: &'static [&'static str],
    /// `{title}`, `{employer}`: the closest role.
    pub(super) role_at: &'static [&'static str],
    /// `{title}`: the closest role, employer unknown.
    pub(super) role: &'static [&'static str],
    /// `{skills}`: what both name.
    pub(super) shared_skills: &'static [&'static str],
    /// `{skills}`: what is missing, for the summary.
    pub(super) open_skills: &'static [&'static str],
    /// `{title}`, `{duration}`, employer unknown.
    pub(super) role_for: &'static [&'static str],
    /// `{title}`, `{employer}`, `{duration}`.
    pub(super) role_at_for: &'static [&'static str],
    /// `{skill}`, `{duration}`.
    pub(super) skill_for: &'static [&'static str],
    /// `{skill}`, `{quote}`: the CV's words on a skill.
    pub(super) skill_quoted: &'static [&'static str],
    /// `{has}`, `{wanted}`: enough years.
    pub(super) enough_experience: &'static [&'static str],
    /// `{has}`, `{wanted}`: too few.
    pub(super) little_experience: &'static [&'static str],
    /// Education at least as asked.
    pub(super) enough_education: &'static [&'static str],
    /// Education below what is asked.
    pub(super) little_education: &'static [&'static str],
    /// `{languages}` known.
    pub(super) languages_known: &'static [&'static str],
    /// `{languages}` not shown at the level.
    pub(super) languages_open: &'static [&'static str],
    /// `{place}` fits.
    pub(super) place_fits: &'static [&'static str],
    /// `{place}` is elsewhere.
    pub(super) place_open: &'static [&'static str],
    /// `{job_quote}`, `{cv_quote}`: passages that answer each other.
    pub(super) passages: &'static [&'static str],
    /// `{skills}` not found in the CV.
    pub(super) skills_open: &'static [&'static str],
    /// `{licences}` not found.
    pub(super) licences_open: &'static [&'static str],
    /// The field is another.
    pub(super) other_field: &'static [&'static str],
    /// `{skill}`: what to do about a missing one.
    pub(super) add_skill: &'static [&'static str],
    /// `{skill}`: what to do about a missing certificate or registration.
    pub(super) add_certificate: &'static [&'static str],
    /// `{skill}`: what to do about a missing trait, such as patience.
    pub(super) add_trait: &'static [&'static str],
    /// What to do about coming from another field.
    pub(super) close_field: &'static [&'static str],
    /// `{wanted}`: what to do about too few years.
    pub(super) close_experience: &'static [&'static str],
    /// What to do about education below what is asked.
    pub(super) close_education: &'static [&'static str],
    /// `{licences}`: what to do about a missing licence.
    pub(super) close_licences: &'static [&'static str],
    /// `{place}`: what to do about a place that is elsewhere.
    pub(super) close_place: &'static [&'static str],
    /// `{skill}`: a skill that the CV lists without saying where it was used.
    pub(super) show_skill: &'static [&'static str],
    /// `{languages}`.
    pub(super) state_language: &'static [&'static str],
    /// No dates could be read.
    pub(super) add_dates: &'static [&'static str],
    /// `{from}`, `{to}`: a skill of the CV that is near to one that is asked for.
    pub(super) transfer: &'static [&'static str],
    /// `{title}`, `{skill}`: a skill of work of another kind.
    pub(super) transfer_of_work: &'static [&'static str],
    /// `{skill}`: asks about a missing skill.
    pub(super) ask_missing: &'static [&'static str],
    /// `{skill}`: asks about a missing certificate or registration.
    pub(super) ask_certificate: &'static [&'static str],
    /// `{from}`, `{to}`: asks about a skill that carries over.
    pub(super) ask_transfer: &'static [&'static str],
    /// `{skill}`: asks about a skill that is named only.
    pub(super) ask_unproven: &'static [&'static str],
    /// `{wanted}`: asks about experience.
    pub(super) ask_experience: &'static [&'static str],
    /// `{languages}`: asks about a language.
    pub(super) ask_language: &'static [&'static str],
    /// `{title}`: asks about the closest role.
    pub(super) ask_role: &'static [&'static str],
    /// `{job}`: asks about the job.
    pub(super) ask_job: &'static [&'static str],
    /// Asks what can always be asked; at least two.
    pub(super) ask_any: &'static [&'static str],
    /// "year", "years", "month", "months".
    pub(super) units: [&'static str; 4],
    /// " and ".
    pub(super) and: &'static str,
    /// Opening and closing quotation mark.
    pub(super) quotation: [&'static str; 2],
}

impl Templates {
    /// One of the sentences, chosen by `seed`, filled in.
    pub(super) fn say(&self, sentences: &[&'static str], seed: u64, values: &[(&str, &str)]) -> String {
        let count = sentences.len().max(1) as u64;
        let template = sentences.get((seed % count) as usize).copied().unwrap_or_default();
        self.fill(template, values)
    }

    /// Fills in each `{name}`, once: braces within a value stay as they are.
    fn fill(&self, template: &str, values: &[(&str, &str)]) -> String {
        let mut filled = String::with_capacity(template.len() + 40);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
            if name.ends_with("quote") {
                filled.push_str(&self.quote(value));
            } else {
                filled.push_str(value);
            }
            rest = after;
        }
        filled.push_str(rest);
        with_capital(filled)
    }

    /// Within this language's quotation marks.
    pub(super) fn quote(&self, text: &str) -> String {
        let [open, close] = self.quotation;
        format!("{open}{text}{close}")
    }

    /// "SQL, Python and Excel".
    pub(super) fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [most @ .., last] => format!("{}{}{last}", most.join(", "), self.and_before(last)),
        }
    }

    /// Spanish has "e" before a word that begins with the sound of "i".
    fn and_before(&self, word: &str) -> &'static str {
        let word = word.to_lowercase();
        let sounds_like_i =
            word.starts_with(['i', 'í']) || word.starts_with("hi") && !word.starts_with("hie");
        if self.language == "es" && sounds_like_i { " e " } else { self.and }
    }

    /// "6 years", "8 months": whole years from one year on, rounded down.
    pub(super) fn duration(&self, months: u32) -> String {
        let [year, years, month, many] = self.units;
        match (months / 12, months) {
            (0, 1) => format!("1 {month}"),
            (0, months) => format!("{months} {many}"),
            (1, _) => format!("1 {year}"),
            (count, _) => format!("{count} {years}"),
        }
    }
}

/// A sentence begins with a capital, but for what is written in its own way ("iOS", "npm").
fn with_capital(sentence: String) -> String {
    let first = sentence.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if first.chars().count() < 4 || !first.chars().all(char::is_lowercase) {
        return sentence;
    }
    let mut letters = sentence.chars();
    let capital = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    capital + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_joined_as_its_language_joins_it() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let spanish = &super::super::spanish::SPANISH;
        assert_eq!(spanish.list(&names(&["español", "inglés"])), "español e inglés");
        assert_eq!(spanish.list(&names(&["hielo", "hierro"])), "hielo y hierro");
        let english = &super::super::english::ENGLISH;
        assert_eq!(english.list(&names(&["SQL", "Python", "Iceberg"])), "SQL, Python and Iceberg");
    }

    #[test]
    fn a_sentence_begins_with_a_capital_but_for_names_with_a_spelling_of_their_own() {
        let cases = [("wound care is asked for.", "Wound care is asked for."), ("über", "Über")];
        for (given, expected) in cases {
            assert_eq!(with_capital(given.to_owned()), expected);
        }
        for kept in
            ["npm is asked for.", "iPhone repair is asked for.", "5 years of work.", "“took bloods”", ""]
        {
            assert_eq!(with_capital(kept.to_owned()), kept);
        }
    }
}
