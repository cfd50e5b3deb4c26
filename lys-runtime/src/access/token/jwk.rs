//! Keys as JSON (RFC 7517, RFC 8037): one, or a set of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{EncodedPoint, elliptic_curve::sec1::FromEncodedPoint as _};
use serde::Deserialize;

use super::key::{Key, KeyError, Material};

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Set { keys: Vec<Jwk> },
    One(Jwk),
}

impl Key {
    /// The keys of a JWK or of a JWK set: Ed25519 (`OKP`) and P-256 (`EC`). A key without `kid` is called by its thumbprint.
    ///
    /// # Errors
    /// When the text is neither, a key is of another kind or meant for something else, or its halves do not belong together.
    pub fn jwks(text: &str) -> Result<Vec<Self>, KeyError> {
        // The texts of serde may repeat values, which may be secret.
        let document = serde_json::from_str(text).map_err(|_| KeyError("it is no JWK and no JWK set".to_owned()))?;
        let keys = match document {
            Document::Set { keys } => keys,
            Document::One(key) => vec![key],
        };
        keys.into_iter().map(Jwk::read).collect()
    }

    /// The keys of a text: PEM, a JWK, or a JWK set.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn read(text: &str) -> Result<Vec<Self>, KeyError> {
        if text.trim_start().starts_with('{') { Self::jwks(text) } else { Ok(vec![Self::pem(text)?]) }
    }
}

impl Jwk {
    fn read(self) -> Result<Key, KeyError> {
        let wrong = |what: &str| {
            let name = self.kid.as_deref().unwrap_or("without kid");
            KeyError(format!("the JWK `{name}` {what}"))
        };
        if self.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return Err(wrong("is not for signatures"));
        }
        let material = match (self.kty.as_str(), self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => self.ed25519(),
            ("EC", Some("P-256")) => self.p256(),
            _ => return Err(wrong("is neither Ed25519 nor P-256")),
        };
        let key = Key::of(&material.ok_or_else(|| wrong("is malformed, or its halves do not belong together"))?)?;
        if self.alg.as_deref().is_some_and(|alg| alg != key.algorithm().name()) {
            return Err(wrong("is for another algorithm than its curve's"));
        }
        Ok(match &self.kid {
            Some(id) if id.is_empty() => return Err(wrong("has an empty kid")),
            Some(id) => key.named(id.clone()),
            None => key,
        })
    }

    fn ed25519(&self) -> Option<Material> {
        let public = ed25519_dalek::VerifyingKey::from_bytes(&bytes(self.x.as_ref()?)?).ok()?;
        let Some(d) = &self.d else { return Some(Material::EdPublic(public)) };
        let private = ed25519_dalek::SigningKey::from_bytes(&bytes(d)?);
        (private.verifying_key() == public).then_some(Material::EdPrivate(private))
    }

    fn p256(&self) -> Option<Material> {
        let (x, y): ([u8; 32], [u8; 32]) = (bytes(self.x.as_ref()?)?, bytes(self.y.as_ref()?)?);
        let point = EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
        let public = Option::from(p256::PublicKey::from_encoded_point(&point))?;
        let Some(d) = &self.d else { return Some(Material::EsPublic(public)) };
        let private = p256::SecretKey::from_slice(&bytes(d)?).ok()?;
        (private.public_key() == public).then_some(Material::EsPrivate(private))
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
