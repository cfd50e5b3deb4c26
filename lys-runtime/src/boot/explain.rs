//! `explain`: how a document is answered, as a tree.

use std::{io::Read as _, sync::Arc};

use clap::{Arg, ArgMatches, Command as Clap, value_parser};
use serde_json::{Map, Value as Json};

use super::{Started, config::Config, settings::TokenMode, start};
use crate::{
    access::{Actor, Claims, Tokens, sessions},
    app::StartError,
    context::Request,
    execute::{Answer, Explained, GraphqlRequest},
};

/// What may be written behind `explain`.
pub(super) fn command() -> Clap {
    let argument =
        |name, value, help| Arg::new(name).long(name).value_name(value).value_parser(value_parser!(String)).help(help);
    Clap::new("explain")
        .about("Shows how a document is answered: decisions, levels, SQL, rows and times. Mutations are rolled back (dev only)")
        .arg(
            Arg::new("file").value_name("FILE").required(true).value_parser(value_parser!(String)).help(
                "The document; `-` reads standard input",
            ),
        )
        .arg(argument("as", "ACCOUNT|TOKEN", "Who asks: a demo account (dev only) or a token [nobody]"))
        .arg(argument("variables", "FILE", "A JSON file with the variables"))
        .arg(argument("operation-name", "NAME", "Which operation of the document"))
}

/// Who asks, as far as it is known before the project is opened.
#[derive(Debug)]
enum Asker {
    Known(Actor),
    /// An opaque token, whose claims are in a store.
    Opaque(String),
}

/// One document to explain.
pub(super) struct Explanation {
    asker: Asker,
    graphql: GraphqlRequest,
}

