//! What is logged of a panic: where, and words that hold nothing of the data it happened on. The words of many panics do: a
//! string that is cut at a wrong place is printed whole, and it may be a CV.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};

use tokio::task::JoinError;

/// Beginnings of words that hold only numbers.
const ONLY_NUMBERS: [&str; 4] =
    ["index out of bounds: the len is", "range start index", "range end index", "slice index starts at"];

/// The words of a panic that may be logged.
pub fn words(panic: &(dyn Any + Send)) -> &str {
    if let Some(words) = panic.downcast_ref::<&'static str>() {
        return words;
    }
    let made = panic.downcast_ref::<String>().map(String::as_str);
    made.filter(|words| ONLY_NUMBERS.iter().any(|beginning| words.starts_with(beginning)))
        .unwrap_or("a panic whose words may hold data")
}

/// How a task of the runtime ended that has no result.
pub fn of_task(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => format!("it panicked: {}", words(&*panic)),
        Err(_) => "it was broken off".to_owned(),
    }
}

/// Has panics logged as everything is.
pub(super) fn log() {
    panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let location = panic.location().map(ToString::to_string);
        let words = match (panic.payload().downcast_ref::<&'static str>(), panic.payload_as_str()) {
            (Some(words), _) => words,
            (None, Some(made)) if ONLY_NUMBERS.iter().any(|beginning| made.starts_with(beginning)) => made,
            _ => "words that may hold data",
        };
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
        tracing::error!(location, words, backtrace, "a panic");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(work: impl FnOnce() + panic::UnwindSafe) -> Box<dyn Any + Send> {
        panic::catch_unwind(work).unwrap_err()
    }

    #[test]
    fn the_words_of_a_panic_hold_no_data() {
        let text = String::from("Ünal Yıldız");
        assert!(!words(&*caught(|| drop(text[..1].to_owned()))).contains("Yıldız"));
        let failed: Result<String, String> =
            "x".parse::<u8>().map_err(|_| "anna@example.org".to_owned()).map(|_| String::new());
        assert!(!words(&*caught(|| drop(failed.unwrap()))).contains('@'));
        assert_eq!(words(&*caught(|| panic!("a defect"))), "a defect");
        let (list, index) = (vec![String::new()], std::hint::black_box(3));
        assert!(words(&*caught(|| drop(list[index].clone()))).contains("the index is 3"));
    }
}
