//! Degrees and school certificates as levels of the European Qualifications Framework (EQF, 1–8): 8 doctorate, 7 master,
//! 6 bachelor or Meister, 5 short-cycle, 4 upper secondary or a learned trade, 3 and below lower secondary.
//! Source of the levels: the national referencing reports, <https://europass.europa.eu/en/compare-qualifications>.

use std::sync::LazyLock;

use super::phrases::{Found, PhraseTable, words};

/// Level 0 marks words that look like a degree and are none.
const TABLE: &[(&str, u8)] = &[
    (
        "scrum master|master data|master plan|master schedule|master planner|master copy|master key|master file*|master record*",
        0,
    ),
    (
        "to master|master the|master of ceremonies|degree of|high degree|some degree|high school teacher|secondary school teacher",
        0,
    ),
    (
        "secondary school mathematics|high school student*|secondary school student*|primary school teacher|primary school children",
        0,
    ),
    (
        "high school mathematics|primary school pupils|secondary school pupils|ms office|ms excel|ms word|ba ba",
        0,
    ),
    // Doctorates.
    (
        "phd|ph d|d phil|dphil|doctorate|doctoral degree|doctor of philosophy|doctor of science|edd|doctor of education",
        8,
    ),
    ("doktorat|doktorgrad|promovierte*|dr rer nat|dr ing|dr phil|dr med", 8),
    (
        "doctorat|these de doctorat|docteur en|doctorado|doctor en|dottorato|doutorado|doutoramento|doctorand",
        8,
    ),
    ("promotieonderzoek|gepromoveerd", 8),
    // Masters.
    (
        "master|masters|master s degree|msc|m sc|mba|m b a|meng|m eng|m tech|mtech|mphil|m phil|llm|ll m|mpa|mph|msw|m ed|med in",
        7,
    ),
    (
        "m a|MA in|M S|MS in|m s in|ms degree|M Com|mcom|mpharm|pharmd|juris doctor|j d|doctor of medicine|M D|mbbs|mbchb",
        7,
    ),
    ("postgraduate|post graduate|pgce|pgdip|graduate degree|advanced degree|ACCA|chartered accountant", 7),
    (
        "masterabschluss*|masterstudi*|diplom|diplom ingenieur*|dipl ing|diplomingenieur*|magister|staatsexamen|universitatsdiplom|diplomkauf*",
        7,
    ),
    ("diplome d ingenieur|ecole d ingenieur*|bac 5|DESS|DEA|mastere|grande ecole", 7),
    (
        "maestria|laurea magistrale|laurea specialistica|mestrado|masterat|maestrado|magistrale|studii masterale",
        7,
    ),
    ("doctorandus|drs|wo master|universitaire master", 7),
    // Bachelors and their equals.
    (
        "bachelor|bachelors|bachelor s degree|bsc|b sc|b a|BA|bba|b b a|beng|b eng|b tech|btech|b e|bfa|llb|ll b|b com|bcom",
        6,
    ),
    (
        "B S|BS in|bs degree|b ed|bsn|b s n|baccalaureate degree|undergraduate degree|university degree|college degree",
        6,
    ),
    (
        "honours degree|4 year degree|four year degree|degree in|degree level|degree qualified|relevant degree|degree or|degree required|degree preferred|degree educated|technical degree|s degree",
        6,
    ),
    (
        "bachelorabschluss*|bachelorstudi*|hochschulstudium|hochschulabschluss|studium|fachhochschul*|akademischer abschluss|duales studium",
        6,
    ),
    (
        "meister|meisterbrief|meisterprufung|handwerksmeister*|industriemeister*|techniker|staatlich geprufte*|fachwirt*|betriebswirt*",
        6,
    ),
    (
        "licence en|licence de|licence d|licence professionnelle|licence 3|licence universitaire|bac 3|bac 4|maitrise universitaire|bachelor universitaire|b u t|but informatique",
        6,
    ),
    (
        "licenciatura|licenciad*|grado en|graduad*|titulacion universitaria|formacion universitaria|titulo universitario|diplomatura",
        6,
    ),
    ("ingenieria|ingeniero tecnico|estudios universitarios", 6),
    (
        "laurea|laurea triennale|laureat*|bacharel*|ensino superior|curso superior|formacao superior|HBO|hbo opleiding|hbo diploma|hbo werk",
        6,
    ),
    ("studii superioare|licenta|diploma de licenta|studii universitare|universitair*|facultatea", 6),
    // Short-cycle.
    (
        "associate degree|associates degree|associate s degree|associate of*|foundation degree|HND|higher national diploma",
        5,
    ),
    (
        "a a s|a a degree|diploma of higher education|nvq level 5|BTS|DUT|DEUG|bac 2|brevet de technicien superieur",
        5,
    ),
    (
        "tecnico superior|grado superior|ciclo formativo de grado superior|tecnologo|ITS|studii postliceale|scoala postliceala",
        5,
    ),
    ("enrolled nurse|registered nurse diploma|diploma in nursing", 5),
    // Upper secondary, and a learned trade.
    (
        "high school|high school diploma|secondary school|a level|a levels|GED|HNC|nvq level 3|nvq level 4|nvq 3|btec|city and guilds",
        4,
    ),
    (
        "city guilds|international baccalaureate|apprenticeship|trade certificate|vocational training|vocational qualification",
        4,
    ),
    (
        "abitur|fachabitur|fachhochschulreife|hochschulreife|matura|ausbildung|berufsausbildung|lehre|gesellenbrief|gesellenprufung",
        4,
    ),
    (
        "lehrabschluss|eidgenossisches fahigkeitszeugnis|EFZ|fachausbildung|berufsschule|facharbeiter*|examinierte*",
        4,
    ),
    ("baccalaureat|bac pro|bac professionnel|bac general|bac stmg|brevet professionnel|Bac|BAC", 4),
    ("bachillerato|formacion profesional|grado medio|ciclo formativo de grado medio|tecnico en", 4),
    ("diploma di maturita|maturita|diploma superiore|diploma di scuola superiore|liceo|perito", 4),
    (
        "ensino medio|ensino secundario|12 ano|curso tecnico|curso profissional|MBO|HAVO|VWO|mbo 4|havo diploma|vwo diploma",
        4,
    ),
    ("bacalaureat|liceu|liceul|colegiul national|scoala profesionala", 4),
    // Lower secondary.
    ("CAP|BEP|mittlere reife|realschul*|mittlerer schulabschluss|nvq level 2|nvq 2|mbo 2", 3),
    ("gcse|gcses|hauptschul*|brevet des colleges|licenza media|graduado escolar|ensino basico|vmbo|mavo", 2),
    ("primary school|grundschule|ecole primaire|educacion primaria|scuola elementare|basisschool", 1),
];

