//! Whether the system is any good: how well CVs are read, skills found, and matches ranked, and what candidates make of them.

mod assignment;
pub mod interactions;
pub mod matching_quality;
pub mod parsing_checks;
pub mod parsing_quality;
pub mod parsing_report;
mod similarity;
pub mod skill_finding;
