//! What the PDF reader promises.

use super::*;

fn column(x: f32, top: f32, step: f32, lines: &[&str]) -> String {
    lines.iter().enumerate().map(|(index, line)| put(x, top + step * index as f32, 10.0, line)).collect()
}

const LEFT: [&str; 8] = [
    "Contact",
    "Main Street 12",
    "Springfield",
    "jane@example.com",
    "Skills",
    "Welding",
    "Brazing",
    "Blueprint reading",
];
const RIGHT: [&str; 9] = [
    "Work experience in the yards of the north",
    "Welder at Harbour Yard with forty others on shift",
    "Built hulls of ferries and of fishing boats there",
    "Led a crew of six through three dry dockings",
    "Welder at River Works before the yard was sold",
    "Repaired bridges and lock gates for the county",
    "Trained four apprentices who all passed their test",
    "Helper at Smith and Sons for the first two years",
    "Cut and ground plates and learned to read drawings",
];

#[test]
fn two_columns_are_read_one_after_the_other() {
    let page = put(60.0, 60.0, 22.0, "Jane Doe")
        + &column(50.0, 120.0, 17.0, &LEFT)
        + &column(230.0, 124.0, 14.0, &RIGHT);
    let document = read_well(&pdf(&[&page]));
    let expected: Vec<&str> = ["Jane Doe"].into_iter().chain(LEFT).chain(RIGHT).collect();
    assert_eq!(texts(&document), expected);
    assert_eq!(document.columns, 2);
    assert_eq!(document.lines().last().map(|line| line.column), Some(1));
}

#[test]
fn columns_are_found_whatever_the_order_in_the_file() {
    // Line by line across both columns, as some writers put it.
    let mut page = put(60.0, 60.0, 22.0, "Jane Doe");
    for index in 0..8 {
        page += &put(230.0, 124.0 + 14.0 * index as f32, 10.0, RIGHT[index]);
        page += &put(50.0, 120.0 + 17.0 * index as f32, 10.0, LEFT[index]);
    }
    let document = read_well(&pdf(&[&page]));
    assert_eq!(texts(&document)[1..9], LEFT);
    assert_eq!(texts(&document)[9..], RIGHT[..8]);
}

#[test]
fn dates_at_the_right_edge_stay_on_the_line_of_their_employer() {
    let mut page = String::new();
    for (index, (employer, dates)) in [
        ("Acme Ltd", "2019 - 2021"),
        ("Globex", "2015 - 2019"),
        ("Initech", "2011 - 2015"),
        ("Hooli", "2010 - 2011"),
    ]
    .into_iter()
    .enumerate()
    {
        let y = 100.0 + 50.0 * index as f32;
        page += &(put(50.0, y, 11.0, employer)
            + &put(470.0, y, 10.0, dates)
            + &put(50.0, y + 15.0, 10.0, "Kept the machines running"));
    }
    let document = read_well(&pdf(&[&page]));
    assert_eq!(document.columns, 1);
    let line = document.lines().find(|line| line.text.starts_with("Globex")).expect("the line is there");
    assert_eq!(line.cells, ["Globex", "2015 - 2019"]);
    assert_eq!(line.text, "Globex  2015 - 2019");
}

/// Employers at the left, the dates that they stand beside, and a side bar with dates of its own at the right.
fn dates_beside_a_side_bar(dates_x: f32, titles_x: f32) -> Document {
    let bar = [
        "Contact",
        "07700 900000",
        "Training",
        "Welding school",
        "2001 - 2003",
        "Evening school",
        "2003 - 2004",
    ];
    let mut page = column(450.0, 96.0, 17.0, &bar);
    let jobs =
        [("Acme Ltd", "2019 - Present"), ("Globex", "Mar 2015 - May 2019"), ("Initech", "2011 - 2015")];
    for (index, (employer, dates)) in jobs.into_iter().enumerate() {
        let y = 100.0 + 44.0 * index as f32;
        page += &(put(titles_x, y, 11.0, employer)
            + &put(dates_x, y, 10.0, dates)
            + &put(titles_x, y + 14.0, 10.0, "Kept the machines running"));
    }
    read_well(&pdf(&[&page]))
}

