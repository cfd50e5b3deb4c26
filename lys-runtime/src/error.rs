//! The error of lys: a stable code for the client, the cause for the log.
//!
//! What a client sees is the code (as `message`), the status and chosen extensions; everything else stays on the server
//! (00-design §7, 10-core §12).

use std::{borrow::Cow, error::Error as StdError, fmt};

use serde_json::{Map, Value as Json};

/// Result of everything that can fail with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Codes that the core sends (10-core §12.1). Apps define their own the same way.
pub mod code {
    /// Nobody is signed in and the operation is not public.
    pub const ACCESS_DENIED_ERROR: &str = "ACCESS_DENIED_ERROR";
    /// The actor lacks the right.
    pub const PERMISSION_DENIED: &str = "PERMISSION_DENIED";
    /// The row does not exist, or is not the actor's to know of.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// The operation does not exist or is disabled.
    pub const UNKNOWN_WEBSERVICE: &str = "UNKNOWN_WEBSERVICE";
    /// A cursor that this list did not make.
    pub const INVALID_CURSOR: &str = "INVALID_CURSOR";
    /// A paging argument that is out of range.
    pub const INVALID_ARGUMENT: &str = "INVALID_ARGUMENT";
    /// A relation of the selected rows has more rows than a request may read.
    pub const TOO_MANY_ROWS: &str = "TOO_MANY_ROWS";
    /// More ids than a request may look up at once.
    pub const TOO_MANY_IDS: &str = "TOO_MANY_IDS";
    /// The answer would be larger than a request may ask for.
    pub const ANSWER_TOO_LARGE: &str = "ANSWER_TOO_LARGE";
    /// A document that may read more rows than a request may ask for.
    pub const DOCUMENT_TOO_EXPENSIVE: &str = "DOCUMENT_TOO_EXPENSIVE";
    /// A filter that asks for more than a request may.
    pub const FILTER_TOO_LARGE: &str = "FILTER_TOO_LARGE";
    /// A sum or an average that is greater than its numbers can be.
    pub const NUMBER_OUT_OF_RANGE: &str = "NUMBER_OUT_OF_RANGE";
    /// One or more input values break a rule; `extensions.fields` lists them all.
    pub const INVALID_INPUT: &str = "INVALID_INPUT";
    /// The XSRF header is missing or differs from the token's claim.
    pub const INVALID_XSRF_TOKEN_ERROR: &str = "INVALID_XSRF_TOKEN_ERROR";
    /// A token that no cookie can hold, or longer than any is read.
    pub const TOKEN_TOO_LARGE: &str = "TOKEN_TOO_LARGE";
    /// Whether the caller is still signed in cannot be found out now; the client may try again later.
    pub const SESSIONS_UNAVAILABLE: &str = "SESSIONS_UNAVAILABLE";
    /// A unique value is already taken.
    pub const ALREADY_EXISTS: &str = "ALREADY_EXISTS";
    /// The row has changed since the caller read it.
    pub const STALE_VERSION: &str = "STALE_VERSION";
    /// Other rows still refer to this one.
    pub const STILL_REFERENCED: &str = "STILL_REFERENCED";
    /// A statement took longer than the configuration allows.
    pub const STATEMENT_TIMEOUT: &str = "STATEMENT_TIMEOUT";
    /// Another transaction was in the way; nothing was written, and the client may try again.
    pub const WRITE_CONFLICT: &str = "WRITE_CONFLICT";
    /// The database cannot be reached, or has no connection to spare; the client may try again later.
    pub const DATABASE_UNAVAILABLE: &str = "DATABASE_UNAVAILABLE";
    /// The caller has asked for more than it may in this time.
    pub const RATE_LIMIT_ERROR: &str = "RATE_LIMIT_ERROR";
    /// The request was at work for too long, and was given up.
    pub const DEADLINE_EXCEEDED: &str = "DEADLINE_EXCEEDED";
    /// A document that is not on the list of those that may run.
    pub const DOCUMENT_NOT_TRUSTED: &str = "DOCUMENT_NOT_TRUSTED";
    /// A document asked for by its id, where there is no list of documents.
    pub const PERSISTED_QUERY_NOT_SUPPORTED: &str = "PERSISTED_QUERY_NOT_SUPPORTED";
    /// Anything that is not the client's fault.
    pub const INTERNAL_ERROR: &str = "INTERNAL_ERROR";
}

