//! What words mean, as tables: degrees, titles, human languages, countries and cities, and the language of a text. Every
//! table holds English, German, French, Spanish, Italian, Portuguese, Dutch and Romanian.

pub mod countries;
pub mod document_language;
pub mod driving_licences;
pub mod education_level;
pub(crate) mod given_names;
pub mod human_languages;
pub(crate) mod occupations;
pub mod phrases;
pub mod seniority;
pub mod work_rights;
