//! Relations: who sees what along them, what they cost, and what does not start.

mod access;
mod start_up;
