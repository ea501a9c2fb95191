//! What the taxonomy and its finder do, through their public face.

use std::collections::HashSet;

use super::{Mention, SkillKind, Taxonomy, code_point_offsets};
use crate::domain::SkillId;

fn names(text: &str) -> Vec<&'static str> {
    let taxonomy = Taxonomy::global();
    let name = |mention: &Mention| {
        taxonomy.get(&mention.id).expect("found skills are in the taxonomy").name.as_str()
    };
    taxonomy.find(text).iter().map(name).collect()
}

fn id(name: &str) -> SkillId {
    Taxonomy::global().lookup(name).unwrap_or_else(|| panic!("{name} is in no list")).id.clone()
}

#[test]
fn the_embedded_taxonomy_is_whole() {
    let taxonomy = Taxonomy::global();
    assert!(taxonomy.len() > 5_000, "{} skills", taxonomy.len());
    assert!(taxonomy.phrase_count() > 30_000, "{} phrases", taxonomy.phrase_count());
    let kinds: HashSet<_> = taxonomy.skills().map(|skill| skill.kind).collect();
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    for skill in taxonomy.skills() {
        assert!((0.0..=1.0).contains(&skill.commonness), "{skill:?}");
        assert!(!skill.name.is_empty() && !skill.group.is_empty(), "{skill:?}");
        for other in skill.broader.iter().chain(&skill.related) {
            assert!(taxonomy.get(other).is_some(), "{} points to {other}, which is in no list", skill.name);
        }
    }
}

#[test]
fn a_file_that_is_no_taxonomy_is_refused() {
    assert!(Taxonomy::from_packed(b"not a gzip").is_err());
}

#[test]
fn all_fields_of_work_have_their_skills() {
    for (text, name) in [
        ("experience with React and TypeScript", "React"),
        ("two years in wound care", "wound care"),
        ("drafting contracts for clients", "legal writing"),
        ("lesson planning for year 5", "lesson planning"),
        ("MIG welding of steel frames", "welding"),
        ("bank reconciliations every week", "reconciliation"),
        ("cold calling of new customers", "inside sales"),
        ("designed in Figma", "Figma"),
        ("food preparation in a busy kitchen", "cooking"),
        ("order picking in a cold store", "order picking"),
        ("dairy farming in Kent", "animal husbandry"),
        ("holds a CDL Class A", "CDL"),
        ("NMC PIN required", "NMC registration"),
        ("forklift licence", "forklift licence"),
        ("Level 2 Food Hygiene", "food hygiene certificate"),
        ("fluent English", "English"),
    ] {
        assert!(names(text).contains(&name), "{text}: {:?}", names(text));
    }
}

#[test]
fn names_with_signs_are_told_apart() {
    assert_eq!(names("C, C++, C#, F#, .NET, Node.js"), ["C", "C++", "C#", "F#", ".NET", "Node.js"]);
    assert_eq!(names("NodeJS and Node JS"), ["Node.js", "Node.js"]);
    assert_eq!(names("CI/CD, A/B testing, TCP/IP"), ["CI/CD", "A/B testing", "computer networking"]);
    assert_eq!(names("Python3 and HTML5"), ["Python", "HTML"]);
}

#[test]
fn spelling_plural_and_hyphen_do_not_matter() {
    for text in ["time management", "Time-Management", "TIME MANAGEMENT"] {
        assert_eq!(names(text), ["time management"], "{text}");
    }
    assert_eq!(names("organisational skills"), names("Organizational Skills"));
    assert_eq!(names("data visualization"), names("data visualisations"));
    assert_eq!(names("paediatric nursing"), names("pediatric nursing"));
    assert_eq!(names("lesson plan"), names("lesson plans"));
}

#[test]
fn a_verb_counts_in_any_form() {
    for text in ["manage staff", "managed staff", "managing staff"] {
        assert_eq!(names(text), ["people management"], "{text}");
    }
}

#[test]
fn everyday_words_are_no_tools() {
    for text in [
        "help us go to market faster",
        "you will excel at this work",
        "joined in spring 2019",
        "the rest of the team",
        "word of mouth",
        "working as a head chef in Leeds",
        "the chef is responsible for the menu of the day",
        "access to the building",
        "a swift answer",
        "J. R. Smith",
        "C-level managers",
        "hepatitis C",
        "vitamin C and R values",
        "she can express herself",
        "react to what guests say",
    ] {
        let taxonomy = Taxonomy::global();
        let tools: Vec<_> = taxonomy
            .find(text)
            .into_iter()
            .filter(|mention| taxonomy.get(&mention.id).is_some_and(|skill| skill.kind == SkillKind::Tool))
            .collect();
        assert!(tools.is_empty(), "{text}: {tools:?}");
    }
}

