//! Whole CVs in several languages and layouts, through the public face.

use super::{parse, parse_text};
use crate::document::{Block, BlockKind, Document, Format, Line, Link};
use crate::domain::{PartialDate, Profile, Seniority};
use crate::skills::Taxonomy;

fn today() -> PartialDate {
    PartialDate::month(2026, 11)
}

fn profile(text: &str) -> Profile {
    parse_text(text, Taxonomy::global(), today()).profile
}

/// Title, employer, first and last day of each employment, `…` where it goes on.
fn jobs(profile: &Profile) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    let jobs = profile.work.iter().enumerate().map(|(index, work)| {
        let end = work.end_date.map_or_else(
            || if profile.analysis.current_work.contains(&index) { "…".to_owned() } else { "?".to_owned() },
            |date| date.to_string(),
        );
        let start = work.start_date.map_or_else(|| "?".to_owned(), |date| date.to_string());
        format!("{} @ {} {start} {end}", text(&work.position), text(&work.name))
    });
    jobs.collect()
}

fn skills(profile: &Profile) -> Vec<&str> {
    profile.skills.iter().map(|skill| skill.name.as_str()).collect()
}

const ENGLISH: &str = "\
Grace Okonkwo, RN
Registered Nurse
14 Mill Lane, Leeds LS1 4AP | +44 7700 900123 | grace (at) example [dot] org | linkedin.com/in/grace-okonkwo

PROFILE
Nurse with ten years on surgical wards.

EMPLOYMENT HISTORY

Senior Staff Nurse, St Anne's Hospital, Leeds
March 2019 - Present
• Lead a team of eight on a ward of 30 beds
• Train new staff in wound care

Staff Nurse, Northern Care Trust, York
Sept 2015 – Feb 2019
• Gave medication and kept records

EDUCATION
BSc Nursing, University of Leeds, 2012 - 2015

SKILLS
Wound care, Medication administration, Triage
Languages: English (native), Polish (B1)

REFERENCES
Available on request.
";

#[test]
fn an_english_cv_is_read_whole() {
    let parsed = parse_text(ENGLISH, Taxonomy::global(), today());
    let profile = &parsed.profile;
    assert_eq!(profile.basics.name.as_deref(), Some("Grace Okonkwo"));
    assert_eq!(profile.basics.label.as_deref(), Some("Registered Nurse"));
    assert_eq!(profile.basics.email.as_deref(), Some("grace@example.org"));
    assert_eq!(profile.basics.phone.as_deref(), Some("+447700900123"));
    assert_eq!(profile.basics.profiles[0].username.as_deref(), Some("grace-okonkwo"));
    assert_eq!(
        jobs(profile),
        [
            "Senior Staff Nurse @ St Anne's Hospital 2019-03 …",
            "Staff Nurse @ Northern Care Trust 2015-09 2019-02"
        ]
    );
    assert_eq!(profile.work[0].highlights.len(), 2);
    assert_eq!(profile.education[0].institution.as_deref(), Some("University of Leeds"));
    assert_eq!(skills(profile), ["Wound care", "Medication administration", "Triage"]);
    assert_eq!(
        profile.languages.iter().map(|l| l.language.as_str()).collect::<Vec<_>>(),
        ["English", "Polish"]
    );
    assert!(profile.references.is_empty());
    assert_eq!(profile.analysis.language.as_deref(), Some("en"));
    assert_eq!(profile.analysis.seniority, Some(Seniority::Senior));
    assert_eq!(profile.analysis.education_level, Some(6));
    // September 2015 to November 2026.
    assert_eq!(profile.analysis.experience_months, Some(135));
}

#[test]
fn offsets_point_into_the_text() {
    let parsed = parse_text(ENGLISH, Taxonomy::global(), today());
    let (start, end) = parsed.profile.analysis.confidence["basics.name"].place.unwrap();
    assert!(parsed.text[start..end].contains("Grace Okonkwo"));
    let (start, end) = parsed.profile.analysis.confidence["work[0]"].place.unwrap();
    assert!(
        parsed.text[start..end].starts_with("Senior Staff Nurse")
            && parsed.text[start..end].contains("wound care")
    );
    assert!(!parsed.profile.analysis.skills.is_empty());
    for skill in &parsed.profile.analysis.skills {
        assert!(
            parsed.text.is_char_boundary(skill.start)
                && skill.end <= parsed.text.len()
                && skill.start < skill.end
        );
    }
}

