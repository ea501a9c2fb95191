//! Tells job titles and employers by their words, in English, German, French, Spanish, Italian, Portuguese, Dutch and
//! Romanian: the nouns that titles are made of, the endings of such nouns, and the words and legal forms of organisations.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::folding::folded_words;

/// Nouns that name who does a job.
const TITLE_NOUNS: &str = "accountant actor actress adjuster administrator admin advisor adviser advocate agent aide analyst animator apprentice \
    appraiser architect artist assembler assessor assistant associate attendant attorney auditor author baker banker barber barista bartender \
    biologist bookkeeper broker builder butcher buyer caretaker carer caregiver caseworker cashier ceo cfo cto coo cio cmo vp svp evp avp \
    chairman chairperson chairwoman chef chemist chief clerk coach cofounder founder commander commissioner concierge conductor consultant \
    contractor controller cook coordinator copywriter correspondent counsel counselor counsellor courier curator custodian dancer dealer dean \
    dentist deputy designer detective developer dietitian director dispatcher doctor drafter draftsman driver economist editor educator electrician \
    employee engineer entrepreneur estimator evaluator examiner executive expert facilitator farmer fellow firefighter fitter foreman freelancer \
    fundraiser gardener generalist geologist guard guide hairdresser handyman head helper host hostess housekeeper hygienist illustrator inspector \
    installer instructor intern internist interpreter interviewer investigator investor janitor journalist judge laborer labourer landscaper lawyer \
    lead leader lecturer liaison librarian lieutenant linguist machinist maid maintainer maker manager manageress marketer mason mathematician \
    mechanic mediator member mentor merchandiser merchant midwife miner minister model moderator musician nanny negotiator novelist nurse nutritionist \
    officer operator optician optometrist organizer owner packer painter paralegal paramedic partner pastor patrol pediatrician performer pharmacist \
    phlebotomist photographer physician physicist physiotherapist picker pilot planner plumber policeman porter postdoc practitioner preparer \
    president preschool presenter principal producer professional professor programmer proofreader proprietor prosecutor psychiatrist \
    psychologist publicist purchaser radiographer radiologist ranger realtor receptionist recruiter registrar rep reporter representative researcher \
    reviewer roofer sailor salesman salesperson saleswoman scheduler scientist scrum sculptor seamstress secretary sergeant server \
    shareholder sheriff shopkeeper singer soldier solicitor specialist statistician steward stewardess stocker strategist student stylist \
    superintendent superuser supervisor surgeon surveyor sysadmin tailor teacher teammate technician technologist teller tester therapist trader trainee \
    trainer translator treasurer tutor typist underwriter usher valet veterinarian videographer volunteer waiter waitress warden welder winemaker \
    worker writer zookeeper internship crew bookseller captain major colonel corporal private airman \
    leiter leiterin referent referentin sachbearbeiter sachbearbeiterin mitarbeiter mitarbeiterin geschaftsfuhrer geschaftsfuhrerin werkstudent \
    werkstudentin praktikant praktikantin praktikum auszubildender auszubildende azubi lehrer lehrerin arzt arztin krankenschwester krankenpfleger pfleger \
    pflegefachkraft pflegefachmann pflegefachfrau pflegehelfer erzieher erzieherin verkaufer verkauferin berater beraterin entwickler entwicklerin \
    ingenieur ingenieurin kaufmann kauffrau kellner kellnerin koch kochin fahrer fahrerin buchhalter buchhalterin techniker technikerin \
    mechatroniker elektriker elektroniker schlosser maurer tischler schreiner maler friseur friseurin assistent assistentin sekretarin \
    assistenz vorstand inhaber meister gesellin geselle beauftragter beauftragte hilfskraft aushilfe volontar volontarin dozent dozentin wissenschaftler \
    lagerist disponent controllerin teamleiter teamleiterin abteilungsleiter projektleiter bauleiter filialleiter schichtleiter trainerin redakteur redakteurin \
    ingenieure developpeur developpeuse charge chargee responsable directeur directrice chef cheffe gerant gerante assistante conseiller \
    conseillere vendeur vendeuse infirmier infirmiere aide soignante enseignant enseignante professeur comptable secretaire commercial commerciale \
    technicien technicienne stagiaire alternant alternante apprenti apprentie consultante serveur serveuse cuisinier cuisiniere chauffeur \
    conducteur conductrice employe employee caissier caissiere hotesse animateur animatrice educateur educatrice formateur formatrice redacteur redactrice \
    graphiste juriste avocat avocate medecin pharmacien architecte gestionnaire agente ouvrier ouvriere operateur operatrice coordinateur coordinatrice \
    coordonnateur analyste administrateur \
    ingeniero ingeniera desarrollador desarrolladora programador programadora director directora gerente jefe jefa responsable encargado encargada \
    coordinador coordinadora tecnico tecnica analista consultor consultora asesor asesora auxiliar asistente ayudante administrativo administrativa \
    vendedor vendedora dependiente dependienta comercial camarero camarera cocinero cocinera enfermero enfermera profesor profesora docente maestro maestra \
    medico contable abogado abogada becario becaria practicante operario operaria conductor conductora recepcionista cajero cajera secretaria \
    disenador disenadora arquitecto arquitecta periodista supervisor supervisora especialista investigador investigadora ejecutivo ejecutiva peon mozo \
    electricista mecanico fontanero \
    ingegnere sviluppatore sviluppatrice programmatore responsabile direttore direttrice impiegato impiegata addetto addetta commesso commessa \
    cameriere cameriera cuoco cuoca infermiere infermiera insegnante docente medico avvocato ragioniere contabile segretaria stagista \
    tirocinante apprendista operaio operaia tecnico consulente assistente venditore venditrice autista magazziniere educatore educatrice \
    coordinatore coordinatrice analista progettista architetto giornalista barista barman capo collaboratore collaboratrice operatore operatrice \
    engenheiro engenheira desenvolvedor desenvolvedora gestor gestora diretor diretora coordenador coordenadora analista assistente \
    vendedor atendente estagiario estagiaria enfermeiro enfermeira professor professora medico advogado advogada contador contabilista motorista cozinheiro \
    tecnica auxiliar encarregado encarregada operador operadora pesquisador consultor empregado empregada rececionista trabalhador \
    ingenieur ontwikkelaar medewerker medewerkster adviseur manager verkoper verkoopster verpleegkundige leraar lerares docent stagiair stagiaire \
    projectleider teamleider directeur administratief assistent kok ober chauffeur monteur magazijnmedewerker boekhouder secretaresse beheerder \
    onderzoeker begeleider verzorgende leerling eigenaar vertegenwoordiger uitvoerder schilder timmerman \
    inginer dezvoltator programator manager director sef coordonator specialist asistent asistenta vanzator casier contabil profesor profesoara medic \
    avocat sofer bucatar ospatar tehnician operator consultant reprezentant reprezentantul agent administrator economist receptioner muncitor electrician mecanic \
    stagiar secretara analist asociat managerului lucrator supervizor";

