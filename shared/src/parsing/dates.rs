//! Finds dates and periods in a line: month names of eight languages, numeric forms, seasons, years alone, two-digit years
//! behind an apostrophe, and the words for "until now".

use crate::domain::PartialDate;

use super::date_words::{
    BETWEEN_WORDS, DURATION_WORDS, FILLERS, FROM_WORDS, Kind, MEANINGS, Meaning, SINCE_WORDS, Token,
    is_one_of, tokens,
};

/// A date or a period in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateSpan {
    /// First day; `None` for a date alone.
    pub(super) start: Option<PartialDate>,
    /// Last day, or the date alone; `None` where the period goes on.
    pub(super) end: Option<PartialDate>,
    /// Whether the period goes on today.
    pub(super) current: bool,
    /// Byte offset in the text.
    pub(super) from: usize,
    /// End, exclusive.
    pub(super) to: usize,
}

impl DateSpan {
    /// Whether it is a period, not a date alone.
    pub(super) fn is_period(&self) -> bool {
        self.start.is_some()
    }
}

/// How dates are to be read where their form leaves a choice.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateStyle {
    /// The day of the reading: years much later than it are no years.
    pub(super) today: PartialDate,
    /// Whether `03/04/2019` is the fourth of March.
    pub(super) month_first: bool,
}

struct Reader<'a> {
    tokens: &'a [Token],
    style: DateStyle,
}

/// One end of a period as read.
#[derive(Clone, Copy, Debug)]
enum End {
    Date(PartialDate),
    /// A month whose year stands at the other end.
    MonthOnly(u8),
    Open,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        match &self.tokens.get(at)?.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.kind {
            Kind::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.tokens.get(at)?.kind {
            Kind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    fn meaning(&self, at: usize) -> Option<Meaning> {
        MEANINGS.get(self.word(at)?).copied()
    }

    fn year(&self, at: usize) -> Option<i16> {
        let (value, digits) = self.number(at)?;
        let latest = u32::from(self.style.today.year.unsigned_abs()) + 8;
        (digits == 4 && (1940..=latest).contains(&value)).then_some(value as i16)
    }

    /// A year of two digits behind an apostrophe: `'19`.
    fn short_year(&self, at: usize) -> Option<(i16, usize)> {
        if !matches!(self.sign(at), Some('\'' | '’' | '‘' | '`')) {
            return None;
        }
        let (value, digits) = self.number(at + 1)?;
        (digits == 2).then(|| (self.century(value), at + 2))
    }

    /// The year that two digits stand for: not more than eight years from now.
    fn century(&self, value: u32) -> i16 {
        let value = value as i16;
        if 2000 + value <= self.style.today.year + 8 { 2000 + value } else { 1900 + value }
    }

    fn month_number(&self, at: usize) -> Option<u8> {
        let (value, digits) = self.number(at)?;
        ((1..=12).contains(&value) && digits <= 2).then_some(value as u8)
    }

    fn day_number(&self, at: usize) -> Option<u8> {
        let (value, digits) = self.number(at)?;
        ((1..=31).contains(&value) && digits <= 2).then_some(value as u8)
    }

    fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| !token.spaced)
    }

    /// One date at `at`, with the index behind it.
    fn date(&self, at: usize) -> Option<(End, usize)> {
        match &self.tokens.get(at)?.kind {
            Kind::Word(_) => self.named(at),
            Kind::Number { .. } => self.numeric(at),
            Kind::Sign(_) => {
                self.short_year(at).map(|(year, next)| (End::Date(PartialDate::year(year)), next))
            }
        }
    }

