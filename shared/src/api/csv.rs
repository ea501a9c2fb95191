//! CSV (RFC 4180) as spreadsheets write it: quoted fields with line ends and doubled quotes in them, a byte order mark, and
//! `;` or a tab in place of the comma.

/// A record with the line that it begins on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line that it begins on.
    pub line: usize,
    /// Its fields, unquoted.
    pub fields: Vec<String>,
}

/// The records of a text; lines without any text are left out. The separator is the one of `,`, `;` and tab that the first
/// line has most of. A quote that is never closed ends with the text.
pub fn read(text: &str) -> Vec<Record> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let separator =
        [',', ';', '\t'].into_iter().rev().max_by_key(|s| first.matches(*s).count()).unwrap_or(',');
    let mut reading = Reading::default();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if reading.quoted => {
                if characters.next_if_eq(&'"').is_some() {
                    reading.field.push('"');
                } else {
                    reading.quoted = false;
                }
            }
            '"' if reading.field.is_empty() => reading.quoted = true,
            '\n' => reading.end_line(),
            '\r' if !reading.quoted && characters.peek() == Some(&'\n') => {}
            _ if character == separator && !reading.quoted => reading.end_field(),
            _ => reading.field.push(character),
        }
    }
    reading.end_record();
    reading.records
}

#[derive(Default)]
struct Reading {
    records: Vec<Record>,
    fields: Vec<String>,
    field: String,
    quoted: bool,
    /// Lines that have ended.
    ended: usize,
    /// Of these, the ones before the record that is being read.
    before: usize,
}

impl Reading {
    fn end_field(&mut self) {
        self.fields.push(std::mem::take(&mut self.field));
    }

    fn end_line(&mut self) {
        self.ended += 1;
        if self.quoted {
            self.field.push('\n');
        } else {
            self.end_record();
        }
    }

    fn end_record(&mut self) {
        self.end_field();
        let fields = std::mem::take(&mut self.fields);
        if fields.iter().any(|field| !field.trim().is_empty()) {
            self.records.push(Record { line: self.before + 1, fields });
        }
        self.before = self.ended;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<Vec<String>> {
        read(text).into_iter().map(|record| record.fields).collect()
    }

    #[test]
    fn quoted_fields_keep_separators_quotes_and_line_ends() {
        assert_eq!(
            fields("a,b\r\n\"x, y\",\"he said \"\"no\"\"\nand left\"\r\n"),
            [["a", "b"], ["x, y", "he said \"no\"\nand left"]]
        );
    }

    #[test]
    fn the_separator_is_the_one_of_the_first_line() {
        assert_eq!(fields("a;b\n1,5;2"), [["a", "b"], ["1,5", "2"]]);
        assert_eq!(fields("a\tb\n1;\t2"), [["a", "b"], ["1;", "2"]]);
        assert_eq!(fields("\u{feff}title,text"), [["title", "text"]]);
    }

    #[test]
    fn a_record_knows_its_line_in_the_file() {
        let lines: Vec<usize> = read("h,i\n\n\"a\nb\",1\nc,2").iter().map(|record| record.line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }

    #[test]
    fn empty_fields_stay_and_empty_lines_do_not() {
        assert_eq!(fields("a,,c\n , \n\n"), [["a", "", "c"]]);
        assert!(read("").is_empty());
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_with_the_text() {
        assert_eq!(fields("a\n\"b\nc"), [["a"], ["b\nc"]]);
    }
}
