//! The server: listens, and on a signal stops accepting and lets running requests end.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn, web};

use super::{Http, boundary, boundary::Running, endpoints, not_found};
use crate::{endpoint::EndpointDef, execute::Engine, subscription::Subscriptions};

/// How the server runs.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Worker threads.
    pub workers: usize,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long running requests may take once the process was told to stop.
    pub drain: Duration,
}

/// Serves until SIGTERM or ctrl-c; a second ctrl-c ends at once.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    options: ServerOptions,
    http: Http,
    engine: Arc<Engine>,
    endpoints: Vec<EndpointDef>,
) -> io::Result<()> {
    let running = Running::default();
    let counted = running.clone();
    let subscriptions = Arc::clone(&http.streams.subscriptions);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(counted.clone()))
            .wrap(from_fn(boundary::boundary))
            .configure(|config| http.mount(config))
            .configure(|config| endpoints::mount(config, &http, &engine, &endpoints))
            .default_service(web::to(not_found))
    })
    .workers(options.workers)
    .keep_alive(options.keep_alive)
    .disable_signals()
    // Requests are drained by us: actix waits for idle connections too.
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    actix_web::rt::spawn(stop_on_signal(server.handle(), running, options.drain, subscriptions));
    server.await
}

async fn stop_on_signal(server: ServerHandle, running: Running, drain: Duration, subscriptions: Arc<Subscriptions>) {
    if signalled().await.is_err() {
        tracing::error!(target: "lys::http", "signals cannot be heard; stop the process by other means");
        return;
    }
    tracing::info!(target: "lys::http", running = running.count(), "stopping");
    server.pause().await;
    // They would never end by themselves.
    subscriptions.close();
    tokio::select! {
        () = drained(&running) => {}
        () = tokio::time::sleep(drain) => {
            tracing::warn!(target: "lys::http", running = running.count(), "requests cut off");
        }
        _ = tokio::signal::ctrl_c() => {}
    }
    server.stop(true).await;
}

async fn drained(running: &Running) {
    while running.count() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(unix)]
async fn signalled() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signalled() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