#[test]
fn dates_stay_beside_their_employers_though_a_side_bar_stands_beyond_them() {
    for (dates_x, titles_x, cells) in
        [(330.0, 40.0, ["Globex", "Mar 2015 - May 2019"]), (40.0, 170.0, ["Mar 2015 - May 2019", "Globex"])]
    {
        let document = dates_beside_a_side_bar(dates_x, titles_x);
        let line = document.lines().find(|line| line.text.contains("Globex")).expect("the line is there");
        assert_eq!(line.cells, cells);
        assert_eq!(texts(&document).last().copied(), Some("2003 - 2004"));
    }
}

#[test]
fn a_stretched_period_in_a_label_column_is_one_label() {
    let mut page = String::new();
    for (index, employer) in ["Acme Ltd", "Globex", "Initech"].into_iter().enumerate() {
        let y = 100.0 + 50.0 * index as f32;
        for (word, x) in [("Feb", 50.0), ("2015", 79.0), ("-", 110.0), ("Feb", 125.0)] {
            page += &put(x, y, 10.0, word);
        }
        page += &(put(50.0, y + 12.0, 10.0, "2019")
            + &put(190.0, y, 10.0, employer)
            + &put(190.0, y + 12.0, 10.0, "Kept the machines running"));
    }
    let document = read_well(&pdf(&[&page]));
    let line = document.lines().find(|line| line.text.contains("Globex")).expect("the line is there");
    assert_eq!(line.cells, ["Feb 2015 - Feb 2019", "Globex"]);
}

#[test]
fn sections_side_by_side_are_read_one_after_the_other_with_their_dates() {
    let heading = |x: f32, text: &str| put_in("F2", x, 300.0, 13.0, text);
    let schools = ["Welding College", "Diploma in Joining", "2006 - 2011", "", ""];
    let skills = ["Welding", "Brazing", "Soldering", "Riveting", "Glueing", "Grinding", "Painting"];
    let page = put(40.0, 100.0, 10.0, "Jane Doe")
        + &heading(40.0, "Education")
        + &heading(240.0, "Skills")
        + &column(40.0, 322.0, 14.0, &schools)
        + &column(252.0, 322.0, 14.0, &skills);
    let expected: Vec<&str> = ["Jane Doe", "Education"]
        .into_iter()
        .chain(schools[..3].iter().copied())
        .chain(["Skills"])
        .chain(skills)
        .collect();
    assert_eq!(texts(&read_well(&pdf(&[&page]))), expected);
}

#[test]
fn a_table_of_dates_is_read_by_row() {
    let mut page = put_in("F2", 50.0, 70.0, 13.0, "Experience");
    for (index, (dates, text)) in [
        ("2019 - 2021", "Acme Ltd, fitter"),
        ("2015 - 2019", "Globex, fitter"),
        ("2012 - 2015", "Initech, helper"),
        ("2010 - 2012", "Apprentice"),
    ]
    .into_iter()
    .enumerate()
    {
        let y = 100.0 + 40.0 * index as f32;
        page += &(put(50.0, y, 10.0, dates) + &put(160.0, y, 10.0, text));
        page += &put(160.0, y + 13.0, 10.0, "Pumps, valves and pipes in a paper mill");
    }
    let document = read_well(&pdf(&[&page]));
    assert_eq!(document.columns, 1);
    let rows: Vec<_> =
        document.lines().filter(|line| !line.cells.is_empty()).map(|line| line.cells.clone()).collect();
    assert_eq!(rows[1], ["2015 - 2019", "Globex, fitter"]);
    assert_eq!(rows.len(), 4);
}

#[test]
fn leaders_part_cells() {
    let page = put(50.0, 100.0, 10.0, "Acme Ltd ................ 2019 - 2021");
    assert_eq!(read_well(&pdf(&[&page])).lines().next().expect("a line").cells, ["Acme Ltd", "2019 - 2021"]);
}

