//! A cellar: barrels whose deleted rows stay, what refers to them, and rows that are written together or over each other.

pub mod filling;

use lys::prelude::*;

use self::filling::{Plate, PlateNode, Washer, WasherNode};
use super::tour::{NORTH, SOUTH};

pub fn app() -> App {
    lys::app!("cellar").fixture(vaults()).fixture(grapes()).fixture(barrels()).fixture(blends()).fixture(taps())
}

pub fn barrel_key(number: u128) -> Uuid {
    Uuid::from_u128(0xba44 << 64 | number)
}

#[entity(parametric)]
pub struct Vault {
    #[has_many(Barrel)]
    pub barrels: Many<Barrel>,
    #[has_many(Barrel)]
    pub stock: Many<Barrel>,
}

#[entity(tenant(client = client_id), soft_delete, unique(client_id, mark))]
pub struct Barrel {
    #[column(length = 20)]
    pub mark: String,
    #[column(length = 20, unique)]
    pub seal: Option<String>,
    pub litres: i32,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[belongs_to(Vault)]
    pub vault_id: String,
    #[version]
    pub version: i32,
    #[has_many(Tap)]
    pub taps: Many<Tap>,
    #[many_to_many(Grape, through = Blend)]
    pub grapes: Many<Grape>,
    #[has_one(Plate)]
    pub plate: One<Plate>,
}

#[entity(parametric, soft_delete)]
pub struct Grape {
    #[many_to_many(Barrel, through = Blend)]
    pub barrels: Many<Barrel>,
}

/// Which grapes are in a barrel.
#[entity(soft_delete, unique(barrel_id, grape_id))]
pub struct Blend {
    #[belongs_to(Barrel)]
    pub barrel_id: Uuid,
    #[belongs_to(Grape)]
    pub grape_id: String,
}

#[entity]
pub struct Tap {
    #[belongs_to(Barrel)]
    #[references("BarrelNode")]
    pub barrel_id: Uuid,
    #[column(length = 20)]
    pub metal: String,
    #[has_many(Washer)]
    pub washers: Many<Washer>,
}

#[node(Vault)]
#[connection(name = "vaults", filter(id, barrels(mark, litres)))]
pub struct VaultNode {
    pub barrels: Vec<BarrelNode>,
    #[relation(order_by(mark))]
    pub stock: Connection<BarrelNode>,
}

#[node(Barrel)]
#[getter(access(Role, OrganizationRole), licensed = false)]
#[connection(
    name = "barrels",
    order_by(mark, litres),
    filter(mark, litres, seal, grapes(id), taps(metal)),
    access(Role, OrganizationRole),
    licensed = false
)]
#[deletion(access(Role, OrganizationRole), licensed = false)]
#[deletion(many, access(Role, OrganizationRole), licensed = false)]
pub struct BarrelNode {
    pub mark: String,
    pub seal: Option<String>,
    pub litres: i32,
    pub client_id: GlobalId,
    pub version: i32,
    pub taps: Vec<TapNode>,
    pub grapes: Vec<GrapeNode>,
    pub plate: Option<PlateNode>,
}

#[node(Grape)]
#[connection(name = "grapes", filter(id, barrels(mark)))]
#[deletion]
pub struct GrapeNode {
    pub barrels: Vec<BarrelNode>,
}

#[node(Tap)]
#[connection(name = "taps", order_by(metal), filter(metal, barrel(mark)))]
pub struct TapNode {
    pub metal: String,
    pub barrel: Option<BarrelNode>,
    pub washers: Vec<WasherNode>,
}

#[node(Blend)]
#[deletion]
pub struct BlendNode {}

/// What was thrown away.
#[connection(node = BarrelNode, order_by(mark, litres), access(Role, OrganizationRole), licensed = false)]
async fn old_barrels(_ctx: &Context<'_>) -> Result<Select<Barrel>> {
    Ok(Barrel::select().only_deleted())
}

#[service(Barrel)]
pub struct BarrelService;

#[field(mutation, node = BarrelNode, access(Role, OrganizationRole), licensed = false)]
async fn restore_barrel(ctx: &Context<'_>, id: GlobalId) -> Result<Barrel> {
    let key = Uuid::try_parse(id.key_of("BarrelNode")?).map_err(|_| Error::not_found())?;
    BarrelService.restore(&mut ctx.writer()?, key).await
}

