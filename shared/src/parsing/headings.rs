//! Which words head which section of a CV, in English, German, French, Spanish, Italian, Portuguese, Dutch and Romanian.
//! A heading is understood as a phrase of the table, or as nouns of the table with adjectives of the table around them
//! ("Selected Professional Experience"), parted by "and" ("Skills & Awards": the first noun decides).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::folding::folded_words;

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum SectionKind {
    /// What stands before the first heading.
    Top,
    Contact,
    Summary,
    Work,
    Education,
    Skills,
    Languages,
    Certificates,
    Awards,
    Publications,
    Projects,
    Volunteer,
    Interests,
    References,
    /// A heading that says nothing about the kind.
    Other,
}

use SectionKind::*;

/// Phrases (folded, without punctuation) that head a section.
const PHRASES: &[(SectionKind, &str)] = &[
    (
        Contact,
        "contact|say hello|say hi|reach me|how to reach me|contact me|contact info|contact information|contact details|contacts|get in touch|personal details|personal information|personal info|personal data|details|bio data|find me online|links|profiles|social|social media|social profiles|online profiles|web|kontakt|kontaktdaten|personliche daten|personliche angaben|personalien|zur person|angaben zur person|coordonnees|contactez moi|informations personnelles|etat civil|renseignements personnels|donnees personnelles|contacto|datos personales|informacion personal|datos de contacto|informacion de contacto|contatti|dati personali|informazioni personali|dati anagrafici|contato|contatos|dados pessoais|informacoes pessoais|informacao pessoal|contactos|contact gegevens|contactgegevens|persoonlijke gegevens|personalia|gegevens|date personale|informatii personale|date de contact",
    ),
    (
        Summary,
        "summary|a bit about me|a little about me|about myself|hello|my story|profile|about|about me|objective|career objective|career objectives|job objective|professional objective|career summary|career profile|career overview|career highlights summary|career goal|career goals|career focus|executive summary|executive profile|professional summary|professional profile|professional overview|personal profile|personal statement|personal summary|summary statement|profile summary|profile statement|introduction|overview|highlights of qualifications|summary of qualifications|qualifications summary|qualification summary|qualifications profile|summary of skills and qualifications|background summary|bio|biography|who i am|statement|mission statement|uber mich|profil|kurzprofil|berufsprofil|zusammenfassung|personliches profil|berufliches profil|berufsziel|kurzvorstellung|einleitung|motivation|ziel|resume|a propos|a propos de moi|qui suis je|objectif|objectif professionnel|profil professionnel|profil personnel|presentation|accroche|synthese|perfil|perfil profesional|resumen|resumen profesional|resumen ejecutivo|sobre mi|acerca de mi|objetivo|objetivo profesional|extracto|presentacion|perfil personal|profilo|profilo professionale|profilo personale|chi sono|su di me|sommario|obiettivo|obiettivi|obiettivo professionale|presentazione|sintesi|resumo|resumo profissional|perfil profissional|sobre mim|objetivo profissional|sobre|objetivos|sumario|apresentacao|over mij|profiel|persoonlijk profiel|samenvatting|doelstelling|professioneel profiel|profielschets|wie ben ik|introductie|rezumat|sinteza profesionala|profil profesional|rezumat profesional|despre mine|obiectiv|obiectiv profesional|obiective profesionale|sumar|sumar profesional|prezentare",
    ),
    (
        Work,
        "experience|what i have done|where ive worked|places i have worked|professional history|experiences|work experience|work experiences|professional experience|professional experiences|employment|employment history|employment record|employment experience|work history|job history|where i have worked|where i worked|career history|career|career path|career progression|professional background|professional history|work background|work|positions held|positions|relevant experience|industry experience|internship|internships|internship experience|internships and work experience|work placements|teaching experience|research experience|clinical experience|military experience|military service|military|leadership experience|consulting experience|professional career|career experience|related experience|other experience|additional experience|previous experience|earlier experience|appointments|academic appointments|professional appointments|work and experience|berufserfahrung|berufserfahrungen|beruflicher werdegang|berufliche erfahrung|berufliche erfahrungen|berufliche stationen|beruflicher hintergrund|berufspraxis|werdegang|praxiserfahrung|praktische erfahrung|praktische erfahrungen|praktika|praktikum|arbeitserfahrung|beschaftigungsverlauf|berufliche laufbahn|berufstatigkeit|berufliche tatigkeit|berufliche tatigkeiten|tatigkeiten|beruf|laufbahn|anstellungen|arbeitsverhaltnisse|experience professionnelle|experiences professionnelles|parcours professionnel|parcours|emplois|emploi|historique professionnel|carriere|stages|stage|stages et emplois|experiencia|experiencias|experiencia laboral|experiencia profesional|experiencia de trabajo|historial laboral|trayectoria profesional|trayectoria|trayectoria laboral|vida laboral|practicas|empleo|historia laboral|antecedentes laborales|esperienza|esperienze|esperienza lavorativa|esperienze lavorative|esperienza professionale|esperienze professionali|esperienza di lavoro|percorso professionale|carriera|carriera professionale|tirocini|stage e tirocini|experiencia profissional|experiencias profissionais|historico profissional|percurso profissional|trajetoria profissional|estagios|historico de trabalho|carreira|experiencia de trabalho|atuacao profissional|werkervaring|arbeidsverleden|beroepservaring|loopbaan|professionele ervaring|ervaring|relevante werkervaring|stages en werkervaring|carriereverloop|experienta|experienta profesionala|experienta de munca|istoric profesional|experienta in munca|istoric de munca|istoricul muncii|istoricul locurilor de munca|experienta de lucru|parcurs profesional|cariera",
    ),
    (
        Education,
        "education|where i studied|where i learned|i studied|educational background|education background|academic background|academic history|academic qualifications|academic qualification|academics|academic|academia|studies|qualifications|educational qualifications|educational qualification|education and training|education training|education and qualifications|education history|degrees|schooling|school|schools|academic record|academic profile|academic credentials|academic education|formal education|university education|study|scholastic record|ausbildung|ausbildungen|bildung|bildungsweg|bildungsgang|schulbildung|schulische ausbildung|studium|schule|hochschulbildung|akademische ausbildung|akademischer werdegang|ausbildung und studium|aus und weiterbildung|aus und weiterbildungen|bildungswerdegang|schulausbildung|schulischer werdegang|berufsausbildung|hochschulstudium|schulabschluss|formation|formations|formation academique|formations academiques|formation initiale|etudes|diplomes|scolarite|cursus|cursus scolaire|cursus universitaire|parcours scolaire|parcours academique|parcours universitaire|diplomes et formations|formations et diplomes|formation et diplomes|etudes et formations|etudes et diplomes|education et formation|educacion|formacion|formacion academica|formacion reglada|escolaridad|estudios|estudios realizados|titulacion|titulaciones|historial academico|datos academicos|antecedentes academicos|educacion y formacion|formacion y estudios|preparacion academica|istruzione|formazione|istruzione e formazione|titoli di studio|studi|percorso formativo|formazione accademica|formazione e istruzione|educazione|percorso di studi|titolo di studio|educacao|educacao e formacao|formacao|formacao academica|formacao escolar|escolaridade|habilitacoes|habilitacoes academicas|habilitacoes literarias|estudos|historico escolar|formacao educacional|opleiding|opleidingen|onderwijs|studie|studies en opleidingen|opleiding en training|opleidingen en cursussen|vooropleiding|scholing|educatie|educatie si formare|studii|formare|educatie si formare profesionala|pregatire|istoric educational|formare academica",
    ),
    (
        Skills,
        "skills|i use|what i use|tools i use|my tools|toolbox|my toolbox|toolkit|stack|my stack|i can|what i know|things i know|skill set|skillset|skill|key skills|core skills|technical skills|it skills|computer skills|software skills|software|technical proficiencies|technical proficiency|technical expertise|technical knowledge|technical competencies|technologies|technology|tech stack|tools|tools and technologies|programming|programming languages|programming skills|competencies|core competencies|key competencies|areas of expertise|area of expertise|expertise|strengths|core strengths|key strengths|professional strengths|personal strengths|soft skills|hard skills|interpersonal skills|professional skills|personal skills|transferable skills|relevant skills|other skills|additional skills|skills summary|summary of skills|skills profile|skills and abilities|skills highlights|skill highlights|highlights|capabilities|core capabilities|abilities|proficiencies|core qualifications|key qualifications|specialties|specialities|specialization|specializations|areas of knowledge|areas of practice|practice areas|trade skills|strengths and skills|areas of strength|areas of specialization|knowledge|know how|digital skills|computer proficiency|computer knowledge|computer literacy|management skills|clinical skills|lab skills|laboratory skills|office skills|qualities|personal qualities|traits|talents|attributes|what i do|what i do well|kenntnisse|fahigkeiten|fertigkeiten|kompetenzen|kernkompetenzen|fachkenntnisse|fachkompetenzen|it kenntnisse|edv kenntnisse|edv|computerkenntnisse|softwarekenntnisse|pc kenntnisse|technische kenntnisse|technische fahigkeiten|technologien|programmierkenntnisse|programmiersprachen|starken|personliche starken|qualifikationen|besondere kenntnisse|weitere kenntnisse|sonstige kenntnisse|zusatzqualifikationen|kenntnisse und fahigkeiten|fahigkeiten und kenntnisse|soziale kompetenzen|persoenliche staerken|expertise und kenntnisse|was ich kann|fachliche kompetenzen|fachliche kenntnisse|fachwissen|competences|competence|competences techniques|competences cles|competences professionnelles|competences informatiques|informatique|aptitudes|savoir faire|savoir etre|connaissances|outils|outils informatiques|logiciels|qualites|atouts|domaines de competence|domaines de competences|domaines d expertise|domaines dexpertise|competences personnelles|points forts|langages|langages informatiques|habilidades|competencias|competencias clave|aptitudes y habilidades|conocimientos|conocimientos informaticos|conocimientos tecnicos|informatica|destrezas|capacidades|habilidades tecnicas|habilidades y competencias|habilidades profesionales|herramientas|fortalezas|tecnologias|competencias digitales|competencias profesionales|competenze|competenze tecniche|competenze informatiche|competenze digitali|competenze professionali|competenze personali|capacita|capacita e competenze|abilita|conoscenze|conoscenze informatiche|strumenti|punti di forza|competenze chiave|capacita e competenze personali|capacita e competenze tecniche|capacita e competenze relazionali|capacita e competenze organizzative|competencias tecnicas|competencias pessoais|competencias profissionais|conhecimentos|conhecimentos tecnicos|conhecimentos de informatica|habilidades e competencias|aptidoes|qualificacoes|ferramentas|pontos fortes|principais competencias|competencias chave|vaardigheden|competenties|kennis|computervaardigheden|kennis en vaardigheden|technische vaardigheden|sterke punten|kerncompetenties|kwaliteiten|eigenschappen|persoonlijke eigenschappen|ict vaardigheden|digitale vaardigheden|programmas|it vaardigheden|aptitudini|abilitati|competente|competente tehnice|competente cheie|aptitudini si competente|competente digitale|abilitati tehnice|abilitati cheie|competente de baza|cunostinte|calificari|calificari cheie|competente profesionale|abilitati profesionale|abilitati si competente|puncte forte",
    ),
    (
        Languages,
        "languages|i speak|languages i speak|language|language skills|language proficiency|language proficiencies|languages spoken|spoken languages|foreign languages|linguistic skills|language knowledge|sprachen|sprachkenntnisse|fremdsprachen|fremdsprachenkenntnisse|sprache|langues|langue|langues etrangeres|competences linguistiques|connaissances linguistiques|langues parlees|idiomas|lenguas|idioma|competencias linguisticas|conocimiento de idiomas|conocimientos de idiomas|lingue|lingua|lingue straniere|competenze linguistiche|conoscenze linguistiche|lingue conosciute|conoscenza delle lingue|linguas|lingua estrangeira|conhecimento de idiomas|talen|taal|talenkennis|taalvaardigheden|taalvaardigheid|taalkennis|limbi|limbi straine|limbi vorbite|competente lingvistice|limbi cunoscute|limba",
    ),
    (
        Certificates,
        "certificates|courses i took|certificate|certifications|certification|licenses|licences|license|licensure|licenses and certifications|certifications and licenses|licences and certificates|accreditations|credentials|professional certifications|professional development|professional training|training|trainings|training and development|training and certifications|certifications and training|certifications and trainings|courses|coursework|courses and certifications|online courses|relevant coursework|relevant courses|continuing education|workshops|seminars|professional qualifications|professional licenses|driving licence|driving license|driving licenses|driver s license|drivers license|licence|further training|further education|additional training|zertifikate|zertifizierungen|zertifizierung|weiterbildung|weiterbildungen|fortbildung|fortbildungen|fort und weiterbildung|fort und weiterbildungen|kurse|lehrgange|seminare|schulungen|fuhrerschein|fuhrerscheine|berufliche weiterbildung|weiterbildungen und zertifikate|zertifikate und weiterbildungen|lizenzen|certificats|formation continue|formations complementaires|formation complementaire|permis de conduire|permis|habilitations|certificados|certificaciones|certificacion|cursos|formacion complementaria|formacion adicional|otros cursos|cursos y certificaciones|carnet de conducir|permiso de conducir|licencias|formacion continua|cursos y seminarios|diplomados|certificazioni|certificazione|corsi|corsi di formazione|patente|patente di guida|patenti|attestati|corsi e certificazioni|certificacoes|certificacao|cursos e certificacoes|cursos complementares|formacao complementar|carta de conducao|formacao continua|certificaten|cursussen|trainingen|cursussen en certificaten|rijbewijs|certificeringen|bijscholing|certificari|certificate si cursuri|cursuri|permis de conducere|formare profesionala|certificarile|licente|licente si certificari|dezvoltare profesionala",
    ),
    (
        Awards,
        "awards|most proud of|proud of|award|honors|honours|honors and awards|awards and honors|awards and honours|awards and achievements|awards and recognition|achievements|accomplishments|key achievements|key accomplishments|major achievements|selected achievements|professional accomplishments|achievements and awards|recognition|recognitions|distinctions|prizes|scholarships|fellowships|grants|scholarships and awards|honors and scholarships|academic achievements|academic honors|selected honors|auszeichnungen|preise|erfolge|ehrungen|stipendien|auszeichnungen und preise|preise und auszeichnungen|distinctions et prix|prix|recompenses|prix et distinctions|bourses|realisations|premios|premios y reconocimientos|reconocimientos|logros|becas|distinciones|premi|premi e riconoscimenti|riconoscimenti|borse di studio|risultati|premios e distincoes|conquistas|reconhecimentos|distincoes|premios e reconhecimentos|prijzen|onderscheidingen|prestaties|beurzen|premii|distinctii|premii si distinctii|realizari|recunoasteri|premii si realizari|realizari si premii|realizari cheie|onoruri si premii",
    ),
    (
        Publications,
        "publications|publication|patents|patents and publications|publications and patents|papers|selected publications|presentations|talks|invited talks|conferences|conference presentations|research papers|articles|books|journal articles|conference proceedings|presentations and publications|publications and presentations|publikationen|veroffentlichungen|patente|vortrage|publikationen und vortrage|brevets|communications|publications et communications|publicaciones|patentes|ponencias|publicaciones y ponencias|conferencias|pubblicazioni|brevetti|convegni|publicacoes|artigos|publicaties|octrooien|publicatii|publicatii si prezentari|prezentari",
    ),
    (
        Projects,
        "projects|project|personal projects|side projects|selected projects|academic projects|key projects|project experience|project work|notable projects|open source|open source projects|open source contributions|portfolio|major projects|relevant projects|university projects|course projects|projects undertaken|research projects|technical projects|hobby projects|research|projekte|projekterfahrung|projektliste|ausgewahlte projekte|projektarbeit|eigene projekte|projekterfahrungen|projets|projet|projets personnels|projets academiques|proyectos|proyecto|proyectos personales|proyectos destacados|portafolio|progetti|progetto|progetti personali|projetos|projeto|projectos|projetos pessoais|projecten|persoonlijke projecten|proiecte|proiecte personale|proiecte cheie|proiecte relevante",
    ),
    (
        Volunteer,
        "volunteer|volunteering|volunteer experience|volunteer work|voluntary work|voluntary experience|volunteer activities|volunteerism|community service|community involvement|community engagement|civic engagement|social engagement|charity work|volunteering experience|leadership and volunteering|extracurricular activities|extra curricular activities|extracurriculars|extracurricular|leadership activities|leadership|activities|co curricular activities|activities and leadership|ehrenamt|ehrenamtliche tatigkeit|ehrenamtliche tatigkeiten|ehrenamtliches engagement|freiwilliges engagement|engagement|soziales engagement|gesellschaftliches engagement|freiwilligenarbeit|ausserschulische aktivitaten|ausseruniversitares engagement|benevolat|engagement associatif|engagements|activites benevoles|vie associative|activites associatives|experience associative|engagements associatifs|voluntariado|experiencia de voluntariado|actividades extracurriculares|trabajo voluntario|experiencia voluntaria|volontariato|esperienze di volontariato|attivita di volontariato|attivita extracurriculari|trabalho voluntario|atividades extracurriculares|atividades voluntarias|vrijwilligerswerk|vrijwilligerservaring|nevenactiviteiten|maatschappelijke activiteiten|extracurriculaire activiteiten|voluntariat|activitati extracurriculare|activitati de voluntariat|experienta de voluntariat|munca voluntara",
    ),
    (
        Interests,
        "interests|interest|hobbies|hobbies and interests|interests and hobbies|hobby|personal interests|leisure|leisure activities|pastimes|activities and interests|interests and activities|other interests|passions|interessen|hobbys|freizeit|hobbys und interessen|interessen und hobbys|freizeitaktivitaten|personliche interessen|freizeitinteressen|centres d interet|centre d interet|centres dinteret|centre dinteret|loisirs|interets|loisirs et interets|passions et loisirs|centres dinterets|centres d interets|aficiones|intereses|intereses personales|pasatiempos|aficiones e intereses|intereses y aficiones|interessi|interessi personali|hobby e interessi|passioni|tempo libero|interesses|passatempos|hobbies e interesses|interesses pessoais|interesses e hobbies|hobbys en interesses|hobbies en interesses|vrije tijd|vrijetijdsbesteding|interese|hobby uri|hobbyuri|pasiuni|interese personale|hobby uri si interese|interese si hobby uri",
    ),
    (
        References,
        "references|reference|referees|referee|professional references|recommendations|testimonials|referenzen|empfehlungen|references professionnelles|referencias|referencias laborales|referencias personales|referenze|referenties|recomendaciones|recomendacoes|referinte|recomandari",
    ),
    (
        Other,
        "additional information|additional info|other information|other|others|miscellaneous|further information|memberships|membership|affiliations|professional affiliations|professional memberships|associations|organizations|organisations|professional organizations|affiliations and memberships|memberships and affiliations|supervision|availability|visa status|work authorization|citizenship|nationality|declaration|key responsibilities|responsibilities|sonstiges|mitgliedschaften|weitere informationen|verschiedenes|diverses|zusatzliche informationen|weitere angaben|sonstige angaben|unterschrift|divers|informations complementaires|autres informations|autres|autre|adhesions|informacion adicional|otros datos|otros datos de interes|otros|datos de interes|afiliaciones|altre informazioni|ulteriori informazioni|informazioni aggiuntive|altro|allegati|trattamento dei dati personali|informacoes adicionais|outras informacoes|outros|informacao adicional|overige informatie|overige|overig|aanvullende informatie|lidmaatschappen|informatii suplimentare|alte informatii|informatii aditionale|afilieri|apartenenta",
    ),
];

