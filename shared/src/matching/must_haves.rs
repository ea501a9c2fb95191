//! How a CV stands to the conditions of a job: met where a passage shows it, not met where the CV says otherwise, unknown where
//! it does not say. Silence is never a no, and who somebody is answers nothing.

use std::sync::LazyLock;

use crate::domain::{
    Evidence, MustHaveCheck, MustHaveKind, MustHaveOutcome, MustHaveSkill, MustHaves, RequiredLanguage,
    RequiredPlace, Source,
};
use crate::parsing::lexicon::phrases::{PhraseTable, words};
use crate::parsing::lexicon::{countries, driving_licences, human_languages, work_rights};
use crate::parsing::requirements::sentence_around;
use crate::skills::Taxonomy;

use super::CvSide;
use super::evidence::find;
use super::lexical::stem;

use MustHaveOutcome::{Met, NotMet, Unknown};

/// Longest quote in bytes.
const LONGEST_QUOTE: usize = 200;
/// How far knowing one skill shows another: that of a skill to the one directly above it.
const SHOWS: f32 = 0.69;

static RELOCATION: LazyLock<PhraseTable<()>> = LazyLock::new(|| {
    PhraseTable::new(&[(
        "willing to relocate|open to relocation|ready to relocate|happy to relocate|prepared to relocate|relocating to|umzugsbereit*|\
         umzugsbereitschaft|mobilite geographique|mobile dans toute|disponibilidad geografica|disponible para trasladarme|\
         disponibilita al trasferimento",
        (),
    )])
});
/// Words next to a certificate by which it is not held now.
static NOT_HELD: LazyLock<PhraseTable<()>> = LazyLock::new(|| {
    PhraseTable::new(&[(
        "pending|expired|lapsed|in progress|applied for|not yet|no|without|abgelaufen|beantragt|kein|keine|ohne|en cours|expire|\
         en curso|caducado|working towards",
        (),
    )])
});

/// What conditions are checked against, read once from a CV.
pub struct CvFacts<'a> {
    cv: CvSide<'a>,
    licences: Vec<driving_licences::Mention>,
    rights: Vec<work_rights::Mention>,
    languages: Vec<human_languages::LanguageMention>,
    relocation: Option<(usize, usize)>,
}

/// What a condition came to: the outcome, and the passage for it.
type Finding = (MustHaveOutcome, Option<Evidence>);

impl<'a> CvFacts<'a> {
    /// Reads them: some tenths of a millisecond.
    pub fn of(cv: &CvSide<'a>) -> Self {
        let relocation = RELOCATION.find(&words(cv.text)).first().map(|found| (found.start, found.end));
        Self {
            cv: *cv,
            licences: driving_licences::mentions(cv.text),
            rights: work_rights::find(cv.text),
            languages: human_languages::find(cv.text),
            relocation,
        }
    }

    /// How the CV stands to each of the conditions, in their order.
    pub fn check(&self, must_haves: &MustHaves, taxonomy: &Taxonomy) -> Vec<MustHaveCheck> {
        let mut checks = Vec::new();
        let mut add = |kind, wanted: String, (outcome, evidence): Finding, question: String| {
            let question = (outcome == Unknown).then_some(question);
            checks.push(MustHaveCheck { kind, wanted, outcome, evidence, question });
        };
        for class in &must_haves.driving_licences {
            let question = format!("Do you hold a driving licence of class {class}?");
            add(MustHaveKind::DrivingLicence, class.clone(), self.licence(class), question);
        }
        for name in &must_haves.certificates {
            let question = format!("Do you hold this, and is it valid: {name}?");
            add(MustHaveKind::Certificate, name.clone(), self.certificate(name, taxonomy), question);
        }
        for wanted in &must_haves.languages {
            let name = &wanted.language;
            let (wanted_text, question) = match &wanted.level {
                Some(level) => {
                    (format!("{name} {level}"), format!("Do you speak {name} at level {level} or better?"))
                }
                None => (name.clone(), format!("Do you speak {name}, and how well?")),
            };
            add(MustHaveKind::Language, wanted_text, self.language(wanted), question);
        }
        for country in &must_haves.right_to_work {
            let name = countries::country_name(country).unwrap_or(country);
            let question = format!("Are you allowed to work here without a sponsor: {name}?");
            add(MustHaveKind::RightToWork, country.clone(), self.right_to_work(country), question);
        }
        if let Some(place) = &must_haves.place {
            let wanted = place.to_string();
            let question =
                format!("Do you live within reach of the place of work, or will you move: {wanted}?");
            add(MustHaveKind::Place, wanted, self.place(place), question);
        }
        for skill in &must_haves.skills {
            let question = format!("What have you done with {}?", skill.name);
            add(MustHaveKind::Skill, skill.name.clone(), self.skill(skill, taxonomy), question);
        }
        checks
    }

