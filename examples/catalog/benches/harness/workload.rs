//! The workloads: what is asked, by whom, and what the answer must be.

use super::{
    Outcome, Sample,
    requests::{COLUMNS, NESTED, PAGE_INFO, PAGED_REVIEWS, Requests},
    token,
};

/// The name of the products that mutations make.
pub(crate) const CREATED: &str = "Benchmark product";

/// The rows of a page.
pub(crate) const PAGE: usize = 50;

/// The page that a deep request asks for.
pub(crate) const DEEP_PAGE: usize = 1_800;

/// The workload whose reviews come page by page.
pub(crate) const NESTED_CONNECTION: &str = "nested_connection";

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
    /// Whether they ask for paged reviews, which the catalog's own face does not have.
    pub(crate) paged: bool,
}

impl Workload {
    /// The names of all workloads, in the order of the report.
    pub(crate) const NAMES: &[&str] = &[
        "by_id",
        "page",
        "page_count",
        "nested",
        "nested_5",
        "nested_20",
        "nested_100",
        NESTED_CONNECTION,
        "first",
        "deep",
        "search",
        "create",
        "denied",
    ];

    /// A workload by its name.
    pub(crate) fn named(name: &'static str, samples: &[Sample; 2]) -> Outcome<Self> {
        let read = |token: String, requests: &dyn Fn(&Sample) -> Requests| Self {
            name,
            token,
            requests: samples.each_ref().map(requests),
            refusal: None,
            creates: false,
            paged: false,
        };
        let member = || samples[0].token.clone();
        let pages = |size, node, page_info| read(member(), &|sample| Requests::pages(sample, size, node, page_info));
        Ok(match name {
            "by_id" => read(member(), &Requests::by_id),
            "page" => pages(PAGE, COLUMNS, PAGE_INFO),
            "page_count" => pages(PAGE, COLUMNS, "hasNextPage endCursor totalCount"),
            "nested" => pages(PAGE, NESTED, PAGE_INFO),
            "nested_5" => pages(5, NESTED, PAGE_INFO),
            "nested_20" => pages(20, NESTED, PAGE_INFO),
            "nested_100" => pages(100, NESTED, PAGE_INFO),
            NESTED_CONNECTION => Self { paged: true, ..pages(PAGE, PAGED_REVIEWS, PAGE_INFO) },
            "first" => read(token::super_user()?, &|_| Requests::page_after("null")),
            "deep" => read(token::super_user()?, &|sample| Requests::page_after(&sample.deep)),
            "search" => read(member(), &|_| Requests::searches()),
            "create" => {
                Self { creates: true, ..read(token::manager()?, &|sample| Requests::creations(&sample.client)) }
            }
            "denied" => Self { refusal: Some("PERMISSION_DENIED"), ..read(token::stranger()?, &Requests::by_id) },
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