/// Words that colour a heading without saying what it holds.
const ADJECTIVES: &str = "my the a our professional work relevant selected key core main major additional other further recent previous \
    prior past current personal general related detailed brief notable significant full part time paid trade technical special specific \
    academic complete chronological earlier of in and list career extra advanced basic primary most important some career \
    berufliche beruflicher fachliche personliche weitere sonstige relevante meine wichtige ausgewahlte technische besondere aktuelle bisherige \
    professionnelle professionnelles professionnel personnelles personnels principales principaux mes autres autre de des la les le et \
    profesional profesionales laboral personales principales mis otras otros del los las mi \
    professionale professionali personali principali altre altri mie le di del della \
    profissional profissionais pessoais principais outras outros minhas meus da do dos das \
    professionele persoonlijke relevante overige belangrijkste mijn van \
    profesionala profesionale personale alte relevanta relevante mea mele cheie section";

/// Words that part two nouns of one heading.
const CONNECTORS: &[&str] = &["&", "and", "und", "et", "y", "e", "en", "si", "u", "ed", "plus"];

/// Headings that are as likely an item of a list: they count only where their looks or place say so.
const WEAK: &str = "work career training trainings research leadership activities positions school schools study studies software technology \
    technologies tools programming courses workshops seminars knowledge license licence language projects project details web links social \
    articles books presentations talks conferences military highlights other others traits talents qualities positions overview \
    introduction statement motivation ziel presentation stage stages informatique outils logiciels \
    portfolio open source recognition beruf schule permis engagement communications informatica software hobby edv references reference \
    accreditation strengths availability supervision coursework responsibilities kurse grants sobre altro parcours";

