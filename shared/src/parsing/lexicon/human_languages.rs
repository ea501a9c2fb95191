//! Human languages in a text: their names, how well they are spoken, and where the text says so.

use std::sync::LazyLock;

use super::phrases::{Found, PhraseTable, Word, words};

/// English name, ISO 639-1 code, and the names in other languages. A name with a capital is found with a capital only.
const LANGUAGES: &[(&str, &str, &str)] = &[
    (
        "English",
        "en",
        "English|Englisch|Englischkenntnisse|anglais|anglaise|inglés|inglese|inglês|Engels|engleză|engleza|limba engleză",
    ),
    ("German", "de", "German|Deutsch|Deutschkenntnisse|allemand|alemán|tedesco|alemão|Duits|germană|germana"),
    ("French", "fr", "French|Französisch|français|francés|francese|francês|Frans|franceză|franceza"),
    (
        "Spanish",
        "es",
        "Spanish|Castilian|Spanisch|espagnol|español|castellano|spagnolo|espanhol|Spaans|spaniolă|spaniola",
    ),
    ("Italian", "it", "Italian|Italienisch|italien|italiano|Italiaans|italiană|italiana"),
    (
        "Portuguese",
        "pt",
        "Portuguese|Portugiesisch|portugais|portugués|portoghese|português|Portugees|portugheză",
    ),
    (
        "Dutch",
        "nl",
        "Dutch|Flemish|Niederländisch|Holländisch|néerlandais|neerlandés|holandés|olandese|neerlandês|holandês|Nederlands|olandeză",
    ),
    ("Romanian", "ro", "Romanian|Rumänisch|roumain|rumano|rumeno|romeno|Roemeens|română|romana|limba română"),
    ("Polish", "pl", "Polish|Polnisch|polonais|polaco|polacco|polonês|Pools|poloneză|Polski"),
    ("Russian", "ru", "Russian|Russisch|russe|ruso|russo|Russisch|rusă"),
    ("Ukrainian", "uk", "Ukrainian|Ukrainisch|ukrainien|ucraniano|ucraino|Oekraïens|ucraineană"),
    ("Turkish", "tr", "Turkish|Türkisch|turc|turco|Turks|turcă"),
    ("Arabic", "ar", "Arabic|Arabisch|arabe|árabe|arabo|arabă"),
    ("Hebrew", "he", "Hebrew|Hebräisch|hébreu|hebreo|ebraico|hebraico|Hebreeuws|ebraică"),
    ("Persian", "fa", "Persian|Farsi|Persisch|persan|persa|persiano|Perzisch"),
    (
        "Chinese",
        "zh",
        "Chinese|Mandarin|Cantonese|Chinesisch|chinois|mandarin|chino|cinese|chinês|Chinees|chineză",
    ),
    ("Japanese", "ja", "Japanese|Japanisch|japonais|japonés|giapponese|japonês|Japans|japoneză"),
    ("Korean", "ko", "Korean|Koreanisch|coréen|coreano|Koreaans|coreeană"),
    ("Hindi", "hi", "Hindi"),
    ("Urdu", "ur", "Urdu"),
    ("Bengali", "bn", "Bengali|Bangla"),
    ("Punjabi", "pa", "Punjabi|Panjabi"),
    ("Tamil", "ta", "Tamil"),
    ("Telugu", "te", "Telugu"),
    ("Gujarati", "gu", "Gujarati"),
    ("Marathi", "mr", "Marathi"),
    ("Malayalam", "ml", "Malayalam"),
    ("Kannada", "kn", "Kannada"),
    ("Nepali", "ne", "Nepali"),
    ("Vietnamese", "vi", "Vietnamese|Vietnamesisch|vietnamien|vietnamita"),
    ("Thai", "th", "Thai"),
    ("Indonesian", "id", "Indonesian|Bahasa Indonesia|Indonesisch|indonésien|indonesio"),
    ("Malay", "ms", "Malay|Bahasa Melayu"),
    ("Filipino", "tl", "Filipino|Tagalog"),
    ("Swahili", "sw", "Swahili|Kiswahili|Suaheli"),
    ("Afrikaans", "af", "Afrikaans"),
    ("Amharic", "am", "Amharic"),
    ("Yoruba", "yo", "Yoruba"),
    ("Igbo", "ig", "Igbo"),
    ("Hausa", "ha", "Hausa"),
    ("Zulu", "zu", "isiZulu|Zulu"),
    ("Somali", "so", "Somali"),
    ("Greek", "el", "Greek|Griechisch|grec|griego|greco|grego|Grieks|greacă"),
    ("Czech", "cs", "Czech|Tschechisch|tchèque|checo|ceco|tcheco|Tsjechisch|cehă"),
    ("Slovak", "sk", "Slovak|Slowakisch|slovaque|eslovaco|slovacco|Slowaaks|slovacă"),
    ("Slovenian", "sl", "Slovenian|Slovene|Slowenisch|slovène|esloveno|sloveno"),
    ("Hungarian", "hu", "Hungarian|Ungarisch|hongrois|húngaro|ungherese|Hongaars|maghiară"),
    ("Bulgarian", "bg", "Bulgarian|Bulgarisch|bulgare|búlgaro|bulgaro|Bulgaars|bulgară"),
    ("Serbian", "sr", "Serbian|Serbisch|serbe|serbio|serbo|Servisch|sârbă"),
    ("Croatian", "hr", "Croatian|Kroatisch|croate|croata|croato"),
    ("Bosnian", "bs", "Bosnian|Bosnisch|bosniaque|bosnio"),
    ("Albanian", "sq", "Albanian|Albanisch|albanais|albanés|albanese|albaneză"),
    ("Macedonian", "mk", "Macedonian|Mazedonisch|macédonien|macedonio"),
    ("Swedish", "sv", "Swedish|Schwedisch|suédois|sueco|svedese|Zweeds|suedeză|Svenska"),
    ("Norwegian", "no", "Norwegian|Norwegisch|norvégien|noruego|norvegese|norueguês|Noors|norvegiană|Norsk"),
    ("Danish", "da", "Danish|Dänisch|danois|danés|danese|dinamarquês|Deens|daneză|Dansk"),
    ("Finnish", "fi", "Finnish|Finnisch|finnois|finlandés|finlandese|finlandês|Fins|finlandeză|Suomi"),
    ("Icelandic", "is", "Icelandic|Isländisch|islandais|islandés|islandese"),
    ("Estonian", "et", "Estonian|Estnisch|estonien|estonio|estone"),
    ("Latvian", "lv", "Latvian|Lettisch|letton|letón|lettone"),
    ("Lithuanian", "lt", "Lithuanian|Litauisch|lituanien|lituano"),
    ("Catalan", "ca", "Catalan|Katalanisch|catalán|català|catalano|catalão"),
    ("Basque", "eu", "Basque|Baskisch|euskera|vasco"),
    ("Galician", "gl", "Galician|Galicisch|gallego|galego"),
    ("Irish", "ga", "Gaeilge"),
    ("Welsh", "cy", "Welsh|Cymraeg"),
    ("Luxembourgish", "lb", "Luxembourgish|Luxemburgisch|luxembourgeois"),
    ("Armenian", "hy", "Armenian|Armenisch|arménien"),
    ("Georgian", "ka", "Georgian|Georgisch|géorgien"),
    ("Kurdish", "ku", "Kurdish|Kurdisch|kurde|kurdo"),
    ("Latin", "la", "Latein|latín"),
    (
        "Sign Language",
        "sgn",
        "sign language|BSL|ASL|Gebärdensprache|langue des signes|lengua de signos|lingua dei segni",
    ),
];