#[test]
fn the_text_layer_of_a_scan_is_read() {
    let layer: String = RIGHT
        .iter()
        .enumerate()
        .map(|(index, line)| format!("BT 3 Tr /F1 10 Tf 1 0 0 1 50 {} Tm ({line}) Tj ET\n", 700 - 14 * index))
        .collect();
    let content = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q\n".to_owned() + &layer;
    let document = read_well(&pdf(&[&content]));
    assert_eq!(texts(&document), RIGHT);
    assert_eq!(document.hidden_text, None);
}

#[test]
fn letter_spaced_headings_are_put_together() {
    let spaced = "BT /F1 12 Tf 6 Tc 1 0 0 1 50 742 Tm (WORK EXPERIENCE) Tj ET\n".to_owned()
        + "BT /F1 12 Tf 0 Tc 1 0 0 1 50 642 Tm (E D U C A T I O N) Tj ET\n"
        + &column(50.0, 300.0, 13.0, &["A line of text that is set as text is", "And one more line of it"]);
    let document = read_well(&pdf(&[&spaced]));
    assert_eq!(texts(&document)[..2], ["WORK EXPERIENCE", "EDUCATION"]);
    assert_eq!(kind_of(&document, "EDUCATION"), BlockKind::Heading);
}

#[test]
fn text_that_is_drawn_twice_to_look_bold_is_read_once() {
    let page = put(50.0, 100.0, 12.0, "Jane Doe")
        + &put(50.4, 100.0, 12.0, "Jane Doe")
        + &column(50.0, 130.0, 13.0, &LEFT);
    let document = read_well(&pdf(&[&page]));
    assert_eq!(texts(&document)[0], "Jane Doe");
    assert!(document.lines().next().is_some_and(|line| line.bold));
}

#[test]
fn doubled_letters_are_no_fake_bold() {
    let document = read_well(&pdf(&[&put(50.0, 100.0, 10.0, "Still filling balloons, billing skills")]));
    assert_eq!(document.text(), "Still filling balloons, billing skills");
}

#[test]
fn white_tiny_and_invisible_text_is_reported_and_not_read() {
    let page = put(50.0, 100.0, 10.0, "Honest welder with ten years")
        + "1 g\n"
        + &put(50.0, 120.0, 10.0, "white keyword stuffing")
        + "0 g\n"
        + &put(50.0, 140.0, 0.5, "tiny keyword stuffing")
        + "BT 3 Tr /F1 10 Tf 1 0 0 1 50 600 Tm (invisible keyword stuffing) Tj ET\n";
    let document = read_well(&pdf(&[&page]));
    assert_eq!(document.text(), "Honest welder with ten years");
    let hidden = document.hidden_text.expect("hidden text is reported");
    for word in ["white", "tiny", "invisible"] {
        assert!(hidden.contains(word), "{word} is in {hidden:?}");
    }
}

#[test]
fn white_text_on_a_dark_side_bar_is_text() {
    let page = "0.1 0.1 0.3 rg 0 0 200 842 re f 1 g\n".to_owned()
        + &column(30.0, 120.0, 17.0, &LEFT)
        + "0 g\n"
        + &column(230.0, 124.0, 14.0, &RIGHT);
    let document = read_well(&pdf(&[&page]));
    assert_eq!(texts(&document)[..8], LEFT);
    assert_eq!(document.hidden_text, None);
}

#[test]
fn a_replacement_text_is_read_in_place_of_its_glyphs() {
    let page =
        "BT /F1 10 Tf 1 0 0 1 50 742 Tm /Span << /ActualText (office) >> BDC (o#ce) Tj EMC ( work) Tj ET";
    assert_eq!(read_well(&pdf(&[page])).text(), "office work");
}

#[test]
fn rotated_text_is_read_along_its_direction() {
    let page =
        column(100.0, 100.0, 14.0, &RIGHT) + "BT /F1 12 Tf 0 1 -1 0 40 300 Tm (CURRICULUM VITAE) Tj ET\n";
    let document = read_well(&pdf(&[&page]));
    assert_eq!(texts(&document).last(), Some(&"CURRICULUM VITAE"));
    assert_eq!(document.columns, 1);
}

