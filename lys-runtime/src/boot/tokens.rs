//! Tokens of demo accounts: dev only.

use std::time::Duration;

use super::{Project, config::Config, signing, start};
use crate::{
    access::{Claims, Tokens},
    app::StartError,
};

const LIFETIME: Duration = Duration::from_hours(24);

/// Prints the token of `account`, or all accounts.
pub(super) fn print(project: &Project, config: &Config, account: Option<&String>) -> Result<(), StartError> {
    if !config.environment.is_dev() {
        return Err(StartError::of("demo tokens are made in dev only"));
    }
    let tokens = signing::tokens(config)?;
    let names = || project.demos.iter().map(|(name, _)| *name);
    let Some(account) = account else {
        if project.demos.is_empty() {
            println!("The project has no demo accounts; add some with Project::demo.");
        }
        for (name, claims) in &project.demos {
            println!("# {name}\n{}\n", signed(&tokens, claims)?);
        }
        return Ok(());
    };
    match project.demos.iter().find(|(name, _)| name == account) {
        Some((_, claims)) => {
            println!("{}", signed(&tokens, claims)?);
            Ok(())
        }
        None => Err(StartError::of(format!(
            "no demo account `{account}`; there are: {}",
            names().collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// A token with these claims that lasts for a day.
pub(super) fn signed(tokens: &Tokens, claims: &Claims) -> Result<String, StartError> {
    tokens
        .user_token(&claims.clone().expires_in(LIFETIME))
        .map_err(|error| start::fault("the token cannot be signed", &error))
}
