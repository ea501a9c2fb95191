//! Reads what a job asks for from its ad: skills with their importance, years, education, languages, licences, place.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::{JobText, RequiredLanguage, RequiredSkill, Requirements, SkillId};
use crate::skills::{SkillKind, Taxonomy};

use super::lexicon::phrases::{PhraseTable, Word, words};
use super::lexicon::{
    countries, document_language, driving_licences, education_level, human_languages, seniority,
};

/// What a passage of an ad is about, and so how much a skill in it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passage {
    /// What must be there.
    Must,
    /// What is done all day.
    Duties,
    /// Nothing says what.
    Plain,
    /// Welcome and not needed.
    NiceToHave,
    /// The employer, its benefits, how to apply.
    Employer,
}

impl Passage {
    /// The importance (0–1) of a skill that this passage names once.
    fn importance(self) -> f32 {
        match self {
            Self::Must => 0.75,
            Self::Duties => 0.6,
            Self::Plain => 0.55,
            Self::NiceToHave => 0.3,
            Self::Employer => 0.15,
        }
    }
}

/// Headings of the parts of an ad.
const HEADINGS: &[(&str, Passage)] = &[
    (
        "requirements|requirement|qualifications|what you need|what you ll need|you have|you bring|about you|your profile|who you are",
        Passage::Must,
    ),
    (
        "skills|what we re looking for|what we are looking for|essential|must have|must haves|person specification|the candidate|minimum*",
        Passage::Must,
    ),
    (
        "experience required|knowledge and skills|required skills|required qualifications|basic qualifications|ideal candidate",
        Passage::Must,
    ),
    (
        "anforderungen|ihr profil|dein profil|das bringst du mit|das bringen sie mit|was du mitbringst|was sie mitbringen|qualifikation*|voraussetzungen",
        Passage::Must,
    ),
    (
        "profil|profil recherche|votre profil|competences*|exigences|vous etes|requisitos|perfil|perfil buscado|que buscamos|se requiere",
        Passage::Must,
    ),
    (
        "requisiti|profilo|profilo ricercato|competenze|cosa cerchiamo|qualificacoes|o que procuramos|wat vragen wij|wat neem je mee|functie eisen|functie-eisen",
        Passage::Must,
    ),
    (
        "cerinte|cerinte obligatorii|profilul candidatului|candidatul ideal|ce cautam|calificari|calificarile|abilitati*",
        Passage::Must,
    ),
    (
        "responsibilities|duties|the role|your role|your tasks|what you ll do|what you will do|job description|key tasks|day to day|about the role",
        Passage::Duties,
    ),
    (
        "aufgaben|ihre aufgaben|deine aufgaben|das erwartet dich|tatigkeit*|missions|vos missions|responsabilites|funciones|responsabilidades|tus funciones",
        Passage::Duties,
    ),
    (
        "mansioni|attivita|responsabilita|atividades|funcoes|taken|wat ga je doen|functieomschrijving|responsabilitati|responsabilitatile*|despre rol|atributii",
        Passage::Duties,
    ),
    (
        "nice to have|nice to haves|desirable|preferred|preferred qualifications|bonus|bonus points|a plus|advantageous|good to have",
        Passage::NiceToHave,
    ),
    (
        "von vorteil|wunschenswert|idealerweise|souhaite|souhaites|atouts|les plus|deseable|deseables|se valorara|valorable",
        Passage::NiceToHave,
    ),
    (
        "gradito|graditi|costituisce titolo preferenziale|diferencial|desejavel|desejaveis|pluspunten|is een pre|constituie un avantaj|avantaj*|de preferat|preferabil",
        Passage::NiceToHave,
    ),
    (
        "about us|who we are|about the company|our company|benefits|what we offer|we offer|our offer|perks|how to apply|apply now|equal opportunit*|salary",
        Passage::Employer,
    ),
    (
        "wir bieten|uber uns|das bieten wir|unser angebot|benefits|bewerbung|kontakt|wir uber uns|qui sommes nous|nous offrons|avantages|a propos|nous proposons",
        Passage::Employer,
    ),
    (
        "sobre nosotros|ofrecemos|que ofrecemos|beneficios|chi siamo|offriamo|cosa offriamo|sobre nos|oferecemos|wat bieden wij|wij bieden|over ons",
        Passage::Employer,
    ),
    ("despre noi|oferim|ce oferim|beneficii", Passage::Employer),
];

