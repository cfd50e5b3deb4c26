//! One key: a secret, or a key pair read from PEM or JWK.
//!
//! A key is checked once, when it is read: its curve, that a point lies on it, that a public key belongs to its private one. Its
//! algorithm comes with it; what a token says of algorithms decides nothing (RFC 8725 §3.1).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, KeypairBytes,
    spki::der::pem::LineEnding,
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use sha2::{Digest as _, Sha256};

use super::Algorithm;

/// A key that verifies tokens, and signs them if its private half is known.
#[derive(Clone)]
pub struct Key {
    /// Nothing for a secret: the header of its tokens is the reference's.
    pub(super) id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) verifying: DecodingKey,
    pub(super) signing: Option<EncodingKey>,
    /// From this Unix second on it is as good as absent.
    pub(super) not_after: Option<i64>,
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError(pub(super) String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}

/// The halves that a text may hold, before they become a [`Key`].
pub(super) enum Material {
    EdPrivate(ed25519_dalek::SigningKey),
    EdPublic(ed25519_dalek::VerifyingKey),
    EsPrivate(p256::SecretKey),
    EsPublic(p256::PublicKey),
}

impl Key {
    /// A secret, for tokens as the reference makes them.
    ///
    /// # Errors
    /// When the algorithm has key pairs, or the secret fewer bytes than its hash.
    pub fn secret(algorithm: Algorithm, secret: &str) -> Result<Self, KeyError> {
        let Some(shortest) = algorithm.shortest_secret() else {
            return Err(KeyError(format!("{algorithm} signs with a key pair, not with a secret")));
        };
        if secret.len() < shortest {
            return Err(KeyError(format!(
                "the secret key has {} bytes; {algorithm} needs at least {shortest} random ones",
                secret.len()
            )));
        }
        Ok(Self {
            id: None,
            algorithm,
            verifying: DecodingKey::from_secret(secret.as_bytes()),
            signing: Some(EncodingKey::from_secret(secret.as_bytes())),
            not_after: None,
        })
    }

    /// A key in PEM: PKCS#8 (`PRIVATE KEY`), SEC1 (`EC PRIVATE KEY`) or SPKI (`PUBLIC KEY`), Ed25519 or P-256. Its id is the
    /// thumbprint of its public half (RFC 7638), so both halves have the same.
    ///
    /// # Errors
    /// When the text is none of these, or the key is encrypted, of another kind, or weak.
    pub fn pem(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let material = if text.contains("-----BEGIN PRIVATE KEY-----") {
            let ed = ed25519_dalek::SigningKey::from_pkcs8_pem(text).map(Material::EdPrivate).ok();
            ed.or_else(|| p256::SecretKey::from_pkcs8_pem(text).map(Material::EsPrivate).ok())
        } else if text.contains("-----BEGIN EC PRIVATE KEY-----") {
            p256::SecretKey::from_sec1_pem(text).map(Material::EsPrivate).ok()
        } else if text.contains("-----BEGIN PUBLIC KEY-----") {
            let ed = ed25519_dalek::VerifyingKey::from_public_key_pem(text).map(Material::EdPublic).ok();
            ed.or_else(|| p256::PublicKey::from_public_key_pem(text).map(Material::EsPublic).ok())
        } else {
            None
        };
        // What was read is not repeated: it may be a secret.
        let wrong = "it is no Ed25519 or P-256 key in unencrypted PEM (PRIVATE KEY, EC PRIVATE KEY or PUBLIC KEY)";
        Self::of(&material.ok_or_else(|| KeyError(wrong.to_owned()))?)
    }

