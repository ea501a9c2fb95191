//! The sentences in German.

use super::templates::Templates;

pub(super) static GERMAN: Templates = Templates {
    language: "de",
    strong: &[
        "Dieser Lebenslauf passt gut zur Stelle „{job}“.",
        "„{job}“ und dieser Lebenslauf passen gut zusammen.",
        "Vieles von dem, was die Stelle „{job}“ verlangt, steht in diesem Lebenslauf.",
    ],
    partial: &[
        "Dieser Lebenslauf deckt einen Teil dessen ab, was die Stelle „{job}“ verlangt.",
        "„{job}“ kommt in Frage, einige Punkte sind offen.",
        "Manches für die Stelle „{job}“ ist vorhanden, manches fehlt.",
    ],
    weak: &[
        "Wenig in diesem Lebenslauf spricht für die Stelle „{job}“.",
        "Dieser Lebenslauf und die Stelle „{job}“ haben wenig gemeinsam.",
        "Die Stelle „{job}“ wäre ein Wechsel der Richtung.",
    ],
    role_at: &[
        "Am nächsten kommt die Tätigkeit als {title} bei {employer}.",
        "Vor allem die Zeit als {title} bei {employer} spricht dafür.",
    ],
    role: &[
        "Am nächsten kommt die Tätigkeit als {title}.",
        "Vor allem die Arbeit als {title} spricht dafür.",
    ],
    shared_skills: &[
        "Beide nennen {skills}.",
        "Anzeige und Lebenslauf treffen sich bei {skills}.",
        "In beiden steht: {skills}.",
    ],
    open_skills: &[
        "In der Anzeige, aber nicht im Lebenslauf: {skills}.",
        "Der Lebenslauf erwähnt nicht: {skills}.",
        "Noch offen: {skills}.",
    ],
    role_for: &["{duration} als {title}, Arbeit von der gesuchten Art.", "War {duration} als {title} tätig."],
    role_at_for: &[
        "{duration} als {title} bei {employer}, Arbeit von der gesuchten Art.",
        "War {duration} als {title} bei {employer} tätig.",
        "{title} bei {employer}, {duration}: nahe an dieser Stelle.",
    ],
    skill_for: &[
        "{skill}: über {duration} im Beruf im Einsatz.",
        "{skill} zieht sich durch {duration} Arbeit.",
        "{duration} in Stellen, die {skill} nennen.",
    ],
    skill_quoted: &[
        "{skill} ist nicht nur aufgezählt: {quote}",
        "Zu {skill} sagt der Lebenslauf: {quote}",
        "{skill}, in den Worten des Lebenslaufs: {quote}",
    ],
    enough_experience: &[
        "Verlangt sind {wanted}, der Lebenslauf zeigt {has} Arbeit.",
        "Mit {has} Arbeit sind die verlangten {wanted} erreicht.",
        "{has} Arbeit bei {wanted}, die verlangt sind.",
    ],
    little_experience: &[
        "Verlangt sind {wanted} Erfahrung, im Lebenslauf sind {has} Arbeit zu lesen.",
        "{has} Arbeit stehen {wanted} gegenüber, die verlangt sind.",
    ],
    enough_education: &[
        "Der Abschluss entspricht dem, was die Anzeige verlangt.",
        "Die Ausbildung hat das verlangte Niveau.",
    ],
    little_education: &[
        "Die Anzeige verlangt einen höheren Abschluss, als der Lebenslauf zeigt.",
        "Der Abschluss im Lebenslauf liegt unter dem verlangten Niveau.",
    ],
    languages_known: &[
        "Verlangte und vorhandene Sprache: {languages}.",
        "Die verlangte Sprache steht im Lebenslauf: {languages}.",
    ],
    languages_open: &[
        "Nicht auf dem verlangten Niveau belegt: {languages}.",
        "Der Lebenslauf zeigt die verlangte Sprache nicht auf diesem Niveau: {languages}.",
    ],
    place_fits: &["Der Arbeitsort {place} passt.", "{place} ist zugleich Wohn- und Arbeitsort."],
    place_open: &[
        "Der Arbeitsort {place} liegt nicht am Wohnort im Lebenslauf.",
        "{place} hieße umziehen oder weit fahren.",
    ],
    passages: &[
        "Zu {job_quote} in der Anzeige passt {cv_quote} im Lebenslauf.",
        "Die Anzeige sagt {job_quote}, der Lebenslauf {cv_quote}",
    ],
    skills_open: &[
        "Die Anzeige nennt {skills}, der Lebenslauf nicht.",
        "Im Lebenslauf nicht zu finden: {skills}.",
        "Nichts im Lebenslauf zu: {skills}.",
    ],
    licences_open: &[
        "Die Anzeige verlangt einen Führerschein ({licences}); der Lebenslauf nennt keinen dieser Klasse.",
    ],
    other_field: &[
        "Der Lebenslauf kommt aus einem anderen Berufsfeld.",
        "Die Tätigkeiten im Lebenslauf sind von anderer Art.",
    ],
    add_skill: &[
        "Falls {skill} Teil der Arbeit war, sollte der Lebenslauf sagen, wo und wann.",
        "{skill}: eine Stelle, ein Projekt oder einen Kurs dazu nennen.",
        "Um die Lücke zu schließen: Praxis in {skill} zeigen oder die Grundlagen lernen.",
    ],
    show_skill: &[
        "{skill} ist nur genannt; eine Zeile dazu, was damit getan wurde, wöge mehr.",
        "Sagen, in welcher Stelle {skill} gebraucht wurde und wozu.",
    ],
    state_language: &[
        "Das Niveau angeben, von A1 bis C2: {languages}.",
        "Wird die Sprache gesprochen, gehört das Niveau in den Lebenslauf: {languages}.",
    ],
    add_dates: &[
        "Zu jeder Stelle ersten und letzten Monat nennen; ohne Daten lässt sich die Erfahrung nicht zählen.",
    ],
    units: ["Jahr", "Jahre", "Monat", "Monate"],
    and: " und ",
    quotation: ["„", "“"],
};