/// Words that go before the noun of a title, and hardly ever name an employer alone.
const TITLE_MODIFIERS: &str = "senior junior sr jr lead principal staff chief assistant associate deputy vice acting interim regional district \
    freelance certified registered licensed graduate executive trainee leitender leitende leitung stellvertretender stellvertretende adjoint adjointe";

/// Endings of nouns that name who does a job, in languages that build long ones.
const TITLE_ENDINGS: &[&str] = &[
    "manager",
    "managerin",
    "entwickler",
    "entwicklerin",
    "ingenieur",
    "ingenieurin",
    "leiter",
    "leiterin",
    "leitung",
    "techniker",
    "technikerin",
    "mechaniker",
    "mechanikerin",
    "berater",
    "beraterin",
    "assistent",
    "assistentin",
    "assistenz",
    "mitarbeiter",
    "mitarbeiterin",
    "arbeiter",
    "arbeiterin",
    "kaufmann",
    "kauffrau",
    "kaufleute",
    "verkaufer",
    "verkauferin",
    "pfleger",
    "pflegerin",
    "schwester",
    "helfer",
    "helferin",
    "lehrer",
    "lehrerin",
    "meister",
    "fahrer",
    "fahrerin",
    "fuhrer",
    "fuhrerin",
    "kraft",
    "referent",
    "referentin",
    "spezialist",
    "spezialistin",
    "planer",
    "planerin",
    "bauer",
    "trainer",
    "trainerin",
    "koch",
    "arzt",
    "arztin",
    "angestellte",
    "angestellter",
    "beauftragte",
    "beauftragter",
    "student",
    "studentin",
    "praktikant",
    "praktikantin",
    "praktikum",
    "volontariat",
    "architekt",
    "architektin",
    "koordinator",
    "koordinatorin",
    "redakteur",
    "redakteurin",
    "techer",
    "analyst",
    "analystin",
    "berechner",
    "bearbeiter",
    "bearbeiterin",
    "verwalter",
    "verwalterin",
    "gestalter",
    "gestalterin",
    "fachmann",
    "fachfrau",
    "medewerker",
    "medewerkster",
    "leider",
    "beheerder",
    "adviseur",
    "ontwikkelaar",
    "kundige",
    "begeleider",
    "monteur",
    "engineer",
    "developer",
    "designer",
    "woman",
    "ologist",
    "therapist",
    "grapher",
    "keeper",
    "writer",
];

