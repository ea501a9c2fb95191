//! Whether the system is any good: how well CVs are read.

mod assignment;
pub mod matching_quality;
pub mod parsing_quality;
pub mod parsing_report;
mod similarity;