/// Words for how well a language is spoken, and the level of the Common European Framework that they stand for.
const LEVELS: &[(&str, &str)] = &[
    ("A1", "A1"),
    ("A2", "A2"),
    ("B1", "B1"),
    ("B2", "B2"),
    ("C1", "C1"),
    ("C2", "C2"),
    ("a1", "A1"),
    ("a2", "A2"),
    ("b1", "B1"),
    ("b2", "B2"),
    ("c1", "C1"),
    ("c2", "C2"),
    (
        "native|native speaker|native proficiency|mother tongue|first language|bilingual|full professional proficiency|native level",
        "C2",
    ),
    (
        "muttersprache|muttersprachler*|muttersprachlich|muttersprachniveau|bilingual aufgewachsen|zweisprachig",
        "C2",
    ),
    (
        "langue maternelle|maternelle|bilingue|lengua materna|materno|nativo|nativa|lengua nativa|madrelingua|lingua madre",
        "C2",
    ),
    ("lingua materna|moedertaal|limba materna|nativ|matern|materna", "C2"),
    (
        "fluent|fluently|fluency|proficient|excellent|business fluent|fluent in|professional|professional working proficiency|advanced",
        "C1",
    ),
    ("fliessend|verhandlungssicher*|sehr gut|sehr gute|ausgezeichnet*|hervorragende*", "C1"),
    (
        "courant|courante|couramment|lu ecrit parle|avance|maitrise|tres bon niveau|fluido|fluida|avanzado|alto|nivel alto|dominio",
        "C1",
    ),
    (
        "fluente|ottimo|ottima|avanzato|avancado|vloeiend|uitstekend|fluenta|avansat|foarte bine|excelente",
        "C1",
    ),
    (
        "upper intermediate|good|very good|good command|conversational|gut|gute|gute kenntnisse|bon niveau|buen nivel|buono|bom|goed|bine",
        "B2",
    ),
    ("professional proficiency|limited working proficiency|working knowledge", "B2"),
    (
        "intermediate|mittelstufe|befriedigend|intermediaire|scolaire|intermedio|medio|nivel medio|discreto|scolastico|intermediario",
        "B1",
    ),
    ("intermediar|mediu|redelijk|conversacional", "B1"),
    (
        "basic|elementary|elementary proficiency|grundkenntnisse|grundlagen|schulkenntnisse|notions|basico|elemental|nivel basico",
        "A2",
    ),
    ("base|elementare|elementar|basis|de baza|incepator avansat|debutant avance", "A2"),
    ("beginner|anfanger|debutant|principiante|iniciante|beginner level|incepator|beginnend", "A1"),
];