    fn licence(&self, wanted: &str) -> Finding {
        let covers = |class: &String| driving_licences::covers(class, wanted);
        let held = || self.licences.iter().filter(|mention| !mention.is_denied);
        let quoted = |mention: &driving_licences::Mention| self.clause(mention.start, mention.end);
        if let Some(mention) = held().find(|mention| mention.classes.iter().any(covers)) {
            return (Met, quoted(mention));
        }
        // A profile that came without its text has classes that stand nowhere.
        let of_profile = &self.cv.profile.analysis.driving_licences;
        if self.licences.is_empty() && of_profile.iter().any(covers) {
            return (Met, None);
        }
        // The classes of another continent say nothing of these.
        let comparable = |class: &String| (class == "CDL") == (wanted == "CDL");
        if let Some(mention) = held().find(|mention| mention.classes.iter().any(comparable)) {
            return (NotMet, quoted(mention));
        }
        if self.licences.is_empty() && of_profile.iter().any(comparable) {
            return (NotMet, None);
        }
        match self.licences.iter().find(|mention| mention.is_denied) {
            Some(denied) if held().next().is_none() => (NotMet, self.line(denied.start, denied.end)),
            _ => (Unknown, None),
        }
    }

    /// A licence or registration by its name: as a certificate of the taxonomy, or by its words close together in one line.
    fn certificate(&self, name: &str, taxonomy: &Taxonomy) -> Finding {
        let wanted: Vec<u64> = words(name)
            .iter()
            .filter(|word| {
                word.folded.len() > 1 && !["of", "the", "and", "in"].contains(&word.folded.as_str())
            })
            .map(|word| stem(&word.folded))
            .collect();
        let mut open = None;
        let mut start = 0;
        for line in self.cv.text.split_inclusive(['\n', '•', '|', ';']) {
            let offset = start;
            start += line.len();
            let line_words = words(line);
            let stems: Vec<u64> = line_words.iter().map(|word| stem(&word.folded)).collect();
            let places: Option<Vec<usize>> =
                wanted.iter().map(|term| stems.iter().position(|stem| stem == term)).collect();
            let Some((first, last)) = places
                .and_then(|places| Some((*places.iter().min()?, *places.iter().max()?)))
                .filter(|(first, last)| last - first < wanted.len() + 6)
            else {
                continue;
            };
            let near = &line_words[first.saturating_sub(3)..line_words.len().min(last + 5)];
            let quote = self.clause(offset + line_words[first].start, offset + line_words[last].end);
            if NOT_HELD.find(near).is_empty() {
                return (Met, quote);
            }
            open = open.or(quote);
        }
        if open.is_none()
            && let Some(id) = taxonomy.lookup(name).map(|skill| &skill.id)
            && let Some(held) = self.cv.profile.analysis.skills.iter().find(|skill| skill.id == *id)
        {
            return (Met, self.clause(held.start, held.end));
        }
        let held = &self.cv.profile.certificates;
        if open.is_none() && self.cv.text.is_empty() && held.iter().any(|one| one.name.contains(name)) {
            return (Met, None);
        }
        (Unknown, open)
    }

