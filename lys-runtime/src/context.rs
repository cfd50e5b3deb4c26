//! The context of one root field: who asks, what was decided, and the way to data.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;

use crate::{
    access::{Actor, Decision, audit::Trail},
    app::Model,
    data::{Database, Reader, Transaction, Writer},
    entity::Entity,
    error::{Error, Result},
    http::{
        rate_limit::Allowance,
        upload::{Upload, UploadedFile, Uploads},
    },
    subscription::{Channel, Events, Payload, Subscriptions, Values},
};

/// What is known of one HTTP request, shared by its root fields. It carries no decision.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// Id of the request, for logs and masked errors.
    pub id: String,
    /// Address of the client, as far as it can be believed (docs/boundary.md).
    pub client_ip: Option<std::net::IpAddr>,
    /// The `User-Agent` header, cut to 512 bytes and without control characters.
    pub user_agent: Option<String>,
    /// What it may still ask for, where callers are counted.
    pub(crate) allowance: Option<Allowance>,
    /// Files that came with it.
    pub(crate) uploads: Uploads,
}

impl Request {
    /// A request of `actor` that did not come over HTTP.
    #[must_use]
    pub fn of(actor: Actor) -> Self {
        Self {
            actor,
            id: uuid::Uuid::new_v4().to_string(),
            client_ip: None,
            user_agent: None,
            allowance: None,
            uploads: Uploads::default(),
        }
    }
}

/// Something to do once a mutation is committed.
pub(crate) type Work = BoxFuture<'static, Result<()>>;

/// What a mutation wants done once it is committed.
pub(crate) type AfterCommit = Mutex<Vec<Work>>;

/// The context of one root field.
pub struct Context<'a> {
    pub(crate) request: &'a Request,
    pub(crate) model: &'a Model,
    pub(crate) database: &'a Database,
    pub(crate) decision: &'a Decision,
    pub(crate) transaction: Option<&'a Transaction>,
    pub(crate) after_commit: Option<&'a AfterCommit>,
    pub(crate) subscriptions: &'a Arc<Subscriptions>,
    /// Where reads and writes of sensitive rows are recorded.
    pub(crate) audit: Trail<'a>,
}

impl<'a> Context<'a> {
    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &'a Actor {
        &self.request.actor
    }

    /// The signed-in user's id.
    ///
    /// # Errors
    /// `ACCESS_DENIED_ERROR` when nobody is signed in.
    pub fn user_id(&self) -> Result<uuid::Uuid> {
        match &self.request.actor {
            Actor::User(claims) => Ok(claims.sub),
            Actor::Anonymous | Actor::Service { .. } => Err(Error::access_denied()),
        }
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &'a Request {
        self.request
    }

    /// Address of the client, as far as it can be believed; `None` where the request did not come over HTTP.
    #[must_use]
    pub fn client_ip(&self) -> Option<std::net::IpAddr> {
        self.request.client_ip
    }

    /// What the client calls itself: its own words, bounded.
    #[must_use]
    pub fn user_agent(&self) -> Option<&'a str> {
        self.request.user_agent.as_deref()
    }

    /// Id of the request: in its answer, in the log, and in masked errors.
    #[must_use]
    pub fn request_id(&self) -> &'a str {
        &self.request.id
    }

    /// The file that an argument stands for. It is there as long as somebody holds it, in work after commit too.
    ///
    /// # Errors
    /// `INVALID_INPUT` when it is no file of this request.
    pub fn upload(&self, upload: Upload) -> Result<std::sync::Arc<UploadedFile>> {
        self.request.uploads.get(upload)
    }

    /// What was decided for this root field.
    #[must_use]
    pub fn decision(&self) -> &'a Decision {
        self.decision
    }

    /// Whether it pays to ask for several things at the same time: a transaction runs one statement after the other.
    pub(crate) fn is_parallel(&self) -> bool {
        self.transaction.is_none() && self.database.is_parallel()
    }

    /// Reads inside the decision's scope; in a mutation, inside its transaction.
    #[must_use]
    pub fn reader(&self) -> Reader<'a> {
        Reader::new(self.database, self.transaction, self.decision).recorded(self.audit)
    }

    /// Writes inside the mutation's transaction and the decision's scope.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` in a query: only mutations write.
    pub fn writer(&self) -> Result<Writer<'a>> {
        let transaction =
            self.transaction.ok_or_else(|| Error::internal("a query has no writer; make it a mutation"))?;
        Ok(Writer::new(self.database, transaction, self.decision).recorded(self.audit))
    }

    /// The service registered last for the trait `S`.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when no app of the project has it.
    pub fn service<S: ?Sized + Send + Sync + 'static>(&self) -> Result<std::sync::Arc<S>> {
        self.model.service::<S>()
    }

    /// Runs `work` once the mutation is committed, never otherwise. Its failure is logged and undoes nothing.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` in a query.
    pub fn after_commit(&self, work: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
        let list = self.after_commit.ok_or_else(|| Error::internal("a query has no commit"))?;
        list.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(Box::pin(work));
        Ok(())
    }

    /// Tells `item` to who listens on `channel`, once the mutation is committed.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` in a query, which has nothing to tell; [`Subscriptions::publish`] tells at once.
    pub fn publish<T: Payload>(&self, channel: Channel<T>, item: T::Item) -> Result<()>
    where
        T::Item: Sync,
    {
        let subscriptions = Arc::clone(self.subscriptions);
        self.after_commit(async move { subscriptions.publish(&channel, &item).await.map(drop) })
    }

    /// Listens to the rows that are told of on `channel` from now on: what most subscriptions return.
    ///
    /// # Errors
    /// When the channel cannot be listened on.
    pub async fn events<E: Entity>(&self, channel: Channel<E>) -> Result<Events<E>> {
        self.subscriptions.events(&channel).await
    }

    /// Listens to what is told on `channel` from now on.
    ///
    /// # Errors
    /// When the channel cannot be listened on.
    pub async fn values<T: Payload>(&self, channel: Channel<T>) -> Result<Values<T::Item>> {
        self.subscriptions.values(&channel).await
    }

    /// What the streams of the project share: publishes events, ends and changes the streams of users.
    #[must_use]
    pub fn subscriptions(&self) -> &'a Arc<Subscriptions> {
        self.subscriptions
    }
}
