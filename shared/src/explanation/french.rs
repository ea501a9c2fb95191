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
        "Reste ouvert, surtout : {skills}.",
        "À éclaircir d’abord : {skills}.",
        "Point ouvert : {skills}.",
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
        "{has} de travail, pour {wanted} d’expérience selon l’annonce.",
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
        "Une pratique, même lors d’un petit projet ou d’une formation, comblerait cet écart : {skill}.",
    ],
    add_certificate: &[
        "{skill} : à citer avec sa date si c’est acquis ; sinon, dire si c’est en cours.",
        "Sans {skill} dans le CV, on le croira absent : le citer avec sa date, ou dire pour quand.",
    ],
    add_trait: &[
        "{skill} : un exemple tiré du travail dirait plus que le mot.",
        "Raconter une situation de travail qui le montre : {skill}.",
    ],
    close_field: &[
        "Commencer le CV par ce qui, du travail passé, sert dans un tel poste.",
        "Deux lignes en tête, sur la raison du changement et sur ce qui reste utile ici, aideraient.",
    ],
    close_experience: &[
        "Le travail qui compte pour l’expérience demandée mais figure sans dates devrait en avoir.",
        "L’annonce demande {wanted} : décrire plus en détail le travail le plus proche de ce poste.",
    ],
    close_education: &[
        "Une formation de ce niveau, en cours ou reconnue, a sa place dans le CV.",
        "Sans ce diplôme : montrer par des tâches et des résultats que le travail était de ce niveau.",
    ],
    close_licences: &[
        "Si le permis ({licences}) est acquis, le CV devrait citer la catégorie ; sinon, dire pour quand.",
    ],
    close_place: &[
        "Dire dans le CV si un déménagement, un trajet ou le télétravail est possible ({place}).",
        "Une ligne sur la façon de rejoindre {place} éclaircirait ce point.",
    ],
    show_skill: &[
        "{skill} est seulement énuméré ; une ligne sur l’usage fait compterait davantage.",
        "Dire dans quel poste {skill} a servi et pour quoi.",
    ],
    state_language: &["Indiquer le niveau, de A1 à C2 : {languages}."],
    add_dates: &[
        "Donner à chaque poste son premier et son dernier mois ; sans dates, l’expérience ne peut être comptée.",
    ],
    transfer: &[
        "{from} est proche de ce que demande l’annonce : {to}.",
        "L’annonce demande {to} ; la pratique acquise avec {from} raccourcit le chemin.",
        "De {from} à {to}, il n’y a pas loin.",
    ],
    transfer_of_work: &[
        "{skill}, part du travail « {title} », est demandé ici aussi.",
        "Le travail « {title} » était d’une autre nature, mais {skill} sert ici aussi.",
    ],
    ask_missing: &[
        "Qu’avez-vous fait jusqu’ici de plus proche : {skill} ?",
        "Où avez-vous rencontré {skill}, et comment vous y mettriez-vous les premières semaines ?",
        "Si une tâche demandait {skill} demain, comment feriez-vous ?",
    ],
    ask_certificate: &["Où en êtes-vous avec {skill}, et pour quand l’attendez-vous ?"],
    ask_transfer: &[
        "Vous connaissez {from} : qu’est-ce qui serait différent pour vous avec {to} ?",
        "Avec {from}, qu’avez-vous appris qui servirait pour {to}, et que faudrait-il apprendre ?",
    ],
    ask_unproven: &[
        "Racontez une tâche faite avec {skill} : quelle était votre part, et qu’en est-il sorti ?",
        "Où avez-vous eu besoin de {skill} la dernière fois, et qu’est-ce qui était difficile ?",
    ],
    ask_experience: &[
        "L’annonce demande {wanted} d’expérience : quel travail était le plus proche de ce poste, et en quoi ?",
        "Nous cherchons {wanted} d’expérience : que compteriez-vous de votre travail ?",
    ],
    ask_language: &[
        "Quel travail avez-vous fait dans cette langue, à l’oral et à l’écrit : {languages} ?",
        "Comment vous en sortez-vous au travail dans cette langue : {languages} ?",
    ],
    ask_role: &[
        "Dans votre travail « {title} », quel problème difficile avez-vous résolu, et comment ?",
        "Dans votre travail « {title} », que faisiez-vous le mieux, selon vos collègues ?",
    ],
    ask_job: &[
        "Dans le poste « {job} », qu’est-ce qui serait le plus nouveau pour vous ?",
        "Dans le poste « {job} », que feriez-vous d’abord le premier mois ?",
    ],
    ask_any: &[
        "De quel travail êtes-vous fier ou fière, et pourquoi ?",
        "Qu’attendez-vous de l’équipe dans laquelle vous travailleriez ?",
    ],
    units: ["an", "ans", "mois", "mois"],
    and: " et ",
    quotation: ["« ", " »"],
};
