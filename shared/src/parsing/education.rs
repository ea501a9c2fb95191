//! Schools and degrees: which piece of an entry's header is the school, which the degree, which the subject.

use crate::domain::Education;

use super::dates::DateStyle;
use super::entries::{self, Entry};
use super::folding::folded_words;
use super::header_pieces::{self, Piece, is_place, without_city, without_place};
use super::lexicon::education_level;
use super::lexicon::phrases::fold;
use super::sections::LineRef;
use super::titles::{organisation_score, title_score};
use super::work::reads_like_name;

/// Parts of words that schools have in their names.
const SCHOOL_PARTS: &[&str] = &[
    "universit",
    "universidad",
    "college",
    "school",
    "schule",
    "institut",
    "istituto",
    "academy",
    "akademie",
    "academia",
    "academie",
    "polytech",
    "politec",
    "politecnico",
    "faculty",
    "facult",
    "fakultat",
    "lyceum",
    "lycee",
    "liceo",
    "liceu",
    "gymnasium",
    "ecole",
    "escola",
    "escuela",
    "scuola",
    "colegio",
    "colegiul",
    "hogeschool",
    "seminary",
    "conservator",
    "campus",
    "bootcamp",
    "oberstufe",
    "kolleg",
    "instituto",
    "uni ",
    "iut",
    "centro de formacion",
    "centre de formation",
    "facultad",
    "faculdade",
    "centro de estudios",
    "preparatoria",
    "colaiste",
    "szkol",
    "hogskol",
    "yliopisto",
    "korkeakoulu",
    "politechnika",
    "uniwersytet",
    "egyetem",
    "sorbonne",
    "fachschule",
    "berufskolleg",
    "schulzentrum",
];

/// Short names of schools.
const SCHOOL_WORDS: &str = "oth haw htw th mit eth epfl tu fh ucla usc nyu lse iit hec insead tum kit rwth kth caltech epfl ucl uc cuny suny fhnw zhaw hsg hwr tafe ies \
    cfgs coursera udemy udacity edx codecademy htl hbo";

fn school_score(text: &str) -> f32 {
    let folded = fold(text);
    let mut score: f32 = if SCHOOL_PARTS.iter().any(|part| folded.contains(part)) { 3.0 } else { 0.0 };
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    if words.iter().any(|word| {
        word.chars().all(char::is_uppercase)
            && SCHOOL_WORDS.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
    }) {
        score = score.max(2.0);
    }
    // "High School Diploma", "Master of … (Business School)" are degrees.
    if folded.contains("diploma") && folded.contains("school") && !folded.contains(',') {
        score -= 2.5;
    }
    score
}

const DEGREE_WORDS: &str = "lehramt degree diploma certificate bachelor master phd major minor abschluss studium zertifikat diplome titre titulo grado graduado curso course \
    laurea licenciatura diplomado bacharelado bacharel mestrado honours honors ged minors majors promotion doctorate";

fn degree_score(text: &str) -> f32 {
    let words = folded_words(text);
    let named = !education_level::find(text).is_empty() || education_level::level_of_degree(text).is_some();
    let worded = words.iter().any(|word| DEGREE_WORDS.split_ascii_whitespace().any(|known| known == word));
    match (named, worded) {
        (true, _) => 3.0,
        (false, true) => 2.0,
        _ => 0.0,
    }
}

