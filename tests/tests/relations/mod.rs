//! Relations: who sees what along them, what they cost, and what does not start.

mod access;
pub(crate) mod library;
mod pages;
mod start_up;
mod statements;
