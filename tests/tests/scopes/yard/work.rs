//! What can be done in the yard.

use lys::prelude::*;

use super::{Badge, BadgeNode, Job, JobNode, Note, NoteNode, Photo, PhotoNode, Site, SiteNode, Tag};

#[derive(Input)]
#[input(entity = Job)]
pub struct JobInput {
    pub code: String,
    pub hours: i32,
    pub site_id: Option<GlobalId>,
}

#[creation(node = JobNode, access(Role, OrganizationRole), licensed = false)]
async fn create_job(_ctx: &Context<'_>, inputs: JobInput) -> Result<Draft<Job>> {
    inputs.into_draft()
}

#[creation(node = JobNode, access(Role, OrganizationRole), licensed = false)]
async fn create_jobs(_ctx: &Context<'_>, inputs: Vec<JobInput>) -> Result<Vec<Draft<Job>>> {
    inputs.into_iter().map(JobInput::into_draft).collect()
}

/// Written past the scope, and looked at again.
#[creation(node = JobNode, access(Role, OrganizationRole), licensed = false)]
async fn import_job(ctx: &Context<'_>, inputs: JobInput) -> Result<Saved<Job>> {
    Ok(Saved::new(ctx.writer()?.unscoped("the import checks nothing").create(inputs.into_draft()?).await?))
}

/// By its code.
#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn put_job(ctx: &Context<'_>, inputs: JobInput) -> Result<bool> {
    Ok(ctx.writer()?.upsert(inputs.into_draft()?, Job::UNIQUE.code).await?.created)
}

#[derive(Input)]
#[input(entity = Job)]
pub struct ChangeJobInput {
    pub hours: Option<i32>,
    pub site_id: Patch<GlobalId>,
}

#[edition(node = JobNode, access(Role, OrganizationRole), licensed = false)]
async fn change_job(_ctx: &Context<'_>, job: Job, inputs: ChangeJobInput) -> Result<Draft<Job>> {
    inputs.edit(job)
}

/// All of them to one site.
#[edition(node = JobNode, access(Role, OrganizationRole), licensed = false)]
async fn send_jobs(_ctx: &Context<'_>, jobs: Vec<Job>, site_id: Option<GlobalId>) -> Result<Vec<Draft<Job>>> {
    let site = site_id.map(|id| id.key::<SiteNode>()).transpose()?;
    Ok(jobs.into_iter().map(|job| Draft::of(job).with(Job::COLUMN.site_id, site)).collect())
}

/// Every job of so many hours, by one statement.
#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn move_jobs(ctx: &Context<'_>, hours: i32, site_id: Option<GlobalId>) -> Result<i32> {
    let site = site_id.map(|id| id.key::<SiteNode>()).transpose()?;
    let select = Job::select().filter(Job::COLUMN.hours.ge(hours));
    let moved = ctx.writer()?.update_where(select, Draft::new().with(Job::COLUMN.site_id, site)).await?;
    Ok(i32::try_from(moved).unwrap())
}

#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn double_jobs(ctx: &Context<'_>, hours: i32) -> Result<i32> {
    let changes = Draft::new().with(Job::COLUMN.hours, hours);
    Ok(i32::try_from(ctx.writer()?.update_where(Job::select(), changes).await?).unwrap())
}

#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn clear_jobs(ctx: &Context<'_>) -> Result<i32> {
    let writer = ctx.writer()?;
    let photos = writer.delete_where(Photo::select()).await?;
    Ok(i32::try_from(photos + writer.delete_where(Job::select()).await?).unwrap())
}

#[derive(Input)]
#[input(entity = Photo)]
pub struct PhotoInput {
    pub caption: String,
    pub job_id: GlobalId,
}

#[creation(node = PhotoNode, access(OrganizationRole), licensed = false)]
async fn create_photo(_ctx: &Context<'_>, inputs: PhotoInput) -> Result<Draft<Photo>> {
    inputs.into_draft()
}

#[edition(node = PhotoNode, access(OrganizationRole), licensed = false)]
async fn hang_photo(_ctx: &Context<'_>, photo: Photo, job_id: GlobalId) -> Result<Draft<Photo>> {
    let job = job_id.key::<JobNode>()?;
    Ok(Draft::of(photo).with(Photo::COLUMN.job_id, job))
}

#[derive(Input)]
#[input(entity = Site)]
pub struct OpenSiteInput {
    pub name: String,
    pub client_id: GlobalId,
    pub lead_id: Option<GlobalId>,
    #[input(children)]
    pub jobs: Vec<OpenJobInput>,
}

#[derive(Input)]
#[input(entity = Job)]
pub struct OpenJobInput {
    pub code: String,
    pub hours: i32,
    #[input(children)]
    pub photos: Option<Vec<OpenPhotoInput>>,
    #[input(children)]
    pub tags: Option<Vec<OpenTagInput>>,
}

#[derive(Input)]
#[input(entity = Tag)]
pub struct OpenTagInput {
    pub word: String,
}

#[derive(Input)]
#[input(entity = Photo)]
pub struct OpenPhotoInput {
    pub caption: String,
}

/// With all its jobs and their photos.
#[creation(node = SiteNode, access(Owner, OrganizationRole), licensed = false)]
async fn open_site(_ctx: &Context<'_>, inputs: OpenSiteInput) -> Result<Draft<Site>> {
    inputs.into_draft()
}

#[derive(Input)]
#[input(entity = Note)]
pub struct NoteInput {
    pub text: Option<String>,
    pub author_id: Patch<GlobalId>,
    pub site_id: Patch<GlobalId>,
}

#[creation(node = NoteNode, access(Owner, OrganizationRole), licensed = false)]
async fn create_note(_ctx: &Context<'_>, inputs: NoteInput) -> Result<Draft<Note>> {
    inputs.into_draft()
}

#[edition(node = NoteNode, access(Owner, OrganizationRole), licensed = false)]
async fn change_note(_ctx: &Context<'_>, note: Note, inputs: NoteInput) -> Result<Draft<Note>> {
    inputs.edit(note)
}

/// Everything that the caller may write goes to one author and one site, or stays where it is.
#[field(mutation, access(Owner, OrganizationRole), licensed = false)]
async fn change_notes(ctx: &Context<'_>, inputs: NoteInput) -> Result<i32> {
    Ok(i32::try_from(ctx.writer()?.update_where(Note::select(), inputs.into_draft()?).await?).unwrap())
}

#[creation(node = BadgeNode, access(Owner), licensed = false)]
async fn create_badge(_ctx: &Context<'_>, text: String, site_id: Option<GlobalId>) -> Result<Draft<Badge>> {
    let site = site_id.map(|id| id.key::<SiteNode>()).transpose()?;
    Ok(Draft::new().with(Badge::COLUMN.text, text).with(Badge::COLUMN.site_id, site))
}
