//! The three workloads and their requests.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Outcome, Sample};

/// The rows of a page.
const PAGE: usize = 50;

const BY_ID: &str = "query ($id: ID!) { product(id: $id) { id name price categoryId clientId createdAt } }";

const LIST: &str = "query ($after: String) { allProducts(first: 50, after: $after) { edges { cursor node { \
    id name price categoryId clientId createdAt } } pageInfo { hasNextPage endCursor } } }";

const NESTED: &str = "query ($after: String) { allProducts(first: 50, after: $after) { edges { cursor node { \
    id name price categoryId clientId createdAt category { id code } reviews { id rating body } } } \
    pageInfo { hasNextPage endCursor } } }";

/// A kind of request, ready to be sent to either server.
pub(crate) struct Workload {
    /// The name in the report.
    pub(crate) name: &'static str,
    /// The bodies for each side; equal positions mean the same rows.
    pub(crate) requests: [Arc<Vec<String>>; 2],
}

impl Workload {
    /// The workloads of the benchmark.
    pub(crate) fn all(samples: &[Sample; 2]) -> [Self; 3] {
        let ids = |sample: &Sample| bodies(BY_ID, "id", &sample.ids);
        let pages =
            |document: &'static str| move |sample: &Sample| bodies(document, "after", full_pages(&sample.cursors));
        [
            Self { name: "by_id", requests: samples.each_ref().map(ids) },
            Self { name: "page", requests: samples.each_ref().map(pages(LIST)) },
            Self { name: "nested", requests: samples.each_ref().map(pages(NESTED)) },
        ]
    }

    /// The same request for each side.
    pub(crate) fn pair(&self, position: usize) -> Outcome<[&str; 2]> {
        let [lys, handwritten] = &self.requests;
        match (lys.get(position), handwritten.get(position)) {
            (Some(lys), Some(handwritten)) => Ok([lys, handwritten]),
            _ => Err(format!("workload {} has no request {position}", self.name).into()),
        }
    }
}

/// The cursors that are followed by a whole page.
fn full_pages(cursors: &[String]) -> &[String] {
    &cursors[..cursors.len().saturating_sub(PAGE).max(1)]
}

/// One request body per value of the document's variable.
fn bodies(document: &str, variable: &str, values: &[String]) -> Arc<Vec<String>> {
    let body = |value: &String| {
        let variables: Value = json!({ variable: value });
        json!({ "query": document, "variables": variables }).to_string()
    };
    Arc::new(values.iter().map(body).collect())
}
