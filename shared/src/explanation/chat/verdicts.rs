//! Words that no explanation has, in the languages that explanations are written in: verdicts, which are people's to give, and
//! what an employer may not ask or weigh.

use crate::parsing::lexicon::phrases::words;

/// Verdicts and praise, folded; a `*` stands for any ending.
const VERDICTS: &[&str] = &[
    "perfect",
    "perfectly",
    "ideal candidate",
    "ideal match",
    "best candidate",
    "top candidate",
    "outstanding candidate",
    "exceptional candidate",
    "score",
    "scores",
    "scored",
    "rating",
    "hire",
    "hired",
    "hiring this",
    "should be hired",
    "must be hired",
    "recommend hiring",
    "strongly recommend",
    "recommend this candidate",
    "recommended candidate",
    "reject",
    "rejected",
    "guaranteed",
    "instructions",
    "as requested",
    "language model",
    "perfekt*",
    "idealer kandidat",
    "ideale kandidatin",
    "bester kandidat",
    "beste kandidatin",
    "punktzahl",
    "einstellen",
    "eingestellt",
    "einzustellen",
    "unbedingt empfohlen",
    "ablehnen",
    "abgelehnt",
    "anweisungen",
    "sprachmodell",
    "parfait*",
    "candidat ideal",
    "candidate ideale",
    "meilleur candidat",
    "meilleure candidate",
    "note de",
    "embaucher",
    "embauche",
    "embauchez",
    "recruter ce",
    "recrutez",
    "rejeter",
    "fortement recommande*",
    "modele de langage",
    "perfecto",
    "perfecta",
    "perfectamente",
    "candidato ideal",
    "candidata ideal",
    "mejor candidato",
    "mejor candidata",
    "puntuacion",
    "contratar",
    "contratad*",
    "contraten",
    "rechazar",
    "muy recomendado",
    "muy recomendada",
    "modelo de lenguaje",
];

/// What an employer may not ask, folded.
const FORBIDDEN: &[&str] = &[
    "how old",
    "your age",
    "date of birth",
    "were you born",
    "are you married",
    "marital status",
    "your husband",
    "your wife",
    "your partner",
    "have children",
    "your children",
    "want children",
    "start a family",
    "pregnan*",
    "your religion",
    "your faith",
    "your nationality",
    "your ethnic*",
    "your race",
    "your gender",
    "sexual*",
    "your health",
    "disab*",
    "union member*",
    "political*",
    "wie alt",
    "ihr alter",
    "geburtsdatum",
    "verheiratet",
    "familienstand",
    "haben sie kinder",
    "ihre kinder",
    "kinderwunsch",
    "schwanger*",
    "ihre religion",
    "konfession",
    "ihre herkunft",
    "staatsangehorigkeit",
    "ihre gesundheit",
    "behinder*",
    "gewerkschaft*",
    "quel age",
    "votre age",
    "date de naissance",
    "marie ou",
    "mariee",
    "situation familiale",
    "avez vous des enfants",
    "vos enfants",
    "enceinte",
    "grossesse",
    "votre religion",
    "votre nationalite",
    "vos origines",
    "votre sante",
    "handicap*",
    "syndica*",
    "que edad",
    "su edad",
    "fecha de nacimiento",
    "casado",
    "casada",
    "estado civil",
    "tiene hijos",
    "sus hijos",
    "embaraz*",
    "su religion",
    "su nacionalidad",
    "su origen",
    "su salud",
    "discapacidad*",
    "sindica*",
];

/// Whether the text gives a verdict, or praises as only one who obeys does. Words that the job's own ad has are the trade's: a
/// "credit score", a recruiter's "hiring".
pub(super) fn gives_verdict(text: &str, ad: &str) -> bool {
    let (text, ad) = (folded(text), folded(ad));
    VERDICTS.iter().any(|phrase| has(&text, phrase) && (phrase.contains(' ') || !has(&ad, phrase)))
}

/// Whether the text asks or tells what is nobody's business.
pub(super) fn is_forbidden(text: &str) -> bool {
    let text = folded(text);
    FORBIDDEN.iter().any(|phrase| has(&text, phrase))
}

/// The folded words with a blank around each.
fn folded(text: &str) -> String {
    let mut folded = String::from(" ");
    for word in words(text) {
        folded.push_str(&word.folded);
        folded.push(' ');
    }
    folded
}

fn has(folded: &str, phrase: &str) -> bool {
    match phrase.strip_suffix('*') {
        Some(beginning) => folded.contains(&format!(" {beginning}")),
        None => folded.contains(&format!(" {phrase} ")),
    }
}
