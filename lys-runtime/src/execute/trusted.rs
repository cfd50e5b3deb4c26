//! Trusted documents: where there is a list of them, nothing else runs.

use std::collections::{BTreeMap, HashSet};

use async_graphql::parser::{parse_query, types::ExecutableDocument};
use serde_json::Value as Json;

use super::{
    EngineOptions, GraphqlRequest,
    document::Document,
    failure::{self, coded_error},
};
use crate::{
    app::StartError,
    error::code,
    schema::{InputTable, LysSchema},
};

/// The documents that may run, by id: what clients were built with.
#[derive(Debug, Clone, Default)]
pub struct TrustedDocuments {
    by_id: BTreeMap<String, String>,
    texts: HashSet<String>,
}

impl TrustedDocuments {
    /// The documents of a JSON object from ids to texts, as the Relay compiler and others write it.
    ///
    /// # Errors
    /// When it is no such object.
    pub fn parse(json: &str) -> Result<Self, StartError> {
        let by_id: BTreeMap<String, String> = serde_json::from_str(json)
            .map_err(|error| StartError::of(format!("trusted documents: no JSON object from ids to texts: {error}")))?;
        Ok(Self { texts: by_id.values().cloned().collect(), by_id })
    }

    /// A document by the id of the list, or by a hash with or without its `sha256:`.
    fn by_id(&self, id: &str) -> Option<&str> {
        let other = || match id.strip_prefix(SHA256) {
            Some(hash) => self.by_id.get(hash),
            None => self.by_id.get(&format!("{SHA256}{id}")),
        };
        self.by_id.get(id).or_else(other).map(String::as_str)
    }

    fn text<'t>(&'t self, graphql: &'t GraphqlRequest) -> Option<&'t str> {
        let Some(id) = &graphql.document_id else {
            return self.texts.get(&graphql.query).map(String::as_str);
        };
        // Who sends both must mean the same.
        self.by_id(id).filter(|text| graphql.query.is_empty() || graphql.query == *text)
    }

    /// Whether every document is one that the schema answers, within the limits.
    pub(super) async fn check(
        &self,
        schema: &LysSchema,
        inputs: &InputTable,
        options: &EngineOptions,
        lookup_types: usize,
    ) -> Result<(), StartError> {
        let mut faults = StartError::default();
        for (id, text) in &self.by_id {
            // What cannot be parsed has no operations; preparing it tells why.
            let names = parse_query(text).map_or_else(|_| vec![None], |document| operations(&document));
            for name in names {
                let prepared = Document::prepare(text, name.as_deref(), schema, inputs, options, lookup_types).await;
                let Err(errors) = prepared else { continue };
                for error in errors {
                    let message = error["message"].as_str().unwrap_or_default();
                    faults.add(format!("trusted documents: `{id}`: {message}"));
                }
            }
        }
        faults.into_result(())
    }
}

const SHA256: &str = "sha256:";

fn operations(document: &ExecutableDocument) -> Vec<Option<String>> {
    document.operations.iter().map(|(name, _)| name.map(ToString::to_string)).collect()
}

/// The text of the document that a request asks for.
///
/// # Errors
/// `DOCUMENT_NOT_TRUSTED` when there is a list and it is not on it; `PERSISTED_QUERY_NOT_SUPPORTED` when a document is asked for by
/// its id and there is no list.
pub(super) fn text<'t>(
    trusted: Option<&'t TrustedDocuments>,
    graphql: &'t GraphqlRequest,
) -> Result<&'t str, Vec<Json>> {
    match trusted {
        Some(trusted) => {
            trusted.text(graphql).ok_or_else(|| vec![coded_error(code::DOCUMENT_NOT_TRUSTED, failure::BAD_REQUEST)])
        }
        None if graphql.query.is_empty() && graphql.document_id.is_some() => {
            Err(vec![coded_error(code::PERSISTED_QUERY_NOT_SUPPORTED, failure::BAD_REQUEST)])
        }
        None => Ok(&graphql.query),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: Option<&str>, query: &str) -> GraphqlRequest {
        GraphqlRequest { document_id: id.map(str::to_owned), query: query.to_owned(), ..GraphqlRequest::default() }
    }

    #[test]
    fn only_what_is_on_the_list_is_found() {
        let trusted =
            TrustedDocuments::parse(r#"{"a": "{ a }", "sha256:b0": "{ b }", "c0": "{ c }"}"#).expect("a list");
        let find = |id: Option<&str>, query: &str| trusted.text(&asked(id, query)).map(str::to_owned);
        for (id, query, text) in [
            (Some("a"), "", "{ a }"),
            (Some("a"), "{ a }", "{ a }"),
            (Some("b0"), "", "{ b }"),
            (Some("sha256:b0"), "", "{ b }"),
            (Some("sha256:c0"), "", "{ c }"),
            (None, "{ b }", "{ b }"),
        ] {
            assert_eq!(find(id, query).as_deref(), Some(text), "{id:?} {query}");
        }
        for (id, query) in [(Some("x"), "{ a }"), (Some("a"), "{ b }"), (Some(""), ""), (None, "{a}"), (None, "")] {
            assert_eq!(find(id, query), None, "{id:?} {query}");
        }
    }

    #[test]
    fn without_a_list_ids_are_not_known() {
        assert!(text(None, &asked(Some("a"), "")).is_err());
        assert_eq!(text(None, &asked(Some("a"), "{ a }")), Ok("{ a }"));
        assert_eq!(text(None, &asked(None, "")), Ok(""));
    }

    #[test]
    fn a_list_is_an_object_of_texts() {
        for wrong in ["", "[]", "{\"a\": 1}", "{\"a\": {}}"] {
            assert!(TrustedDocuments::parse(wrong).is_err(), "{wrong}");
        }
    }
}
