//! Services: business operations over one entity. The runtime half of `#[service]`.

use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use crate::entity::Entity;

/// A service over one entity. Implemented by `#[service(Entity)]` on a struct: closed, with the generated operations of
/// [`crate::data::EntityService`].
pub trait Service: Send + Sync + 'static {
    /// The entity it serves.
    type Entity: Entity;
}

/// A service as data.
#[derive(Clone)]
pub struct ServiceDef {
    /// Name, for messages.
    pub name: &'static str,
    /// The trait object (open service) or struct (closed service) it is looked up by.
    pub key: TypeId,
    /// Whether it replaces an earlier service of the same key.
    pub overrides: bool,
    /// Makes it, given the service it replaces: both are an `Arc<S>` inside.
    pub make: fn(Option<&dyn Any>) -> Option<Box<dyn Any + Send + Sync>>,
}

/// A service that replaces an earlier one of the open trait `S` and may call it.
pub trait Overrides<S: ?Sized>: Sized {
    /// Made with the service it replaces.
    fn over(previous: Arc<S>) -> Self;
}

impl ServiceDef {
    /// A service looked up by `S`, made by `make`.
    #[must_use]
    pub fn new<S: ?Sized + Send + Sync + 'static>(
        name: &'static str,
        make: fn(Option<&dyn Any>) -> Option<Box<dyn Any + Send + Sync>>,
    ) -> Self {
        Self { name, key: TypeId::of::<S>(), overrides: false, make }
    }

    /// Replaces an earlier service of the same key.
    #[must_use]
    pub fn overriding(mut self) -> Self {
        self.overrides = true;
        self
    }
}

/// Wraps a service for the registry. Called by generated code.
pub fn shared<S: ?Sized + Send + Sync + 'static>(service: Arc<S>) -> Option<Box<dyn Any + Send + Sync>> {
    Some(Box::new(service))
}

/// The service to be replaced. Called by generated code.
#[must_use]
pub fn previous<S: ?Sized + Send + Sync + 'static>(service: Option<&dyn Any>) -> Option<Arc<S>> {
    service?.downcast_ref::<Arc<S>>().cloned()
}