    fn language(&self, wanted: &RequiredLanguage) -> Finding {
        let name = wanted.language.as_str();
        let profile = self.cv.profile;
        let level_of =
            |fluency: &Option<String>| fluency.as_deref().and_then(human_languages::level_of_fluency);
        let known = profile.languages.iter().find(|known| known.language == name);
        let quote = || {
            let of = || self.languages.iter().filter(|mention| mention.language == name);
            let best = of()
                .find(|mention| mention.level.is_some())
                .or_else(|| of().find(|mention| mention.is_about_language))
                .or_else(|| of().next_back());
            best.and_then(|mention| self.line(mention.start, mention.end))
        };
        if let Some(known) = known {
            let level = level_of(&known.fluency).or_else(|| {
                self.languages.iter().filter(|m| m.language == name).filter_map(|m| m.level).max()
            });
            // The names of the levels are in the order of the levels.
            return match (level, wanted.level.as_deref()) {
                (_, None) => (Met, quote()),
                (Some(has), Some(least)) if has >= least => (Met, quote()),
                (Some(_), Some(_)) => (NotMet, quote()),
                (None, Some(_)) => (Unknown, quote()),
            };
        }
        let own = profile.analysis.language.as_deref().and_then(human_languages::name_of_code);
        if own == Some(name) {
            // Who writes a CV in a language knows it; how well, the CV does not say.
            let outcome = if wanted.level.is_none() { Met } else { Unknown };
            return (outcome, self.first_sentence());
        }
        // A list with a mother tongue is complete; one without may leave out what its writer takes for granted.
        let native = profile.languages.iter().find(|known| level_of(&known.fluency) == Some("C2"));
        match native {
            Some(native) if profile.languages.len() > 1 || own == Some(native.language.as_str()) => {
                let mention =
                    self.languages.iter().find(|m| m.language == native.language && m.level == Some("C2"));
                (NotMet, mention.and_then(|mention| self.line(mention.start, mention.end)))
            }
            _ => (Unknown, None),
        }
    }

    fn right_to_work(&self, wanted: &str) -> Finding {
        let lives_in = self.country();
        let said = |has: bool| {
            self.rights.iter().find(|mention| {
                mention.has == has
                    && (mention.countries.contains(&wanted)
                        || (mention.countries.is_empty() && lives_in.as_deref() == Some(wanted)))
            })
        };
        let quoted = |mention: &work_rights::Mention| quote(self.cv.text, mention.start, mention.end);
        match (said(true), said(false)) {
            (Some(mention), None) => (Met, quoted(mention)),
            (None, Some(mention)) => (NotMet, quoted(mention)),
            (Some(mention), Some(_)) => (Unknown, quoted(mention)),
            // What is said of no country is shown beside the question.
            (None, None) => {
                (Unknown, self.rights.iter().find(|mention| mention.countries.is_empty()).and_then(quoted))
            }
        }
    }

    fn country(&self) -> Option<String> {
        let place = self.cv.profile.basics.location.as_ref()?;
        place.country_code.clone().or_else(|| {
            let city = place.city.as_deref()?;
            countries::place(city).country_code.map(str::to_owned)
        })
    }

    fn place(&self, wanted: &RequiredPlace) -> Finding {
        let city = self.cv.profile.basics.location.as_ref().and_then(|place| place.city.as_deref());
        let country = self.country();
        let same_country = wanted.country.as_deref().zip(country.as_deref()).map(|(a, b)| a == b);
        let same_city = wanted.city.as_deref().zip(city).map(|(a, b)| countries::is_same_city(a, b));
        let quote = || {
            let named = city.and_then(|city| find(Source::Cv, self.cv.text, city));
            named.or_else(|| {
                let found = countries::find_countries(self.cv.text);
                let country = found.iter().find(|found| Some(found.value) == country.as_deref())?;
                quote(self.cv.text, country.start, country.end)
            })
        };
        let elsewhere = same_country == Some(false) || same_city == Some(false);
        match (elsewhere, self.relocation) {
            (true, Some((start, end))) => (Unknown, self.clause(start, end)),
            (true, None) => (NotMet, quote()),
            (false, _) => {
                let city_shown = wanted.city.is_none() || same_city == Some(true);
                let country_shown =
                    wanted.country.is_none() || same_country == Some(true) || same_city == Some(true);
                if city_shown && country_shown { (Met, quote()) } else { (Unknown, None) }
            }
        }
    }

    fn skill(&self, wanted: &MustHaveSkill, taxonomy: &Taxonomy) -> Finding {
        let skills = &self.cv.profile.analysis.skills;
        let shown = skills
            .iter()
            .find(|skill| skill.id == wanted.id)
            .or_else(|| skills.iter().find(|skill| taxonomy.relatedness(&skill.id, &wanted.id) >= SHOWS));
        match shown {
            Some(skill) => (Met, self.clause(skill.start, skill.end)),
            None => (Unknown, None),
        }
    }

    /// The line or sentence around a place, or the place alone where that is long.
    fn line(&self, start: usize, end: usize) -> Option<Evidence> {
        let text = self.cv.text;
        text.get(start..end)?;
        let (from, to) = sentence_around(text, start, end);
        if to - from > LONGEST_QUOTE { quote(text, start, end) } else { quote(text, from, to) }
    }

