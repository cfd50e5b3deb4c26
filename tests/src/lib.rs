//! End-to-end tests through the HTTP and GraphQL boundary; see `tests/`.