#[test]
fn words_hyphenated_at_line_ends_are_joined_and_compounds_keep_their_hyphen() {
    let lines = [
        "Responsible for the manage-",
        "ment of plants and for the develop-",
        "ment of full-",
        "stack tools and the construc-",
        "tion of lines",
    ];
    let document = read_well(&pdf(&[&column(50.0, 100.0, 13.0, &lines)]));
    let text = document.text().replace('\n', " ");
    assert_eq!(
        text,
        "Responsible for the management of plants and for the development of full-stack tools and the construction of lines"
    );
}

#[test]
fn bullets_make_list_items_and_are_not_in_the_text() {
    let page = put(50.0, 100.0, 10.0, "\\225 Ran the shop")
        + &put(50.0, 114.0, 10.0, "\\225")
        + &put(65.0, 114.0, 10.0, "Kept the books");
    let document = read_well(&pdf(&[&page]));
    assert_eq!(texts(&document), ["Ran the shop", "Kept the books"]);
    assert!(document.blocks.iter().all(|block| block.kind == BlockKind::ListItem));
}

#[test]
fn bullets_that_are_drawn_make_list_items() {
    let page = "0 g 52 744 3 3 re f 52 730 3 3 re f\n".to_owned()
        + &put(65.0, 100.0, 10.0, "Ran the shop")
        + &put(65.0, 114.0, 10.0, "Kept the books");
    let document = read_well(&pdf(&[&page]));
    assert_eq!(document.blocks.iter().filter(|block| block.kind == BlockKind::ListItem).count(), 2);
}

#[test]
fn links_have_their_text_and_address() {
    let annotation = "/Annots [<< /Type /Annot /Subtype /Link /Rect [48 738 130 754] \
                      /A << /S /URI /URI (https://example.com/jane) >> >>]";
    let document = read_well(&pdf_with(&[&put(50.0, 100.0, 10.0, "My web page")], annotation));
    assert_eq!(document.links.len(), 1);
    assert_eq!(
        (document.links[0].text.as_str(), document.links[0].url.as_str()),
        ("My web page", "https://example.com/jane")
    );
}

#[test]
fn page_headers_and_numbers_are_kept_once() {
    let page = |number: u32, lines: &[&str]| {
        put(50.0, 30.0, 9.0, "Jane Doe, curriculum vitae")
            + &column(50.0, 120.0, 14.0, lines)
            + &put(280.0, 820.0, 9.0, &format!("Page {number} of 2"))
    };
    let document = read_well(&pdf(&[&page(1, &RIGHT), &page(2, &LEFT)]));
    assert_eq!(document.pages, 2);
    assert_eq!(kind_of(&document, "Jane Doe"), BlockKind::Header);
    assert_eq!(kind_of(&document, "Page 1"), BlockKind::Footer);
    assert_eq!(
        texts(&document).iter().filter(|text| text.contains("Jane Doe") || text.contains("Page")).count(),
        2
    );
    assert!(document.lines().any(|line| line.page == 2 && line.text == "Contact"));
}

#[test]
fn the_name_at_the_top_of_one_page_is_no_page_header() {
    let page = put(50.0, 30.0, 24.0, "Jane Doe") + &column(50.0, 120.0, 14.0, &RIGHT);
    assert_eq!(kind_of(&read_well(&pdf(&[&page])), "Jane Doe"), BlockKind::Heading);
}

#[test]
fn bold_and_size_are_told() {
    let page = put_in("F2", 50.0, 100.0, 14.0, "Experience") + &column(50.0, 130.0, 13.0, &RIGHT);
    let document = read_well(&pdf(&[&page]));
    let heading = document.lines().next().expect("there are lines");
    assert!(
        (heading.font_size - 14.0).abs() < 0.2
            && (heading.x - 50.0).abs() < 1.0
            && (heading.y - 100.0).abs() < 1.0
    );
    assert_eq!(kind_of(&document, "Experience"), BlockKind::Heading);
    assert_eq!(kind_of(&document, "Repaired bridges"), BlockKind::Paragraph);
}

