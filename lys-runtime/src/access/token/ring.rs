//! The keys of one kind of token: one signs, all verify.

use super::{
    TokenError,
    jws::Header,
    key::{Key, KeyError},
    refused,
};
use crate::error::{Error, Result};

/// The keys that tokens of one kind are verified with. The first whose private half is known signs.
#[derive(Debug, Clone)]
pub struct KeyRing {
    keys: Vec<Key>,
}

impl KeyRing {
    /// Keys in order: the first that can sign does; the others verify what was signed with them before. A ring of public keys only
    /// verifies. A secret stands alone.
    ///
    /// # Errors
    /// When there are no keys, two have the same id, a secret stands beside others, or the time of the one that would sign is over.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Result<Self, KeyError> {
        let mut keys: Vec<Key> = keys.into_iter().collect();
        if keys.is_empty() {
            return Err(KeyError("there is no key".to_owned()));
        }
        if keys.len() > 1 && keys.iter().any(|key| key.id.is_none()) {
            return Err(KeyError("a secret has no id, so it cannot stand beside other keys".to_owned()));
        }
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].iter().any(|other| other.id == key.id) {
                return Err(KeyError(format!("two keys have the id `{}`", key.id.as_deref().unwrap_or_default())));
            }
        }
        let signing = keys.iter().position(Key::signs);
        if signing.is_some_and(|index| keys[index].is_over(super::now())) {
            return Err(KeyError("the time of the key that signs is over; put a newer one before it".to_owned()));
        }
        // A private half that is not needed is not kept.
        for (_, key) in keys.iter_mut().enumerate().filter(|(index, _)| Some(*index) != signing) {
            key.signing = None;
        }
        Ok(Self { keys })
    }

    /// Its keys.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Whether its tokens name their key, as all but those of a secret do.
    pub(super) fn is_named(&self) -> bool {
        self.keys.iter().all(|key| key.id.is_some())
    }

    /// Whether tokens can be signed.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.keys.iter().any(Key::signs)
    }

    /// The key that signs.
    pub(super) fn signer(&self, now: i64) -> Result<&Key> {
        let signer = self.keys.iter().find(|key| key.signs());
        let signer =
            signer.ok_or_else(|| Error::internal("this service has public keys only: it cannot sign tokens"))?;
        if signer.is_over(now) {
            return Err(Error::internal("the time of the key that signs tokens is over"));
        }
        Ok(signer)
    }

    /// The key that a header names. Keys, addresses and certificates that a header brings along are not looked at.
    pub(super) fn find(&self, header: &Header<'_>, now: i64) -> Result<&Key, TokenError> {
        let key = match self.keys.as_slice() {
            [secret] if secret.id.is_none() => secret,
            keys => {
                let id = header.kid.ok_or_else(|| refused("it names no key"))?;
                keys.iter()
                    .find(|key| key.id.as_deref() == Some(id))
                    .ok_or_else(|| refused("it names an unknown key"))?
            }
        };
        if key.is_over(now) {
            return Err(refused("the time of its key is over"));
        }
        Ok(key)
    }
}