static TABLE: LazyLock<HashMap<&'static str, SectionKind>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for (kind, phrases) in PHRASES {
        for phrase in phrases.split('|') {
            table.entry(phrase).or_insert(*kind);
        }
    }
    table
});
static ADJECTIVE_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| ADJECTIVES.split_whitespace().collect());
static WEAK_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| WEAK.split_whitespace().collect());

/// What a line's words say of it as a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) kind: SectionKind,
    /// Whether the words are as likely an item of a list.
    pub(super) weak: bool,
}

/// The most words of a heading.
const MOST_WORDS: usize = 8;

/// Reads `text` as the heading of a section; `None` where its words head none.
pub(super) fn heading(text: &str) -> Option<Heading> {
    if text.len() > 90 || text.contains('@') {
        return None;
    }
    let all = folded_words(text);
    // "1. Education", "II Experience": numbering is no part of the wording.
    let numbered =
        all.first().is_some_and(|word| word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit()));
    let words: Vec<&str> = all.iter().skip(usize::from(numbered)).map(String::as_str).collect();
    if words.is_empty()
        || words.len() > MOST_WORDS
        || words.iter().any(|w| w.chars().all(|c| c.is_ascii_digit()))
    {
        return None;
    }
    if let Some(kind) = phrase(&words) {
        let weak = words.len() == 1 && WEAK_SET.contains(words[0]);
        return Some(Heading { kind, weak });
    }
    let mut first = None;
    for part in words.split(|word| CONNECTORS.contains(word)) {
        if part.is_empty() {
            continue;
        }
        let Some(kind) = reduced_phrase(part) else { return first_part(&words) };
        first = first.or(kind);
    }
    first.map(|kind| Heading { kind, weak: false })
}

