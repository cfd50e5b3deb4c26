//! Channels inside one process: a bounded queue for each listener.

use std::{
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::{FutureExt as _, Stream, StreamExt as _, future, future::BoxFuture};
use tokio::sync::mpsc;

use super::{PubSub, Signal, Signals, code::SUBSCRIPTION_LAGGED};
use crate::error::{Error, Result};

/// Carries messages inside one process. Nobody waits for anybody: a listener whose queue is full is cut off. It gets what is in the
/// queue, then `SUBSCRIPTION_LAGGED`.
#[derive(Clone)]
pub struct LocalPubSub {
    channels: Arc<Mutex<Channels>>,
    buffer: usize,
}

#[derive(Default)]
struct Channels {
    listeners: HashMap<String, Vec<Listener>>,
    /// Numbers listeners.
    next: u64,
}

struct Listener {
    number: u64,
    queue: mpsc::Sender<Arc<Signal>>,
    lagged: Arc<AtomicBool>,
}

impl LocalPubSub {
    /// What a queue holds by default.
    pub const BUFFER: usize = 256;

    /// Queues of `buffer` messages, of one at least.
    #[must_use]
    pub fn new(buffer: usize) -> Self {
        Self { channels: Arc::default(), buffer: buffer.max(1) }
    }

    /// How many listen on all channels together.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.lock().listeners.values().map(Vec::len).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Channels> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, channel: &str, signal: Signal) -> usize {
        let mut channels = self.lock();
        let Some(listeners) = channels.listeners.get_mut(channel) else { return 0 };
        let signal = Arc::new(signal);
        listeners.retain(|listener| match listener.queue.try_send(Arc::clone(&signal)) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                listener.lagged.store(true, Ordering::Release);
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        });
        let heard = listeners.len();
        if heard == 0 {
            channels.listeners.remove(channel);
        }
        heard
    }

    fn listen(&self, channel: &str) -> Listening {
        let (queue, signals) = mpsc::channel(self.buffer);
        let lagged = Arc::new(AtomicBool::new(false));
        let mut channels = self.lock();
        channels.next += 1;
        let number = channels.next;
        let listener = Listener { number, queue, lagged: Arc::clone(&lagged) };
        channels.listeners.entry(channel.to_owned()).or_default().push(listener);
        Listening { channels: Arc::clone(&self.channels), channel: channel.to_owned(), number, signals, lagged }
    }
}

impl Default for LocalPubSub {
    fn default() -> Self {
        Self::new(Self::BUFFER)
    }
}

impl fmt::Debug for LocalPubSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPubSub").field("listeners", &self.listeners()).finish_non_exhaustive()
    }
}

impl PubSub for LocalPubSub {
    fn publish<'a>(&'a self, channel: &'a str, signal: Signal) -> BoxFuture<'a, Result<usize>> {
        future::ready(Ok(self.send(channel, signal))).boxed()
    }

    fn subscribe<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Signals>> {
        future::ready(Ok(self.listen(channel).boxed())).boxed()
    }
}

/// One listener's end. A channel goes with its last listener: clients choose channels, so none may stay.
struct Listening {
    channels: Arc<Mutex<Channels>>,
    channel: String,
    number: u64,
    signals: mpsc::Receiver<Arc<Signal>>,
    lagged: Arc<AtomicBool>,
}

impl Stream for Listening {
    type Item = Result<Arc<Signal>>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let listening = self.get_mut();
        listening.signals.poll_recv(task).map(|signal| match signal {
            Some(signal) => Some(Ok(signal)),
            None if listening.lagged.swap(false, Ordering::AcqRel) => Some(Err(Error::new(SUBSCRIPTION_LAGGED, 429))),
            None => None,
        })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listeners) = channels.listeners.get_mut(&self.channel) {
            listeners.retain(|listener| listener.number != self.number);
            if listeners.is_empty() {
                channels.listeners.remove(&self.channel);
            }
        }
    }
}
