//! `cv-matching`: the whole system in one process, and the operator's tools.

mod commands;
mod output;
mod serving;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use shared::config::SETTINGS;

/// Matches CVs to jobs, both ways, and says why.
///
/// `serve` is the whole system in one process. `match` tells the best jobs for one CV without a server. The other commands
/// read and write files, for tools and scripts: NDJSON (one JSON object a line), with `-` for standard input.
#[derive(Parser)]
#[command(name = "cv-matching", version, after_long_help = settings_help(), max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything in this process: pages, API, all stages and schedules, with a database of its own.
    Serve(serving::ServeArguments),
    /// Run one function by itself: as a container, on Knative, on Lambda.
    Function(commands::function::FunctionArguments),
    /// Read CV files and print their profiles (NDJSON).
    Parse(commands::parse::ParseArguments),
    /// Print the jobs that fit one CV best, with reasons. Needs no server.
    Match(commands::match_cv::MatchArguments),
    /// Rank jobs for many CVs, or CVs for many jobs (NDJSON in and out).
    Rank(commands::rank::RankArguments),
    /// Score pairs of CV and job (NDJSON in and out).
    Score(commands::score::ScoreArguments),
    /// Find the skills that texts name (NDJSON in and out).
    Skills(commands::skills::SkillsArguments),
    /// Bring a database's tables up to date.
    Migrate(commands::migrate::MigrateArguments),
    /// Import job ads from NDJSON, CSV or a JSON array into a database.
    ImportJobs(commands::import_jobs::ImportJobsArguments),
    /// Fill a database with believable CVs and jobs, for load tests.
    GenerateDummy(commands::generate_dummy::GenerateDummyArguments),
    /// Measure how well CVs are read.
    EvaluateParsing(commands::evaluate_parsing::EvaluateParsingArguments),
    /// Measure how well skills are found in sentences.
    EvaluateSkills(commands::evaluate_skills::EvaluateSkillsArguments),
    /// Measure how well matches are ranked, beside simpler methods.
    EvaluateMatching(commands::evaluate_matching::EvaluateMatchingArguments),
    /// Print a signed token for local use of the API.
    Token(commands::token::TokenArguments),
    /// Print the table of functions: what calls each, and what it needs.
    Functions(commands::functions::FunctionsArguments),
    /// Ask whether the server on PORT answers, for health checks.
    Probe(commands::probe::ProbeArguments),
}

fn settings_help() -> String {
    let mut help = String::from("Environment variables:\n");
    for (name, default, meaning) in SETTINGS {
        help.push_str(&format!("  {name}\n      {meaning} [default: {default}]\n"));
    }
    help.push_str("\nExit codes: 0 all went well; 1 something failed, standard error says what; 2 the call was wrong.\n");
    help
}

fn main() -> ExitCode {
    shared::document::fence::serve_if_asked();
    let arguments = Arguments::parse();
    shared::telemetry::init();
    let outcome = match arguments.command {
        Command::Serve(arguments) => serving::serve(&arguments),
        Command::Function(arguments) => commands::function::run(&arguments),
        Command::Parse(arguments) => commands::parse::run(&arguments),
        Command::Match(arguments) => commands::match_cv::run(&arguments),
        Command::Rank(arguments) => commands::rank::run(&arguments),
        Command::Score(arguments) => commands::score::run(&arguments),
        Command::Skills(arguments) => commands::skills::run(&arguments),
        Command::Migrate(arguments) => commands::migrate::run(&arguments),
        Command::ImportJobs(arguments) => commands::import_jobs::run(&arguments),
        Command::GenerateDummy(arguments) => commands::generate_dummy::run(&arguments),
        Command::EvaluateParsing(arguments) => commands::evaluate_parsing::run(&arguments),
        Command::EvaluateSkills(arguments) => commands::evaluate_skills::run(&arguments),
        Command::EvaluateMatching(arguments) => commands::evaluate_matching::run(&arguments),
        Command::Token(arguments) => commands::token::run(&arguments),
        Command::Functions(arguments) => commands::functions::run(&arguments),
        Command::Probe(arguments) => commands::probe::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        // Whoever read the output has enough of it (`| head`): that is no failure.
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cv-matching: {error:#}");
            ExitCode::FAILURE
        }
    }
}