#[test]
fn a_german_cv_with_dates_on_the_left_is_read() {
    let profile = profile(
        "LEBENSLAUF\n\nJürgen Müller-Lüdenscheidt\nHauptstraße 5, 10115 Berlin\nTel.: 0171 2345678\nE-Mail: j.mueller@example.de\n\n\
         BERUFLICHER WERDEGANG\n\nseit 05/2018      Teamleiter Logistik\n                  Spedition Krause GmbH, Berlin\n                  - Führung von zwölf Mitarbeitern\n\n\
         09/2012 – 04/2018      Lagerist\n                  Handelshof AG, Potsdam\n                  - Kommissionierung und Versand\n\n\
         AUSBILDUNG\n\n2009 – 2012      Ausbildung zum Fachlageristen\n                  Berufsschule Potsdam\n\n\
         KENNTNISSE\nStaplerschein, SAP (gut), Lagerverwaltung\n\nSPRACHEN\nDeutsch (Muttersprache), Englisch (B1)\n\nFührerschein: B, CE\n",
    );
    assert_eq!(profile.basics.name.as_deref(), Some("Jürgen Müller-Lüdenscheidt"));
    assert_eq!(profile.basics.phone.as_deref(), Some("+491712345678"));
    assert_eq!(
        profile.basics.location.as_ref().and_then(|place| place.postal_code.as_deref()),
        Some("10115")
    );
    assert_eq!(
        jobs(&profile),
        ["Teamleiter Logistik @ Spedition Krause GmbH 2018-05 …", "Lagerist @ Handelshof AG 2012-09 2018-04"]
    );
    assert_eq!(skills(&profile), ["Staplerschein", "SAP", "Lagerverwaltung"]);
    assert_eq!(profile.skills[1].level.as_deref(), Some("gut"));
    assert_eq!(profile.languages[0].fluency.as_deref(), Some("Muttersprache"));
    assert_eq!(profile.analysis.driving_licences, ["B", "CE"]);
}

#[test]
fn french_spanish_italian_portuguese_and_dutch_cvs_are_read() {
    for (text, name, job, school) in [
        (
            "Élodie Garnier\nParis, France\nelodie@example.fr\n\nExpériences professionnelles\n\nDe septembre 2018 à aujourd'hui\nPharmacienne adjointe – Responsable de projet\nPharmacie du Marché, Lyon\n\nFormation\n\n2012 – 2018\nDoctorat en pharmacie\nUniversité de Lyon\n",
            "Élodie Garnier",
            "2018-09 …",
            "Université de Lyon",
        ),
        (
            "Lucía Fernández Ortega\nlucia@example.es\n\nEXPERIENCIA LABORAL\n\nJefa de cocina\nRestaurante El Olivo, Sevilla\nEnero de 2019 - Actualidad\n• Menú diario\n\nFORMACIÓN ACADÉMICA\n\nTécnico Superior en Cocina\nEscuela de Hostelería de Sevilla\n2012 - 2014\n",
            "Lucía Fernández Ortega",
            "Jefa de cocina @ Restaurante El Olivo 2019-01 …",
            "Escuela de Hostelería de Sevilla",
        ),
        (
            "Marco De Santis\nmarco@example.it\n\nEsperienze lavorative\n\nGennaio 2017 – in corso\nImpiegato amministrativo\nRossi e Figli S.r.l., Torino\n\nIstruzione e formazione\n\n2010 – 2015\nLaurea in Economia\nUniversità di Torino\n",
            "Marco De Santis",
            "Impiegato amministrativo @ Rossi e Figli S.r.l. 2017-01 …",
            "Università di Torino",
        ),
        (
            "Ana Souza\nana@example.pt\n\nExperiência Profissional\n\nEnfermeira\nHospital de Santa Clara, Porto\nmarço de 2012 até julho de 2014\n\nFormação Acadêmica\n\nLicenciatura em Enfermagem\nUniversidade do Porto\n2008 - 2012\n",
            "Ana Souza",
            "Enfermeira @ Hospital de Santa Clara 2012-03 2014-07",
            "Universidade do Porto",
        ),
        (
            "Pieter van der Berg\npieter@example.nl\n\nWerkervaring\n\nmei 2011 tot heden\nVerpleegkundige\nZiekenhuis Oost, Utrecht\n\nOpleidingen\n\n2007 - 2011\nHBO Verpleegkunde\nHogeschool Utrecht\n",
            "Pieter van der Berg",
            "2011-05 …",
            "Hogeschool Utrecht",
        ),
    ] {
        let profile = profile(text);
        assert_eq!(profile.basics.name.as_deref(), Some(name));
        assert!(jobs(&profile).iter().any(|found| found.ends_with(job)), "{:?}", jobs(&profile));
        assert_eq!(profile.education[0].institution.as_deref(), Some(school));
    }
}

