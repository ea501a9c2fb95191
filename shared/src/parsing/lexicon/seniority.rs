//! How senior a title says that somebody is.

use std::sync::LazyLock;

use crate::domain::Seniority::{self, Entry, Executive, Junior, Lead, Mid, Senior};

use super::phrases::{PhraseTable, words};

/// `None` marks titles whose "manager" or "lead" leads nobody.
const TABLE: &[(&str, Option<Seniority>)] = &[
    (
        "account manager|product manager|project manager|case manager|community manager|social media manager",
        None,
    ),
    (
        "relationship manager|key account manager|property manager|category manager|campaign manager|content manager",
        None,
    ),
    (
        "stage manager|stage hand*|stage technician|database manager|lead generation|executive assistant|assistant to the*|account executive|sales executive",
        None,
    ),
    (
        "marketing executive|customer service executive|executive chef de partie|chef de projet|jefe de proyecto",
        None,
    ),
    (
        "responsable de clientele|projektmanager*|produktmanager*|account director*|chef de partie|chef de rang|commis chef",
        None,
    ),
    ("assistant manager|deputy manager|stellvertretende*", Some(Senior)),
    (
        "ceo|cto|cfo|coo|cio|cmo|ciso|chro|chief executive*|chief financial*|chief operating*|chief technology*|chief officer",
        Some(Executive),
    ),
    (
        "chief information*|chief marketing*|president|vice president|vp|svp|evp|managing director|executive director",
        Some(Executive),
    ),
    (
        "founder|co founder|cofounder|owner|proprietor|geschaftsfuhrer*|vorstand*|inhaber*|directeur general|directrice generale",
        Some(Executive),
    ),
    (
        "pdg|gerant|director general|directora general|fundador*|direttore generale|amministratore delegato|administrador executivo",
        Some(Executive),
    ),
    ("algemeen directeur|bestuurder|administrator delegat|general manager", Some(Executive)),
    (
        "lead|team lead|teamlead|head|head of|manager|supervisor|director|foreman|forewoman|superintendent|charge nurse|ward manager",
        Some(Lead),
    ),
    (
        "matron|head chef|executive chef|headteacher|head teacher|team leader|shift leader|controller in chief|dean",
        Some(Lead),
    ),
    (
        "leiter|leiterin|leitung|teamleiter*|teamleitung|abteilungsleiter*|filialleiter*|bereichsleiter*|stationsleit*|kuchenchef*|bauleiter*",
        Some(Lead),
    ),
    (
        "vorarbeiter*|polier|schichtleiter*|marktleiter*|pflegedienstleit*|projektleiter*|werkstattleiter*",
        Some(Lead),
    ),
    (
        "responsable|chef d equipe|chef de service|chef de chantier|chef de cuisine|directeur|directrice|encadrant|cadre de sante",
        Some(Lead),
    ),
    (
        "jefe|jefa|encargad*|gerente|directora|supervisor*|capataz|coordinatore|capo|capoturno|capocantiere|direttore|direttrice|responsabile",
        Some(Lead),
    ),
    (
        "chefe|encarregad*|diretor*|teamleider|leidinggevende|directeur|bedrijfsleider|voorman|manager de*|sef|sefa|director de*|coordonator",
        Some(Lead),
    ),
    (
        "senior|sr|principal|staff engineer|expert|lead developer|leitende*|erfahrene*|experimente*|confirme*|experto|esperto|especialista senior",
        Some(Senior),
    ),
    (
        "architect|consultant physician|advanced practitioner|master electrician|meister|meisterin",
        Some(Senior),
    ),
    ("mid level|midlevel|intermediate|mid senior", Some(Mid)),
    (
        "junior|jr|newly qualified|early career|debutant*|berufseinsteiger*|young professional|juniorberater*|nachwuchs*|assistant",
        Some(Junior),
    ),
    (
        "trainee|intern|internship|apprentice|graduate|student|entry level|school leaver|work experience|undergraduate|volunteer",
        Some(Entry),
    ),
    (
        "praktikant*|praktikum|auszubildende*|azubi*|ausbildung zu*|ausbildung als|lehrling*|werkstudent*|volontar*|referendar*",
        Some(Entry),
    ),
    (
        "stagiaire|stage|alternant*|alternance|apprenti|apprentie|becari*|practicas|en practicas|aprendiz|alumn*",
        Some(Entry),
    ),
    ("tirocin*|stagista|apprendista|estagi*|estudante|stagiair*|leerling*|stagiar*|ucenic*", Some(Entry)),
];

static PHRASES: LazyLock<PhraseTable<Option<Seniority>>> = LazyLock::new(|| PhraseTable::new(TABLE));

/// The seniority that a title names: training before rank ("Trainee Manager" is in training), else the highest rank.
pub fn of_title(title: &str) -> Option<Seniority> {
    let named: Vec<Seniority> = PHRASES.find(&words(title)).iter().filter_map(|found| found.value).collect();
    if named.contains(&Entry) {
        return Some(Entry);
    }
    let highest = named.iter().copied().max()?;
    // "Junior Lead" is written by nobody; "Junior Project Manager" and "Assistant Director" are.
    if named.contains(&Junior) && highest == Lead { Some(Junior) } else { Some(highest) }
}

/// The seniority that so many months of paid work stand for, where no title says it.
pub fn of_experience(months: u32) -> Seniority {
    match months {
        0..=11 => Entry,
        12..=35 => Junior,
        36..=83 => Mid,
        _ => Senior,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_name_seniority_in_several_languages() {
        for (title, seniority) in [
            ("Senior Software Engineer", Some(Senior)),
            ("Sr. Accountant", Some(Senior)),
            ("Registered Nurse", None),
            ("Engineering Manager", Some(Lead)),
            ("Account Manager", None),
            ("Trainee Manager", Some(Entry)),
            ("Vice President of Sales", Some(Executive)),
            ("Praktikantin im Marketing", Some(Entry)),
            ("Geschäftsführerin", Some(Executive)),
            ("Chef d'équipe", Some(Lead)),
            ("Développeur débutant", Some(Junior)),
            ("Jefa de ventas", Some(Lead)),
            ("Chef de projet", None),
            ("Executive Assistant", None),
        ] {
            assert_eq!(of_title(title), seniority, "{title}");
        }
    }

    #[test]
    fn more_experience_is_never_less_senior() {
        assert!((0..300).map(of_experience).collect::<Vec<_>>().is_sorted());
    }
}
