//! The generated operations of a closed service.

use crate::service::Service;

/// Create, get, list, update, delete: on every `#[service(Entity)]` struct.
pub trait EntityService: Service {}

impl<S: Service> EntityService for S {}
