//! The market: shelves of clients, on which wares of other clients may lie. Nobody may learn of those.

mod data;

use lys::prelude::*;

pub use data::{ALL, NORTHS, PUBLIC, USER_7S};

pub use super::tour::{NORTH, SOUTH};

/// The market with the rows of one view only: whoever is limited to that must not notice.
pub fn app<const VIEW: u8>() -> App {
    lys::app!("market")
        .fixture(data::suppliers::<VIEW>())
        .fixture(data::shelves::<VIEW>())
        .fixture(data::wares::<VIEW>())
        .fixture(data::labels::<VIEW>())
}

/// Rows whose client is not the shelf's disappear from the shelf.
#[entity(tenant(client = client_id))]
pub struct Shelf {
    #[references("ClientNode")]
    pub client_id: Uuid,
    pub name: String,
    #[belongs_to(Supplier, access = filter)]
    pub supplier_id: Option<Uuid>,
    #[has_many(Ware, access = filter)]
    pub wares: Many<Ware>,
    #[has_many(Ware, access = filter)]
    pub stock: Many<Ware>,
    #[has_many(Label, access = inherit)]
    pub labels: Many<Label>,
}

#[entity(tenant(client = client_id))]
pub struct Supplier {
    #[references("ClientNode")]
    pub client_id: Uuid,
    pub name: String,
}

#[entity(owner = keeper_id, tenant(client = client_id))]
pub struct Ware {
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[references("UserNode")]
    pub keeper_id: Option<Uuid>,
    #[belongs_to(Shelf, access = filter)]
    pub shelf_id: Option<Uuid>,
    pub name: String,
    #[column(decimal(8, 2))]
    pub price: Decimal,
    pub pieces: i32,
    pub secret: String,
}

/// Part of its shelf, whoever the client is.
#[entity(tenant(client = client_id))]
pub struct Label {
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[belongs_to(Shelf, access = inherit)]
    pub shelf_id: Uuid,
    pub text: String,
}

#[node(Shelf)]
#[getter(name = "shelf", access(OrganizationRole), licensed = false)]
#[connection(
    name = "shelves",
    order_by(name),
    sort(name, supplier(name), wares, labels),
    filter(
        id,
        client_id,
        name,
        supplier(name, client_id),
        wares(id, client_id, name, price, pieces, shelf(name, supplier(name))),
        labels(text, shelf(wares(name)))
    ),
    access(OrganizationRole),
    licensed = false
)]
pub struct ShelfNode {
    pub client_id: GlobalId,
    pub name: String,
    pub supplier: Option<SupplierNode>,
    pub wares: Vec<WareNode>,
    pub stock: Connection<WareNode>,
    pub labels: Vec<LabelNode>,
}

/// The same rows for everybody, who sees nothing of what lies on them.
#[connection(
    node = ShelfNode,
    order_by(name),
    filter(name, supplier(name), wares(name), labels(text)),
    sort(supplier(name), wares, labels),
    public,
    licensed = false
)]
async fn public_shelves(_ctx: &Context<'_>) -> Result<Select<Shelf>> {
    Ok(Shelf::select())
}

#[node(Supplier)]
pub struct SupplierNode {
    pub client_id: GlobalId,
    pub name: String,
}

#[node(Ware)]
#[connection(
    name = "wares",
    order_by(name),
    filter(name, pieces, keeper_id, shelf(name, wares(name))),
    sort(price, shelf(name, wares, labels, supplier(name))),
    aggregate(price, pieces, name),
    group_by(client_id, keeper_id),
    access(Owner, OrganizationRole),
    licensed = false
)]
pub struct WareNode {
    pub client_id: GlobalId,
    pub keeper_id: Option<GlobalId>,
    pub name: String,
    pub price: f64,
    pub pieces: i32,
    pub shelf: Option<ShelfNode>,
}

#[node(Label)]
pub struct LabelNode {
    pub text: String,
    pub shelf: ShelfNode,
}
