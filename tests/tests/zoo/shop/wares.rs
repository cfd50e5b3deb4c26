//! Wares: one or many at once, each with a version.

use lys::prelude::*;

use super::{NORTH, SOUTH, ware_key};

#[entity(parametric)]
pub struct Shelf;

#[entity(tenant(client = client_id))]
pub struct Ware {
    #[column(length = 20, unique)]
    pub sku: String,
    #[column(length = 40)]
    pub name: String,
    pub note: Option<String>,
    #[column(decimal(8, 2))]
    pub price: Decimal,
    pub stock: Option<i32>,
    #[belongs_to(Shelf)]
    pub shelf_id: String,
    /// What it goes with.
    #[belongs_to(Ware)]
    #[references("WareNode")]
    pub partner_id: Option<Uuid>,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[version]
    pub version: i32,
    #[has_many(Tag)]
    pub tags: Many<Tag>,
}

#[entity]
pub struct Tag {
    #[belongs_to(Ware, on_delete = cascade)]
    pub ware_id: Uuid,
    #[column(length = 10)]
    pub word: String,
}

#[node(Ware)]
#[getter(access(Role, OrganizationRole), licensed = false)]
#[connection(access(Role, OrganizationRole), licensed = false, order_by(sku))]
#[deletion(access(Role, OrganizationRole), licensed = false)]
#[deletion(many, access(Role, OrganizationRole), licensed = false)]
pub struct WareNode {
    pub sku: String,
    pub name: String,
    pub note: Option<String>,
    pub price: f64,
    pub stock: Option<i32>,
    pub shelf_id: String,
    pub client_id: GlobalId,
    pub version: i32,
    pub tags: Vec<TagNode>,
}

#[node(Tag)]
pub struct TagNode {
    pub word: String,
}

pub fn shelves() -> Fixture {
    Fixture::parametric::<Shelf>("shelves", || {
        ["LOW", "HIGH"].map(|shelf| Draft::new().with(Shelf::COLUMN.id, shelf)).into()
    })
}

/// Six: three of the north, then three of the south.
pub fn wares() -> Fixture {
    Fixture::business::<Ware>("wares", &[Environment::Dev], || {
        let ware = |number: i32| {
            Draft::new()
                .with(Ware::COLUMN.id, ware_key(u128::from(number.unsigned_abs())))
                .with(Ware::COLUMN.sku, format!("W{number}"))
                .with(Ware::COLUMN.name, format!("Ware {number}"))
                .with(Ware::COLUMN.price, Decimal::from(number))
                .with(Ware::COLUMN.shelf_id, "LOW")
                .with(Ware::COLUMN.client_id, if number < 4 { NORTH } else { SOUTH })
        };
        (1..7).map(ware).collect()
    })
}

#[derive(Input)]
#[input(entity = Ware)]
pub struct CreateWareInput {
    #[input(length(min = 1))]
    pub sku: String,
    pub name: String,
    pub price: f64,
    pub shelf_id: String,
    pub client_id: GlobalId,
}

#[creation(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn create_ware(_ctx: &Context<'_>, inputs: CreateWareInput) -> Result<Draft<Ware>> {
    inputs.into_draft()
}

/// All of them or none.
#[creation(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn create_wares(_ctx: &Context<'_>, inputs: Vec<CreateWareInput>) -> Result<Vec<Draft<Ware>>> {
    inputs.into_iter().map(CreateWareInput::into_draft).collect()
}

/// The same, written by the function itself.
#[creation(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn import_wares(ctx: &Context<'_>, inputs: Vec<CreateWareInput>) -> Result<Vec<Saved<Ware>>> {
    let drafts = inputs.into_iter().map(CreateWareInput::into_draft).collect::<Result<Vec<_>>>()?;
    let saved = ctx.writer()?.unscoped("the import checks nothing").create_many(drafts).await?;
    Ok(saved.into_iter().map(Saved::new).collect())
}

#[derive(Input)]
#[input(entity = Ware)]
pub struct UpdateWareInput {
    pub name: Option<String>,
    pub price: Option<f64>,
    pub shelf_id: Option<String>,
    #[input(length(max = 5))]
    pub note: Patch<String>,
    #[input(range(min = 0))]
    pub stock: Patch<i32>,
    pub partner_id: Patch<GlobalId>,
    pub version: Option<i32>,
}

#[edition(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn update_ware(_ctx: &Context<'_>, ware: Ware, inputs: UpdateWareInput) -> Result<Draft<Ware>> {
    inputs.edit(ware)
}

/// Each ware gets the price that stands where its id stands.
#[edition(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn price_wares(_ctx: &Context<'_>, wares: Vec<Ware>, prices: Vec<Decimal>) -> Result<Vec<Draft<Ware>>> {
    let priced = wares.into_iter().zip(prices);
    Ok(priced.map(|(ware, price)| Draft::of(ware).with(Ware::COLUMN.price, price)).collect())
}

/// What an argument of its own says.
#[field(query, public)]
async fn patched(_ctx: &Context<'_>, note: Patch<String>) -> Result<String> {
    Ok(match note {
        Patch::Keep => "keep".to_owned(),
        Patch::Clear => "clear".to_owned(),
        Patch::Set(note) => format!("set {note}"),
    })
}

/// All go to one shelf.
#[edition(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn shelve_wares(_ctx: &Context<'_>, wares: Vec<Ware>, shelf_id: String) -> Result<Vec<Draft<Ware>>> {
    let shelved = |ware: Ware| Draft::of(ware).with(Ware::COLUMN.shelf_id, shelf_id.clone());
    Ok(wares.into_iter().map(shelved).collect())
}

/// Refuses to clear wares that cost more than 5.
#[deletion(node = WareNode, access(Role, OrganizationRole), licensed = false)]
async fn clear_wares(_ctx: &Context<'_>, wares: Vec<Ware>) -> Result<()> {
    match wares.iter().position(|ware| ware.price > Decimal::from(5)) {
        Some(dear) => Err(Error::new("TOO_DEAR", 409).at(&["ids".into(), dear.into()])),
        None => Ok(()),
    }
}

/// Writes half of what it should, then thinks better of it.
#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn half_a_mind(ctx: &Context<'_>, inputs: Vec<CreateWareInput>) -> Result<i32> {
    let drafts = inputs.into_iter().map(CreateWareInput::into_draft).collect::<Result<Vec<_>>>()?;
    ctx.writer()?.create_many(drafts).await?;
    Err(Error::new("SECOND_THOUGHTS", 409))
}

/// Hides that a batch was refused, and writes something else.
#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn look_away(ctx: &Context<'_>, inputs: Vec<CreateWareInput>, other: CreateWareInput) -> Result<bool> {
    let drafts = inputs.into_iter().map(CreateWareInput::into_draft).collect::<Result<Vec<_>>>()?;
    let refused = ctx.writer()?.create_many(drafts).await.is_err();
    ctx.writer()?.create(other.into_draft()?).await?;
    Ok(refused)
}