/// Words within a sentence that raise or lower what it asks for, wherever it stands.
const MARKS: &[(&str, Passage)] = &[
    (
        "must|must have|required|essential|mandatory|need to have|strong knowledge|proven|you will need|zwingend|erforderlich|vorausgesetzt",
        Passage::Must,
    ),
    (
        "indispensable|obligatoire|exige|imprescindible|obligatorio|indispensabile|richiesta|obrigatorio|vereist|obligatoriu|obligatorie|necesar*",
        Passage::Must,
    ),
    (
        "nice to have|desirable|preferred|preferably|a plus|is a bonus|advantage|advantageous|beneficial|ideally|would be an asset|not essential|not required",
        Passage::NiceToHave,
    ),
    (
        "von vorteil|wunschenswert|idealerweise|gerne auch|souhaite|souhaitee|serait un plus|est un plus|apprecie*|deseable|se valorara*|valorable",
        Passage::NiceToHave,
    ),
    (
        "gradita|gradito|preferibil*|preferencial|desejavel|diferencial|is een pre|bij voorkeur|avantaj|constituie un avantaj|de preferat|preferabil",
        Passage::NiceToHave,
    ),
];

const YEARS: &[(&str, ())] =
    &[("years|year|yrs|yr|jahre|jahren|jahr|jahrige*|ans|annees|an|anos|ano|anni|anno|jaar|jaren|ani", ())];
const EXPERIENCE: &[(&str, ())] = &[
    (
        "experience|experienced|background|berufserfahrung|erfahrung|praxis|experience professionnelle|experiencia|esperienza|ervaring|werkervaring|experienta",
        (),
    ),
    (
        "experiencia profesional|experiencia laboral|praxiserfahrung|berufspraxis|track record|post qualification|pqe|in a similar role|working in|working as",
        (),
    ),
];
const NUMBERS: &[(&str, u32)] = &[
    ("one|eins|einem|un|uno|une|um|een", 1),
    ("two|zwei|deux|dos|due|dois|twee|doi|couple of", 2),
    ("three|drei|trois|tres|tre|drie|trei", 3),
    ("four|vier|quatre|cuatro|quattro|quatro|patru", 4),
    ("five|funf|cinq|cinco|cinque|vijf|cinci", 5),
    ("six|sechs|seis|sei|zes|sase", 6),
    ("seven|sieben|sept|siete|sette|zeven|sapte", 7),
    ("eight|acht|huit|ocho|otto|opt", 8),
    ("ten|zehn|dix|diez|dieci|dez|tien|zece", 10),
];
/// Fewest and most months that an ad asks for: above, a number tells of the employer ("30 years of experience in logistics").
const EXPERIENCE_RANGE: std::ops::RangeInclusive<u32> = 6..=180;
/// At most so many skills are kept, the most important.
const MOST_SKILLS: usize = 60;

static HEADING_PHRASES: LazyLock<PhraseTable<Passage>> = LazyLock::new(|| PhraseTable::new(HEADINGS));
static MARK_PHRASES: LazyLock<PhraseTable<Passage>> = LazyLock::new(|| PhraseTable::new(MARKS));
static YEAR_WORDS: LazyLock<PhraseTable<()>> = LazyLock::new(|| PhraseTable::new(YEARS));
static EXPERIENCE_WORDS: LazyLock<PhraseTable<()>> = LazyLock::new(|| PhraseTable::new(EXPERIENCE));
static NUMBER_WORDS: LazyLock<PhraseTable<u32>> = LazyLock::new(|| PhraseTable::new(NUMBERS));

/// A sentence or bullet of the ad, with what it is about.
struct Sentence<'a> {
    text: &'a str,
    start: usize,
    passage: Passage,
}

