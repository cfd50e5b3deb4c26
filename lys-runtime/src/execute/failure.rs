//! Errors on their way out: what the client may see of them, where they happened, and their JSON.

use async_graphql::Pos;
use serde_json::{Map, Value as Json, json};

use crate::error::{Error, code};

/// The part of an error that a client sees. Made once per error; its cause is logged then.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    message: String,
    extensions: Map<String, Json>,
}

/// One step of a response path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathStep<'p> {
    Name(&'p str),
    /// A name that is not borrowed.
    Key(Box<str>),
    Index(usize),
}

/// What masking needs to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Masking<'a> {
    /// Dev only: causes of internal errors are shown.
    pub(crate) expose_causes: bool,
    /// Correlates a masked error with the log.
    pub(crate) request_id: &'a str,
}

impl Failure {
    /// Logs `error` if it is ours, and keeps what the client may see.
    pub(crate) fn of(error: &Error, operation: &str, masking: Masking<'_>) -> Self {
        let mut extensions = error.extensions().clone();
        extensions.insert("code".to_owned(), error.code().into());
        extensions.insert("status_code".to_owned(), error.status().into());
        if error.status() >= 500 {
            tracing::error!(target: "lys::execute", request_id = masking.request_id, operation, error = ?error, "our own failure");
            extensions.insert("correlation_id".to_owned(), masking.request_id.into());
            if masking.expose_causes {
                extensions.insert("cause".to_owned(), cause(error).into());
            }
        } else {
            if let Some(detail) = error.detail().filter(|_| masking.expose_causes) {
                extensions.insert("detail".to_owned(), detail.into());
            }
            tracing::debug!(target: "lys::execute", request_id = masking.request_id, operation, code = error.code(), detail = error.detail(), "refused");
        }
        Self { message: error.message().to_owned(), extensions }
    }

    /// The error as JSON, at a place of the document and of the answer.
    pub(crate) fn at(&self, location: Pos, path: &[PathStep<'_>]) -> Json {
        let path: Vec<Json> = path
            .iter()
            .map(|step| match step {
                PathStep::Name(name) => Json::from(*name),
                PathStep::Key(name) => Json::from(&**name),
                PathStep::Index(index) => Json::from(*index),
            })
            .collect();
        json!({
            "message": self.message,
            "locations": [{ "line": location.line, "column": location.column }],
            "path": path,
            "extensions": self.extensions,
        })
    }
}

fn cause(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// A null where the schema allows none: our data contradicts our schema.
pub(crate) fn null_in_non_null(type_name: &str, field: &str) -> Error {
    Error::internal(format!("null in the non-null field {type_name}.{field}"))
}

/// Codes of document errors, as Apollo names them.
pub(crate) const PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
pub(crate) const VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
pub(crate) const BAD_USER_INPUT: &str = "BAD_USER_INPUT";

/// Code of a mutation where only queries may run.
pub(crate) const READ_ONLY: &str = "METHOD_NOT_ALLOWED";

/// An error of the document or its variables: nothing has run, so it has no path.
pub(crate) fn document_error(code: &str, message: &str, locations: &[Pos]) -> Json {
    let mut error = json!({ "message": message, "extensions": { "code": code, "status_code": 400 } });
    if !locations.is_empty() {
        error["locations"] = locations.iter().map(|at| json!({ "line": at.line, "column": at.column })).collect();
    }
    error
}

/// Status of a document that is refused.
pub(crate) const BAD_REQUEST: u16 = 400;

/// A refusal whose text is its code: nothing has run.
pub(crate) fn coded_error(code: &str, status: u16) -> Json {
    json!({ "message": code, "extensions": { "code": code, "status_code": status } })
}

/// Internal failure before anything ran; `cause` is for the log.
pub(crate) fn internal_document_error(request_id: &str, cause: &str) -> Json {
    tracing::error!(target: "lys::execute", request_id, cause, "our own failure");
    let mut error = coded_error(code::INTERNAL_ERROR, 500);
    error["extensions"]["correlation_id"] = request_id.into();
    error
}
