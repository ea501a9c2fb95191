//! The language of a text, by counting the words that each language cannot do without.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::phrases::words;

const COMMON_WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the and of to in for with on at by from as is are was were have has will be you your our we this that or an i my",
    ),
    (
        "de",
        "und der die das von zu mit in im fur auf den dem ein eine einer als bei sie wir ist sind sowie oder auch nach zum zur uber durch ihre unser",
    ),
    (
        "fr",
        "et de la le les des du en un une pour dans sur avec par au aux est sont vous nous votre notre qui que ou ce cette ainsi chez",
    ),
    (
        "es",
        "y de la el los las del en un una para con por al es son su sus que se como desde hasta nuestra nuestro o mi sobre anos",
    ),
    (
        "it",
        "e di la il lo gli le del della dei delle in un una per con da al alla che sono presso nel nella come anche si ed",
    ),
    (
        "pt",
        "e de a o os as do da dos das em no na um uma para com por ao que se como mais ou sua seu nos pela pelo nossa experiencia",
    ),
    (
        "nl",
        "en de het een van in op voor met bij te aan als zijn is naar door wij je jij onze ook of om uit tot over",
    ),
    (
        "ro",
        "si de la in cu pe din pentru a al ale ai un o este sunt sau prin care ca mai dumneavoastra noastra nostru pana catre",
    ),
    ("pl", "i w z na do od dla oraz jest sie o po przez ze jako pracy lub za przy"),
    ("sv", "och i att en ett pa av for med till som ar vi du den det inom eller fran"),
    ("da", "og i at en et pa af for med til som er vi du den det inden eller fra"),
    ("cs", "a v na s z pro do ve je se jako od za nebo po pri praci"),
    ("hu", "es a az egy hogy nem is valamint vagy mint szerint alatt"),
    ("tr", "ve bir bu ile icin olarak da de olan gibi daha"),
];

static INDEX: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut index: HashMap<&str, Vec<usize>> = HashMap::new();
    for (language, (_, common)) in COMMON_WORDS.iter().enumerate() {
        for word in common.split(' ') {
            index.entry(word).or_default().push(language);
        }
    }
    index
});

/// The language of a text as ISO 639-1, where its common words tell (the first 4,000 words are looked at). A word that
/// several languages share counts for each in part.
pub fn detect(text: &str) -> Option<&'static str> {
    let end = text.char_indices().nth(30_000).map_or(text.len(), |(at, _)| at);
    let mut score = [0.0_f32; COMMON_WORDS.len()];
    let mut counted = 0;
    for word in words(&text[..end]).iter().take(4000) {
        if let Some(languages) = INDEX.get(word.folded.as_str()) {
            counted += 1;
            for &language in languages {
                score[language] += 1.0 / languages.len() as f32;
            }
        }
    }
    let (best, most) = score.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    (counted >= 2 && *most >= 1.5).then_some(COMMON_WORDS[best].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_sentence_is_told() {
        for (language, text) in [
            ("en", "Responsible for the training of new staff and the care of patients on the ward"),
            ("de", "Verantwortlich für die Pflege der Patienten auf der Station und die Einarbeitung"),
            ("fr", "Responsable de la gestion des commandes et de la relation avec les clients"),
            ("es", "Responsable de la gestión de los pedidos y del trato con los clientes"),
            ("it", "Responsabile della gestione degli ordini e delle relazioni con i clienti nel reparto"),
            ("pt", "Responsável pela gestão das encomendas e do contato com os clientes em uma loja"),
            ("nl", "Verantwoordelijk voor het beheer van de bestellingen en het contact met klanten"),
            ("ro", "Responsabil pentru gestionarea comenzilor și relația cu clienții din magazin"),
        ] {
            assert_eq!(detect(text), Some(language), "{text}");
        }
        assert_eq!(detect("Rust, SQL, 2019"), None);
    }
}
