//! `token`: a signed token for local use.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use shared::auth::{Role, issue_token};
use shared::config::Settings;

use crate::serving::local_secret;

/// Prints a token that this system takes, signed with JWT_SECRET, or with the secret that the one process keeps in DATA_DIR.
///
/// Example: curl -H "Authorization: Bearer $(cv-matching token)" http://localhost:8000/api/candidate/cvs
#[derive(Args)]
pub struct TokenArguments {
    /// Who the token is for.
    #[arg(long, default_value = "local")]
    sub: String,
    /// What they may do: candidate, recruiter, admin.
    #[arg(long, value_delimiter = ',', default_value = "candidate,recruiter,admin", value_parser = parse_role)]
    roles: Vec<Role>,
    /// Hours until it ends.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    hours: u64,
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::ALL
        .into_iter()
        .find(|role| role.as_str() == text)
        .ok_or_else(|| "a role is one of candidate, recruiter, admin".to_owned())
}

pub fn run(arguments: &TokenArguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    let mut auth = settings.auth;
    if auth.jwt_secret.is_none() {
        let secret =
            local_secret::read_or_make(&settings.data_dir).context("there is no secret to sign with")?;
        auth.jwt_secret = Some(secret);
    }
    let valid = Duration::from_secs(arguments.hours * 3600);
    println!("{}", issue_token(&auth, &arguments.sub, &arguments.roles, valid)?);
    Ok(ExitCode::SUCCESS)
}