#[test]
fn every_usual_order_of_a_header_is_understood() {
    let expected = "Sales Manager @ Meadow Foods Ltd 2019-01 2021-06";
    for header in [
        "Sales Manager\nMeadow Foods Ltd\nJan 2019 - Jun 2021",
        "Meadow Foods Ltd\nSales Manager\nJan 2019 - Jun 2021",
        "Jan 2019 - Jun 2021\nSales Manager\nMeadow Foods Ltd",
        "Jan 2019 - Jun 2021: Sales Manager, Meadow Foods Ltd",
        "Sales Manager at Meadow Foods Ltd (01/2019 - 06/2021)",
        "Meadow Foods Ltd — Sales Manager | Jan 2019 – Jun 2021",
        "Sales Manager, Meadow Foods Ltd, London\n2019-01 – 2021-06",
        "Meadow Foods Ltd, London, UK\nSales Manager    Jan 2019 – Jun 2021",
    ] {
        let profile =
            profile(&format!("Mary Shelley\n\nWork Experience\n\n{header}\n• Sold cheese to supermarkets\n"));
        assert_eq!(jobs(&profile), [expected], "{header}");
    }
}

#[test]
fn several_positions_stand_under_one_employer() {
    let profile = profile(
        "Mary Shelley\n\nExperience\n\nMeadow Foods Ltd\nSales Manager    Jan 2019 – Present\n• Led the team\n\nSales Representative    Mar 2016 – Dec 2018\n• Sold cheese\n",
    );
    assert_eq!(
        jobs(&profile),
        [
            "Sales Manager @ Meadow Foods Ltd 2019-01 …",
            "Sales Representative @ Meadow Foods Ltd 2016-03 2018-12"
        ]
    );
}

#[test]
fn a_cv_without_headings_still_gives_its_employments() {
    let profile = profile(
        "Mary Shelley\nmary@example.org\n\nSales Manager, Meadow Foods Ltd\nJan 2019 – Present\n• Led the team\n\nSales Assistant, Corner Shop Ltd\n2015 – 2018\n• Served customers\n",
    );
    assert_eq!(
        jobs(&profile),
        ["Sales Manager @ Meadow Foods Ltd 2019-01 …", "Sales Assistant @ Corner Shop Ltd 2015 2018"]
    );
}

#[test]
fn spaced_headings_and_small_sections_are_read() {
    let profile = profile(
        "Mary Shelley\n\nE X P E R I E N C E\n\nEditor, Quill Press\n2015 - 2019\n\nS K I L L S\nEditing, Proofreading, Layout\n\nCERTIFICATIONS\nCopy Editor Certificate – Guild of Editors, 2016\n\nAWARDS\nBest Debut, 2018\n\nVOLUNTEER EXPERIENCE\n\nMentor, Youth Library\n2017 - 2019\n\nINTERESTS\nSailing, chess\n",
    );
    assert_eq!(jobs(&profile), ["Editor @ Quill Press 2015 2019"]);
    assert_eq!(skills(&profile), ["Editing", "Proofreading", "Layout"]);
    assert_eq!(profile.certificates[0].name, "Copy Editor Certificate");
    assert_eq!(profile.certificates[0].date, Some(PartialDate::year(2016)));
    assert_eq!(profile.awards[0].title, "Best Debut");
    assert_eq!(profile.volunteer[0].organization.as_deref(), Some("Youth Library"));
    assert_eq!(profile.interests.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["Sailing", "chess"]);
}

