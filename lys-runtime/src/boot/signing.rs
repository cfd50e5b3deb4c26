//! Keys: read for the tokens of a project, and made by `keys generate`.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command as Clap, value_parser};

use super::{
    config::Config,
    secret::{self, Secret},
    settings::KeySource,
    start,
};
use crate::{
    access::{Algorithm, Key, KeyPair, KeyRing, Tokens},
    app::StartError,
};

/// Tokens signed as the settings say; in dev, without any, with a secret of the project's own.
pub(super) fn tokens(config: &Config) -> Result<Tokens, StartError> {
    let auth = &config.auth;
    let mut faults = StartError::default();
    let user = if auth.needs_secret() {
        secret_ring("secret_key", auth.secret_algorithm(), &secret_of(config)?, &mut faults)
    } else {
        ring("auth.keys", &auth.keys, &mut faults)
    };
    let services = match &auth.service_secret_key {
        Some(secret) => secret_ring("auth.service_secret_key", auth.secret_algorithm(), secret, &mut faults),
        None if auth.service_keys.is_empty() && auth.needs_secret() => user.clone(),
        None if auth.service_keys.is_empty() => None,
        None => ring("auth.service_keys", &auth.service_keys, &mut faults),
    };
    let Some(user) = faults.into_result(user)? else { return Err(StartError::of("no key for tokens of users")) };
    Tokens::with_keys(user, services).map_err(|error| start::fault("the keys cannot be used", &error))
}

fn secret_of(config: &Config) -> Result<Secret, StartError> {
    match &config.secret_key {
        Some(secret) => Ok(secret.clone()),
        None if config.environment.is_dev() => secret::of_dev(&Config::directory())
            .map_err(|error| StartError::of(format!("the secret in .lys/secret cannot be kept: {error}"))),
        None => Err(StartError::of("no secret key")),
    }
}

fn secret_ring(setting: &str, algorithm: Algorithm, secret: &Secret, faults: &mut StartError) -> Option<KeyRing> {
    let ring = Key::secret(algorithm, secret.reveal()).and_then(|key| KeyRing::new([key]));
    ring.map_err(|error| faults.add(format!("{setting}: {error}"))).ok()
}

fn ring(setting: &str, sources: &[KeySource], faults: &mut StartError) -> Option<KeyRing> {
    let mut keys = Vec::new();
    let mut unread = false;
    for source in sources {
        match source.read() {
            Ok(read) => keys.extend(read),
            Err(fault) => {
                unread = true;
                faults.add(format!("{setting}: {fault}"));
            }
        }
    }
    if unread {
        return None;
    }
    KeyRing::new(keys).map_err(|error| faults.add(format!("{setting}: {error}"))).ok()
}

/// What may be written behind `keys`.
pub(super) fn command() -> Clap {
    let algorithm = Arg::new("algorithm").long("algorithm").value_name("ALGORITHM").default_value("EdDSA");
    let algorithm = algorithm.value_parser(value_parser!(Algorithm)).help("EdDSA (Ed25519) or ES256 (P-256)");
    let file = Arg::new("file")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("Where the private key goes; the public one goes beside it, with `.pub` before the ending");
    Clap::new("keys").about("Makes keys that sign tokens").subcommand_required(true).subcommand(
        Clap::new("generate")
            .about("Makes a key pair: a private key that only its owner can read, and a public key")
            .arg(file)
            .arg(algorithm),
    )
}

/// `keys generate`: two new files; nothing that is there is overwritten.
pub(super) fn generate(matches: &ArgMatches) -> Result<(), StartError> {
    let Some((_, matches)) = matches.subcommand() else { return Err(StartError::of("write `keys generate FILE`")) };
    let file = matches.get_one::<PathBuf>("file").ok_or_else(|| StartError::of("name a file for the private key"))?;
    let algorithm = matches.get_one::<Algorithm>("algorithm").copied().unwrap_or(Algorithm::EdDsa);
    let (pair, public) = write_pair(file, algorithm)?;
    println!("{algorithm} key {}\n", pair.id);
    println!("  private  {}   for the server that signs in:  auth.keys = [{:?}]", file.display(), file.display());
    println!("  public   {}   for servers that only verify:  auth.keys = [{:?}]", public.display(), public.display());
    Ok(())
}

fn write_pair(file: &Path, algorithm: Algorithm) -> Result<(KeyPair, PathBuf), StartError> {
    let pair = KeyPair::generate(algorithm).map_err(|error| StartError::of(error.to_string()))?;
    let ending = file.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let public = file.with_extension(format!("pub{ending}"));
    let told =
        |path: &Path, error: &io::Error| StartError::of(format!("{} cannot be written: {error}", path.display()));
    if public.exists() {
        return Err(told(&public, &io::ErrorKind::AlreadyExists.into()));
    }
    if let Some(directory) = file.parent() {
        fs::create_dir_all(directory).map_err(|error| told(directory, &error))?;
    }
    write_new(file, &pair.private, 0o600).map_err(|error| told(file, &error))?;
    write_new(&public, &pair.public, 0o644).map_err(|error| told(&public, &error))?;
    Ok((pair, public))
}

/// Writes a file that was not there, with this mode from its first moment.
fn write_new(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
#[path = "signing_tests.rs"]
mod tests;
