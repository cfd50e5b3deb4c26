use lys::{access::Grant, data::Condition, prelude::*};

#[entity(owner = lead_id, tenant(client = client_id))]
pub struct Site {
    pub client_id: Uuid,
    pub lead_id: Option<Uuid>,
}

#[entity(owner = site.lead_id, tenant(client = site.client_id, region = region_id), scope = rules::shared)]
pub struct Job {
    #[belongs_to(Site)]
    pub site_id: Option<Uuid>,
    pub region_id: Option<Uuid>,
}

#[entity(tenant(client = r#type.site.client_id), scope = urgent, scope = late)]
pub struct Photo {
    #[belongs_to(Job)]
    pub type_id: Uuid,
    pub urgent: bool,
}

mod rules {
    use super::*;

    pub fn shared(grant: &Grant) -> Option<Condition<Job>> {
        Some(Job::COLUMN.region_id.is_in(grant.organizations("region").iter().copied()))
    }
}

fn urgent(grant: &Grant) -> Option<Condition<Photo>> {
    grant.owner().map(|_| Photo::COLUMN.urgent.eq(true))
}

fn late(_: &Grant) -> Option<Condition<Photo>> {
    None
}

#[node(Job)]
#[getter(access(Owner, OrganizationRole))]
pub struct JobNode;

#[node(Photo)]
#[connection(access(Owner, OrganizationRole))]
pub struct PhotoNode;

fn main() {}
