//! Everything that the functions of cv-matching share, from plain types at the bottom to the hosts at the top. A lower
//! module never imports a higher one.

pub mod domain;
pub mod durations;

pub mod config;
pub mod telemetry;
pub mod tls;

pub mod model_api;

pub mod aws;
pub mod cache;
pub mod db;
pub mod queue;
pub mod storage;

pub mod document;
pub mod embedding;
pub mod skills;

pub mod parsing;

pub mod matching;

pub mod evaluation;
pub mod explanation;

pub mod pipeline;

pub mod api;
pub mod auth;
pub mod host;