    /// What stands around a place between commas and the like, or the place alone where that is long.
    fn clause(&self, start: usize, end: usize) -> Option<Evidence> {
        let text = self.cv.text;
        text.get(start..end)?;
        let (line_start, line_end) = sentence_around(text, start, end);
        let is_end = |c: char| matches!(c, ',' | '|' | '•' | '/' | '\t');
        let from = text[line_start..start].rfind(is_end).map_or(line_start, |at| {
            line_start + at + text[line_start + at..].chars().next().map_or(1, char::len_utf8)
        });
        let to = text[end..line_end.max(end)].find(is_end).map_or(line_end.max(end), |at| end + at);
        let piece = &text[from..to];
        let from = from + piece.len() - piece.trim_start().len();
        let to = to - (piece.len() - piece.trim_end().len());
        if to - from > LONGEST_QUOTE { quote(text, start, end) } else { quote(text, from, to) }
    }

    /// The first sentence that tells of something, for what the whole CV shows.
    fn first_sentence(&self) -> Option<Evidence> {
        let text = self.cv.text;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let offset = start;
            start += line.len();
            let content = line.trim();
            let is_prose = content.split_whitespace().count() >= 6 && !content.contains('@');
            if is_prose && content.len() <= LONGEST_QUOTE {
                let from = offset + line.find(content)?;
                return quote(text, from, from + content.len());
            }
        }
        None
    }
}