pub(super) fn read(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Education> {
    let mut found: Vec<Education> = Vec::new();
    for entry in entries::entries(lines, style) {
        for schooling in schoolings(&entry) {
            let education = &schooling;
            let only_date =
                education.institution.is_none() && education.study_type.is_none() && education.area.is_none();
            match found.last_mut() {
                Some(last) if only_date => last.courses.extend(schooling.courses),
                // The school of one entry and the degree of the next are one, if neither has the other's half.
                Some(last) if fits_together(last, education) => join(last, schooling),
                _ if only_date => {}
                _ => found.push(schooling),
            }
        }
    }
    found
}

fn fits_together(last: &Education, next: &Education) -> bool {
    let dates = last.end_date.is_none() || next.end_date.is_none();
    let halves = last.institution.is_none() && next.institution.is_some() && next.study_type.is_none()
        || last.institution.is_some() && last.study_type.is_none() && next.institution.is_none();
    dates && halves
}

fn join(last: &mut Education, next: Education) {
    last.institution = last.institution.take().or(next.institution);
    last.study_type = last.study_type.take().or(next.study_type);
    last.area = last.area.take().or(next.area);
    last.start_date = last.start_date.or(next.start_date);
    last.end_date = last.end_date.or(next.end_date);
    last.score = last.score.take().or(next.score);
    last.courses.extend(next.courses);
}

/// The schools of one entry: more than one where its header names more than one without dates between.
fn schoolings(entry: &Entry) -> Vec<Education> {
    let mut groups: Vec<Vec<Piece>> = vec![Vec::new()];
    let (mut schools, mut degrees) = (0, 0);
    for piece in comma_pieces(header_pieces::pieces(&entry.header)) {
        let (school, degree) = (school_score(&piece.text) >= 2.0, degree_score(&piece.text) >= 2.0);
        let line_opens =
            groups.last().and_then(|group| group.last()).is_some_and(|last: &Piece| last.line != piece.line);
        if line_opens
            && ((school && schools > 0) || (degree && degrees > 0 && !school))
            && entry.date.is_none()
        {
            groups.push(Vec::new());
            (schools, degrees) = (0, 0);
        }
        schools += usize::from(school);
        degrees += usize::from(degree);
        if let Some(group) = groups.last_mut() {
            group.push(piece);
        }
    }
    let last = groups.len() - 1;
    groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| {
            let mut education = of_pieces(&group, entry.date.is_some());
            if let Some(date) = entry.date {
                (education.start_date, education.end_date) = (date.start, date.end);
            }
            if index == last {
                for line in &entry.body {
                    add_body(&mut education, &line.text);
                }
            }
            education
        })
        .collect()
}

/// Cuts pieces at commas where that parts a school from a degree or a place.
fn comma_pieces(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut cut = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let parts: Vec<&str> = piece.text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let has_school = parts.iter().any(|part| school_score(part) >= 2.0);
        let has_centre = parts.iter().skip(1).any(|part| organisation_score(part) >= 2.0);
        let has_centre = has_centre || parts.iter().skip(1).any(|part| is_acronym(part));
        let mixed = parts.len() > 1 && (has_school || (has_centre && degree_score(parts[0]) >= 2.0));
        if !mixed {
            cut.push(piece);
            continue;
        }
        // "University of Leeds, Bretton": a place behind a school is cut off later, a campus stays.
        for part in parts {
            cut.push(Piece { text: part.to_owned(), ..piece.clone() });
        }
    }
    cut
}

/// Whether a text is three capitals or more: schools are often known by theirs ("KAIST", "UNICAMP").
fn is_acronym(text: &str) -> bool {
    text.chars().count() >= 3 && text.chars().all(char::is_uppercase) && degree_score(text) < 2.0
}