/// Where a name of a language is said of the language itself, not of a people or a kitchen.
const ABOUT_LANGUAGE: &[(&str, ())] = &[
    (
        "language|languages|speaking|speaker|speakers|speak|spoken|written|communication skills|oral|verbal|reading|writing",
        (),
    ),
    ("sprache|sprachen|sprachkenntnisse|kenntnisse|wort|schrift|sprechen|sprachig", ()),
    (
        "langue|langues|parle|ecrit|parlez|idioma|idiomas|hablado|escrito|habla|nivel de|lingua|lingue|parlato|scritto",
        (),
    ),
    (
        "linguas|falado|escrita|conhecimentos de|taal|talen|spreken|beheersing|limba|limbi|limbii|cunostinte",
        (),
    ),
];

static NAMES: LazyLock<PhraseTable<usize>> = LazyLock::new(|| {
    let lines: Vec<(&str, usize)> =
        LANGUAGES.iter().enumerate().map(|(index, line)| (line.2, index)).collect();
    PhraseTable::new(&lines)
});
static LEVEL_WORDS: LazyLock<PhraseTable<&'static str>> = LazyLock::new(|| PhraseTable::new(LEVELS));
static LANGUAGE_WORDS: LazyLock<PhraseTable<()>> = LazyLock::new(|| PhraseTable::new(ABOUT_LANGUAGE));

/// A human language named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageMention {
    /// English name, such as `German`.
    pub language: &'static str,
    /// ISO 639-1, such as `de` (`sgn` for sign languages).
    pub code: &'static str,
    /// How well, as written beside it ("fluent", "B2", "Muttersprache").
    pub fluency: Option<String>,
    /// The level of the Common European Framework that this stands for, A1–C2.
    pub level: Option<&'static str>,
    /// Whether the words around say that the language is meant (a level, "speaking", "language skills"), not a people.
    pub is_about_language: bool,
    /// Byte offset of the name in the text.
    pub start: usize,
    /// End of the name, exclusive.
    pub end: usize,
}

/// Every language that a text names, in order, with the level that its line says of it.
pub fn find(text: &str) -> Vec<LanguageMention> {
    let mut mentions = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive(['\n', '•', '|', ';']) {
        find_in_line(line, line_start, &mut mentions);
        line_start += line.len();
    }
    mentions
}

fn find_in_line(line: &str, line_start: usize, mentions: &mut Vec<LanguageMention>) {
    let line_words = words(line);
    let names = NAMES.find(&line_words);
    if names.is_empty() {
        return;
    }
    let levels = LEVEL_WORDS.find(&line_words);
    let about = LANGUAGE_WORDS.find(&line_words);
    for (index, name) in names.iter().enumerate() {
        let (language, code, _) = LANGUAGES[name.value];
        let level = level_of(&line_words, line, &names, index, &levels);
        let near = about.iter().any(|found| distance(found, name) <= 5);
        let compound =
            ["kenntnisse", "sprachig"].iter().any(|end| line_words[name.first_word].folded.ends_with(end));
        mentions.push(LanguageMention {
            language,
            code,
            fluency: level.map(|found| line[found.start..found.end].to_owned()),
            level: level.map(|found| found.value),
            is_about_language: level.is_some() || near || compound,
            start: line_start + name.start,
            end: line_start + name.end,
        });
    }
}