    fn named(&self, at: usize) -> Option<(End, usize)> {
        match self.meaning(at)? {
            // "aujourd’hui" is cut at its apostrophe.
            Meaning::Open if self.word(at + 2) == Some("hui") => Some((End::Open, at + 3)),
            Meaning::Open => Some((End::Open, at + 1)),
            Meaning::Season => {
                let mut next = at + 1;
                if self.sign(next) == Some(',')
                    || matches!(self.word(next), Some("of" | "de" | "term" | "semester"))
                {
                    next += 1;
                }
                let year = self.year(next)?;
                // A season is no month: what the CV does not say is not guessed.
                Some((End::Date(PartialDate::year(year)), next + 1))
            }
            Meaning::Month(month) => {
                let mut next = at + 1;
                if self.sign(next) == Some('.') {
                    next += 1;
                }
                // "March 15, 2019", "March 15th 2019"
                if let Some(day) = self.day_number(next) {
                    let mut behind = next + 1;
                    if matches!(self.word(behind), Some("st" | "nd" | "rd" | "th")) {
                        behind += 1;
                    }
                    if self.sign(behind) == Some(',') {
                        behind += 1;
                    }
                    if let Some(year) = self.year(behind) {
                        return Some((End::Date(full(year, month, day)), behind + 1));
                    }
                }
                if matches!(self.sign(next), Some(',' | '/' | '-' | '–'))
                    || matches!(self.word(next), Some("of" | "de" | "del" | "di" | "do"))
                {
                    let behind = next + 1;
                    if let Some(year) = self.year(behind) {
                        return Some((End::Date(PartialDate::month(year, month)), behind + 1));
                    }
                }
                if let Some(year) = self.year(next) {
                    return Some((End::Date(PartialDate::month(year, month)), next + 1));
                }
                if let Some((year, behind)) = self.short_year(next) {
                    return Some((End::Date(PartialDate::month(year, month)), behind));
                }
                // "Sep-19", "Jan/17"
                if matches!(self.sign(next), Some('-' | '/'))
                    && self.glued(next)
                    && self.glued(next + 1)
                    && let Some((value, 2)) = self.number(next + 1)
                {
                    return Some((End::Date(PartialDate::month(self.century(value), month)), next + 2));
                }
                Some((End::MonthOnly(month), next))
            }
        }
    }

    fn numeric(&self, at: usize) -> Option<(End, usize)> {
        if let Some(year) = self.year(at) {
            // 2019-03-15, 2019-03, 2019/03, 2019.03
            if let Some(sign @ ('-' | '/' | '.')) = self.sign(at + 1)
                && self.glued(at + 1)
                && self.glued(at + 2)
                && let Some(month) = self.month_number(at + 2)
                && self.number(at + 2).is_some_and(|(_, digits)| digits == 2)
            {
                if self.sign(at + 3) == Some(sign)
                    && self.glued(at + 4)
                    && let Some(day) = self.day_number(at + 4)
                {
                    return Some((End::Date(full(year, month, day)), at + 5));
                }
                // 2019-12 may be two years where the second is later than the first and no month of this form.
                return Some((End::Date(PartialDate::month(year, month)), at + 3));
            }
            return Some((End::Date(PartialDate::year(year)), at + 1));
        }
        let (_, digits) = self.number(at)?;
        if digits > 2 {
            return None;
        }
        // 15 March 2019, 15. März 2019, 1er mars 2019, 15 de marzo de 2019
        let mut next = at + 1;
        if self.sign(next) == Some('.')
            || matches!(self.word(next), Some("st" | "nd" | "rd" | "th" | "er" | "de" | "º"))
        {
            next += 1;
        }
        if let Some(day) = self.day_number(at)
            && let Some(Meaning::Month(_)) = self.meaning(next)
            && let Some((End::Date(date), behind)) = self.named(next)
            && date.day.is_none()
        {
            return Some((End::Date(PartialDate { day: Some(day), ..date }), behind));
        }
        let sign @ ('/' | '.' | '-') = self.sign(at + 1)? else { return None };
        if let Some(month) = self.month_number(at)
            && let Some(year) = self.year(at + 2)
        {
            return Some((End::Date(PartialDate::month(year, month)), at + 3));
        }
        // 15.03.2019, 03/15/2019
        let (first, second) = (self.number(at)?.0, self.number(at + 2)?.0);
        if self.sign(at + 3) == Some(sign)
            && (1..=31).contains(&first)
            && (1..=31).contains(&second)
            && let Some((value, digits @ (2 | 4))) = self.number(at + 4)
        {
            let year = if digits == 4 { self.year(at + 4)? } else { self.century(value) };
            let month_first = second > 12 || (first <= 12 && sign == '/' && self.style.month_first);
            let (month, day) = if month_first { (first, second) } else { (second, first) };
            return (month <= 12).then(|| (End::Date(full(year, month as u8, day as u8)), at + 5));
        }
        None
    }