/// "Education and designation": a known noun beside one that is not known counts where its looks say so.
fn first_part(words: &[&str]) -> Option<Heading> {
    let parts: Vec<&[&str]> =
        words.split(|word| CONNECTORS.contains(word)).filter(|part| !part.is_empty()).collect();
    if parts.len() != 2 || words.len() > 5 {
        return None;
    }
    reduced_phrase(parts[0]).flatten().map(|kind| Heading { kind, weak: true })
}

/// A part of a heading: a phrase, or a phrase among adjectives. `Some(None)` for adjectives alone.
fn reduced_phrase(part: &[&str]) -> Option<Option<SectionKind>> {
    if let Some(kind) = phrase(part) {
        return Some(Some(kind));
    }
    let is_adjective = |word: &&str| ADJECTIVE_SET.contains(*word);
    // The longest phrase that leaves adjectives only before and behind it.
    for length in (1..part.len()).rev() {
        for start in 0..=part.len() - length {
            let (before, rest) = part.split_at(start);
            let (middle, behind) = rest.split_at(length);
            if before.iter().all(is_adjective)
                && behind.iter().all(is_adjective)
                && let Some(kind) = phrase(middle)
            {
                return Some(Some(kind));
            }
        }
    }
    part.iter().all(is_adjective).then_some(None)
}