#[test]
fn an_employer_with_the_time_of_all_its_positions_is_no_position() {
    let profile = profile(
        "Mary Shelley\n\nExperience\n\nSummit Foods Co., Denver, CO    2014 – Present\n\nVice President, Operations    April 2021 – Present\n• Led four sites\n\n\
         Director of Fulfilment    January 2018 – March 2021\n• Opened the north site\n\nHarbour Corporation, Reno, NV\n\nShift Lead    August 2010 – May 2014\n• Led the night shift\n",
    );
    assert_eq!(
        jobs(&profile),
        [
            "Vice President, Operations @ Summit Foods Co. 2021-04 …",
            "Director of Fulfilment @ Summit Foods Co. 2018-01 2021-03",
            "Shift Lead @ Harbour Corporation 2010-08 2014-05"
        ]
    );
}

#[test]
fn the_other_entries_tell_what_the_words_of_one_leave_open() {
    // Zefix is in no list of cities, and Quux is no word that an employer is known by.
    let profile = profile(
        "Mary Shelley\n\nExperience\n\nSite Engineer    Berlin\nQuux    2019 – 2021\n• Built walls\n\nSite Manager    Hamburg\nFoobar    2016 – 2019\n• Built bridges\n\n\
         Foreman    Zefix\nBazzle    2012 – 2016\n• Built roads\n",
    );
    assert_eq!(
        jobs(&profile),
        ["Site Engineer @ Quux 2019 2021", "Site Manager @ Foobar 2016 2019", "Foreman @ Bazzle 2012 2016"]
    );
    assert_eq!(profile.work[2].location.as_deref(), Some("Zefix"));
}

#[test]
fn names_that_begin_with_a_small_letter_are_names() {
    for (header, job) in [
        (
            "Principal Engineer, Water & Roads at eThembeni Council",
            "Principal Engineer, Water & Roads @ eThembeni Council 2017-07 …",
        ),
        ("iOS Engineer @ Kite Corp.", "iOS Engineer @ Kite Corp. 2017-07 …"),
    ] {
        let profile =
            profile(&format!("Mary Shelley\n\nExperience\n\n{header}\nJuly 2017 – Present\n• Found leaks\n"));
        assert_eq!(jobs(&profile), [job]);
    }
}

#[test]
fn schools_that_no_word_tells_are_told_by_their_place() {
    for (entry, school) in [
        ("B.Sc. Physics at Chalmers tekniska högskola    1994 - 1999", "Chalmers tekniska högskola"),
        ("BA Design, KXYZ (2003 – 2007)", "KXYZ"),
        ("Hyper Isle\nMotion Creative\n2014–2016", "Hyper Isle"),
    ] {
        let profile = profile(&format!("Mary Shelley\n\nEducation\n\n{entry}\n"));
        assert_eq!(profile.education[0].institution.as_deref(), Some(school), "{entry}");
    }
}

#[test]
fn the_place_of_a_name_in_a_template_is_read_as_it_stands() {
    let mut document = crate::parsing::lines::document_of_text(
        "Your Name Here\n\nYour Tagline\n\nExperience\n\nEditor, Quill Press\n2015 - 2019\n",
    );
    for (index, block) in document.blocks.iter_mut().enumerate() {
        for line in &mut block.lines {
            line.font_size = if index == 0 { 24.0 } else { 10.0 };
        }
    }
    let profile = parse(&document, Taxonomy::global(), today()).profile;
    assert_eq!(profile.basics.name.as_deref(), Some("Your Name Here"));
}