impl Explanation {
    /// What the command line asks for.
    pub(super) fn of(
        matches: &ArgMatches,
        config: &Config,
        tokens: &Tokens,
        demos: &[(&'static str, Claims)],
    ) -> Result<Self, StartError> {
        let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let asker = given("as").map_or(Ok(Asker::Known(Actor::Anonymous)), |who| asker(who, config, tokens, demos))?;
        let variables = given("variables").map_or_else(|| Ok(Map::new()), variables)?;
        let graphql = GraphqlRequest {
            query: text(given("file").unwrap_or("-"))?,
            operation_name: given("operation-name").map(str::to_owned),
            variables,
            // A mutation is run, though undone: what a hook does beside the database is not. No place for that but dev.
            read_only: !config.environment.is_dev(),
            ..GraphqlRequest::default()
        };
        Ok(Self { asker, graphql })
    }

    /// The tree, and the errors of the answer.
    pub(super) async fn tree(self, started: &Arc<Started>) -> Result<String, StartError> {
        let actor = self.asker.actor(started).await?;
        let Explained { answer, plan } = started.engine().explain(&Request::of(actor), &self.graphql).await;
        match (answer, plan) {
            (Answer::Executed(response), Some(plan)) => Ok(format!("{plan}{}", errors_of(&response))),
            (Answer::Executed(_), None) => Err(StartError::of("the document ran without a plan")),
            (Answer::ReadOnly(_), _) => Err(StartError::of(format!(
                "the document is a mutation; to explain one is to run it and roll it back, which is for dev, and this is {}",
                started.environment()
            ))),
            (Answer::Refused(errors) | Answer::NotStreamed(errors) | Answer::RateLimited { errors, .. }, _) => {
                let errors: Vec<Json> = serde_json::from_slice(&errors).unwrap_or_default();
                let mut faults = StartError::default();
                for error in &errors {
                    faults.add(format!("the document is refused: {}", message(error)));
                }
                Err(faults)
            }
        }
    }
}

impl Asker {
    async fn actor(self, started: &Started) -> Result<Actor, StartError> {
        let token = match self {
            Self::Known(actor) => return Ok(actor),
            Self::Opaque(token) => token,
        };
        let claims = started.sessions().verify(&token).get().await;
        let claims = claims.map_err(|error| start::fault("the token cannot be looked up", &error))?;
        claims.map(Actor::from).ok_or_else(|| StartError::of("the token does not hold: there is no such session"))
    }
}

fn asker(who: &str, config: &Config, tokens: &Tokens, demos: &[(&'static str, Claims)]) -> Result<Asker, StartError> {
    if let Some((_, claims)) = demos.iter().find(|(name, _)| *name == who && config.environment.is_dev()) {
        return Ok(Asker::Known(claims.clone().into()));
    }
    if config.auth.tokens == TokenMode::Opaque && sessions::is_opaque(who) {
        return Ok(Asker::Opaque(who.to_owned()));
    }
    actor(who, config, tokens, demos).map(Asker::Known)
}

fn actor(who: &str, config: &Config, tokens: &Tokens, demos: &[(&'static str, Claims)]) -> Result<Actor, StartError> {
    let user = tokens.verify_user(who).map(Actor::from);
    user.or_else(|error| match tokens.verify_service(who) {
        Ok(claims) => Ok(Actor::Service { name: claims.service_name }),
        Err(_) if config.environment.is_dev() && !who.contains('.') => {
            let names: Vec<&str> = demos.iter().map(|(name, _)| *name).collect();
            Err(StartError::of(format!("no demo account `{who}`; there are: {}", names.join(", "))))
        }
        Err(_) => Err(StartError::of(error.to_string())),
    })
}

fn text(file: &str) -> Result<String, StartError> {
    let mut text = String::new();
    let read = match file {
        "-" => std::io::stdin().read_to_string(&mut text).map(|_| text),
        file => std::fs::read_to_string(file),
    };
    read.map_err(|error| StartError::of(format!("{file} cannot be read: {error}")))
}

fn variables(file: &str) -> Result<Map<String, Json>, StartError> {
    serde_json::from_str(&text(file)?).map_err(|error| StartError::of(format!("{file} is no JSON object: {error}")))
}

/// A line for each error of a response.
fn errors_of(response: &[u8]) -> String {
    let response: Json = serde_json::from_slice(response).unwrap_or_default();
    let errors = response["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lines: Vec<String> =
        errors.iter().map(|error| format!("error: {} at {}\n", message(error), error["path"])).collect();
    lines.concat()
}

fn message(error: &Json) -> &str {
    error["message"].as_str().unwrap_or("an error without a message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    const SECRET: &str = "a secret for tests: 32 bytes or more";

    fn tokens() -> Tokens {
        Tokens::new(SECRET).expect("long enough")
    }

    fn demos() -> [(&'static str, Claims); 1] {
        [("ada", Claims::user(uuid::Uuid::from_u128(1)))]
    }

    #[test]
    fn demo_accounts_are_known_in_dev_only() {
        let config = Config::of("shop");
        assert!(matches!(asker("ada", &config, &tokens(), &demos()), Ok(Asker::Known(Actor::User(_)))));
        let error = actor("adam", &config, &tokens(), &demos()).expect_err("unknown").to_string();
        assert!(error.contains("no demo account `adam`; there are: ada"), "{error}");
        let config = Config { environment: Environment::Prod, ..config };
        let error = asker("ada", &config, &tokens(), &demos()).expect_err("no demo accounts").to_string();
        assert!(error.contains("the token does not hold"), "{error}");
    }

    #[test]
    fn tokens_of_users_and_services_hold() {
        let config = Config { environment: Environment::Prod, ..Config::of("shop") };
        let user = tokens().user_token(&demos()[0].1).expect("signs");
        assert!(matches!(actor(&user, &config, &tokens(), &[]), Ok(Actor::User(_))));
        let service = tokens().service_token("billing", std::time::Duration::from_mins(1)).expect("signs");
        assert!(matches!(actor(&service, &config, &tokens(), &[]), Ok(Actor::Service { .. })));
        let other = Tokens::new("another secret for tests: 32 bytes").expect("long enough");
        assert!(actor(&user, &config, &other, &[]).is_err());
    }
}