    /// `03/19` as the end of a period: too weak a form to stand alone.
    fn short_numeric(&self, at: usize) -> Option<(PartialDate, usize)> {
        let month = self.month_number(at)?;
        if !matches!(self.sign(at + 1), Some('/' | '.')) || !self.glued(at + 1) || !self.glued(at + 2) {
            return None;
        }
        let (value, 2) = self.number(at + 2)? else { return None };
        Some((PartialDate::month(self.century(value), month), at + 3))
    }

    /// What stands between the two ends, with the index behind it.
    fn between(&self, at: usize) -> Option<usize> {
        let mut next = at;
        let mut seen = false;
        while next < at + 4 {
            match &self.tokens.get(next).map(|token| &token.kind) {
                Some(Kind::Sign('-' | '–' | '—' | '―' | '−' | '‒' | '‐' | '‑' | '→' | '~' | '>' | '/')) => {
                    seen = true
                }
                Some(Kind::Word(word)) if is_one_of(BETWEEN_WORDS, word) => seen = true,
                Some(Kind::Sign('(' | ',' | '\'' | '’' | ':' | ')' | '.')) if seen => {
                    // An apostrophe may open a two-digit year.
                    if self.short_year(next).is_some() {
                        break;
                    }
                }
                Some(Kind::Sign(')' | '.')) => {}
                _ => break,
            }
            next += 1;
        }
        seen.then_some(next)
    }

    /// The end of a period, which may be the word for "until now" behind fillers.
    fn second_end(&self, at: usize) -> Option<(End, usize)> {
        if let Some(found) = self.date(at) {
            return Some(found);
        }
        if let Some((date, next)) = self.short_numeric(at) {
            return Some((End::Date(date), next));
        }
        let mut next = at;
        while next < at + 3 && self.word(next).is_some_and(|word| is_one_of(FILLERS, word)) {
            next += 1;
        }
        let is_open = self.meaning(next) == Some(Meaning::Open)
            || (next > at && matches!(self.word(next), Some("jour" | "moment" | "date")))
            || matches!(self.word(next), Some("date" | "dato"));
        is_open.then_some((End::Open, next + 1))
    }
}

fn full(year: i16, month: u8, day: u8) -> PartialDate {
    PartialDate { year, month: Some(month), day: Some(day) }
}

