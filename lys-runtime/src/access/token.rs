//! Tokens: HS256 user tokens and service tokens.

/// Verifies and makes tokens with one secret.
pub struct Tokens {}

/// Why a token does not hold.
#[derive(Debug)]
pub struct TokenError;