#[test]
fn names_of_groups_of_skills_are_told_by_their_looks() {
    let skill_lines = |lines: &[(&str, bool)]| {
        let mut blocks = vec![line("Mary Shelley", 1, 0, 40.0, 40.0, 24.0, true)];
        blocks.push(line("SKILLS", 1, 0, 40.0, 80.0, 14.0, true));
        for (index, (text, bold)) in lines.iter().enumerate() {
            let mut block = line(text, 1, 0, 40.0, 100.0 + 20.0 * index as f32, 10.0, *bold);
            block.kind = BlockKind::Paragraph;
            blocks.push(block);
        }
        let document = Document {
            format: Format::Pdf,
            pages: 1,
            columns: 1,
            blocks,
            links: Vec::new(),
            hidden_text: None,
            title: None,
        };
        let profile = parse(&document, Taxonomy::global(), today()).profile;
        profile.skills.into_iter().map(|skill| skill.name).collect::<Vec<_>>()
    };
    assert_eq!(
        skill_lines(&[
            ("Kitchen", true),
            ("Baking", false),
            ("Carving", false),
            ("Office", true),
            ("Typing", false)
        ]),
        ["Baking", "Carving", "Typing"]
    );
    // A bold name above what is said of it is a skill.
    assert_eq!(
        skill_lines(&[("Baking", true), ("Expert", false), ("Carving", true), ("Beginner", false)]),
        ["Baking", "Carving"]
    );
}

#[test]
fn titles_and_fields_are_noted_with_their_places() {
    let parsed = parse_text(ENGLISH, Taxonomy::global(), today());
    let analysis = &parsed.profile.analysis;
    assert_eq!(analysis.titles[0].occupation.as_deref(), Some("registered nurse"));
    for (path, text) in [
        ("work[0].position", "Senior Staff Nurse"),
        ("work[1].name", "Northern Care Trust"),
        ("work[1].startDate", "Sept 2015"),
        ("skills[2]", "Triage"),
        ("education[0]", "University of Leeds"),
        ("basics.location", "Leeds"),
        ("basics.summary", "Nurse with ten years"),
    ] {
        let note = analysis.confidence.get(path).unwrap_or_else(|| panic!("nothing is noted of {path}"));
        let (start, end) = note.place.unwrap_or_else(|| panic!("{path} has no place"));
        assert!(parsed.text[start..end].contains(text), "{path}: {:?}", &parsed.text[start..end]);
        assert!(note.value > 0.4 && note.value <= 1.0, "{path}");
    }
}

#[test]
fn a_link_on_a_name_is_its_address() {
    let mut document = crate::parsing::lines::document_of_text(
        "Mary Shelley\n\nPROJECTS\n\nLoom Simulator    2019\n• Weaves\n\nPUBLICATIONS\n\nOn Looms and Engines, 2018\n",
    );
    document.links.push(Link { text: "Loom Simulator".into(), url: "https://example.org/loom".into() });
    let profile = parse(&document, Taxonomy::global(), today()).profile;
    assert_eq!(profile.projects[0].url.as_deref(), Some("https://example.org/loom"));
    assert_eq!(profile.publications[0].url, None);
}

fn line(text: &str, page: u32, column: u8, x: f32, y: f32, font_size: f32, bold: bool) -> Block {
    let kind = if bold { BlockKind::Heading } else { BlockKind::Paragraph };
    let line = Line { text: text.into(), page, column, x, y, font_size, bold, ..Line::default() };
    Block { kind, lines: vec![line] }
}

