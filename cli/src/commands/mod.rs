//! The commands, one file each.

mod documents;
mod embedding;
pub mod evaluate_matching;
pub mod evaluate_parsing;
pub mod evaluate_skills;
pub mod function;
pub mod functions;
pub mod generate_dummy;
pub mod import_jobs;
mod inputs;
pub mod match_cv;
pub mod migrate;
mod parallel;
pub mod parse;
pub mod probe;
mod profile_text;
pub mod rank;
pub mod score;
pub mod skills;
mod terminal;
pub mod token;