/// Words that organisations have in their names.
const ORGANISATION_WORDS: &str = "inc incorporated llc llp ltd limited plc corp corporation company co gmbh ag kg ohg gbr ug ev mbh sarl sas sasu eurl \
    spa srl srls slu sl bv nv vof oy ab asa aps pty pvt lda ltda srl sro zoo group gruppe groupe grupo gruppo holding holdings enterprises \
    industries international solutions systems technologies technology labs laboratories laboratory consulting consultants services partners associates \
    ventures capital bank banque banco banca insurance versicherung versicherungen hospital klinik klinikum clinic krankenhaus hopital clinique clinica university \
    universitat universite universidad universita universidade universiteit universitatea college school schule schule hochschule fachhochschule institute institut instituto \
    istituto academy akademie academie academia foundation stiftung fondation fundacion fondazione fundacao stichting association verein society council \
    ministry ministere ministerium ministerio department agency agentur agence agencia authority center centre zentrum centro centrum restaurant hotel cafe bistro bar \
    store stores supermarkt supermarket supermarche supermercado shop boutique museum theater theatre church kirche charity trust fund media \
    software studio studios productions publishing press verlag magazine airlines airways logistics transport motors automotive pharma \
    pharmaceuticals healthcare health medical dental energy electric construction bau properties realty estate farms foods brewery bakery backerei \
    factory werk werke works networks network telecom communications interactive digital games club gym spa salon pharmacy apotheke pharmacie \
    farmacia kindergarten kita ecole escuela scuola escola colegio college lycee primary elementary universidad facultad lawyers solicitors attorneys chambers foods joinery municipality stadt city county state government army navy force usaf army gemeinde mairie ayuntamiento comune camara prefeitura \
    handel handels retail market markets global worldwide brands team startup firm kanzlei cabinet bufete despacho societa societe sociedad sociedade";

/// Parts of long words that organisations have in their names.
const ORGANISATION_PARTS: &[&str] = &[
    "universit",
    "hochschule",
    "klinik",
    "krankenhaus",
    "werke",
    "schule",
    "institut",
    "company",
    "verlag",
    "bank",
];

/// Legal forms: words that only organisations carry.
const LEGAL_FORMS: &str = "inc incorporated llc llp ltd limited plc corp corporation gmbh ag kg ohg gbr ug mbh sarl sasu eurl spa srl slu bv nv pty pvt \
    lda ltda";

static NOUNS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| TITLE_NOUNS.split_ascii_whitespace().collect());
static MODIFIERS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| TITLE_MODIFIERS.split_ascii_whitespace().collect());
static ORGANISATIONS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| ORGANISATION_WORDS.split_ascii_whitespace().collect());
static LEGAL: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LEGAL_FORMS.split_ascii_whitespace().collect());

fn is_title_noun(word: &str) -> bool {
    if NOUNS.contains(word) {
        return true;
    }
    // "engineers" is a firm, "Chef*in", "developerin" a person.
    TITLE_ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending))
}

/// How much `text` reads like a job title: 0 not at all, 3 and more surely.
pub(super) fn title_score(text: &str) -> f32 {
    let words = folded_words(text);
    let mut score: f32 = 0.0;
    for (index, word) in words.iter().enumerate().take(12) {
        if is_title_noun(word) {
            // The noun closes an English title ("Software Engineer") and opens a Romance one ("Ingénieur logiciel").
            score = score.max(if index == 0 || index + 1 == words.len() { 3.0 } else { 2.6 });
        } else if MODIFIERS.contains(word.as_str()) {
            score = score.max(0.0) + 0.6;
        }
    }
    if words.len() > 10 { score - 1.0 } else { score }
}

/// Whether `text` reads like a job title.
pub(super) fn is_title(text: &str) -> bool {
    title_score(text) >= 2.5
}

/// Whether `text` is a legal form and nothing else: "Inc.", "GmbH", "S.A."
pub(super) fn is_legal_form(text: &str) -> bool {
    let joined = text.replace('.', "");
    let words = folded_words(&joined);
    matches!(words.as_slice(), [word] if LEGAL.contains(word.as_str()) || matches!(word.as_str(), "sa" | "plc" | "bv"))
}

/// How much `text` reads like the name of an organisation: 0 not at all, 3 and more surely.
pub(super) fn organisation_score(text: &str) -> f32 {
    let words = folded_words(text);
    let mut score: f32 = 0.0;
    for (index, word) in words.iter().enumerate().take(14) {
        // "Co-Founder" is no company.
        if word == "co" && index + 1 < words.len() {
            continue;
        }
        if LEGAL.contains(word.as_str()) {
            score = score.max(4.0);
        } else if ORGANISATIONS.contains(word.as_str())
            || ORGANISATION_PARTS.iter().any(|part| word.len() > part.len() && word.contains(part))
        {
            score = score.max(2.0);
        }
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_eight_languages_are_known() {
        for title in [
            "Senior Software Engineer",
            "Registered Nurse",
            "Co-Founder & CTO",
            "Vice President of Operations",
            "Softwareentwickler",
            "Krankenschwester",
            "Ingénieur logiciel",
            "Directora de marketing",
            "Impiegata amministrativa",
            "Enfermeira",
            "Magazijnmedewerker",
            "Inginer de sistem",
            "Research Intern",
            "Sous Chef",
        ] {
            assert!(is_title(title), "{title}: {}", title_score(title));
        }
    }

    #[test]
    fn employers_are_no_titles() {
        for employer in
            ["Alnwick", "Wizz!", "Orrery AI", "University of Leeds", "Deutsche Bahn AG", "Meadow Research"]
        {
            assert!(!is_title(employer), "{employer}");
        }
        assert!(organisation_score("Meadow Creations Inc.") > 3.0);
        assert!(organisation_score("Universitätsklinikum Köln") >= 2.0);
    }
}
