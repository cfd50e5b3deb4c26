//! `access(…)`, `public`, `licensed`, `enabled`: who may call an operation. Shared by operations, fields and endpoints.
