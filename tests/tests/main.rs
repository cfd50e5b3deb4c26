//! The promises of lys, asked through its public face.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a test")]
#![allow(
    clippy::unused_async,
    clippy::needless_pass_by_value,
    reason = "what macros stand on has the form that they ask for"
)]

mod access_matrix;
mod aggregates;
mod audit;
mod boundary;
mod by_id;
mod cache;
mod catalog_access;
mod catalog_contract;
mod catalog_costs;
mod catalog_http;
mod catalog_kit;
mod catalog_plan;
mod catalog_statements;
mod composition;
mod consistency;
mod costs;
mod filters;
mod fuzz;
mod guards;
mod interpreter;
mod limits;
mod lists;
mod notes;
mod nul;
mod paging;
mod readme;
mod relations;
mod replica;
mod restrict;
mod scopes;
mod search;
mod semantics;
mod sorts;
mod start_up;
mod subscriptions;
mod times;
mod tokens;
mod traps;
mod writes;
mod zoo;

lys::test_on_servers!();
