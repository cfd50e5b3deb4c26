//! `serve`: opens the project, says what to try, and listens.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs as _},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::net::TcpSocket;

use super::{
    Project, Started,
    config::Config,
    sample,
    start::{self, Opening},
    tokens,
};
use crate::{
    access::Claims,
    app::StartError,
    http::{Http, HttpOptions, cors::Cors, rate_limit::RateLimit, server},
};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// Longer than the idle time of usual load balancers.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Serves until told to stop.
pub(super) fn serve(project: Project, config: Config, since: Instant) -> Result<(), StartError> {
    let model = start::compose(&project, &config)?;
    RateLimit::faults(&config.boundary.rate_limit, &model).into_result(())?;
    let demo = project.demos.first().cloned();
    let opening = Opening {
        name: project.name,
        chain: project.chain,
        preparations: project.preparations,
        pub_sub: project.pub_sub,
    };
    actix_web::rt::System::new().block_on(async {
        // Bound first, so that a taken port is told before any work; listening last, so that nobody is answered too early.
        let (socket, address) = bind(&config)?;
        let started = start::open(opening, model, config).await?;
        let options = options(&started)?;
        let listener = listen(socket).map_err(|error| unusable(address, &error))?;
        let address = listener.local_addr().unwrap_or(address);
        announce(&started, address, demo.as_ref()).await?;
        let ms = since.elapsed().as_millis();
        tracing::info!(target: "lys", %address, environment = %started.environment(), ms, "listening");
        run(&started, listener, options).await.map_err(|error| unusable(address, &error))?;
        started.database().close().await.map_err(|error| start::fault("closing the database", &error))
    })
}

/// What the settings say of the boundary.
fn options(started: &Started) -> Result<HttpOptions, StartError> {
    let (config, environment) = (started.config(), started.environment());
    let boundary = &config.boundary;
    let is_limited = boundary.rate_limit.is_on(environment);
    let rate_limit = is_limited.then(|| RateLimit::new(&boundary.rate_limit).map(Arc::new)).transpose()?;
    Ok(HttpOptions {
        explorer: environment.is_dev(),
        body_limit: config.body_limit,
        body_timeout: boundary.body_timeout,
        request_timeout: boundary.request_timeout,
        proxies: boundary.proxies.clone(),
        cors: Cors::of(&boundary.cors),
        rate_limit,
        trusted_origins: config.auth.trusted_origins.clone(),
        subscriptions: config.subscriptions.clone(),
        uploads: started.model().takes_files().then(|| boundary.uploads.clone()),
        ..HttpOptions::default()
    })
}

async fn run(started: &Started, listener: TcpListener, options: HttpOptions) -> io::Result<()> {
    let config = started.config();
    let engine = Arc::clone(started.engine());
    let endpoints = started.model().endpoints().map(|entry| entry.definition.clone()).collect();
    let http = Http::new(
        Arc::<crate::execute::Engine>::clone(&engine),
        Arc::<crate::access::Sessions>::clone(started.sessions()),
        options,
    );
    let options =
        server::ServerOptions { workers: config.workers, keep_alive: KEEP_ALIVE, drain: config.shutdown_timeout };
    server::serve(listener, options, http, engine, endpoints).await
}

fn bind(config: &Config) -> Result<(TcpSocket, SocketAddr), StartError> {
    let (host, port) = (config.host.as_str(), config.port);
    let address = (host, port)
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .ok_or_else(|| StartError::of(format!("`{host}` is no address to listen on; try --host 127.0.0.1")))?;
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A port in TIME_WAIT after a restart is free.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    };
    bound().map(|socket| (socket, address)).map_err(|error: io::Error| unusable(address, &error))
}

fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    socket.listen(BACKLOG)?.into_std()
}

fn unusable(address: SocketAddr, error: &io::Error) -> StartError {
    let next = address.port().checked_add(1).unwrap_or(8000);
    StartError::of(match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {} is taken; stop what listens there, or take another one: --port {next}", address.port())
        }
        io::ErrorKind::PermissionDenied => {
            format!("port {} is reserved; take one above 1023: --port 8000", address.port())
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("{} is not an address of this machine; try --host 127.0.0.1", address.ip())
        }
        _ => format!("{address} cannot be listened on: {error}"),
    })
}

/// In dev, says what to try first.
async fn announce(started: &Started, address: SocketAddr, demo: Option<&(&str, Claims)>) -> Result<(), StartError> {
    let url = format!("http://{address}/graphql");
    if !started.environment().is_dev() {
        println!("{} serves {url}", started.name);
        return Ok(());
    }
    println!("\n  {} serves {url}  (open it in a browser to explore)\n", started.name);
    if let Some(query) = sample::public(started.model()) {
        println!("  Try:\n\n    {query}\n");
    }
    let Some((name, claims)) = demo else { return Ok(()) };
    let query = sample::private(started.model()).unwrap_or_else(|| "{ __typename }".to_owned());
    let token = tokens::given(started.sessions(), claims).await?;
    println!("  As the demo account `{name}`:\n");
    println!("    curl {url} -H 'Content-Type: application/json' \\");
    println!("      -H 'Authorization: Bearer {token}' \\");
    println!("      -d '{{\"query\": \"{query}\"}}'\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_taken_port_names_the_next_step() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = taken.local_addr().expect("an address").port();
        let config = Config { port, ..Config::of("catalog") };
        let error = bind(&config).map(drop).expect_err("it is taken").to_string();
        assert!(error.contains(&format!("--port {}", port.wrapping_add(1))), "{error}");
    }

    #[actix_web::test]
    async fn a_host_that_is_none_is_told() {
        let config = Config { host: "no such host".to_owned(), ..Config::of("catalog") };
        assert!(bind(&config).map(drop).expect_err("no host").to_string().contains("--host 127.0.0.1"));
    }
}
