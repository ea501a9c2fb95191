//! What the DOCX and ODT readers promise.

use super::*;

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn cell(content: &str) -> String {
    format!("<w:tc>{content}</w:tc>")
}

#[test]
fn text_boxes_content_controls_and_headers_are_read() {
    let body = format!(
        "<w:sdt><w:sdtPr><w:alias w:val=\"not text\"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>\
         <w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing>\
         </mc:Choice><mc:Fallback><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>\
         <w:t>The paragraph around the box</w:t></w:r></w:p>\
         <w:sectPr><w:headerReference r:id=\"rId1\" w:type=\"default\"/><w:footerReference r:id=\"rId2\" w:type=\"default\"/></w:sectPr>",
        paragraph("Jane Doe"),
        paragraph("In the box"),
        paragraph("In the box")
    );
    let header = format!("<w:hdr {WORD_NAMESPACES}>{}</w:hdr>", paragraph("jane@example.com"));
    let footer = format!("<w:ftr {WORD_NAMESPACES}>{}</w:ftr>", paragraph("Last line"));
    let relations = "<Relationships><Relationship Id=\"rId1\" Target=\"header1.xml\"/>\
                     <Relationship Id=\"rId2\" Target=\"footer1.xml\"/></Relationships>";
    let document = read_well(&docx(
        &body,
        &[
            ("word/header1.xml", &header),
            ("word/footer1.xml", &footer),
            ("word/_rels/document.xml.rels", relations),
        ],
    ));
    assert_eq!(
        texts(&document),
        ["jane@example.com", "Jane Doe", "In the box", "The paragraph around the box", "Last line"]
    );
    assert_eq!(kind_of(&document, "jane@"), BlockKind::Header);
    assert_eq!(kind_of(&document, "Last line"), BlockKind::Footer);
}

#[test]
fn a_row_of_data_is_one_line_and_a_layout_row_is_read_by_column() {
    let data = format!(
        "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
        cell(&paragraph("2019 – 2021")),
        cell(&paragraph("Acme Ltd"))
    );
    let tall = |name: &str| (1..=5).map(|number| paragraph(&format!("{name} {number}"))).collect::<String>();
    let layout = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell(&tall("left")), cell(&tall("right")));
    let document = read_well(&docx(&(data + &layout), &[]));
    assert_eq!(kind_of(&document, "Acme"), BlockKind::TableRow);
    assert_eq!(document.lines().next().expect("there are lines").cells, ["2019 – 2021", "Acme Ltd"]);
    assert_eq!(texts(&document)[5..7], ["left 5", "right 1"]);
    assert_eq!(document.columns, 2);
}

#[test]
fn nested_tables_keep_their_text() {
    let inner = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell(&paragraph("nested")));
    let outer =
        format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell(&paragraph("outer")), cell(&(inner + "<w:p/>")));
    assert!(read_well(&docx(&outer, &[])).text().contains("nested"));
}

#[test]
fn tracked_changes_are_read_as_accepted() {
    let body = "<w:p><w:r><w:t xml:space=\"preserve\">I </w:t></w:r><w:del><w:r><w:delText>hate</w:delText></w:r></w:del>\
                <w:ins><w:r><w:t>like</w:t></w:r></w:ins><w:r><w:t xml:space=\"preserve\"> work</w:t></w:r></w:p>";
    assert_eq!(read_well(&docx(body, &[])).text(), "I like work");
}

