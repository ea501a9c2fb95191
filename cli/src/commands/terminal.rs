//! How the commands write for people: bars, lines broken between words, and colours where they are wanted.

use std::env;
use std::io::{self, IsTerminal};

/// Width of what is written, in characters.
pub const WIDTH: usize = 100;

/// Ways to set off a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// What a reader looks for first.
    Bold,
    /// What can be skipped.
    Dim,
    /// What speaks for something.
    Good,
    /// What speaks against it.
    Bad,
}

/// Writes in colours, or not.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    colours: bool,
}

impl Pen {
    /// In colours on a terminal, unless NO_COLOR is set (<https://no-color.org>).
    pub fn for_stdout() -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colours: io::stdout().is_terminal() && !unwanted }
    }

    /// The text, set off.
    pub fn set(self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Good => "32",
            Style::Bad => "33",
        };
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A bar of `cells` characters for a score of 0–100.
pub fn bar(score: f32, cells: usize) -> String {
    let filled = ((score / 100.0 * cells as f32).round().max(0.0) as usize).min(cells);
    format!("{}{}", "█".repeat(filled), "░".repeat(cells - filled))
}

/// Breaks a text between words into lines of at most [`WIDTH`] characters: the first begins with `first`, which is taken as
/// it is, the others with as many spaces as that is wide.
pub fn wrapped(first: &str, text: &str) -> Vec<String> {
    let indent = first.chars().count();
    let mut lines = vec![first.to_owned()];
    let mut width = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > indent && width + 1 + length > WIDTH {
            lines.push(" ".repeat(indent));
            width = indent;
        }
        if let Some(line) = lines.last_mut() {
            if width > indent {
                line.push(' ');
                width += 1;
            }
            line.push_str(word);
            width += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_word_is_lost() {
        let text = "größer als alles andere ".repeat(30);
        let lines = wrapped("  + ", &text);
        assert!(lines.len() > 5 && lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert!(lines[0].starts_with("  + g") && lines[1].starts_with("    "));
        let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).skip(1).collect();
        assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
        assert_eq!(wrapped("- ", &"x".repeat(200)).len(), 1);
    }

    #[test]
    fn a_bar_has_always_the_same_width() {
        for score in [-3.0, 0.0, 4.9, 50.0, 99.0, 100.0, 120.0] {
            assert_eq!(bar(score, 8).chars().count(), 8);
        }
        assert_eq!((bar(0.0, 4), bar(50.0, 4), bar(100.0, 4)), ("░░░░".into(), "██░░".into(), "████".into()));
    }
}
