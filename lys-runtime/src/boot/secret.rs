//! The secret key: never printed, and in dev kept beside the database so that tokens survive restarts.

use std::{fmt, fs, io, path::Path};

/// Fewest bytes of a secret.
pub const SHORTEST: usize = 32;

/// A text that is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever signs with it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secret in `<directory>/secret`, made on first use and readable by its owner only.
///
/// # Errors
/// When the file cannot be read or written.
pub fn of_dev(directory: &Path) -> io::Result<Secret> {
    let path = directory.join("secret");
    match fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= SHORTEST => return Ok(Secret::new(text.trim())),
        Ok(_) => fs::remove_file(&path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(directory)?,
        Err(error) => return Err(error),
    }
    let secret = fresh()?;
    match write_new(&path, &secret) {
        Ok(()) => Ok(Secret(secret)),
        // Another process was faster: its secret is the one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(Secret::new(fs::read_to_string(&path)?.trim()))
        }
        Err(error) => Err(error),
    }
}

fn fresh() -> io::Result<String> {
    use std::fmt::Write as _;
    let mut bytes = [0; 48];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().fold(String::with_capacity(96), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

fn write_new(path: &Path, secret: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        assert!(!format!("{:?}", Secret::new("hush")).contains("hush"));
    }

    #[test]
    fn the_dev_secret_survives_and_is_private() {
        let directory = tempfile::tempdir().expect("a directory");
        let first = of_dev(directory.path()).expect("made");
        assert!(first.reveal().len() >= SHORTEST);
        assert_eq!(of_dev(directory.path()).expect("kept"), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(directory.path().join("secret")).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
