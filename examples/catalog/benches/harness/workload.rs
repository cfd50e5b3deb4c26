//! The workloads and their requests.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Outcome, Sample, token};

/// The name of the products that mutations make.
pub(crate) const CREATED: &str = "Benchmark product";

/// The rows of a page.
pub(crate) const PAGE: usize = 50;

/// The page that a deep request asks for.
pub(crate) const DEEP_PAGE: usize = 1_800;

/// The columns that most workloads select.
pub(crate) const COLUMNS: &str = "id name price categoryId clientId createdAt";

/// A node with its relations.
pub(crate) const NESTED: &str =
    "id name price categoryId clientId createdAt category { id code } reviews { id rating body }";

/// Searched numbers: each is part of some names all over the table.
const SEARCHES: std::ops::Range<u32> = 100..1_000;

/// Prices of new products, in cents.
const PRICES: std::ops::Range<u32> = 1_000..2_000;

/// A kind of request, ready to be sent to either server.
pub(crate) struct Workload {
    /// The name in the report.
    pub(crate) name: &'static str,
    /// Whose token goes with the requests.
    pub(crate) token: String,
    /// The requests for each side; equal positions mean the same rows.
    pub(crate) requests: [Requests; 2],
    /// The code of the refusal that both must answer with; without one, both must answer with data.
    pub(crate) refusal: Option<&'static str>,
    /// Whether the requests make products.
    pub(crate) creates: bool,
}

/// The bodies of one workload and side: a document and one variable that varies.
#[derive(Clone)]
pub(crate) struct Requests {
    start: String,
    /// Values of the variable, in JSON.
    values: Arc<Vec<String>>,
    end: &'static str,
}

impl Workload {
    /// The names of all workloads, in the order of the report.
    pub(crate) const NAMES: [&'static str; 11] = [
        "by_id",
        "page",
        "page_count",
        "nested",
        "nested_5",
        "nested_100",
        "first",
        "deep",
        "search",
        "create",
        "denied",
    ];

    /// A workload by its name.
    pub(crate) fn named(name: &'static str, samples: &[Sample; 2]) -> Outcome<Self> {
        let member = samples[0].token.as_str();
        let requests = |of: &dyn Fn(&Sample) -> Requests| samples.each_ref().map(of);
        let read = |token: String, requests| Self { name, token, requests, refusal: None, creates: false };
        let pages = |size: usize, page_info: &str, node: &str| {
            let document = list(size, page_info, node);
            read(
                member.to_owned(),
                requests(&|sample| Requests::new(&document, "after", &sample.cursors_of_pages(size))),
            )
        };
        let by_id = format!("query ($id: ID!) {{ product(id: $id) {{ {COLUMNS} }} }}");
        let end_of_page = "hasNextPage endCursor";
        Ok(match name {
            "by_id" => read(member.to_owned(), requests(&|sample| Requests::new(&by_id, "id", &sample.ids))),
            "page" => pages(PAGE, end_of_page, COLUMNS),
            "page_count" => pages(PAGE, "hasNextPage endCursor totalCount", COLUMNS),
            "nested" => pages(PAGE, end_of_page, NESTED),
            "nested_5" => pages(5, end_of_page, NESTED),
            "nested_100" => pages(100, end_of_page, NESTED),
            "first" | "deep" => {
                let document = list(PAGE, end_of_page, COLUMNS);
                let after = |sample: &Sample| if name == "deep" { sample.deep.clone() } else { "null".to_owned() };
                read(
                    token::super_user()?,
                    requests(&|sample| Requests::new(&document, "after", &Arc::new(vec![after(sample)]))),
                )
            }
            "search" => {
                let document = format!(
                    "query ($search: String) {{ allProducts(first: {PAGE}, search: $search) {{ \
                     edges {{ cursor node {{ {COLUMNS} }} }} pageInfo {{ {end_of_page} }} }} }}"
                );
                let searches = Arc::new(SEARCHES.map(|number| format!("\"PRODUCT {number}\"")).collect());
                read(member.to_owned(), requests(&|_| Requests::new(&document, "search", &searches)))
            }
            "create" => Self {
                creates: true,
                ..read(token::manager()?, requests(&|sample| Requests::creations(&sample.client)))
            },
            "denied" => Self {
                refusal: Some("PERMISSION_DENIED"),
                ..read(token::stranger()?, requests(&|sample| Requests::new(&by_id, "id", &sample.ids)))
            },
            other => return Err(format!("there is no workload `{other}`").into()),
        })
    }

    /// The same request for each side.
    pub(crate) fn pair(&self, position: usize) -> [String; 2] {
        self.requests.each_ref().map(|requests| {
            let mut body = Vec::new();
            requests.write(position, &mut body);
            String::from_utf8_lossy(&body).into_owned()
        })
    }
}

/// The document of a list.
pub(crate) fn list(size: usize, page_info: &str, node: &str) -> String {
    format!(
        "query ($after: String) {{ allProducts(first: {size}, after: $after) {{ \
         edges {{ cursor node {{ {node} }} }} pageInfo {{ {page_info} }} }} }}"
    )
}

impl Requests {
    /// A document, with one of `values` for `variable`.
    fn new(document: &str, variable: &str, values: &Arc<Vec<String>>) -> Self {
        let start = format!("{{\"query\":{},\"variables\":{{\"{variable}\":", Value::from(document));
        Self { start, values: Arc::clone(values), end: "}}" }
    }

    /// Creations of products of `client`.
    fn creations(client: &str) -> Self {
        let document =
            format!("mutation ($inputs: CreateProductInput!) {{ createProduct(inputs: $inputs) {{ {COLUMNS} }} }}");
        let inputs = PRICES.map(|cents| {
            let price = f64::from(cents) / 100.0;
            json!({ "name": CREATED, "price": price, "categoryId": "BOOKS", "clientId": client }).to_string()
        });
        Self::new(&document, "inputs", &Arc::new(inputs.collect()))
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
