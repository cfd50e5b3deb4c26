//! Services: business operations over one entity. The runtime half of `#[service]`.

use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use futures_util::future::BoxFuture;

use crate::entity::Entity;

/// The service to be replaced, an `Arc<S>` inside.
pub type Previous<'a> = Option<&'a dyn Any>;

/// A service ready for the registry, an `Arc<S>` inside.
pub type Made = Option<Box<dyn Any + Send + Sync>>;

/// The future of an async method that is called through `dyn`.
pub type Boxed<'a, T> = BoxFuture<'a, T>;

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
    pub make: fn(Previous<'_>) -> Made,
}

/// A service that replaces an earlier one of the open trait `S` and may call it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it is made over the service it overrides",
    label = "implement `lys::service::Overrides<{S}>`",
    note = "`fn over(previous: Arc<{S}>) -> Self` gets the service before it, to keep or to drop"
)]
pub trait Overrides<S: ?Sized>: Sized {
    /// Made with the service it replaces.
    fn over(previous: Arc<S>) -> Self;
}

impl ServiceDef {
    /// A service looked up by `S`, made by `make`.
    #[must_use]
    pub fn new<S: ?Sized + Send + Sync + 'static>(name: &'static str, make: fn(Previous<'_>) -> Made) -> Self {
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
pub fn shared<S: ?Sized + Send + Sync + 'static>(service: Arc<S>) -> Made {
    Some(Box::new(service))
}

/// The service to be replaced. Called by generated code.
#[must_use]
pub fn previous<S: ?Sized + Send + Sync + 'static>(service: Previous<'_>) -> Option<Arc<S>> {
    service?.downcast_ref::<Arc<S>>().cloned()
}

/// A service of type `T`, made over the one it replaces. Called by generated code, which also says how `T` is an `S`.
pub fn over<S, T>(service: Previous<'_>, shown: fn(Arc<T>) -> Arc<S>) -> Made
where
    S: ?Sized + Send + Sync + 'static,
    T: Overrides<S>,
{
    shared::<S>(shown(Arc::new(T::over(previous::<S>(service)?))))
}

/// Boxes the body of an async method. Called by generated code.
pub fn boxed<'a, T>(body: impl Future<Output = T> + Send + 'a) -> Boxed<'a, T> {
    Box::pin(body)
}