fn quote(text: &str, start: usize, end: usize) -> Option<Evidence> {
    let quote = text.get(start..end)?;
    (!quote.trim().is_empty()).then(|| Evidence { source: Source::Cv, quote: quote.to_owned(), start, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PartialDate;
    use crate::parsing::parse_text;

    const TODAY: PartialDate = PartialDate { year: 2026, month: Some(11), day: None };

    const DRIVER: &str = "Jonas Weber\nLorry Driver\njonas@example.org\nBradford, UK\nNationality: British\n\n\
        Experience\nLorry Driver, Aire Haulage, 2019 - 2024\n- Deliveries all over the north of England with care and on time\n\n\
        Skills\nReact.js, forklift\n\nLicences\nDriving licence: C\nRegistered with the NMC, PIN 12A\nCSCS card (expired)\n\n\
        Languages\nEnglish (native)\nGerman B1\nPolish\n";

    fn outcomes(text: &str, must_haves: &MustHaves) -> Vec<(MustHaveOutcome, Option<String>)> {
        let cv = parse_text(text, Taxonomy::global(), TODAY);
        let side = CvSide { text: &cv.text, profile: &cv.profile, embedding: None };
        let checks = CvFacts::of(&side).check(must_haves, Taxonomy::global());
        for check in &checks {
            assert_eq!(check.question.is_some(), check.outcome == Unknown, "{check:?}");
            if let Some(evidence) = &check.evidence {
                assert_eq!(cv.text[evidence.start..evidence.end], evidence.quote, "to the letter");
            }
        }
        checks.into_iter().map(|check| (check.outcome, check.evidence.map(|e| e.quote))).collect()
    }

    fn one(text: &str, must_haves: MustHaves) -> (MustHaveOutcome, Option<String>) {
        let mut all = outcomes(text, &must_haves);
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn licence(class: &str) -> MustHaves {
        MustHaves { driving_licences: vec![class.into()], ..MustHaves::default() }
    }

    fn certificate(name: &str) -> MustHaves {
        MustHaves { certificates: vec![name.into()], ..MustHaves::default() }
    }

    fn language(name: &str, level: Option<&str>) -> MustHaves {
        let wanted = RequiredLanguage { language: name.into(), level: level.map(Into::into) };
        MustHaves { languages: vec![wanted], ..MustHaves::default() }
    }

    fn right(country: &str) -> MustHaves {
        MustHaves { right_to_work: vec![country.into()], ..MustHaves::default() }
    }

    fn place(city: Option<&str>, country: Option<&str>) -> MustHaves {
        let place = RequiredPlace { city: city.map(Into::into), country: country.map(Into::into) };
        MustHaves { place: Some(place), ..MustHaves::default() }
    }

    fn skill(name: &str) -> MustHaves {
        let skill = Taxonomy::global().lookup(name).unwrap();
        let skill = MustHaveSkill { id: skill.id.clone(), name: skill.name.clone() };
        MustHaves { skills: vec![skill], ..MustHaves::default() }
    }

    #[test]
    fn a_licence_is_met_by_a_class_that_covers_it_and_not_by_a_lower_one() {
        assert_eq!(one(DRIVER, licence("B")), (Met, Some("Driving licence: C".into())));
        assert_eq!(one(DRIVER, licence("CE")), (NotMet, Some("Driving licence: C".into())));
        assert_eq!(one("Ann Lee\nCook\n\nSkills\ncooking\n", licence("B")), (Unknown, None));
        let denied = one("Ann Lee\nCook\n\nAbout me\nI have no driving licence.\n", licence("B"));
        assert_eq!(denied.0, NotMet, "{denied:?}");
        assert!(denied.1.unwrap().contains("no driving licence"));
    }

    #[test]
    fn a_registration_is_met_by_its_words_in_one_line_and_open_where_it_has_run_out() {
        let (outcome, quote) = one(DRIVER, certificate("NMC registration"));
        assert_eq!((outcome, quote.as_deref()), (Met, Some("Registered with the NMC")));
        let (outcome, quote) = one(DRIVER, certificate("CSCS card"));
        assert_eq!((outcome, quote.as_deref()), (Unknown, Some("CSCS card (expired)")));
        assert_eq!(one(DRIVER, certificate("Gas Safe register")), (Unknown, None));
    }

    #[test]
    fn a_language_is_compared_by_level_and_silence_about_the_level_is_a_question() {
        assert_eq!(one(DRIVER, language("German", Some("B1"))).0, Met);
        assert_eq!(one(DRIVER, language("German", None)).0, Met);
        let (outcome, quote) = one(DRIVER, language("German", Some("C1")));
        assert_eq!(outcome, NotMet);
        assert!(quote.unwrap().contains("German B1"));
        assert_eq!(one(DRIVER, language("Polish", Some("B2"))).0, Unknown);
        // The list has the mother tongue, so it is whole.
        assert_eq!(one(DRIVER, language("Spanish", None)).0, NotMet);
        let silent = "Ann Lee\nCook\n\nExperience\nCook, Blue Inn, 2019 - 2022\n- Cooked for a hundred guests on every day of the week\n";
        assert_eq!(one(silent, language("Spanish", None)).0, Unknown);
        assert_eq!(one(silent, language("English", None)).0, Met);
        assert_eq!(one(silent, language("English", Some("C1"))).0, Unknown);
    }

    #[test]
    fn the_right_to_work_is_answered_by_itself_and_never_by_a_nationality() {
        assert_eq!(one(DRIVER, right("GB")), (Unknown, None));
        let stated = format!("{DRIVER}\nOther\nBritish citizen with the right to work in the UK\n");
        assert_eq!(one(&stated, right("GB")), (Met, Some("right to work in the UK".into())));
        assert_eq!(one(&stated, right("DE")).0, Unknown);
        let needs = format!("{DRIVER}\nOther\nI require visa sponsorship in the United States\n");
        assert_eq!(one(&needs, right("US")).0, NotMet);
        let here = format!("{DRIVER}\nOther\nWork permit: yes\n");
        assert_eq!(one(&here, right("GB")).0, Met);
        assert_eq!(one(&here, right("DE")), (Unknown, Some("Work permit".into())));
    }

    #[test]
    fn a_place_is_met_there_not_met_elsewhere_and_a_question_to_who_would_move() {
        assert_eq!(one(DRIVER, place(Some("Bradford"), None)), (Met, Some("Bradford".into())));
        assert_eq!(one(DRIVER, place(None, Some("GB"))).0, Met);
        assert_eq!(one(DRIVER, place(Some("Leeds"), Some("GB"))), (NotMet, Some("Bradford".into())));
        assert_eq!(one(DRIVER, place(None, Some("DE"))).0, NotMet);
        let moves = format!("{DRIVER}\nOther\nWilling to relocate\n");
        assert_eq!(one(&moves, place(None, Some("DE"))), (Unknown, Some("Willing to relocate".into())));
        assert_eq!(one("Ann Lee\nCook\n\nSkills\ncooking\n", place(None, Some("DE"))), (Unknown, None));
    }

    #[test]
    fn a_skill_is_met_by_itself_or_by_one_that_needs_it_and_else_open() {
        let (outcome, quote) = one(DRIVER, skill("JavaScript"));
        assert_eq!((outcome, quote.as_deref()), (Met, Some("React.js")));
        assert_eq!(one(DRIVER, skill("Kubernetes")), (Unknown, None));
    }
}
