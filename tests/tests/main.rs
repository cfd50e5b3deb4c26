//! The promises of lys, asked through its public face.
#![allow(missing_docs, unreachable_pub, reason = "a test")]

mod cache;
mod catalog_access;
mod catalog_contract;
mod catalog_http;
mod catalog_kit;
mod catalog_statements;
mod start_up;
mod composition;
mod interpreter;
mod paging;
mod semantics;
mod zoo;
