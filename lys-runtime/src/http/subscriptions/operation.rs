//! Operations of one socket: a task each, all on the socket's thread.

use std::{cell::RefCell, collections::HashMap, panic::AssertUnwindSafe, rc::Rc, time::Duration};

use actix_web::rt;
use futures_util::FutureExt as _;
use serde_json::json;
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::protocol::{self, Closing};
use crate::{
    context::Request,
    error::code,
    execute::{Answer, GraphqlRequest, Opened},
    http::{Http, admission},
    subscription::Caller,
};

/// How long a client may take nothing of what is sent to it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a socket sends through.
#[derive(Clone)]
pub(super) struct Socket {
    session: actix_ws::Session,
    /// Told when nothing can be sent any more.
    stalled: Rc<Notify>,
}

impl Socket {
    pub(super) fn new(session: actix_ws::Session) -> Self {
        Self { session, stalled: Rc::default() }
    }

    /// Sends a message; a client that takes nothing for too long is given up.
    pub(super) async fn send(&self, text: String) {
        let mut session = self.session.clone();
        self.watch(session.text(text)).await;
    }

    pub(super) async fn ping(&self) {
        let mut session = self.session.clone();
        self.watch(session.ping(b"")).await;
    }

    pub(super) async fn pong(&self, bytes: &[u8]) {
        let mut session = self.session.clone();
        self.watch(session.pong(bytes)).await;
    }

    async fn watch(&self, sent: impl Future<Output = Result<(), actix_ws::Closed>>) {
        if !matches!(timeout(PATIENCE, sent).await, Ok(Ok(()))) {
            self.stalled.notify_one();
        }
    }

    /// Waits until nothing can be sent any more.
    pub(super) async fn stalled(&self) {
        self.stalled.notified().await;
    }

    pub(super) async fn close(self, closing: Option<Closing>) {
        let _gone_already = timeout(PATIENCE, self.session.close(closing.map(Closing::reason))).await;
    }
}

/// The operations of a socket by id.
#[derive(Clone)]
pub(super) struct Operations(Rc<RefCell<Inner>>);

struct Inner {
    tasks: HashMap<String, JoinHandle<()>>,
    /// When the last one ended.
    quiet_since: Instant,
}

impl Operations {
    pub(super) fn new() -> Self {
        Self(Rc::new(RefCell::new(Inner { tasks: HashMap::new(), quiet_since: Instant::now() })))
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().tasks.len()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.0.borrow().tasks.contains_key(id)
    }

    /// Since when nothing is asked; now, as long as something is.
    pub(super) fn quiet_since(&self) -> Instant {
        let inner = self.0.borrow();
        if inner.tasks.is_empty() { inner.quiet_since } else { Instant::now() }
    }

    fn take(&self, id: &str) -> Option<JoinHandle<()>> {
        let mut inner = self.0.borrow_mut();
        inner.quiet_since = Instant::now();
        inner.tasks.remove(id)
    }

    /// The client wants no more of an operation. What it has written stays written.
    pub(super) fn stop(&self, id: &str) {
        if let Some(task) = self.take(id) {
            task.abort();
        }
    }

    pub(super) fn stop_all(&self) {
        for (_, task) in self.0.borrow_mut().tasks.drain() {
            task.abort();
        }
    }

    /// Runs an operation; its id must be new.
    pub(super) fn start(&self, id: String, socket: Socket, http: Http, asked: (Request, GraphqlRequest, Caller)) {
        let operations = self.clone();
        let key = id.clone();
        let task = rt::spawn(async move {
            let ran = AssertUnwindSafe(run(&id, &socket, http, asked)).catch_unwind().await;
            // The panic hook has said what and where.
            let last = ran.unwrap_or_else(|_| vec![failed(&id, code::INTERNAL_ERROR, 500)]);
            // Before its end is told: the client may use the id again at once.
            operations.take(&id);
            for message in last {
                socket.send(message).await;
            }
        });
        self.0.borrow_mut().tasks.insert(key, task);
    }
}

/// Sends what comes, and gives the last messages.
async fn run(
    id: &str,
    socket: &Socket,
    http: Http,
    (request, graphql, caller): (Request, GraphqlRequest, Caller),
) -> Vec<String> {
    let request_id = request.id.clone();
    let opened =
        admission::within_deadline(&http, &request_id, http.backend.clone().open(request, graphql, caller)).await;
    let Ok(opened) = opened else { return vec![failed(id, code::DEADLINE_EXCEEDED, 503)] };
    let mut subscription = match opened {
        Opened::Stream(subscription) => subscription,
        Opened::Answer(Answer::Executed(answer)) => return vec![protocol::next(id, &answer), protocol::complete(id)],
        Opened::Answer(
            Answer::Refused(errors)
            | Answer::ReadOnly(errors)
            | Answer::NotStreamed(errors)
            | Answer::RateLimited { errors, .. },
        ) => {
            return vec![protocol::error(id, &errors)];
        }
    };
    while let Some(answer) = subscription.next().await {
        socket.send(protocol::next(id, &answer)).await;
    }
    vec![protocol::complete(id)]
}

/// An `error` of ours.
pub(super) fn failed(id: &str, code: &str, status: u16) -> String {
    let errors = json!([{ "message": code, "extensions": { "code": code, "status_code": status } }]);
    protocol::error(id, errors.to_string().as_bytes())
}