#[test]
fn lists_headings_tabs_links_and_styles_are_told() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"H1\"/></w:pPr><w:r><w:t>Experience</w:t></w:r></w:p>\
        <w:p><w:r><w:rPr><w:b/><w:sz w:val=\"24\"/></w:rPr><w:t>Acme Ltd</w:t></w:r><w:r><w:tab/><w:t>2019</w:t></w:r></w:p>\
        <w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>Ran the shop</w:t></w:r></w:p>\
        <w:p><w:hyperlink r:id=\"rId9\"><w:r><w:t>My page</w:t></w:r></w:hyperlink></w:p>";
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"H1\"><w:name w:val=\"heading 1\"/>\
                  <w:rPr><w:b/><w:sz w:val=\"32\"/></w:rPr></w:style></w:styles>";
    let relations = "<Relationships><Relationship Id=\"rId9\" Target=\"https://example.com/a?b=1&amp;c=2\"/></Relationships>";
    let document =
        read_well(&docx(body, &[("word/styles.xml", styles), ("word/_rels/document.xml.rels", relations)]));
    let lines: Vec<_> = document.lines().collect();
    assert_eq!(kind_of(&document, "Experience"), BlockKind::Heading);
    assert!(lines[0].bold && lines[0].font_size == 16.0);
    assert_eq!(lines[1].cells, ["Acme Ltd", "2019"]);
    assert!(lines[1].bold && lines[1].font_size == 12.0);
    assert_eq!(kind_of(&document, "Ran the shop"), BlockKind::ListItem);
    assert_eq!(document.links[0].url, "https://example.com/a?b=1&c=2");
    assert_eq!(document.links[0].text, "My page");
}

#[test]
fn hidden_and_white_text_is_reported_and_not_read() {
    let body = "<w:p><w:r><w:t>Seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>vanished</w:t></w:r>\
                <w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>white</w:t></w:r></w:p>\
                <w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill=\"1F3864\"/></w:tcPr><w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr>\
                <w:t>White on blue</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let document = read_well(&docx(body, &[]));
    assert_eq!(texts(&document), ["Seen", "White on blue"]);
    assert_eq!(document.hidden_text.as_deref(), Some("vanished white"));
}

#[test]
fn footnotes_come_at_the_end_and_fields_show_their_result() {
    let body = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK \"mailto:j@example.com\"</w:instrText></w:r>\
                <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>j@example.com</w:t></w:r>\
                <w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";
    let notes = format!(
        "<w:footnotes {WORD_NAMESPACES}><w:footnote>{}</w:footnote></w:footnotes>",
        paragraph("A note")
    );
    let document = read_well(&docx(body, &[("word/footnotes.xml", &notes)]));
    assert_eq!(texts(&document), ["j@example.com", "A note"]);
    assert_eq!(document.links[0].url, "mailto:j@example.com");
}

#[test]
fn an_odt_is_read_with_lists_tables_tabs_and_without_deleted_text() {
    let content = "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\" xmlns:style=\"s\" xmlns:fo=\"f\" xmlns:xlink=\"x\">\
        <office:automatic-styles><style:style style:name=\"B\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\" fo:font-size=\"14pt\"/></style:style></office:automatic-styles>\
        <office:body><office:text><text:tracked-changes><text:deletion><text:p>deleted</text:p></text:deletion></text:tracked-changes>\
        <text:h text:outline-level=\"1\"><text:span text:style-name=\"B\">Erfahrung</text:span></text:h>\
        <text:p>Acme<text:tab/>2019<text:s text:c=\"2\"/>heute</text:p>\
        <text:list><text:list-item><text:p>Schweißen</text:p></text:list-item></text:list>\
        <table:table><table:table-row><table:table-cell><text:p>2015</text:p></table:table-cell><table:table-cell><text:p>Globex</text:p></table:table-cell></table:table-row></table:table>\
        <text:p><text:a xlink:href=\"https://example.org\">Seite</text:a></text:p></office:text></office:body></office:document-content>";
    let document = read_well(&zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ]));
    assert_eq!(texts(&document), ["Erfahrung", "Acme  2019 heute", "Schweißen", "2015  Globex", "Seite"]);
    assert_eq!(kind_of(&document, "Erfahrung"), BlockKind::Heading);
    assert_eq!(kind_of(&document, "Schweißen"), BlockKind::ListItem);
    assert_eq!(kind_of(&document, "Globex"), BlockKind::TableRow);
    assert!(document.lines().next().is_some_and(|line| line.bold && line.font_size == 14.0));
    assert_eq!(document.links[0].url, "https://example.org");
}