/// Short forms that mean a degree where they stand alone in a field for degrees, and anything elsewhere.
const ALONE: &[(&str, u8)] = &[
    ("licence", 6),
    ("cap", 3),
    ("bep", 3),
    ("bac", 4),
    ("bts", 5),
    ("dut", 5),
    ("hbo", 6),
    ("mbo", 4),
    ("its", 5),
    ("matura", 4),
    ("ma", 7),
    ("ms", 7),
    ("m s", 7),
    ("ba", 6),
    ("bs", 6),
    ("b s", 6),
    ("md", 7),
    ("jd", 7),
    ("aa", 5),
    ("as", 5),
    ("aas", 5),
    ("dr", 8),
    ("grado", 6),
    ("degree", 6),
    ("diploma", 4),
    ("promotion", 8),
    ("doctor", 8),
    ("ingenieur", 7),
    ("ingeniero", 6),
];

static PHRASES: LazyLock<PhraseTable<u8>> = LazyLock::new(|| PhraseTable::new(TABLE));

/// The level of a degree as a CV's education entry writes it ("BSc (Hons)", "Meisterbrief", "MA"); the highest where it
/// names several.
pub fn level_of_degree(degree: &str) -> Option<u8> {
    let degree_words = words(degree);
    let whole: Vec<&str> = degree_words.iter().map(|word| word.folded.as_str()).collect();
    let whole = whole.join(" ");
    let alone = ALONE.iter().find(|(phrase, _)| *phrase == whole).map(|(_, level)| *level);
    alone.or_else(|| {
        PHRASES.find(&degree_words).iter().map(|found| found.value).filter(|level| *level > 0).max()
    })
}

/// Every degree that a text names, with its level and place.
pub fn find(text: &str) -> Vec<Found<u8>> {
    let mut found = PHRASES.find(&words(text));
    found.retain(|found| found.value > 0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_of_eight_languages_have_levels() {
        for (degree, level) in [
            ("PhD in Physics", 8),
            ("Ph.D.", 8),
            ("MSc Computer Science", 7),
            ("MBA", 7),
            ("MS", 7),
            ("M.A. History", 7),
            ("Master's degree", 7),
            ("B.Sc. (Hons)", 6),
            ("Bachelor of Arts", 6),
            ("Associate of Science", 5),
            ("High School Diploma", 4),
            ("Diplom-Ingenieur", 7),
            ("Meisterbrief", 6),
            ("Abitur", 4),
            ("Ausbildung zum Koch", 4),
            ("Licence professionnelle", 6),
            ("BTS Comptabilité", 5),
            ("Baccalauréat", 4),
            ("Licenciatura en Derecho", 6),
            ("Técnico Superior en Enfermería", 5),
            ("Bachillerato", 4),
            ("Laurea Magistrale", 7),
            ("Laurea in Economia", 6),
            ("Mestrado", 7),
            ("HBO Verpleegkunde", 6),
            ("Licență în Informatică", 6),
            ("Masterat", 7),
        ] {
            assert_eq!(level_of_degree(degree), Some(level), "{degree}");
        }
    }

    #[test]
    fn what_is_no_degree_has_no_level() {
        for text in [
            "MS Office",
            "Boston, MA 02110",
            "scrum of scrums",
            "worked as a waiter",
            "BS EN 1090 welding",
            "Scrum Master",
            "a degree of care",
            "it has its cap",
        ] {
            assert!(find(text).is_empty(), "{text}: {:?}", find(text));
        }
    }
}