fn of_pieces(pieces: &[Piece], dated: bool) -> Education {
    let mut education = Education::default();
    let mut rest: Vec<&Piece> = Vec::new();
    for piece in pieces {
        if let Some(score) = grade(&piece.text) {
            education.score.get_or_insert(score);
        } else {
            rest.push(piece);
        }
    }
    let school = rest.iter().enumerate().filter(|(_, piece)| school_score(&piece.text) >= 2.0);
    let school = school.max_by(|(a, x), (b, y)| {
        let of = |piece: &Piece| school_score(&piece.text) - degree_score(&piece.text) * 0.4;
        of(x).total_cmp(&of(y)).then(b.cmp(a))
    });
    let school = school.map(|(index, _)| index);
    let degree = rest
        .iter()
        .enumerate()
        .find(|(index, piece)| Some(*index) != school && degree_score(&piece.text) >= 2.0)
        .map(|(index, _)| index);
    // Without a word that tells: the piece beside the degree that is no place is the school.
    let school = school.or_else(|| {
        if degree.is_none() {
            let is_name = |text: &str| text.split_whitespace().count() <= 6 && reads_like_name(text);
            return (0..rest.len())
                .filter(|index| dated && !is_place(&rest[*index].text) && is_name(&rest[*index].text))
                .find(|index| title_score(&rest[*index].text) < 2.0);
        }
        let plain = |index: &usize| {
            Some(*index) != degree && !is_place(&rest[*index].text) && rest[*index].text.len() < 80
        };
        let mut others = (0..rest.len()).filter(plain);
        match degree {
            Some(degree) => {
                let elsewhere = others.find(|index| rest[*index].line != rest[degree].line);
                elsewhere.or_else(|| {
                    (0..rest.len()).filter(plain).find(|index| {
                        organisation_score(&rest[*index].text) >= 2.0 || is_acronym(&rest[*index].text)
                    })
                })
            }
            None => None,
        }
    });
    if let Some(index) = school {
        let (name, _) = without_city(&rest[index].text);
        education.institution = Some(name.trim_end_matches(['-', ',', ' ']).to_owned());
    }
    if let Some(index) = degree {
        let (degree, _) = without_place(&rest[index].text);
        let (study_type, area) = degree_and_area(&degree);
        education.study_type = Some(study_type);
        education.area = area;
    }
    // What is left beside school and degree is the subject.
    for (index, piece) in rest.iter().enumerate() {
        let is_rest = Some(index) != school && Some(index) != degree && !is_place(&piece.text);
        if is_rest
            && education.area.is_none()
            && piece.text.split_whitespace().count() <= 8
            && school_score(&piece.text) < 2.0
        {
            education.area = Some(piece.text.clone());
        }
    }
    education
}

/// "M.S. in Computer Science" → ("M.S.", "Computer Science").
fn degree_and_area(text: &str) -> (String, Option<String>) {
    for word in [" in ", " en ", " em ", " of Science, ", " of Arts, ", ", ", ": ", " der ", " fur ", " für "]
    {
        if let Some((degree, area)) = text.split_once(word)
            && degree_score(degree) >= 2.0
            && area.chars().filter(|c| c.is_alphabetic()).count() > 2
        {
            let degree = match word {
                " of Science, " => format!("{degree} of Science"),
                " of Arts, " => format!("{degree} of Arts"),
                _ => degree.to_owned(),
            };
            return (degree, Some(area.trim().to_owned()));
        }
    }
    (text.to_owned(), None)
}

const GRADE_LABELS: &str = "gpa cgpa grade note abschlussnote notendurchschnitt moyenne nota promedio media voto cijfer score percentage mention medie durchschnitt";

/// The mark that a text gives: "GPA: 3.97/4.00".
fn grade(text: &str) -> Option<String> {
    let words = folded_words(text);
    let labelled =
        words.iter().take(4).any(|word| GRADE_LABELS.split_ascii_whitespace().any(|label| label == word));
    if !labelled || text.len() > 80 || !text.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let mark: String = text[at..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '/' | '%' | ' '))
        .collect();
    Some(mark.trim_matches([' ', ',', '.']).to_owned()).filter(|mark| !mark.is_empty())
}

fn add_body(education: &mut Education, text: &str) {
    if let Some(score) = grade(text) {
        education.score.get_or_insert(score);
    }
    let folded = fold(text);
    if let Some((label, rest)) = text.split_once(':')
        && ["course", "kurse", "schwerpunkt", "module", "cours", "asignatura", "disciplin"]
            .iter()
            .any(|word| fold(label).contains(word))
    {
        education.courses.extend(
            rest.split([',', ';']).map(|course| course.trim().to_owned()).filter(|course| !course.is_empty()),
        );
    } else if education.area.is_none()
        && !folded.contains(':')
        && text.split_whitespace().count() <= 5
        && grade(text).is_none()
    {
        education.area = Some(text.to_owned());
    }
}