#[test]
fn doubly_encoded_text_is_repaired() {
    // The bytes of a UTF-8 apostrophe, each drawn as a character of Windows-1252.
    let document = read_well(&pdf(&[&put(50.0, 100.0, 10.0, "Bachelor\\342\\200\\231s degree")]));
    assert_eq!(document.text(), "Bachelor’s degree");
}

fn cells(document: &Document) -> Vec<Vec<&str>> {
    document
        .lines()
        .map(|line| {
            if line.cells.is_empty() {
                vec![line.text.as_str()]
            } else {
                line.cells.iter().map(String::as_str).collect()
            }
        })
        .collect()
}

#[test]
fn items_beside_each_other_are_cells_and_double_spaces_in_prose_are_none() {
    // Helvetica's space is 0.28 of its size.
    let page = put(50.0, 100.0, 10.0, "CATIA V5")
        + &put(103.0, 100.0, 10.0, "ANSYS")
        + &put(146.0, 100.0, 10.0, "Siemens NX")
        + &put(50.0, 130.0, 10.0, "Wrote and updated protocols,   policy and procedures");
    let document = read_well(&pdf(&[&page]));
    assert_eq!(cells(&document)[0], ["CATIA V5", "ANSYS", "Siemens NX"]);
    assert_eq!(cells(&document)[1].len(), 1);
}

#[test]
fn a_date_broken_in_a_label_column_is_one_label() {
    let entry = |y: f32, from: &str, to: &str, title: &str| {
        put(50.0, y, 10.0, from)
            + &put(50.0, y + 13.0, 10.0, to)
            + &put(120.0, y, 10.0, title)
            + &put(120.0, y + 13.0, 10.0, "Taught the whole class")
    };
    let page = entry(100.0, "09/2016 -", "present", "Teacher, North School")
        + &entry(140.0, "octobre", "2013", "Assistant, South School");
    let document = read_well(&pdf(&[&page]));
    assert_eq!(
        cells(&document),
        [
            vec!["09/2016 - present", "Teacher, North School"],
            vec!["Taught the whole class"],
            vec!["octobre 2013", "Assistant, South School"],
            vec!["Taught the whole class"]
        ]
    );
}

#[test]
fn labels_are_told_by_the_edge_of_the_text_beside_them() {
    let row = |y: f32, x: f32, label: &str, text: &str| put(x, y, 10.0, label) + &put(120.0, y, 10.0, text);
    // Gaps of half a size: more than a space, less than what parts items.
    let page = row(100.0, 75.5, "Software", "Excel and SAP for the month end")
        + &row(120.0, 82.0, "Kitchen", "Baking bread and cakes for all")
        + &row(140.0, 94.0, "Yard", "Driving the old forklift trucks");
    let document = read_well(&pdf(&[&page]));
    assert_eq!(cells(&document)[0], ["Software", "Excel and SAP for the month end"]);
    assert_eq!(cells(&document)[2], ["Yard", "Driving the old forklift trucks"]);
}

#[test]
fn cards_side_by_side_are_read_one_after_the_other_and_tables_by_row() {
    let page = put_in("F2", 50.0, 100.0, 11.0, "Trades")
        + &put_in("F2", 250.0, 100.0, 11.0, "Software")
        + &put(50.0, 115.0, 10.0, "Welding and brazing")
        + &put(250.0, 115.0, 10.0, "AutoCAD and Excel")
        + &put(250.0, 128.0, 10.0, "Revit");
    assert_eq!(
        texts(&read_well(&pdf(&[&page]))),
        ["Trades", "Welding and brazing", "Software", "AutoCAD and Excel", "Revit"]
    );
    let table = put_in("F2", 50.0, 100.0, 11.0, "Company")
        + &put_in("F2", 250.0, 100.0, 11.0, "Role")
        + &put(50.0, 115.0, 10.0, "Harbour Yard")
        + &put(250.0, 115.0, 10.0, "Welder");
    assert_eq!(texts(&read_well(&pdf(&[&table]))), ["Company  Role", "Harbour Yard  Welder"]);
}