#[derive(Input)]
#[input(entity = Barrel)]
pub struct BarrelInput {
    #[input(length(min = 1))]
    pub mark: String,
    pub seal: Option<String>,
    pub litres: i32,
    pub client_id: GlobalId,
    pub vault_id: String,
}

#[creation(node = BarrelNode, access(Role, OrganizationRole), licensed = false)]
async fn create_barrel(_ctx: &Context<'_>, inputs: BarrelInput) -> Result<Draft<Barrel>> {
    inputs.into_draft()
}

/// By its mark, which is its client's own.
#[creation(node = BarrelNode, access(Role, OrganizationRole), licensed = false)]
async fn put_barrel(ctx: &Context<'_>, inputs: BarrelInput) -> Result<Saved<Barrel>> {
    let put = BarrelService.upsert(&mut ctx.writer()?, inputs.into_draft()?, Barrel::UNIQUE.client_id_mark).await?;
    Ok(Saved::new(put.row))
}

/// By its seal, which is nobody else's.
#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn seal_barrel(ctx: &Context<'_>, inputs: BarrelInput) -> Result<bool> {
    Ok(ctx.writer()?.upsert(inputs.into_draft()?, Barrel::UNIQUE.seal).await?.created)
}

#[derive(Input)]
#[input(entity = Barrel)]
pub struct UpdateBarrelInput {
    pub litres: Option<i32>,
}

#[edition(node = BarrelNode, access(Role, OrganizationRole), licensed = false)]
async fn update_barrel(_ctx: &Context<'_>, barrel: Barrel, inputs: UpdateBarrelInput) -> Result<Draft<Barrel>> {
    inputs.edit(barrel)
}

#[derive(Input)]
#[input(entity = Tap)]
pub struct TapInput {
    pub barrel_id: GlobalId,
    pub metal: String,
}

#[creation(node = TapNode, access(Role), licensed = false)]
async fn create_tap(_ctx: &Context<'_>, inputs: TapInput) -> Result<Draft<Tap>> {
    inputs.into_draft()
}

fn vaults() -> Fixture {
    Fixture::parametric::<Vault>("vaults", || vec![Draft::new().with(Vault::COLUMN.id, "DEEP")])
}

fn grapes() -> Fixture {
    Fixture::parametric::<Grape>("grapes", || ["RED", "WHITE"].map(|id| Draft::new().with(Grape::COLUMN.id, id)).into())
}

/// Four: two of the north, then two of the south.
fn barrels() -> Fixture {
    Fixture::business::<Barrel>("barrels", &[Environment::Dev], || {
        let barrel = |number: i32| {
            Draft::new()
                .with(Barrel::COLUMN.id, barrel_key(u128::from(number.unsigned_abs())))
                .with(Barrel::COLUMN.mark, format!("B{number}"))
                .with(Barrel::COLUMN.seal, format!("S{number}"))
                .with(Barrel::COLUMN.litres, number * 10)
                .with(Barrel::COLUMN.vault_id, "DEEP")
                .with(Barrel::COLUMN.client_id, if number < 3 { NORTH } else { SOUTH })
        };
        (1..5).map(barrel).collect()
    })
}

/// Both grapes in each barrel.
fn blends() -> Fixture {
    Fixture::business::<Blend>("blends", &[Environment::Dev], || {
        let blend = |number: u128| {
            Draft::new()
                .with(Blend::COLUMN.id, Uuid::from_u128(number))
                .with(Blend::COLUMN.barrel_id, barrel_key(number / 2 + 1))
                .with(Blend::COLUMN.grape_id, if number.is_multiple_of(2) { "RED" } else { "WHITE" })
        };
        (0..8).map(blend).collect()
    })
}

/// One for each barrel.
fn taps() -> Fixture {
    Fixture::business::<Tap>("taps", &[Environment::Dev], || {
        let tap = |number: u128| {
            Draft::new()
                .with(Tap::COLUMN.id, Uuid::from_u128(number))
                .with(Tap::COLUMN.barrel_id, barrel_key(number))
                .with(Tap::COLUMN.metal, format!("T{number}"))
        };
        (1..5).map(tap).collect()
    })
}
