//! The sentences in French.

use super::templates::Templates;

pub(super) static FRENCH: Templates = Templates {
    language: "fr",
    strong: &[
        "Ce CV correspond bien au poste « {job} ».",
        "Le poste « {job} » et ce CV vont bien ensemble.",
        "Une grande part de ce que demande le poste « {job} » figure dans ce CV.",
    ],
    partial: &[
        "Ce CV couvre une partie de ce que demande le poste « {job} ».",
        "Le poste « {job} » est envisageable, avec quelques points ouverts.",
        "Pour le poste « {job} », une partie est là, une autre manque.",
    ],
    weak: &[
        "Peu d’éléments de ce CV mènent au poste « {job} ».",
        "Ce CV et le poste « {job} » ont peu en commun.",
        "Le poste « {job} » serait un changement de voie.",
    ],
    role_at: &[
        "Le poste le plus proche : {title} chez {employer}.",
        "C’est surtout l’expérience {title} chez {employer} qui compte ici.",
    ],
    role: &["Le poste le plus proche : {title}.", "C’est surtout l’expérience {title} qui compte ici."],
    shared_skills: &[
        "Les deux citent : {skills}.",
        "L’annonce et le CV se rejoignent sur : {skills}.",
        "Points communs : {skills}.",
    ],
    open_skills: &[
        "Dans l’annonce mais pas dans le CV : {skills}.",
        "Le CV ne mentionne pas : {skills}.",
        "Reste ouvert : {skills}.",
    ],
    role_for: &["{duration} comme {title}, un travail du type recherché.", "{title} pendant {duration}."],
    role_at_for: &[
        "{duration} comme {title} chez {employer}, un travail du type recherché.",
        "{title} chez {employer} pendant {duration}.",
        "{title} chez {employer}, {duration} : proche de ce poste.",
    ],
    skill_for: &[
        "{skill} : présent sur {duration} de travail.",
        "{duration} dans des postes qui citent {skill}.",
    ],
    skill_quoted: &[
        "{skill} n’est pas seulement cité : {quote}",
        "Sur {skill}, le CV dit {quote}",
        "{skill}, selon les mots du CV : {quote}",
    ],
    enough_experience: &[
        "L’annonce demande {wanted} ; le CV montre {has} de travail.",
        "Avec {has} de travail, les {wanted} demandés sont atteints.",
    ],
    little_experience: &["L’annonce demande {wanted} d’expérience ; le CV laisse lire {has} de travail."],
    enough_education: &[
        "La formation est au niveau demandé.",
        "Le diplôme répond à ce que demande l’annonce.",
    ],
    little_education: &[
        "L’annonce demande un niveau de formation supérieur à celui du CV.",
        "La formation du CV est au-dessous du niveau demandé.",
    ],
    languages_known: &[
        "Langue demandée et connue : {languages}.",
        "La langue demandée figure dans le CV : {languages}.",
    ],
    languages_open: &[
        "Le CV ne montre pas le niveau demandé en : {languages}.",
        "Langue demandée, non attestée à ce niveau : {languages}.",
    ],
    place_fits: &["Le lieu de travail, {place}, convient.", "{place} est déjà le lieu de résidence."],
    place_open: &[
        "Le lieu de travail est {place}, loin de l’adresse du CV.",
        "{place} demanderait un déménagement ou un long trajet.",
    ],
    passages: &[
        "L’annonce dit {job_quote}, le CV {cv_quote}",
        "À {job_quote} dans l’annonce répond {cv_quote} dans le CV.",
    ],
    skills_open: &[
        "L’annonce cite {skills} ; le CV non.",
        "Rien dans le CV sur : {skills}.",
        "Introuvable dans le CV : {skills}.",
    ],
    licences_open: &[
        "L’annonce demande un permis de conduire ({licences}) ; le CV n’en cite pas de cette catégorie.",
    ],
    other_field: &["Le CV vient d’un autre domaine.", "Les postes du CV sont d’une autre nature."],
    add_skill: &[
        "Si {skill} a fait partie du travail, le CV devrait dire où et quand.",
        "{skill} : citer un poste, un projet ou une formation.",
        "Pour combler l’écart : montrer une pratique de {skill} ou en apprendre les bases.",
    ],
    show_skill: &[
        "{skill} est seulement cité ; une ligne sur l’usage fait compterait davantage.",
        "Dire dans quel poste {skill} a servi et pour quoi.",
    ],
    state_language: &["Indiquer le niveau, de A1 à C2 : {languages}."],
    add_dates: &[
        "Donner à chaque poste son premier et son dernier mois ; sans dates, l’expérience ne peut être comptée.",
    ],
    units: ["an", "ans", "mois", "mois"],
    and: " et ",
    quotation: ["« ", " »"],
};
