//! The text of a token: three parts, of which the first names the key and the last signs the others.
//!
//! jsonwebtoken signs and verifies; header and claims are read here, once and by stricter rules: it would take what the header says
//! of `crit` for granted, and read the claims twice.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::crypto;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{KeyRing, TokenError, refused};
use crate::error::{Error, Result};

/// Longest token that is looked at, in bytes. Cookies are far shorter; a bearer token may name many organizations.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// What a token is for. Tokens of one kind never pass for the other (RFC 8725 §3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Service,
}

impl Kind {
    /// The `typ` of a token that names its key.
    fn typ(self) -> &'static str {
        match self {
            Self::User => "at+jwt",
            Self::Service => "service+jwt",
        }
    }
}

/// What is read of a header; the rest of it has no say.
#[derive(Deserialize)]
pub(super) struct Header<'a> {
    alg: &'a str,
    typ: Option<&'a str>,
    pub(super) kid: Option<&'a str>,
    crit: Option<IgnoredAny>,
}

#[derive(Serialize)]
struct Written<'a> {
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    typ: &'static str,
}

/// A signed token with these claims.
pub(super) fn sign(ring: &KeyRing, kind: Kind, claims: &impl Serialize, now: i64) -> Result<String> {
    let key = ring.signer(now)?;
    let signing = key.signing.as_ref().ok_or_else(|| Error::internal("the key cannot sign"))?;
    let typ = if key.id.is_some() { kind.typ() } else { "JWT" };
    let header = Written { alg: key.algorithm.name(), kid: key.id(), typ };
    let header = serde_json::to_vec(&header).map_err(Error::internal)?;
    let claims = serde_json::to_vec(claims).map_err(Error::internal)?;
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = crypto::sign(token.as_bytes(), signing, key.algorithm.of_crate()).map_err(Error::internal)?;
    token.push('.');
    token.push_str(&signature);
    if token.len() > LONGEST_TOKEN {
        return Err(super::too_large(token.len(), LONGEST_TOKEN));
    }
    Ok(token)
}

/// The claims of a token whose signature holds, unread.
pub(super) fn open(ring: &KeyRing, kind: Kind, token: &str, now: i64) -> Result<Vec<u8>, TokenError> {
    if token.len() > LONGEST_TOKEN {
        return Err(refused("it is too long"));
    }
    let malformed = || refused("it is malformed");
    let (message, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = message.split_once('.').ok_or_else(malformed)?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| malformed())?;
    let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| malformed())?;
    if header.crit.is_some() {
        return Err(refused("it needs an extension that we do not know"));
    }
    let key = ring.find(&header, now)?;
    if header.alg != key.algorithm.name() {
        return Err(refused("its algorithm is not that of its key"));
    }
    if ring.is_named() && !is_typ(header.typ, kind) {
        return Err(refused("it is of another type"));
    }
    match crypto::verify(signature, message.as_bytes(), &key.verifying, key.algorithm.of_crate()) {
        Ok(true) => URL_SAFE_NO_PAD.decode(claims).map_err(|_| malformed()),
        Ok(false) | Err(_) => Err(refused("its signature does not hold")),
    }
}

/// Media types are compared without their case, and `application/` may stand before them (RFC 7515 §4.1.9).
fn is_typ(typ: Option<&str>, kind: Kind) -> bool {
    let Some(typ) = typ else { return false };
    let short = match typ.split_once('/') {
        Some((media, short)) if media.eq_ignore_ascii_case("application") => short,
        Some(_) => return false,
        None => typ,
    };
    short.eq_ignore_ascii_case(kind.typ())
}