/// A failure with a stable code. Cheap to move; made with [`Error::new`] or from a database error.
pub struct Error(Box<Inner>);

struct Inner {
    code: Cow<'static, str>,
    status: u16,
    text: Option<String>,
    detail: Option<String>,
    extensions: Map<String, Json>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A domain error: `code` reaches the client as `message` and `extensions.code`, `status` as `extensions.status_code`.
    pub fn new(code: impl Into<Cow<'static, str>>, status: u16) -> Self {
        Self(Box::new(Inner {
            code: code.into(),
            status,
            text: None,
            detail: None,
            extensions: Map::new(),
            source: None,
        }))
    }

    /// `NOT_FOUND`, 404.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(code::NOT_FOUND, 404)
    }

    /// `PERMISSION_DENIED`, 403.
    #[must_use]
    pub fn permission_denied() -> Self {
        Self::new(code::PERMISSION_DENIED, 403)
    }

    /// `STALE_VERSION`, 409.
    #[must_use]
    pub fn stale_version() -> Self {
        Self::new(code::STALE_VERSION, 409)
    }

    /// `ACCESS_DENIED_ERROR`, 401.
    #[must_use]
    pub fn access_denied() -> Self {
        Self::new(code::ACCESS_DENIED_ERROR, 401)
    }

    /// `INTERNAL_ERROR`, 500, with its cause for the log.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(code::INTERNAL_ERROR, 500).with_source(source)
    }

    /// The same refusal once more; its cause stays with the first.
    pub(crate) fn again(&self) -> Self {
        let Inner { code, status, text, detail, extensions, .. } = &*self.0;
        Self(Box::new(Inner {
            code: code.clone(),
            status: *status,
            text: text.clone(),
            detail: detail.clone(),
            extensions: extensions.clone(),
            source: None,
        }))
    }

    /// A text for the client instead of the code (the `Argument '…'` messages of 10-core §10.2); the code stays in the extensions.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.0.text = Some(text.into());
        self
    }

    /// What happened, for the log only.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// What caused it, for the log only.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// One more extension for the client.
    #[must_use]
    pub fn with_extension(mut self, key: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.extensions.insert(key.into(), value.into());
        self
    }

    /// Where in the input it arose, as steps: `["reviews", 2, "rating"]`. Each call stands before the earlier ones, so that whoever
    /// knows more of the way adds its own part. It is told in the paths of `fields`, else as `extensions.path`.
    #[must_use]
    pub fn at(mut self, steps: &[Json]) -> Self {
        if !steps.is_empty() && !self.0.extensions.contains_key("fields") {
            self.0.extensions.entry("path").or_insert_with(|| Json::Array(Vec::new()));
        }
        for path in self.paths() {
            path.splice(0..0, steps.iter().cloned());
        }
        self
    }

    /// Where in the input it arose: one path for each broken rule, or one.
    pub(crate) fn paths(&mut self) -> Vec<&mut Vec<Json>> {
        if self.0.extensions.contains_key("fields") {
            let fields = self.0.extensions.get_mut("fields").and_then(Json::as_array_mut).into_iter().flatten();
            return fields.filter_map(|field| field.get_mut("path")?.as_array_mut()).collect();
        }
        self.0.extensions.get_mut("path").and_then(Json::as_array_mut).into_iter().collect()
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The HTTP-like status in `extensions.status_code`.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// What the client reads as `message`: the text if one was set, else the code.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.text.as_deref().unwrap_or(&self.0.code)
    }

    /// What was said for the log.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// Extensions beside `code` and `status_code`.
    #[must_use]
    pub fn extensions(&self) -> &Map<String, Json> {
        &self.0.extensions
    }

    /// True for `INTERNAL_ERROR`: its cause must not reach a client outside dev.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.0.code == code::INTERNAL_ERROR
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code)
            .field("status", &self.0.status)
            .field("detail", &self.0.detail)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        if let Some(detail) = &self.0.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
