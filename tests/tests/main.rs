//! The promises of lys, asked through its public face.
#![allow(missing_docs, unreachable_pub, reason = "a test")]

mod composition;
mod semantics;
mod zoo;
