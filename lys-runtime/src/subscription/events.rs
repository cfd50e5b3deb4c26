//! What the functions of subscriptions return, and how their streams are handed to the executor.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context as Task, Poll},
};

use futures_util::{
    Stream, StreamExt as _, future,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sea_orm::Value;

use crate::{
    context::Context,
    entity::Entity,
    error::Result,
    field::Returns,
    node::{Node, computed::ErasedOutput},
    operation::{Arguments, Authorized, Resolved, Resolving},
    output::Output,
};

/// What happened, as the executor sees it.
pub(crate) enum Happened {
    /// Something to the row with this key.
    Row(Value),
    /// This value came.
    Value(Box<dyn ErasedOutput>),
}

/// Events until the stream ends; an error is told to the subscriber and ends it.
pub(crate) type Happenings = BoxStream<'static, Result<Happened>>;

/// Events that are rows of `E`: a stream of their keys. The rows are read when the event is told, inside the scope that the subscriber
/// has then; rows outside of it, and rows that are gone, are passed over.
///
/// Made by [`Context::events`], or of any stream of keys.
pub struct Events<E: Entity> {
    keys: BoxStream<'static, Result<E::Key>>,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Events<E> {
    /// The rows with these keys. An error is told to the subscriber and ends the stream.
    pub fn of_keys(keys: impl Stream<Item = Result<E::Key>> + Send + 'static) -> Self {
        Self { keys: keys.boxed(), entity: PhantomData }
    }

    /// Those of which `keep` is true.
    #[must_use]
    pub fn filter(self, mut keep: impl FnMut(&E::Key) -> bool + Send + 'static) -> Self {
        Self::of_keys(self.keys.filter(move |key| future::ready(key.as_ref().map_or(true, &mut keep))))
    }

    /// These and those of `other`, as they come; it ends when both have.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self::of_keys(stream::select(self.keys, other.keys))
    }
}

impl<E: Entity> fmt::Debug for Events<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("of", &E::NAME).finish_non_exhaustive()
    }
}

impl<E: Entity> Stream for Events<E> {
    type Item = Result<E::Key>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().keys.as_mut().poll_next(task)
    }
}

/// Events that are values.
///
/// Made by [`Context::values`], or of any stream.
pub struct Values<T> {
    values: BoxStream<'static, Result<T>>,
}

impl<T: Send + 'static> Values<T> {
    /// These values. An error is told to the subscriber and ends the stream.
    pub fn new(values: impl Stream<Item = Result<T>> + Send + 'static) -> Self {
        Self { values: values.boxed() }
    }

    /// Those of which `keep` is true.
    #[must_use]
    pub fn filter(self, mut keep: impl FnMut(&T) -> bool + Send + 'static) -> Self {
        Self::new(self.values.filter(move |value| future::ready(value.as_ref().map_or(true, &mut keep))))
    }

    /// What `change` makes of them.
    #[must_use]
    pub fn map<U: Send + 'static>(self, mut change: impl FnMut(T) -> U + Send + 'static) -> Values<U> {
        Values::new(self.values.map(move |value| value.map(&mut change)))
    }
}

impl<T> fmt::Debug for Values<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}

impl<T> Stream for Values<T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().values.as_mut().poll_next(task)
    }
}

/// A stream of rows of `E`: what a subscription with a node returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stream of rows of `{E}`",
    label = "with `node = …`, a subscription returns `lys::Result<Events<{E}>>`"
)]
pub trait EventsOf<E: Entity>: Send {
    /// The keys.
    fn into_events(self) -> Events<E>;
}

impl<E: Entity> EventsOf<E> for Events<E> {
    fn into_events(self) -> Self {
        self
    }
}

/// A stream of values: what a subscription without a node returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stream of values",
    label = "a subscription returns `lys::Result<Values<…>>`, or with `node = …` `lys::Result<Events<…>>`"
)]
pub trait StreamsValues: Send {
    /// One value.
    type Value: Output;

    /// The values.
    fn into_values(self) -> Values<Self::Value>;
}

impl<T: Output> StreamsValues for Values<T> {
    type Value = T;

    fn into_values(self) -> Self {
        self
    }
}

/// Answers with the values that the stream of `run` gives.
pub fn resolve<'a, R, A>(
    call: Authorized<'a>,
    arguments: A,
    run: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, R> + Send + 'a,
) -> Resolving<'a>
where
    R: Returns + 'a,
    R::Value: StreamsValues,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        let values = run(call.context(), arguments).await.into_result()?.into_values().values;
        Ok(Resolved::happenings(values.map(|value| value.map(|value| Happened::Value(Box::new(value)))).boxed()))
    })
}

/// Answers with the rows whose keys the stream of `run` gives, as `N`.
pub fn resolve_rows<'a, N, R, A>(
    call: Authorized<'a>,
    arguments: A,
    run: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, R> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    R: Returns + 'a,
    R::Value: EventsOf<N::Entity>,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        let keys = run(call.context(), arguments).await.into_result()?.into_events().keys;
        Ok(Resolved::happenings(keys.map(|key| key.map(|key| Happened::Row(key.into()))).boxed()))
    })
}
