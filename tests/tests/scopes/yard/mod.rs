//! A builder's yard: what belongs to a client only by the site that it is for, one or two keys away.

mod rows;
mod work;

use lys::{prelude::*, testing::TestProject};

pub const NORTH: Uuid = Uuid::from_u128(0xa);
pub const SOUTH: Uuid = Uuid::from_u128(0xb);
/// A region of the south.
pub const COAST: Uuid = Uuid::from_u128(0xc);

/// Of a client, and of whoever leads it.
#[entity(owner = lead_id, tenant(client = client_id))]
pub struct Site {
    #[column(length = 20, unique)]
    pub name: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[references("UserNode")]
    pub lead_id: Option<Uuid>,
    pub region_id: Option<Uuid>,
    #[has_many(Job)]
    pub jobs: Many<Job>,
    #[has_many(Job, access = inherit)]
    pub all_jobs: Many<Job>,
}

/// Of the client of its site; who leads that has no say.
#[entity(tenant(client = site.client_id))]
pub struct Job {
    #[column(length = 20, unique)]
    pub code: String,
    pub hours: i32,
    #[belongs_to(Site)]
    #[references("SiteNode")]
    pub site_id: Option<Uuid>,
    #[has_many(Photo)]
    pub photos: Many<Photo>,
    #[has_many(Tag)]
    pub tags: Many<Tag>,
}

/// Of whoever leads the site of its job, which says nothing of the job itself.
#[entity(owner = job.site.lead_id)]
pub struct Tag {
    #[column(length = 20)]
    pub word: String,
    #[belongs_to(Job)]
    pub job_id: Uuid,
}

/// Two keys from its client.
#[entity(tenant(client = job.site.client_id))]
pub struct Photo {
    #[column(length = 20)]
    pub caption: String,
    #[belongs_to(Job)]
    #[references("JobNode")]
    pub job_id: Uuid,
}

/// Of its author, of whoever leads its site, and of the site's client and region.
#[entity(owner = author_id, tenant(client = site.client_id, region = site.region_id))]
pub struct Note {
    pub text: String,
    #[references("UserNode")]
    pub author_id: Option<Uuid>,
    #[belongs_to(Site)]
    #[references("SiteNode")]
    pub site_id: Option<Uuid>,
}

/// Of whoever leads its site.
#[entity(owner = site.lead_id)]
pub struct Badge {
    pub text: String,
    #[belongs_to(Site)]
    #[references("SiteNode")]
    pub site_id: Option<Uuid>,
}

#[node(Site)]
#[connection(
    name = "all_sites",
    order_by(name),
    filter(name, jobs(code, hours, photos(caption)), all_jobs(code)),
    sort(name, jobs, all_jobs),
    access(Owner, OrganizationRole),
    licensed = false
)]
pub struct SiteNode {
    pub name: String,
    pub client_id: GlobalId,
    pub jobs: Vec<JobNode>,
    pub all_jobs: Vec<JobNode>,
}

#[node(Job)]
#[getter(name = "job", access(Role, OrganizationRole), licensed = false)]
#[connection(
    name = "all_jobs",
    order_by(code, hours),
    filter(code, hours, site(name), photos(caption)),
    sort(code, site(name), photos),
    aggregate(hours, code),
    group_by(hours),
    access(Role, OrganizationRole),
    licensed = false
)]
#[deletion(access(Role, OrganizationRole), licensed = false)]
#[deletion(many, access(Role, OrganizationRole), licensed = false)]
pub struct JobNode {
    pub code: String,
    pub hours: i32,
    pub site: Option<SiteNode>,
    pub photos: Connection<PhotoNode>,
}

#[node(Photo)]
#[getter(name = "photo", access(OrganizationRole), licensed = false)]
#[connection(
    name = "all_photos",
    order_by(caption),
    filter(caption, job(code)),
    sort(caption, job(code)),
    access(OrganizationRole),
    licensed = false
)]
#[deletion(access(OrganizationRole), licensed = false)]
pub struct PhotoNode {
    pub caption: String,
    pub job: Option<JobNode>,
}

#[node(Note)]
#[getter(name = "note", access(Owner, OrganizationRole), licensed = false)]
#[connection(name = "all_notes", order_by(text), access(Owner, OrganizationRole), licensed = false)]
pub struct NoteNode {
    pub text: String,
}

#[node(Badge)]
#[connection(name = "all_badges", order_by(text), access(Owner), licensed = false)]
pub struct BadgeNode {
    pub text: String,
}

pub fn app() -> App {
    let app = App::new("yard", module_path!());
    let app = app.fixture(rows::sites()).fixture(rows::jobs()).fixture(rows::photos());
    app.fixture(rows::notes()).fixture(rows::badges())
}

pub async fn yard() -> TestProject {
    TestProject::new([app()]).await.unwrap()
}

/// The key of a row of any table by its number.
pub fn key(number: u128) -> Uuid {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 | number)
}