    pub(super) fn of(material: &Material) -> Result<Self, KeyError> {
        let unusable = |_| KeyError("the private key cannot be used".to_owned());
        let (algorithm, public, private) = match material {
            Material::EdPrivate(key) => {
                let der = key.to_pkcs8_der().map_err(unusable)?;
                let public = key.verifying_key();
                (Algorithm::EdDsa, Public::Ed(public), Some(EncodingKey::from_ed_der(der.as_bytes())))
            }
            Material::EdPublic(key) => (Algorithm::EdDsa, Public::Ed(*key), None),
            Material::EsPrivate(key) => {
                let der = key.to_pkcs8_der().map_err(unusable)?;
                (Algorithm::Es256, Public::Es(key.public_key()), Some(EncodingKey::from_ec_der(der.as_bytes())))
            }
            Material::EsPublic(key) => (Algorithm::Es256, Public::Es(*key), None),
        };
        if matches!(&public, Public::Ed(key) if key.is_weak()) {
            return Err(KeyError("the public key is weak: it verifies signatures that nobody made".to_owned()));
        }
        let (id, verifying) = (Some(public.thumbprint()), public.decoding());
        Ok(Self { id, algorithm, verifying, signing: private, not_after: None })
    }

    /// The same key under another id.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same key, which verifies nothing from `time` on.
    #[must_use]
    pub fn until(mut self, time: DateTime<Utc>) -> Self {
        self.not_after = Some(time.timestamp());
        self
    }

    /// The same key without its private half.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.signing = None;
        self
    }

    /// The id in the header of its tokens; a secret has none.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether its private half is known.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.signing.is_some()
    }

    /// Whether its time is over.
    pub(super) fn is_over(&self, now: i64) -> bool {
        self.not_after.is_some_and(|end| end <= now)
    }
}

/// Without its material.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = f.debug_struct("Key");
        key.field("id", &self.id).field("algorithm", &self.algorithm).field("signs", &self.signs());
        key.field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

enum Public {
    Ed(ed25519_dalek::VerifyingKey),
    Es(p256::PublicKey),
}

impl Public {
    fn decoding(&self) -> DecodingKey {
        match self {
            Self::Ed(key) => DecodingKey::from_ed_der(key.as_bytes()),
            Self::Es(key) => DecodingKey::from_ec_der(key.to_encoded_point(false).as_bytes()),
        }
    }

    /// SHA-256 over the members that RFC 7638 names, in its order.
    fn thumbprint(&self) -> String {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let members = match self {
            Self::Ed(key) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(key.as_bytes())),
            Self::Es(key) => {
                let point = key.to_encoded_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(32);
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(x), text(y))
            }
        };
        text(&Sha256::digest(members))
    }
}

/// A new key pair, as texts for two files.
pub struct KeyPair {
    /// The id of both halves.
    pub id: String,
    /// The private half: PKCS#8 in PEM.
    pub private: String,
    /// The public half: SPKI in PEM.
    pub public: String,
}

impl KeyPair {
    /// A new pair.
    ///
    /// # Errors
    /// When the algorithm has none, or the system no random numbers.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let failed = |error: &dyn fmt::Display| KeyError(format!("no key can be made: {error}"));
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| failed(&error))?;
        let (material, private, public) = match algorithm {
            Algorithm::EdDsa => {
                let key = ed25519_dalek::SigningKey::from_bytes(&seed);
                // Version 1 of PKCS#8, which every OpenSSL reads.
                let pair = KeypairBytes { secret_key: seed, public_key: None };
                let private = pair.to_pkcs8_pem(LineEnding::LF).map_err(|error| failed(&error))?;
                let public = key.verifying_key().to_public_key_pem(LineEnding::LF).map_err(|error| failed(&error))?;
                (Material::EdPrivate(key), private, public)
            }
            Algorithm::Es256 => {
                let key = p256::SecretKey::from_slice(&seed).map_err(|error| failed(&error))?;
                let private = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| failed(&error))?;
                let public = key.public_key().to_public_key_pem(LineEnding::LF).map_err(|error| failed(&error))?;
                (Material::EsPrivate(key), private, public)
            }
            _ => return Err(KeyError(format!("{algorithm} has no key pairs; write EdDSA or ES256"))),
        };
        let id = Key::of(&material)?.id.unwrap_or_default();
        Ok(Self { id, private: private.to_string(), public })
    }
}

/// Without the private half.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("id", &self.id).finish_non_exhaustive()
    }
}
