//! The databases of the benchmark: made and filled by the lys catalog, kept from run to run, and
//! looked after from outside the servers.

mod backends;
mod shape;
mod url;

use std::{fs, path::PathBuf, str::FromStr};

use sea_orm::{ConnectOptions, ConnectionTrait, Database as SeaOrm, DatabaseConnection};

pub(crate) use self::backends::BackendTimes;
use self::{backends::Backends, shape::Shape};
use super::{
    Options, Outcome, options,
    process::{self, Place},
    workload,
};

/// The databases that are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file beside what cargo builds.
    Sqlite,
    /// A database of its own in the server that the environment names.
    Postgres,
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            _ => Err(()),
        }
    }
}

impl Kind {
    /// How it is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// What stands before the names of its ratios.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "pg_",
        }
    }
}

/// A filled database.
pub(crate) struct Database {
    /// Which one it is.
    pub(crate) kind: Kind,
    /// What the servers open.
    pub(crate) url: String,
    backends: Option<Backends>,
}

impl Database {
    /// The database of a run: the one of the last run if it is still what the catalog would make, else a new one.
    pub(crate) async fn prepare(kind: Kind, options: &Options) -> Outcome<Self> {
        let name = options.database_name;
        let scratch = Site::of(kind, &format!("{name}_shape"))?;
        let expected = fill(&scratch, shape::SAMPLE, shape::SAMPLE).await?;
        scratch.remove().await?;

        let site = Site::of(kind, name)?;
        let rows = (options.products, options.reviews);
        if site.exists().await? && site.shape().await.is_ok_and(|found| found.matches(&expected, rows)) {
            println!("{}: {} as the last run left it", kind.title(), site.url);
        } else {
            println!("{}: filling {} with {} products, {} reviews", kind.title(), site.url, rows.0, rows.1);
            let found = fill(&site, rows.0, rows.1).await?;
            if !found.matches(&expected, rows) {
                return Err(format!("`catalog bench-data` has filled {} with something else", site.url).into());
            }
        }
        let backends = match &site.maintenance {
            Some(url) => Some(Backends::of(connect(url).await?, name).await?),
            None => None,
        };
        let database = Self { kind, url: site.url, backends };
        database.remove_created().await?;
        Ok(database)
    }

    /// Takes away what mutations have made, so that every round starts from the same rows.
    pub(crate) async fn remove_created(&self) -> Outcome<()> {
        let connection = connect(&self.url).await?;
        let delete = format!("DELETE FROM product WHERE name = '{}'", workload::CREATED);
        let removed = connection.execute_unprepared(&delete).await?.rows_affected();
        if removed > 0 && self.kind == Kind::Postgres {
            // Else the newest end of the index is full of dead entries, which every first page would walk over.
            connection.execute_unprepared("VACUUM product").await?;
        }
        Ok(connection.close().await?)
    }

    /// What the database's own processes have used so far, if it has some on this machine.
    pub(crate) fn backends(&self) -> Option<&Backends> {
        self.backends.as_ref()
    }
}

/// Makes a database anew, fills it by the catalog and looks at the outcome.
async fn fill(site: &Site, products: u64, reviews: u64) -> Outcome<Shape> {
    site.remove().await?;
    site.create().await?;
    let home = tempfile::Builder::new().prefix("catalog-bench-").tempdir()?;
    process::fill(&Place { home: home.path(), url: &site.url }, products, reviews)?;
    if site.maintenance.is_some() {
        let connection = connect(&site.url).await?;
        connection.execute_unprepared("VACUUM ANALYZE").await?;
        connection.close().await?;
    }
    site.shape().await
}

/// Where a database is, whether it exists or not.
struct Site {
    kind: Kind,
    name: String,
    url: String,
    /// The database from which others are made.
    maintenance: Option<String>,
    /// The file that it is.
    file: Option<PathBuf>,
}

impl Site {
    fn of(kind: Kind, name: &str) -> Outcome<Self> {
        let name = name.to_owned();
        match kind {
            Kind::Sqlite => {
                let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.db"));
                let url = format!("sqlite://{}", file.display());
                Ok(Self { kind, name, url, maintenance: None, file: Some(file) })
            }
            Kind::Postgres => {
                let given = options::postgres_url().ok_or("the URL of PostgreSQL is not set")?;
                let (url, maintenance) = (url::of_database(&given, &name)?, url::of_database(&given, "postgres")?);
                Ok(Self { kind, name, url, maintenance: Some(maintenance), file: None })
            }
        }
    }

    async fn exists(&self) -> Outcome<bool> {
        match (&self.maintenance, &self.file) {
            (Some(maintenance), _) => {
                let connection = connect(maintenance).await?;
                let known = format!("SELECT datname FROM pg_database WHERE datname = '{}'", self.name);
                let row = connection.query_one_raw(shape::statement(self.kind, known)).await?;
                connection.close().await?;
                Ok(row.is_some())
            }
            (None, Some(file)) => Ok(file.exists()),
            (None, None) => Ok(false),
        }
    }

    async fn remove(&self) -> Outcome<()> {
        if let Some(maintenance) = &self.maintenance {
            let connection = connect(maintenance).await?;
            connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await?;
            connection.close().await?;
        }
        for file in self.files() {
            if file.exists() {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    /// The file and those that `SQLite` keeps beside it.
    fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.file.iter().flat_map(|file| {
            ["", "-wal", "-shm"].map(|suffix| {
                let mut name = file.clone().into_os_string();
                name.push(suffix);
                name.into()
            })
        })
    }

    async fn create(&self) -> Outcome<()> {
        let Some(maintenance) = &self.maintenance else {
            return Ok(());
        };
        let connection = connect(maintenance).await?;
        connection.execute_unprepared(&format!("CREATE DATABASE {}", self.name)).await?;
        // One process per connection: the CPU time of a statement is that of its backend, for both sides.
        let serial = format!("ALTER DATABASE {} SET max_parallel_workers_per_gather = 0", self.name);
        connection.execute_unprepared(&serial).await?;
        Ok(connection.close().await?)
    }

    async fn shape(&self) -> Outcome<Shape> {
        let connection = connect(&self.url).await?;
        let shape = Shape::of(&connection, self.kind).await?;
        connection.close().await?;
        Ok(shape)
    }
}

/// One connection beside the servers.
async fn connect(url: &str) -> Outcome<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    // Opening a connection is seldom and large.
    Ok(Box::pin(SeaOrm::connect(options)).await?)
}
