//! Bodies of requests: documents, and the values of the variable that varies.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Sample,
    workload::{CREATED, PAGE},
};

/// The columns that most workloads select.
pub(crate) const COLUMNS: &str = "id name price categoryId clientId createdAt";

/// A node with its relations.
pub(crate) const NESTED: &str =
    "id name price categoryId clientId createdAt category { id code } reviews { id rating body }";

/// A node with a page of its reviews.
pub(crate) const PAGED_REVIEWS: &str = "id name price categoryId clientId createdAt \
     reviewPage(first: 5) { edges { cursor node { id rating body } } pageInfo { hasNextPage endCursor } }";

/// What of a page's place is asked for.
pub(crate) const PAGE_INFO: &str = "hasNextPage endCursor";

/// Searched numbers: each is part of some names all over the table.
const SEARCHES: std::ops::Range<u32> = 100..1_000;

/// Prices of new products, in cents.
const PRICES: std::ops::Range<u32> = 1_000..2_000;

/// The bodies of one workload and side.
#[derive(Clone)]
pub(crate) struct Requests {
    start: String,
    /// Values of the variable, in JSON.
    values: Arc<Vec<String>>,
    end: &'static str,
}

/// The document of one product.
pub(crate) fn by_id() -> String {
    format!("query ($id: ID!) {{ product(id: $id) {{ {COLUMNS} }} }}")
}

/// The document of a page of products.
pub(crate) fn list(size: usize, node: &str, page_info: &str) -> String {
    format!(
        "query ($after: String) {{ allProducts(first: {size}, after: $after) {{ \
         edges {{ cursor node {{ {node} }} }} pageInfo {{ {page_info} }} }} }}"
    )
}

impl Requests {
    /// A document, with one of `values` for `variable`.
    fn new(document: &str, variable: &str, values: Arc<Vec<String>>) -> Self {
        let start = format!("{{\"query\":{},\"variables\":{{\"{variable}\":", Value::from(document));
        Self { start, values, end: "}}" }
    }

    /// One product of the sample each.
    pub(crate) fn by_id(sample: &Sample) -> Self {
        Self::new(&by_id(), "id", Arc::clone(&sample.ids))
    }

    /// One page of the sample's products each.
    pub(crate) fn pages(sample: &Sample, size: usize, node: &str, page_info: &str) -> Self {
        Self::new(&list(size, node, page_info), "after", sample.cursors_of_pages(size))
    }

    /// The page of everything behind one cursor, in JSON.
    pub(crate) fn page_after(cursor: &str) -> Self {
        Self::new(&list(PAGE, COLUMNS, PAGE_INFO), "after", Arc::new(vec![cursor.to_owned()]))
    }

    /// Searches in another case than the names are in.
    pub(crate) fn searches() -> Self {
        let document = format!(
            "query ($search: String) {{ allProducts(first: {PAGE}, search: $search) {{ \
             edges {{ cursor node {{ {COLUMNS} }} }} pageInfo {{ {PAGE_INFO} }} }} }}"
        );
        let searches = SEARCHES.map(|number| format!("\"PRODUCT {number}\""));
        Self::new(&document, "search", Arc::new(searches.collect()))
    }

    /// Creations of products of `client`.
    pub(crate) fn creations(client: &str) -> Self {
        let document =
            format!("mutation ($inputs: CreateProductInput!) {{ createProduct(inputs: $inputs) {{ {COLUMNS} }} }}");
        let inputs = PRICES.map(|cents| {
            let price = f64::from(cents) / 100.0;
            json!({ "name": CREATED, "price": price, "categoryId": "BOOKS", "clientId": client }).to_string()
        });
        Self::new(&document, "inputs", Arc::new(inputs.collect()))
    }

    /// How many different ones there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Appends the body at `position`.
    pub(crate) fn write(&self, position: usize, body: &mut Vec<u8>) {
        body.extend_from_slice(self.start.as_bytes());
        body.extend_from_slice(self.values.get(position).map_or(&b"null"[..], |value| value.as_bytes()));
        body.extend_from_slice(self.end.as_bytes());
    }
}