/// The level word of a name: after it and before the next name ("English (fluent), German (B1)"), else before it and
/// after the last one ("fluent English"), within six words.
fn level_of<'a>(
    line_words: &[Word],
    line: &str,
    names: &[Found<usize>],
    index: usize,
    levels: &'a [Found<&'static str>],
) -> Option<&'a Found<&'static str>> {
    let name = &names[index];
    let next = names.get(index + 1).map_or(line_words.len(), |found| found.first_word);
    let previous = if index == 0 { 0 } else { names[index - 1].end_word };
    let after =
        levels.iter().find(|l| l.first_word >= name.end_word && l.end_word <= next && distance(l, name) <= 6);
    let before = levels
        .iter()
        .rev()
        .find(|l| l.end_word <= name.first_word && l.first_word >= previous && distance(l, name) <= 4);
    match (before, after) {
        // "Fluent English, basic French": the word after belongs to the next name where a comma stands before it.
        (Some(before), Some(after)) => {
            let gap = &line[name.end..after.start];
            if gap.contains(',') || distance(before, name) < distance(after, name) {
                Some(before)
            } else {
                Some(after)
            }
        }
        (Some(before), None) => Some(before),
        (None, after) => after.filter(|a| {
            let gap = &line[name.end..a.start];
            let leads_on =
                gap.contains(',') && index + 1 < names.len() && names[index + 1].first_word <= a.end_word + 1;
            !leads_on
        }),
    }
}

fn distance<A, B>(one: &Found<A>, other: &Found<B>) -> usize {
    if one.first_word >= other.end_word {
        one.first_word - other.end_word
    } else {
        other.first_word.saturating_sub(one.end_word)
    }
}

/// The English name of a language given by any of its names ("Deutsch" is `German`).
pub fn english_name(name: &str) -> Option<&'static str> {
    NAMES.find(&words(name)).first().map(|found| LANGUAGES[found.value].0)
}

/// The English name of the language of an ISO 639-1 code.
pub fn name_of_code(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|line| line.1 == code).map(|line| line.0)
}

/// The level (A1–C2) that words such as "fluent" or "Muttersprache" stand for.
pub fn level_of_fluency(fluency: &str) -> Option<&'static str> {
    LEVEL_WORDS.find(&words(fluency)).iter().map(|found| found.value).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, Option<&'static str>)> {
        find(text).iter().map(|mention| (mention.language, mention.level)).collect()
    }

    #[test]
    fn languages_are_found_with_their_levels_whichever_way_they_are_written() {
        assert_eq!(
            found("English (native), German: B2, Spanish – basic"),
            [("English", Some("C2")), ("German", Some("B2")), ("Spanish", Some("A2"))]
        );
        assert_eq!(found("Fluent English, basic French"), [("English", Some("C1")), ("French", Some("A2"))]);
        assert_eq!(
            found("Deutsch: Muttersprache\nEnglisch: verhandlungssicher"),
            [("German", Some("C2")), ("English", Some("C1"))]
        );
        assert_eq!(
            found("Français (langue maternelle), anglais courant"),
            [("French", Some("C2")), ("English", Some("C1"))]
        );
        assert_eq!(found("Español nativo, inglés B1"), [("Spanish", Some("C2")), ("English", Some("B1"))]);
        assert_eq!(found("Engleză - avansat"), [("English", Some("C1"))]);
    }

    #[test]
    fn a_mention_stands_where_it_says() {
        let text = "Sprachen\nRumänisch (Muttersprache), Französisch (A2)";
        let mentions = find(text);
        assert_eq!(&text[mentions[1].start..mentions[1].end], "Französisch");
        assert_eq!(mentions[1].fluency.as_deref(), Some("A2"));
    }

    #[test]
    fn a_verb_is_no_language_and_a_kitchen_says_nothing_of_language() {
        assert!(found("polish furniture").is_empty());
        assert!(!find("Italian restaurant in Leeds")[0].is_about_language);
        assert!(find("Italian speaking agent")[0].is_about_language);
    }
}
