//! Metrics, from the instruments to the alerts: what a process hands out is well-formed, every instrument is shown and every
//! name that is shown is an instrument, and each alert's condition is made to happen on real parts, seen in `/metrics`, and fires
//! in the rules.

mod conditions;
mod exposition;
mod files;
mod on_lambda;
mod parts;
mod promtool;
mod serving;
mod world;