/// What a job asks for. What the ad does not say is left out.
pub fn read_requirements(job: &JobText, taxonomy: &Taxonomy) -> Requirements {
    let sentences = sentences(&job.text);
    let experience_months = experience_months(&sentences);
    let place = job.location.as_deref().map(countries::place).unwrap_or_default();
    Requirements {
        language: document_language::detect(&job.text)
            .or_else(|| document_language::detect(&job.title))
            .map(str::to_owned),
        skills: skills(job, &sentences, taxonomy),
        seniority: seniority::of_title(&job.title)
            .or_else(|| experience_months.map(seniority::of_experience)),
        experience_months,
        education_level: education_level(&sentences),
        languages: languages(job, &sentences),
        driving_licences: licences(&sentences),
        country_code: place.country_code.map(str::to_owned),
        city: place.city,
    }
}

/// Cuts the ad into sentences and bullets and says of each what it is about: by its own words, else by the last heading.
fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let mut found = Vec::new();
    let mut under = Passage::Plain;
    let mut start = 0;
    for piece in text.split_inclusive(['\n', '.', '!', '?', '•', ';', '·']) {
        let piece_words = words(piece);
        let mut passage = under;
        if let Some(heading) = heading(piece, &piece_words) {
            under = heading;
            passage = heading;
        }
        let marks = MARK_PHRASES.find(&piece_words);
        if marks.iter().any(|mark| mark.value == Passage::NiceToHave) {
            passage = Passage::NiceToHave;
        } else if !marks.is_empty() && passage != Passage::NiceToHave {
            passage = Passage::Must;
        }
        found.push(Sentence { text: piece, start, passage });
        start += piece.len();
    }
    found
}

/// What a heading opens: a short line of its own, or the words before a colon ("Requirements: …").
fn heading(piece: &str, piece_words: &[Word]) -> Option<Passage> {
    let colon = piece.find(':');
    let before_colon = piece_words.iter().filter(|word| colon.is_some_and(|at| word.end <= at)).count();
    let heading_words = if (1..=6).contains(&before_colon) {
        &piece_words[..before_colon]
    } else if piece.ends_with('\n') && (1..=6).contains(&piece_words.len()) {
        piece_words
    } else {
        return None;
    };
    let found = HEADING_PHRASES.find(heading_words);
    let covered: usize = found.iter().map(|f| f.end_word - f.first_word).sum();
    found.last().filter(|_| covered * 2 >= heading_words.len()).map(|f| f.value)
}

