//! Tokens of demo accounts: dev only.

use std::time::Duration;

use super::{config::Config, start};
use crate::{
    access::{Claims, Sessions},
    app::StartError,
};

const LIFETIME: Duration = Duration::from_hours(24);

/// Whether there are any here.
pub(super) fn check(config: &Config) -> Result<(), StartError> {
    if config.environment.is_dev() { Ok(()) } else { Err(StartError::of("demo tokens are made in dev only")) }
}

/// Prints the token of `account`, or of all accounts.
pub(super) async fn print(
    demos: &[(&'static str, Claims)],
    sessions: &Sessions,
    account: Option<&String>,
) -> Result<(), StartError> {
    let Some(account) = account else {
        if demos.is_empty() {
            println!("The project has no demo accounts; add some with Project::demo.");
        }
        for (name, claims) in demos {
            println!("# {name}\n{}\n", given(sessions, claims).await?);
        }
        return Ok(());
    };
    let Some((_, claims)) = demos.iter().find(|(name, _)| name == account) else {
        let names: Vec<&str> = demos.iter().map(|(name, _)| *name).collect();
        return Err(StartError::of(format!("no demo account `{account}`; there are: {}", names.join(", "))));
    };
    println!("{}", given(sessions, claims).await?);
    Ok(())
}

/// A token with these claims that lasts for a day.
pub(super) async fn given(sessions: &Sessions, claims: &Claims) -> Result<String, StartError> {
    let issued = sessions.issue_for(claims.clone(), LIFETIME).await;
    Ok(issued.map_err(|error| start::fault("the token cannot be made", &error))?.token)
}