/// The dates and periods in `text`, in order; none overlap.
pub(super) fn find(text: &str, style: DateStyle) -> Vec<DateSpan> {
    let mut found = Vec::new();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return found;
    }
    let tokens = tokens(text);
    let reader = Reader { tokens: &tokens, style };
    let mut at = 0;
    while at < tokens.len() {
        match span_at(&reader, text, at) {
            Some((span, next)) => {
                found.push(span);
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

fn span_at(reader: &Reader<'_>, text: &str, at: usize) -> Option<(DateSpan, usize)> {
    let tokens = reader.tokens;
    let (first, mut next) = match reader.date(at) {
        Some(found) => found,
        None => {
            let (date, next) = reader.short_numeric(at)?;
            // Alone it is anything: 03/19 must be an end of a period.
            let behind = reader.between(next)?;
            reader.second_end(behind)?;
            (End::Date(date), next)
        }
    };
    let bare_year = matches!(first, End::Date(date) if date.month.is_none());
    if bare_year && !stands_free(text, tokens[at].from, tokens[next - 1].to) {
        return None;
    }
    let before = at.checked_sub(1).and_then(|before| reader.word(before));
    let since = before.is_some_and(|word| is_one_of(SINCE_WORDS, word));
    let leads = before.is_some_and(|word| is_one_of(FROM_WORDS, word));
    let from = if leads { tokens[at - 1].from } else { tokens[at].from };
    let build = |start: Option<PartialDate>, end: Option<PartialDate>, current: bool, next: usize| {
        // A closing bracket belongs to the period that it encloses.
        DateSpan { start, end, current, from, to: tokens[next - 1].to }
    };
    if let Some(behind) = reader.between(next)
        && let Some((second, last)) = reader.second_end(behind)
    {
        let both = match (first, second) {
            (End::Date(start), End::Date(end)) => Some((start, Some(end))),
            (End::MonthOnly(month), End::Date(end)) if end.month.is_some() => {
                Some((PartialDate::month(end.year, month), Some(end)))
            }
            (End::Date(start), End::MonthOnly(month)) => {
                Some((start, Some(PartialDate::month(start.year, month))))
            }
            (End::Date(start), End::Open) => Some((start, None)),
            // Newest first: "present – 2019".
            (End::Open, End::Date(start)) => Some((start, None)),
            _ => None,
        };
        if let Some((start, end)) = both {
            let (start, end) = match end {
                Some(end) if end.year < start.year && (start.month.is_some() == end.month.is_some()) => {
                    (end, Some(start))
                }
                _ => (start, end),
            };
            return Some((build(Some(start), end, end.is_none(), last), last));
        }
    }
    let End::Date(date) = first else { return None };
    // 2019-21, 2019/20: the second year in two digits.
    if bare_year
        && reader.between(next) == Some(next + 1)
        && let Some((value, 2)) = reader.number(next + 1)
        && let end = date.year / 100 * 100 + value as i16
        && end > date.year
        && end <= reader.style.today.year + 8
        && !matches!(reader.sign(next + 2), Some('%' | '/' | '.'))
    {
        return Some((build(Some(date), Some(PartialDate::year(end)), false, next + 2), next + 2));
    }
    if since {
        return Some((build(Some(date), None, true, next), next));
    }
    // "2019 –" at the end of a line goes on.
    if let Some(behind) = reader.between(next)
        && behind == tokens.len()
        && matches!(reader.sign(next), Some('-' | '–' | '—'))
    {
        next = behind;
        return Some((build(Some(date), None, true, next), next));
    }
    Some((build(None, Some(date), false, next), next))
}

/// Whether a bare year is no part of an amount, a number or a name.
fn stands_free(text: &str, from: usize, to: usize) -> bool {
    let before = text[..from].chars().next_back().unwrap_or(' ');
    let mut behind = text[to..].chars();
    let (first, second) = (behind.next().unwrap_or(' '), behind.next().unwrap_or(' '));
    let part_of_number = |sign: char| matches!(sign, '.' | ',') && second.is_ascii_digit();
    let bound_before =
        matches!(before, '$' | '€' | '£' | '#' | '.' | '+' | '@' | '_' | '=') || before.is_alphanumeric();
    let bound_behind = matches!(first, '+' | '%' | '$' | '€' | '£' | '@' | '_')
        || first.is_alphanumeric()
        || part_of_number(first);
    !bound_before && !bound_behind
}

/// Whether a text behind a date says that it goes on: "to", "bis".
pub(super) fn goes_on(text: &str) -> bool {
    is_one_of("to bis until till through au tot hasta al ate", &super::lexicon::phrases::fold(text))
}

/// Whether a text says only how long something lasted: "2 years 10 months", "(4 mos)".
pub(super) fn is_duration(text: &str) -> bool {
    let mut numbers = 0;
    let mut words = 0;
    for token in tokens(text) {
        match token.kind {
            Kind::Number { digits, .. } if digits <= 2 => numbers += 1,
            Kind::Word(word) if is_one_of(DURATION_WORDS, &word) => words += 1,
            Kind::Sign('(' | ')' | ',' | '.' | '·' | '-' | '–' | '&' | '+' | '|') => {}
            _ => return false,
        }
    }
    numbers > 0 && words > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> DateStyle {
        DateStyle { today: PartialDate::month(2026, 11), month_first: true }
    }

    fn first(text: &str) -> (String, String) {
        let found = find(text, style());
        let span = found.first().unwrap_or_else(|| panic!("no date in {text}"));
        let start = span.start.map_or(String::new(), |date| date.to_string());
        let end = span
            .end
            .map_or(if span.current { "present".to_owned() } else { String::new() }, |date| date.to_string());
        (start, end)
    }

    #[test]
    fn periods_are_read_in_every_usual_form() {
        for (text, start, end) in [
            ("Jan 2019 – Mar 2021", "2019-01", "2021-03"),
            ("January 2019 to Present", "2019-01", "present"),
            ("Sept. 2018 — current", "2018-09", "present"),
            ("Date: April 2014 – Ongoing", "2014-04", "present"),
            ("03/2019 - 04/2021", "2019-03", "2021-04"),
            ("03.2019–heute", "2019-03", "present"),
            ("2019-03 – 2021-04", "2019-03", "2021-04"),
            ("15.03.2019 bis 31.12.2020", "2019-03-15", "2020-12-31"),
            ("03/15/2019 - 12/31/2020", "2019-03-15", "2020-12-31"),
            ("2015 - 2019", "2015", "2019"),
            ("2015–19", "2015", "2019"),
            ("März 2017 – Januar 2018", "2017-03", "2018-01"),
            ("seit Mai 2020", "2020-05", "present"),
            ("Since 2018", "2018", "present"),
            ("de septembre 2016 à août 2018", "2016-09", "2018-08"),
            ("Depuis février 2019", "2019-02", "present"),
            ("janvier 2019 à ce jour", "2019-01", "present"),
            ("Sept. 2020 – aujourd’hui", "2020-09", "present"),
            ("enero de 2015 - actualidad", "2015-01", "present"),
            ("marzo 2015 a la fecha", "2015-03", "present"),
            ("Gennaio 2014 – in corso", "2014-01", "present"),
            ("março de 2012 até julho de 2014", "2012-03", "2014-07"),
            ("mei 2011 tot heden", "2011-05", "present"),
            ("Martie 2017 - decembrie 2020", "2017-03", "2020-12"),
            ("martie 2022 - prezent", "2022-03", "present"),
            ("Jan - Mar 2019", "2019-01", "2019-03"),
            ("Summer 2018 – Fall 2019", "2018", "2019"),
            ("Jun '17 – Aug '19", "2017-06", "2019-08"),
            ("'17 – '19", "2017", "2019"),
            ("06/17 - 08/19", "2017-06", "2019-08"),
            ("2020 –", "2020", "present"),
            ("Present - 2016", "2016", "present"),
            ("1 March 2019 - 2 April 2020", "2019-03-01", "2020-04-02"),
        ] {
            assert_eq!(first(text), (start.to_owned(), end.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_no_period() {
        assert_eq!(first("Graduated: May 2018"), (String::new(), "2018-05".to_owned()));
        assert_eq!(first("Leeds College 2019"), (String::new(), "2019".to_owned()));
    }

    #[test]
    fn amounts_and_counts_are_no_years() {
        for text in
            ["$2000 saved", "2000+ users", "over 2019% more", "12345", "call 2010.5", "in a 24/7 team"]
        {
            assert!(find(text, style()).is_empty(), "{text}: {:?}", find(text, style()));
        }
    }

    #[test]
    fn durations_are_known() {
        assert!(is_duration("2 years 10 months") && is_duration("(4 mos)"));
        assert!(!is_duration("2 years as a nurse") && !is_duration("2019"));
    }
}