#[test]
fn a_side_bar_goes_on_with_its_own_section_on_the_next_page() {
    let document = Document {
        format: Format::Pdf,
        pages: 2,
        columns: 2,
        blocks: vec![
            line("SKILLS", 1, 0, 40.0, 100.0, 12.0, true),
            line("Typography", 1, 0, 40.0, 120.0, 10.0, false),
            line("Illustration", 1, 0, 40.0, 140.0, 10.0, false),
            line("Mary Shelley", 1, 1, 200.0, 40.0, 24.0, true),
            line("EXPERIENCE", 1, 1, 200.0, 100.0, 12.0, true),
            line("Graphic Designer, Quill Press", 1, 1, 200.0, 120.0, 10.0, false),
            line("2015 – 2019", 1, 1, 200.0, 140.0, 10.0, false),
            line("Packaging", 2, 0, 40.0, 40.0, 10.0, false),
            line("Illustrator, Fox Studio", 2, 1, 200.0, 40.0, 10.0, false),
            line("2012 – 2015", 2, 1, 200.0, 60.0, 10.0, false),
        ],
        links: vec![Link { text: "mail".into(), url: "mailto:mary@example.org".into() }],
        hidden_text: Some("keyword keyword".into()),
        title: None,
    };
    let profile = parse(&document, Taxonomy::global(), today()).profile;
    assert_eq!(profile.basics.name.as_deref(), Some("Mary Shelley"));
    assert_eq!(profile.basics.email.as_deref(), Some("mary@example.org"));
    assert_eq!(skills(&profile), ["Typography", "Illustration", "Packaging"]);
    assert_eq!(
        jobs(&profile),
        ["Graphic Designer @ Quill Press 2015 2019", "Illustrator @ Fox Studio 2012 2015"]
    );
    assert!(profile.analysis.warnings.iter().any(|warning| warning.contains("nobody can see")));
}

#[test]
fn a_name_is_read_over_the_lines_of_a_narrow_side_bar() {
    for (lines, name) in [
        (vec!["Marcus B.", "Fieldwhit"], "Marcus B. Fieldwhit"),
        (vec!["Morag", "MacLennan-", "Sinclair"], "Morag MacLennan-Sinclair"),
        (vec!["Jean-Pierre", "DUVALIER"], "Jean-Pierre Duvalier"),
        (vec!["Joanna \"Asia\" Nowak"], "Joanna \"Asia\" Nowak"),
    ] {
        let mut blocks: Vec<Block> = lines
            .iter()
            .enumerate()
            .map(|(index, text)| line(text, 1, 0, 40.0, 40.0 + 20.0 * index as f32, 18.0, true))
            .collect();
        blocks.push(line("Solutions Architect", 1, 0, 40.0, 120.0, 10.0, false));
        blocks.push(line("EXPERIENCE", 1, 1, 200.0, 40.0, 12.0, true));
        blocks.push(line("Clerk, Quill Press", 1, 1, 200.0, 60.0, 10.0, false));
        let profile = parse(&page_of(blocks), Taxonomy::global(), today()).profile;
        assert_eq!(profile.basics.name.as_deref(), Some(name));
    }
}

#[test]
fn a_period_in_cells_and_over_two_lines_is_one_date() {
    let profile = profile(
        "Mary Shelley\n\nEXPERIENCE\n\n2021-05-01\tto\tPresent\tWriter at Quill Press\n\n\
         2017-10-01\tto\t2021-04-01\tEditor at Fox Studio\n\n\
         September 2011 to\tLeeds Council\nMarch 2016\tClerical Officer\n",
    );
    assert_eq!(
        jobs(&profile),
        [
            "Writer @ Quill Press 2021-05-01 …",
            "Editor @ Fox Studio 2017-10-01 2021-04-01",
            "Clerical Officer @ Leeds Council 2011-09 2016-03"
        ]
    );
}

#[test]
fn title_and_employer_at_a_comma_are_told_whatever_stands_behind_them() {
    let profile = profile(
        "Mary Shelley\n\nEXPERIENCE\n\nNetwork Engineer, Nile Telecom – Cairo\tJan 2017 – present\n\n• Built it\n\n\
         Statistician, Quillwort – Obscureville\tJun 2012 – Dec 2016\n\n• Kept it\n\n\
         Technician, Busy Fox – Paris\tOct 2009 – May 2012\n\n• Saw it\n\n\
         Systems Engineer, Basecamp North, LLC\t2007 – 2009\n",
    );
    assert_eq!(
        jobs(&profile),
        [
            "Network Engineer @ Nile Telecom 2017-01 …",
            "Statistician @ Quillwort 2012-06 2016-12",
            "Technician @ Busy Fox 2009-10 2012-05",
            "Systems Engineer @ Basecamp North, LLC 2007 2009"
        ]
    );
}

