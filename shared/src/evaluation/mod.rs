//! Whether the system is any good: how well CVs are read.

mod assignment;
pub mod parsing_quality;
mod similarity;
