//! Algorithms that tokens are signed with.

use std::{fmt, str::FromStr};

/// An algorithm that tokens are signed with (RFC 7518, RFC 8037). `none` is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256: whoever verifies can sign too.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// Ed25519: whoever verifies needs the public key only.
    EdDsa,
    /// ECDSA on P-256 with SHA-256: the same, where Ed25519 is not at hand.
    Es256,
}

impl Algorithm {
    const ALL: [Self; 5] = [Self::Hs256, Self::Hs384, Self::Hs512, Self::EdDsa, Self::Es256];

    /// Its name in the header of a token.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
        }
    }

    /// Fewest bytes of a secret: as many as the hash has (RFC 7518 §3.2). Nothing for algorithms without one.
    #[must_use]
    pub fn shortest_secret(self) -> Option<usize> {
        match self {
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 => Some(64),
            Self::EdDsa | Self::Es256 => None,
        }
    }

    pub(super) fn of_crate(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
            Self::Hs384 => jsonwebtoken::Algorithm::HS384,
            Self::Hs512 => jsonwebtoken::Algorithm::HS512,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| UnknownAlgorithm(name.to_owned()))
    }
}

/// A name that is no algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAlgorithm(String);

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no algorithm of tokens; write HS256, HS384, HS512, EdDSA or ES256", self.0)
    }
}

impl std::error::Error for UnknownAlgorithm {}