fn page_of(blocks: Vec<Block>) -> Document {
    Document {
        format: Format::Pdf,
        pages: 1,
        columns: 2,
        blocks,
        links: Vec::new(),
        hidden_text: None,
        title: None,
    }
}

#[test]
fn what_a_theme_writes_below_a_cv_is_no_skill_and_a_side_bar_has_smaller_headings() {
    let profile = parse(
        &page_of(vec![
            line("WORK EXPERIENCE", 1, 0, 40.0, 40.0, 14.0, false),
            line("Clerk, Quill Press", 1, 0, 40.0, 60.0, 10.0, false),
            line("2015 – 2019", 1, 0, 40.0, 80.0, 10.0, false),
            line("SKILLS", 1, 0, 40.0, 100.0, 14.0, false),
            line("Typography", 1, 0, 40.0, 120.0, 10.0, true),
            line("Designed with by Jo Riddle for printers", 1, 0, 40.0, 700.0, 9.0, false),
            line("Mary Shelley", 1, 1, 300.0, 40.0, 24.0, true),
            line("EDUCATION", 1, 1, 300.0, 100.0, 12.0, true),
            line("BSc in Printing", 1, 1, 300.0, 120.0, 10.0, true),
            line("University of Leeds", 1, 1, 300.0, 140.0, 10.0, false),
            line("2008 – 2012", 1, 1, 300.0, 160.0, 10.0, false),
        ]),
        Taxonomy::global(),
        today(),
    )
    .profile;
    assert_eq!(skills(&profile), ["Typography"]);
    assert_eq!(profile.education[0].institution.as_deref(), Some("University of Leeds"));
}

#[test]
fn a_list_of_rated_names_is_one_of_skills_whatever_its_heading() {
    let profile = profile(
        "Mary Shelley\n\nEXPERIENCE\n\nClerk, Quill Press\n2015 – 2019\n\nEDUCATION\n\nUniversity of Leeds, 2008 – 2012\n\n\
         MY BELT\n\nFigma ●●●●●\n\nFramer ●●●●○\n\nProtopie ●●●○○\n",
    );
    assert_eq!(skills(&profile), ["Figma", "Framer", "Protopie"]);
}

#[test]
fn the_name_of_a_school_over_two_lines_is_one() {
    let profile = profile(
        "Mary Shelley\n\nEDUCATION\n\nBSc Printing\nNorthern University of\nScience and Technology\n2005 - 2009\n",
    );
    assert_eq!(
        profile.education[0].institution.as_deref(),
        Some("Northern University of Science and Technology")
    );
}

#[test]
fn hostile_text_takes_no_more_than_linear_time_and_never_panics() {
    let long = |piece: &str| piece.repeat(400_000 / piece.len());
    let texts = [
        long("a"),
        long("1"),
        long("2019 - 2020 "),
        long("Jan "),
        long("@"),
        long("a@b.c "),
        long("(at)[dot]"),
        long("+49 170 "),
        long("-1234567"),
        long("((((("),
        long("Skills\n"),
        long("Experience\n2019\n"),
        long("Experience\n\nEngineer, Acme\n2019 – 2020\n• did things\n\n"),
        format!("Skills\n{}", long("a, ")),
        format!("Skills\n{}", long("(")),
        format!("Work\n{}", long("Manager | ")),
        long("| "),
        long(" - "),
        long("É\u{301}"),
        long("\n"),
        long("• \n"),
        String::new(),
    ];
    for text in texts {
        let started = std::time::Instant::now();
        let _ = profile(&text);
        let seconds = started.elapsed().as_secs_f32();
        // Without optimisation, on a busy machine; a quadratic pass takes minutes.
        assert!(seconds < 20.0, "{seconds} s for {:?}…", text.chars().take(20).collect::<String>());
    }
}
