//! The servers of a comparison: both sides, and lys with paged reviews where a workload asks for those.

use super::{
    Outcome,
    process::{Place, Program, Server, Setup},
    workload::Workload,
};

/// Running servers; dropping them ends them.
pub(crate) struct Servers {
    both: [Server; 2],
    paged: Option<Server>,
}

impl Servers {
    /// Starts both sides, and lys with paged reviews if that is wanted.
    pub(crate) async fn start(place: &Place<'_>, setup: Setup, paged: bool) -> Outcome<Self> {
        let both = Server::pair(place, setup).await?;
        let paged = if paged { Some(Server::start(Program::Paged, place, setup).await?) } else { None };
        Ok(Self { both, paged })
    }

    /// Those that serve the catalog.
    pub(crate) fn both(&self) -> [&Server; 2] {
        self.both.each_ref()
    }

    /// Those that answer a workload.
    pub(crate) fn of(&self, workload: &Workload) -> [&Server; 2] {
        let [lys, handwritten] = self.both();
        [self.paged.as_ref().filter(|_| workload.paged).unwrap_or(lys), handwritten]
    }
}
