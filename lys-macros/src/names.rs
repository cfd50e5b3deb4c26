//! Names of operations and fields: `snake_case` here, `camelCase` on the wire, and back without loss (50 W3).

use darling::{Error, Result};
use proc_macro2::Span;
use syn::{Ident, ext::IdentExt};

/// The identifier without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Refuses names that `camelCase` and back would change: the front end finds operations by that round trip.
pub(crate) fn check_bijective(name: &str, span: Span) -> Result<()> {
    let Some(fault) = fault(name) else {
        return Ok(());
    };
    let text = format!(
        "`{name}` {fault}, so `camelCase` ↔ `snake_case` would not round-trip; rename it, or add `name = \"…\"`"
    );
    Err(Error::custom(text).with_span(&span))
}

/// Like [`check_bijective`], for arguments and fields, which have no `name` option.
pub(crate) fn check_round_trip(ident: &Ident) -> Result<()> {
    let name = unraw(ident);
    let Some(fault) = fault(&name) else {
        return Ok(());
    };
    let text = format!("`{name}` {fault}, so `camelCase` ↔ `snake_case` would not round-trip; rename it");
    Err(Error::custom(text).with_span(ident))
}

fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.starts_with('_') {
        Some("starts with `_`")
    } else if name.ends_with('_') || name.contains("__") {
        Some("has a `_` that `camelCase` would lose")
    } else if name.chars().any(char::is_uppercase) {
        Some("has a capital")
    } else if name.as_bytes().windows(2).any(|pair| pair[0] == b'_' && pair[1].is_ascii_digit()) {
        Some("has a digit after `_`")
    } else if name.starts_with(|first: char| first.is_ascii_digit())
        || name.chars().any(|letter| letter != '_' && !letter.is_ascii_alphanumeric())
    {
        Some("is no GraphQL name")
    } else {
        None
    }
}

/// `ProductNode` → `product_node`: every capital starts a word.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() {
            if !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        } else {
            snake.push(letter);
        }
    }
    snake
}
