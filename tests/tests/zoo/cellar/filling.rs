//! Barrels that are made with all that is on them.

use lys::prelude::*;

use super::{Barrel, BarrelNode, Grape, Tap};

/// What stands on a barrel, for a client of its own.
#[entity(tenant(client = client_id))]
pub struct Plate {
    #[belongs_to(Barrel)]
    #[column(unique)]
    pub barrel_id: Uuid,
    pub text: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
}

/// A part of a tap.
#[entity]
pub struct Washer {
    #[belongs_to(Tap)]
    #[references("TapNode")]
    pub tap_id: Uuid,
    #[column(length = 10, unique)]
    pub code: String,
    /// What it smells of.
    #[belongs_to(Grape)]
    pub grape_id: Option<String>,
    /// Which other barrel it would fit.
    #[belongs_to(Barrel)]
    #[references("BarrelNode")]
    pub spare_for_id: Option<Uuid>,
    #[column(decimal(5, 2))]
    pub width: Decimal,
}

#[node(Plate)]
pub struct PlateNode {
    pub text: String,
}

#[node(Washer)]
#[connection(name = "washers", order_by(code))]
pub struct WasherNode {
    pub code: String,
    pub grape: Option<super::GrapeNode>,
}

#[derive(Input)]
#[input(entity = Barrel)]
pub struct FillBarrelInput {
    pub mark: String,
    pub litres: i32,
    pub client_id: GlobalId,
    pub vault_id: String,
    #[input(children, length(max = 3))]
    pub taps: Vec<FillTapInput>,
    #[input(children)]
    pub plate: Option<FillPlateInput>,
}

#[derive(Input)]
#[input(entity = Tap)]
pub struct FillTapInput {
    #[input(length(min = 1))]
    pub metal: String,
    #[input(children)]
    pub washers: Option<Vec<FillWasherInput>>,
}

#[derive(Input)]
#[input(entity = Washer)]
pub struct FillWasherInput {
    pub code: String,
    pub grape_id: Option<String>,
    pub spare_for_id: Option<GlobalId>,
    pub width: f64,
    /// Not for those who make the tap with it.
    pub tap_id: Option<GlobalId>,
}

#[derive(Input)]
#[input(entity = Plate)]
pub struct FillPlateInput {
    pub text: String,
    pub client_id: GlobalId,
}

#[creation(node = BarrelNode, access(Role, OrganizationRole), licensed = false)]
async fn fill_barrel(_ctx: &Context<'_>, inputs: FillBarrelInput) -> Result<Draft<Barrel>> {
    inputs.into_draft()
}

#[creation(node = BarrelNode, access(Role, OrganizationRole), licensed = false)]
async fn fill_barrels(_ctx: &Context<'_>, inputs: Vec<FillBarrelInput>) -> Result<Vec<Draft<Barrel>>> {
    inputs.into_iter().map(FillBarrelInput::into_draft).collect()
}

/// Writes it, then thinks better of it.
#[field(mutation, access(Role, OrganizationRole), licensed = false)]
async fn spill_barrel(ctx: &Context<'_>, inputs: FillBarrelInput) -> Result<bool> {
    ctx.writer()?.create(inputs.into_draft()?).await?;
    Err(Error::new("SPILT", 409))
}
