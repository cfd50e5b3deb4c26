//! Relations: who sees what along them, what they cost, and what does not start.

mod access;
mod library;
mod pages;
mod start_up;
mod statements;