fn phrase(words: &[&str]) -> Option<SectionKind> {
    if let [word] = words {
        return TABLE.get(word).copied();
    }
    TABLE.get(words.join(" ").as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<SectionKind> {
        heading(text).map(|heading| heading.kind)
    }

    #[test]
    fn headings_of_eight_languages_are_understood() {
        for (text, expected) in [
            ("WORK EXPERIENCE", Work),
            ("Selected Professional Experience:", Work),
            ("Skills & Awards", Skills),
            ("Education and Training", Education),
            ("Berufserfahrung", Work),
            ("Beruflicher Werdegang", Work),
            ("Ausbildung", Education),
            ("Sprachkenntnisse", Languages),
            ("EDV-Kenntnisse", Skills),
            ("Expériences professionnelles", Work),
            ("Centres d'intérêt", Interests),
            ("Formación académica", Education),
            ("Experiencia laboral", Work),
            ("Esperienze lavorative", Work),
            ("Istruzione e formazione", Education),
            ("Experiência Profissional", Work),
            ("Formação Acadêmica", Education),
            ("Werkervaring", Work),
            ("Opleidingen", Education),
            ("EXPERIENȚA PROFESIONALĂ", Work),
            ("EDUCAȚIE", Education),
            ("2. Language Skills", Languages),
            ("Volunteer Experience", Volunteer),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn sentences_and_titles_are_no_headings() {
        for text in [
            "Software Engineer",
            "Experienced nurse with 5 years",
            "Acme Inc.",
            "2019",
            "Led the education team",
            "",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }
}