#[test]
fn the_same_words_are_tools_where_the_context_says_so() {
    for (text, expected) in [
        ("Languages: R, Go, Swift and Rust", vec!["R", "Go", "Swift", "Rust"]),
        ("written in Go, Python", vec!["Go", "Python"]),
        ("R programming", vec!["R"]),
        ("Word, Excel, PowerPoint", vec!["Microsoft Word", "Microsoft Excel", "Microsoft PowerPoint"]),
        ("html, css, react", vec!["HTML", "CSS", "React"]),
        ("Puppet, Chef and Ansible", vec!["Puppet", "Chef", "Ansible"]),
        ("Spring Boot microservices", vec!["Spring Boot", "microservices"]),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn generic_words_are_no_skills() {
    let text = "Our company has a great team. The quality of your work in this time matters for the business, the people and the future.";
    assert_eq!(names(text), Vec::<&str>::new());
}

#[test]
fn a_skill_in_german_french_or_spanish_is_the_same_skill() {
    for text in ["Buchhaltung", "comptabilité", "contabilidad", "Accounting"] {
        assert_eq!(names(text), ["accounting"], "{text}");
    }
    assert_eq!(names("attention: esprit d'équipe"), ["teamwork"]);
}

#[test]
fn two_items_of_a_list_do_not_make_one_skill() {
    assert!(!names("Time\nManagement").contains(&"time management"));
    assert!(!names("customer, service").contains(&"customer service"));
}

#[test]
fn the_longest_name_wins_and_mentions_neither_overlap_nor_change_order() {
    let text = "Microsoft SQL Server Reporting Services, SQL Server and SQL; machine learning engineer with deep learning";
    let mentions = Taxonomy::global().find(text);
    assert!(mentions.len() >= 4, "{mentions:?}");
    assert!(mentions.windows(2).all(|pair| pair[0].end <= pair[1].start), "{mentions:?}");
    assert!(names(text).contains(&"SQL Server") && names(text).contains(&"SQL"));
}

#[test]
fn offsets_are_bytes_and_can_be_had_as_code_points() {
    let text = "Zoë – naïve café: Python, C++";
    let mentions = Taxonomy::global().find(text);
    let spans: Vec<_> = mentions.iter().map(|mention| &text[mention.start..mention.end]).collect();
    assert_eq!(spans, ["Python", "C++"]);
    assert_eq!(code_point_offsets(text, &mentions), [(18, 24), (26, 29)]);
}

#[test]
fn any_text_is_taken() {
    for text in [
        "",
        " ",
        "\u{0}",
        "🙂",
        "....",
        "C",
        "+++",
        "\u{301}a",
        "a\u{301}",
        "&&&",
        "'s",
        ".",
        "ﬁ",
        "İstanbul",
    ] {
        Taxonomy::global().find(text);
        Taxonomy::global().lookup(text);
    }
}

#[test]
fn lookup_takes_names_and_aliases_in_any_usual_spelling() {
    let taxonomy = Taxonomy::global();
    for (name, expected) in [
        ("python", "Python"),
        ("REACT.JS", "React"),
        ("reactjs", "React"),
        ("go", "Go"),
        ("R", "R"),
        ("c#", "C#"),
        ("team-player", "teamwork"),
        ("k8s", "Kubernetes"),
        ("Krankenpflege", "nursing"),
    ] {
        assert_eq!(taxonomy.lookup(name).map(|skill| skill.name.as_str()), Some(expected), "{name}");
    }
    for name in ["", "company", "python and more", "go to market"] {
        assert_eq!(taxonomy.lookup(name), None, "{name}");
    }
}

#[test]
fn every_skill_is_found_by_its_name() {
    let taxonomy = Taxonomy::global();
    let lost = taxonomy.skills().filter(|skill| taxonomy.lookup(&skill.name).is_none()).count();
    // Names of ESCO that are too long or too everyday to be looked for stay names only.
    assert!(lost * 10 < taxonomy.len(), "{lost} of {}", taxonomy.len());
}

#[test]
fn knowing_the_narrower_counts_more_than_knowing_the_broader() {
    let taxonomy = Taxonomy::global();
    let relatedness = |a: &str, b: &str| taxonomy.relatedness(&id(a), &id(b));
    assert_eq!(relatedness("React", "React"), 1.0);
    assert!((relatedness("React", "JavaScript") - 0.7).abs() < 1e-6);
    assert!((relatedness("JavaScript", "React") - 0.5).abs() < 1e-6);
    assert!((relatedness("React", "programming") - 0.6).abs() < 1e-6);
    assert!((relatedness("AWS", "Azure") - 0.5).abs() < 1e-6);
    assert!((relatedness("Azure", "AWS") - 0.5).abs() < 1e-6);
    assert_eq!(relatedness("React", "wound care"), 0.0);
    assert_eq!(taxonomy.relatedness(&SkillId::from("no:such"), &id("React")), 0.0);
}
