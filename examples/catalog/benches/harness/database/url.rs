//! `PostgreSQL` URLs.

use super::Outcome;

/// The URL of database `name` in the server of `url`. Without TLS unless the URL asks for it: both
/// sides would mostly measure the encryption of a loopback connection.
pub(super) fn of_database(url: &str, name: &str) -> Outcome<String> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("`{url}` is no URL"))?;
    let (rest, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let server = rest.split('/').next().unwrap_or(rest);
    let tls = if parameters.contains("sslmode=") { "" } else { "sslmode=disable" };
    let parameters: Vec<&str> = [parameters, tls].into_iter().filter(|part| !part.is_empty()).collect();
    Ok(format!("{scheme}://{server}/{name}?{}", parameters.join("&")))
}
