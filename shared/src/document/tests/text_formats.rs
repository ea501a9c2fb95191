//! What the readers of RTF, HTML, Markdown and plain text promise, and how formats are told apart.

use super::*;
use crate::document::Format;

#[test]
fn formats_are_told_by_content() {
    let cases: [(&[u8], Format); 7] = [
        (b"Jane Doe\nWelder\n", Format::PlainText),
        (b"# Jane Doe\n\n## Work\n\n- **Welder**\n", Format::Markdown),
        (b"<!DOCTYPE html><html><body><p>Jane</p></body></html>", Format::Html),
        (b"{\\rtf1\\ansi Jane}", Format::Rtf),
        (&docx("<w:p><w:r><w:t>Jane</w:t></w:r></w:p>", &[]), Format::Docx),
        (&zip(&[("content.xml", b"<o><text><p>Jane</p></text></o>")]), Format::Odt),
        (&pdf(&[&put(50.0, 100.0, 10.0, "Jane Doe")]), Format::Pdf),
    ];
    for (bytes, format) in cases {
        assert_eq!(read_well(bytes).format, format);
        assert!(!format.media_type().is_empty() && !format.extension().is_empty());
    }
}

#[test]
fn rtf_is_read_with_code_pages_unicode_lists_and_tables() {
    let rtf = b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\info{\\title My CV}{\\author nobody}}{\\*\\generator x;}\
        \\pard\\b\\fs32 Jos\\'e9 \\u268?akov\\par\\pard\\plain\\fs20 Text with a \\bullet  sign\\tab 2019\\par\
        {\\listtext\\bullet\\tab}Ran the shop\\par\\pard\
        \\trowd\\intbl 2015\\cell Globex\\cell\\row\\pard\
        {\\field{\\*\\fldinst HYPERLINK \"https://example.com\"}{\\fldrslt my page}}\\par {\\v hidden words}}";
    let document = read_well(rtf);
    assert_eq!(
        texts(&document),
        ["José Čakov", "Text with a • sign  2019", "Ran the shop", "2015  Globex", "my page"]
    );
    assert!(document.lines().next().is_some_and(|line| line.bold && line.font_size == 16.0));
    assert_eq!(kind_of(&document, "Ran the shop"), BlockKind::ListItem);
    assert_eq!(kind_of(&document, "Globex"), BlockKind::TableRow);
    assert_eq!(document.links[0].url, "https://example.com");
    assert_eq!(document.title.as_deref(), Some("My CV"));
    assert_eq!(document.hidden_text.as_deref(), Some("hidden words"));
}

#[test]
fn html_is_read_as_a_browser_shows_it() {
    let html = "<html><head><title>CV</title><style>p{color:red}</style><script>var x = '<p>no</p>';</script></head><body>\
        <h1>Jane &amp; Co</h1><p>First<br>second &ndash; line<p>Unclosed\n  paragraph\
        <ul><li>Ran the shop<li>Kept the books</ul><div style=\"display: none\">secret words</div>\
        <table><tr><td>2019<td>Acme</table><a href='mailto:j@example.com'>Write</a> <b>me</b></body></html>";
    let document = read_well(html.as_bytes());
    assert_eq!(
        texts(&document),
        [
            "Jane & Co",
            "First",
            "second – line",
            "Unclosed paragraph",
            "Ran the shop",
            "Kept the books",
            "2019  Acme",
            "Write me"
        ]
    );
    assert_eq!(kind_of(&document, "Jane"), BlockKind::Heading);
    assert_eq!(kind_of(&document, "Ran the shop"), BlockKind::ListItem);
    assert_eq!(document.hidden_text.as_deref(), Some("secret words"));
    assert_eq!(document.title.as_deref(), Some("CV"));
    assert_eq!(document.links[0].url, "mailto:j@example.com");
}

#[test]
fn pieces_that_stand_side_by_side_on_a_page_are_cells() {
    let cells = |html: &str| {
        let document = read_well(format!("<html><body>{html}</body></html>").as_bytes());
        document.lines().map(|line| line.cells.clone()).collect::<Vec<_>>()
    };
    let tags = ["Baking", "Carving", "Pastry"];
    // Equal elements, with white space or with a class of their own.
    assert_eq!(cells("<p><span>Baking</span> <span>Carving</span>\n<span>Pastry</span></p>"), [tags]);
    assert_eq!(
        cells("<div><i class=tag>Baking</i><i class=tag>Carving</i><i class=tag>Pastry</i></div>"),
        [tags]
    );
    // Among other blocks of one element.
    assert_eq!(
        cells(
            "<div><h2>Skills</h2><i class=t>Baking</i> <i class=t>Carving</i> <i class=t>Pastry</i> <h2>More</h2>x</div>"
        )[1],
        tags
    );
    // What the style sheet or the names of the classes part.
    let rows = [
        "<style>.head { display: flex } @media print { .head { display: none } }</style><div class=head><h3>Acme Ltd</h3><div>2019</div></div>",
        "<style>b.years { float: right; }</style><p><i>Acme Ltd</i><b class='years'>2019</b></p>",
        "<p><span class=employer>Acme Ltd</span><span class=years>2019</span></p>",
    ];
    for row in rows {
        assert_eq!(cells(row), [["Acme Ltd", "2019"]], "{row}");
    }
    // Running text stays whole, and so do blocks below each other.
    assert_eq!(
        cells("<p>Ran <b>the</b> <b>whole</b> <b>shop</b></p><div><p>One</p><p>Two</p></div>"),
        [Vec::<String>::new(), Vec::new(), Vec::new()]
    );
}

