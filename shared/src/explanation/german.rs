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
        "Vor allem offen: {skills}.",
        "Was zuerst zu klären ist: {skills}.",
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
        "Verlangt: {wanted} Erfahrung. Im Lebenslauf: {has}.",
        "{has} Arbeit, verlangt sind {wanted}.",
    ],
    little_experience: &[
        "Verlangt sind {wanted} Erfahrung, im Lebenslauf sind {has} Arbeit zu lesen.",
        "Im Lebenslauf sind {has} Arbeit zu lesen, verlangt sind {wanted}.",
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
        "Praxis zu {skill}, auch aus einem kleinen Projekt oder einem Kurs, würde diese Lücke schließen.",
    ],
    add_certificate: &[
        "{skill}: falls vorhanden, mit Datum nennen; falls nicht, sagen, ob es in Arbeit ist.",
        "Ohne {skill} im Lebenslauf gilt es als nicht vorhanden: mit Datum nennen oder sagen, wann es so weit ist.",
    ],
    add_trait: &[
        "{skill}: ein Beispiel aus der Arbeit sagt mehr als das Wort.",
        "Zu {skill} eine Situation aus der Arbeit nennen, die es zeigt.",
    ],
    close_field: &[
        "An den Anfang des Lebenslaufs gehört, was aus der bisherigen Arbeit hier hilft.",
        "Zwei Zeilen zu Beginn, warum der Wechsel und was von der bisherigen Arbeit zählt, würden helfen.",
    ],
    close_experience: &[
        "Arbeit, die zu den verlangten Jahren zählt, aber ohne Daten im Lebenslauf steht, sollte Daten bekommen.",
        "Verlangt sind {wanted}: die Arbeit, die dieser Stelle am nächsten kam, genauer beschreiben.",
    ],
    close_education: &[
        "Ein Abschluss auf diesem Niveau, der in Arbeit oder aus dem Ausland anerkannt ist, gehört in den Lebenslauf.",
        "Ohne diesen Abschluss: an Aufgaben und Ergebnissen zeigen, dass die Arbeit auf diesem Niveau war.",
    ],
    close_licences: &[
        "Ist ein Führerschein ({licences}) vorhanden, gehört die Klasse in den Lebenslauf; falls nicht, sagen, bis wann.",
    ],
    close_place: &[
        "Im Lebenslauf sagen, ob ein Umzug, das Pendeln oder Arbeit von zu Hause möglich ist (Arbeitsort {place}).",
        "Eine Zeile dazu, wie der Arbeitsort {place} zu erreichen wäre, klärt das.",
    ],
    show_skill: &[
        "{skill} ist nur aufgezählt; eine Zeile dazu, was damit getan wurde, wöge mehr.",
        "Sagen, in welcher Stelle {skill} gebraucht wurde und wozu.",
    ],
    state_language: &[
        "Das Niveau angeben, von A1 bis C2: {languages}.",
        "Wird die Sprache gesprochen, gehört das Niveau in den Lebenslauf: {languages}.",
    ],
    add_dates: &[
        "Zu jeder Stelle ersten und letzten Monat nennen; ohne Daten lässt sich die Erfahrung nicht zählen.",
    ],
    transfer: &[
        "{from} ist nahe an {to}, das die Anzeige verlangt.",
        "Verlangt ist {to}; Praxis mit {from} verkürzt den Weg dahin.",
        "Von {from} zu {to} ist es nicht weit.",
    ],
    transfer_of_work: &[
        "{skill}, Teil der Arbeit als {title}, ist auch hier gefragt.",
        "Die Arbeit als {title} war von anderer Art, doch {skill} hilft auch hier.",
    ],
    ask_missing: &[
        "Was von Ihrer bisherigen Arbeit kommt {skill} am nächsten?",
        "Wo ist Ihnen {skill} begegnet, und wie würden Sie sich in den ersten Wochen einarbeiten?",
        "Wenn morgen eine Aufgabe {skill} verlangte: Wie würden Sie vorgehen?",
    ],
    ask_certificate: &["Wie steht es bei Ihnen mit {skill}, und bis wann wäre es vorhanden?"],
    ask_transfer: &[
        "Sie kennen {from}: Was wäre für Sie bei {to} anders?",
        "Was von {from} würde Ihnen bei {to} helfen, und was müssten Sie lernen?",
    ],
    ask_unproven: &[
        "Erzählen Sie von einer Aufgabe mit {skill}: Was war Ihr Anteil, und was kam dabei heraus?",
        "Wo haben Sie {skill} zuletzt gebraucht, und was war daran schwierig?",
    ],
    ask_experience: &[
        "Verlangt sind {wanted} Erfahrung: Welche Ihrer Arbeiten kam dieser Stelle am nächsten, und worin?",
        "Wir suchen {wanted} Erfahrung: Was von Ihrer Arbeit würden Sie dazu zählen?",
    ],
    ask_language: &[
        "Welche Arbeit haben Sie in dieser Sprache getan, mündlich und schriftlich: {languages}?",
        "Wie kommen Sie im Beruf mit dieser Sprache zurecht: {languages}?",
    ],
    ask_role: &[
        "Was war das schwierigste Problem, das Sie als {title} gelöst haben, und wie?",
        "Was konnten Sie als {title} am besten, aus Sicht der anderen?",
    ],
    ask_job: &[
        "Was wäre an der Stelle „{job}“ für Sie am neuesten?",
        "Was würden Sie auf der Stelle „{job}“ im ersten Monat zuerst tun?",
    ],
    ask_any: &[
        "Auf welche Ihrer bisherigen Arbeiten sind Sie stolz, und warum?",
        "Was erwarten Sie von den Menschen, mit denen Sie arbeiten würden?",
    ],
    units: ["Jahr", "Jahre", "Monat", "Monate"],
    and: " und ",
    quotation: ["„", "“"],
};
