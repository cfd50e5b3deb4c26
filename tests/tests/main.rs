//! The promises of lys, asked through its public face.
#![allow(missing_docs, unreachable_pub, reason = "a test")]

mod cache;
mod composition;
mod interpreter;
mod paging;
mod semantics;
mod zoo;