#[test]
fn what_a_style_sheet_does_not_display_is_reported_and_not_read() {
    let html = "<html><style>/* x */ .menu, #ad { display:none } p { color: #222 }</style><body><nav class='menu wide'>Home</nav>\
                <p>Baker</p><div id=ad><p>Buy</p></div></body></html>";
    let document = read_well(html.as_bytes());
    assert_eq!(texts(&document), ["Baker"]);
    assert_eq!(document.hidden_text.as_deref(), Some("Home Buy"));
}

#[test]
fn markdown_marks_are_read_and_taken_off() {
    let markdown = "---\ntitle: CV\n---\n# Jane Doe\n\n*Welder*, **ten years**, C++ and snake_case\n\nWork\n----\n\n\
        * Ran [the shop](https://example.com)\n1. Kept the books\n\n| Year | Where |\n|---|---|\n| 2019 | Acme |\n\n<j@example.com>\n";
    let document = read_well(markdown.as_bytes());
    assert_eq!(
        texts(&document),
        [
            "Jane Doe",
            "Welder, ten years, C++ and snake_case",
            "Work",
            "Ran the shop",
            "Kept the books",
            "Year  Where",
            "2019  Acme",
            "j@example.com"
        ]
    );
    assert_eq!(kind_of(&document, "Work"), BlockKind::Heading);
    assert_eq!(kind_of(&document, "Kept"), BlockKind::ListItem);
    assert_eq!(
        document.links.iter().map(|link| link.url.as_str()).collect::<Vec<_>>(),
        ["https://example.com", "mailto:j@example.com"]
    );
}

#[test]
fn pieces_of_code_beside_each_other_are_cells() {
    let document = read_well(b"## Toolbox\n\n`Rust` `SQL` `C++`\n\n**Acme**\n: Ran `make` daily\n");
    assert_eq!(document.lines().nth(1).expect("a second line").cells, ["Rust", "SQL", "C++"]);
    assert_eq!(texts(&document)[3..], ["Ran make daily"]);
}

#[test]
fn text_is_decoded_from_every_usual_encoding() {
    let text = "Résumé of José\nSkills: welding\n";
    let utf16 = |big: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let with_mark = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
    let encodings = [
        text.as_bytes().to_vec(),
        with_mark(b"\xEF\xBB\xBF", text.as_bytes().to_vec()),
        with_mark(b"\xFF\xFE", utf16(false)),
        with_mark(b"\xFE\xFF", utf16(true)),
        utf16(false),
        text.chars().map(|c| c as u8).collect(),
    ];
    for bytes in encodings {
        assert_eq!(texts(&read_well(&bytes)), ["Résumé of José", "Skills: welding"], "from {bytes:?}");
    }
}

#[test]
fn plain_text_has_cells_list_items_and_headings() {
    let document = read_well(b"WORK EXPERIENCE\nAcme Ltd          2019 - 2021\n- Ran the shop\n  and the yard\n- Kept the books\n\nE D U C A T I O N\nSchool\n");
    assert_eq!(kind_of(&document, "WORK"), BlockKind::Heading);
    assert_eq!(document.lines().nth(1).expect("a second line").cells, ["Acme Ltd", "2019 - 2021"]);
    assert_eq!(block_with(&document, "Ran the shop").lines.len(), 2);
    assert_eq!(kind_of(&document, "Kept"), BlockKind::ListItem);
    assert!(texts(&document).contains(&"EDUCATION"));
}

#[test]
fn leaders_part_cells() {
    let document =
        read_well(b"Acme Ltd ........ 2019 - 2021\nGlobex . . . . . . . 2015\nAnd so on... to the end\n");
    let cells: Vec<_> = document.lines().map(|line| line.cells.len()).collect();
    assert_eq!(cells, [2, 2, 0]);
    assert_eq!(document.lines().next().expect("a line").text, "Acme Ltd  2019 - 2021");
}

#[test]
fn characters_are_cleaned_in_all_formats() {
    let dirty = "Bachelorâ€™s\u{A0}degree, e\u{FB03}cient \u{E0A1}\u{200B}caf\u{E9}, na\u{C3}\u{AF}ve\n";
    assert_eq!(read_well(dirty.as_bytes()).text(), "Bachelor’s degree, efficient café, naïve");
    let body = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", dirty.trim());
    assert_eq!(read_well(&docx(&body, &[])).text(), "Bachelor’s degree, efficient café, naïve");
}

#[test]
fn the_bullet_of_a_symbol_font_makes_a_list_item_and_an_icon_is_dropped() {
    let document = read_well("\u{F0B7} Ran the shop\n\nCall \u{F095} 555 0100\n".as_bytes());
    assert_eq!(texts(&document), ["Ran the shop", "Call 555 0100"]);
    assert_eq!(kind_of(&document, "Ran"), BlockKind::ListItem);
}

#[test]
fn honest_text_is_not_taken_for_doubly_encoded() {
    for text in ["Das „MENÜ“ von Ä“ und Ö", "São Paulo, NÃO é Ângela", "Âge: 30 ans, crème brûlée"]
    {
        assert_eq!(read_well(text.as_bytes()).text(), text);
    }
}

#[test]
fn a_document_survives_json() {
    let document = read_well(b"WORK\nAcme Ltd          2019 - 2021\n");
    let json = serde_json::to_string(&document).expect("it can be written");
    assert!(json.contains("\"plain_text\""));
    assert_eq!(serde_json::from_str::<Document>(&json).expect("it can be read"), document);
}