fn skills(job: &JobText, sentences: &[Sentence<'_>], taxonomy: &Taxonomy) -> Vec<RequiredSkill> {
    let mut by_id: HashMap<SkillId, RequiredSkill> = HashMap::new();
    for (in_title, mention) in taxonomy
        .find(&job.title)
        .into_iter()
        .map(|mention| (true, mention))
        .chain(taxonomy.find(&job.text).into_iter().map(|mention| (false, mention)))
    {
        let Some(skill) = taxonomy.get(&mention.id).filter(|skill| skill.kind != SkillKind::Language) else {
            continue;
        };
        let importance = if in_title { 1.0 } else { passage_at(sentences, mention.start).importance() };
        by_id
            .entry(mention.id.clone())
            .and_modify(|known| known.importance = (known.importance.max(importance) + 0.1).min(1.0))
            .or_insert_with(|| RequiredSkill {
                id: mention.id.clone(),
                name: skill.name.clone(),
                importance,
                start: mention.start,
                end: mention.end,
                in_title,
            });
    }
    let mut skills: Vec<RequiredSkill> = by_id.into_values().collect();
    let weight = |skill: &RequiredSkill| {
        let commonness = taxonomy.get(&skill.id).map_or(0.5, |known| known.commonness);
        skill.importance * (1.0 - 0.7 * commonness)
    };
    skills.sort_by(|a, b| {
        weight(b).total_cmp(&weight(a)).then_with(|| a.start.cmp(&b.start)).then_with(|| a.id.cmp(&b.id))
    });
    skills.truncate(MOST_SKILLS);
    skills
}

fn passage_at(sentences: &[Sentence<'_>], offset: usize) -> Passage {
    let after = sentences.partition_point(|sentence| sentence.start <= offset);
    after.checked_sub(1).map_or(Passage::Plain, |index| sentences[index].passage)
}

fn wanted<'s, 'a>(sentences: &'s [Sentence<'a>]) -> impl Iterator<Item = &'s Sentence<'a>> {
    sentences.iter().filter(|sentence| sentence.passage != Passage::NiceToHave)
}

/// The most months that a sentence on experience asks for, its lower bound where it gives a range ("3–5 years").
fn experience_months(sentences: &[Sentence<'_>]) -> Option<u32> {
    let months =
        wanted(sentences).filter(|sentence| sentence.passage != Passage::Employer).filter_map(|sentence| {
            let sentence_words = words(sentence.text);
            let experience = EXPERIENCE_WORDS.find(&sentence_words);
            if experience.is_empty() {
                return None;
            }
            let each = YEAR_WORDS.find(&sentence_words).into_iter().filter_map(|year| {
                let is_near = experience.iter().any(|found| {
                    found.first_word <= year.end_word + 8 && found.end_word + 8 >= year.first_word
                });
                let years =
                    years_before(sentence.text, &sentence_words[..year.first_word]).filter(|_| is_near)?;
                Some(years * 12).filter(|months| EXPERIENCE_RANGE.contains(months))
            });
            each.max()
        });
    months.max()
}

/// The number before the word "years": the lower of a range, digits or a number word.
fn years_before(text: &str, before: &[Word]) -> Option<u32> {
    let number = |word: &Word| {
        word.folded
            .parse::<u32>()
            .ok()
            .filter(|number| *number < 60)
            .or_else(|| NUMBER_WORDS.find(std::slice::from_ref(word)).first().map(|found| found.value))
    };
    let last = before.last().and_then(|word| number(word).map(|value| (value, word)));
    let Some((value, word)) = last else {
        // "five (5) years" and "5 or more years" have a word between.
        let skipped = before.len().checked_sub(3)?;
        return before[skipped..].iter().find_map(number);
    };
    let rest = &before[..before.len() - 1];
    let lower = match rest {
        [.., low, to]
            if matches!(
                to.folded.as_str(),
                "to" | "bis" | "a" | "y" | "o" | "tot" | "la" | "or" | "oder"
            ) =>
        {
            number(low)
        }
        [.., low] if matches!(text[low.end..word.start].trim(), "-" | "–" | "—" | "/") => number(low),
        _ => None,
    };
    Some(lower.filter(|lower| *lower <= value).unwrap_or(value))
}

/// The least level that the ad names outside its wishes: "degree or apprenticeship" asks for the apprenticeship.
fn education_level(sentences: &[Sentence<'_>]) -> Option<u8> {
    let levels = wanted(sentences)
        .filter(|sentence| sentence.passage != Passage::Employer)
        .flat_map(|sentence| education_level::find(sentence.text).into_iter().map(|found| found.value));
    levels.filter(|level| *level >= 3).min()
}

fn languages(job: &JobText, sentences: &[Sentence<'_>]) -> Vec<RequiredLanguage> {
    let mut found: Vec<RequiredLanguage> = Vec::new();
    let mentions = wanted(sentences).flat_map(|sentence| human_languages::find(sentence.text));
    for mention in
        human_languages::find(&job.title).into_iter().chain(mentions).filter(|m| m.is_about_language)
    {
        let level = mention.level.map(str::to_owned);
        match found.iter_mut().find(|known| known.language == mention.language) {
            Some(known) => known.level = known.level.take().max(level),
            None => found.push(RequiredLanguage { language: mention.language.to_owned(), level }),
        }
    }
    found
}

fn licences(sentences: &[Sentence<'_>]) -> Vec<String> {
    let mut classes: Vec<String> =
        wanted(sentences).flat_map(|sentence| driving_licences::find(sentence.text)).collect();
    classes.sort();
    classes.dedup();
    classes
}

/// Where in the ad's text something is asked of education, experience or a language, as the sentence that says so; for quoting.
pub(crate) fn sentence_around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let is_end = |c: char| matches!(c, '\n' | '!' | '?' | '•' | ';' | '·');
    let from =
        text[..start].rfind(is_end).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let from = text[from..start].rfind(". ").map_or(from, |at| from + at + 2);
    let to = text[end..].find(is_end).map_or(text.len(), |at| end + at);
    let to = text[end..to].find(". ").map_or(to, |at| end + at + 1);
    let sentence = &text[from..to];
    let left =
        sentence.len() - sentence.trim_start_matches(|c: char| c.is_whitespace() || "-–*".contains(c)).len();
    (from + left, from + left + sentence[left..].trim_end().len())
}

/// Where in the ad's text years of experience are asked for; for quoting.
pub(crate) fn experience_sentence(text: &str) -> Option<(usize, usize)> {
    let sentences = sentences(text);
    let found = sentences
        .iter()
        .filter_map(|one| experience_months(std::slice::from_ref(one)).map(|months| (months, one)));
    let (_, sentence) = found.max_by_key(|(months, _)| *months)?;
    let trimmed = sentence.text.trim();
    let start = sentence.start + sentence.text.find(trimmed).unwrap_or(0);
    Some((start, start + trimmed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Seniority;

    fn job(title: &str, text: &str) -> Requirements {
        let job = JobText { title: title.into(), text: text.into(), ..JobText::default() };
        read_requirements(&job, Taxonomy::global())
    }

    #[test]
    fn years_of_experience_are_read_in_several_languages() {
        for (text, years) in [
            ("At least 5 years of experience in nursing.", Some(5)),
            ("3-5 years' experience with Java", Some(3)),
            ("Mindestens drei Jahre Berufserfahrung im Vertrieb", Some(3)),
            ("Expérience de 2 ans minimum", Some(2)),
            ("Experiencia mínima de 4 años en ventas", Some(4)),
            ("Esperienza di almeno 3 anni", Some(3)),
            ("Experiență de minim 2 ani", Some(2)),
            ("Minimaal 2 jaar ervaring", Some(2)),
            ("five (5) years of experience", Some(5)),
            ("With 40 years of experience we lead the market", None),
            ("You must be 18 years old", None),
        ] {
            assert_eq!(job("Job", text).experience_months, years.map(|years| years * 12), "{text}");
        }
    }

    #[test]
    fn a_skill_in_the_title_matters_most_and_one_that_is_nice_to_have_least() {
        let read =
            job("Python Developer", "Requirements:\nPostgreSQL and Docker.\nNice to have:\nKubernetes");
        let importance =
            |name: &str| read.skills.iter().find(|skill| skill.name == name).map(|skill| skill.importance);
        assert!(importance("Python") > importance("PostgreSQL"), "{:?}", read.skills);
        assert!(importance("PostgreSQL") > importance("Kubernetes"), "{:?}", read.skills);
    }

    #[test]
    fn education_language_licence_and_rank_are_read() {
        let read = job(
            "Senior Pflegefachkraft (m/w/d)",
            "Ihr Profil:\n- Abgeschlossene Ausbildung\n- Deutschkenntnisse auf B2-Niveau\n- Führerschein Klasse B\n- Ein Masterabschluss, Studium, ist von Vorteil",
        );
        assert_eq!(read.education_level, Some(4));
        assert_eq!(
            read.languages,
            [RequiredLanguage { language: "German".into(), level: Some("B2".into()) }]
        );
        assert_eq!(read.driving_licences, ["B"]);
        assert_eq!(read.seniority, Some(Seniority::Senior));
        assert_eq!(read.language.as_deref(), Some("de"));
    }

    #[test]
    fn an_ad_that_says_nothing_asks_for_nothing() {
        let read = job("Help wanted", "Call us.");
        assert_eq!(Requirements { language: None, skills: vec![], ..read.clone() }, Requirements::default());
    }
}
