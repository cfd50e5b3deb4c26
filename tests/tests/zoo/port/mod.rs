//! A port: every kind of column and relation at once, nearly all nullable, and rows of two clients, of nobody and of some users.

mod rows;

use lys::prelude::*;

pub use super::tour::{NORTH, SOUTH};

pub fn app() -> App {
    lys::app!("port")
        .fixture(rows::quays())
        .fixture(rows::berths())
        .fixture(rows::ports())
        .fixture(rows::ships())
        .fixture(rows::flags())
        .fixture(rows::loads())
        .fixture(rows::calls())
        .fixture(rows::convoys())
}

/// How a ship is driven.
#[derive(Enum, Clone, Copy, Debug, PartialEq)]
pub enum Rig {
    Sail,
    Steam,
    OarsOnly,
}

/// A tree that everybody sees.
#[entity]
pub struct Quay {
    #[column(unique)]
    pub code: String,
    pub title: Option<String>,
    #[belongs_to(Quay)]
    pub parent_id: Option<Uuid>,
    #[has_many(Quay)]
    pub parts: Many<Quay>,
    #[has_many(Berth)]
    pub berths: Many<Berth>,
}

/// Numbered within its quay, which it knows by its code.
#[entity(unique(quay_code, number))]
pub struct Berth {
    #[belongs_to(Quay, key = code, name = quay)]
    pub quay_code: String,
    pub number: i32,
    pub depth: Option<f64>,
    #[has_many(Ship, access = filter)]
    pub ships: Many<Ship>,
    #[has_many(Ship, access = inherit)]
    pub moored: Many<Ship>,
}

/// Where ships sail to.
#[entity(parametric)]
pub struct Port {
    #[many_to_many(Ship, through = Call, access = filter)]
    pub visitors: Many<Ship>,
}

/// Of a client, a captain, both or nobody.
#[entity(owner = captain_id, tenant(client = client_id), index(berth_quay, berth_number, name, id))]
pub struct Ship {
    #[references("ClientNode")]
    pub client_id: Option<Uuid>,
    #[references("UserNode")]
    pub captain_id: Option<Uuid>,
    #[column(length = 40)]
    pub name: Option<String>,
    pub crew: Option<i32>,
    pub draught: Option<f64>,
    #[column(decimal(8, 2))]
    pub worth: Option<Decimal>,
    pub built: Option<NaiveDate>,
    pub seen_at: Option<DateTime<Utc>>,
    pub armed: Option<bool>,
    pub rig: Option<Rig>,
    pub papers: Option<Json>,
    pub berth_quay: Option<String>,
    pub berth_number: Option<i32>,
    #[belongs_to(Berth, by(berth_quay, berth_number), key(quay_code, number))]
    pub berth: One<Berth>,
    #[belongs_to(Ship, access = filter)]
    pub flagship_id: Option<Uuid>,
    #[has_many(Ship, access = filter)]
    pub fleet: Many<Ship>,
    #[has_many(Ship, access = inherit)]
    pub squadron: Many<Ship>,
    #[has_one(Flag, access = filter)]
    pub flag: One<Flag>,
    #[has_many(Load, access = filter)]
    pub loads: Many<Load>,
    #[has_many(Load, access = inherit)]
    pub cargo: Many<Load>,
    #[many_to_many(Port, through = Call, access = filter)]
    pub ports: Many<Port>,
    #[many_to_many(Port, through = Call, access = inherit)]
    pub route: Many<Port>,
    #[many_to_many(Ship, through = Convoy, by = from_id, to = to_id, access = filter)]
    pub escorts: Many<Ship>,
    #[many_to_many(Ship, through = Convoy, by = to_id, to = from_id, access = filter)]
    pub escorted: Many<Ship>,
}

/// Of a client, who need not be that of its ship.
#[entity(tenant(client = client_id))]
pub struct Flag {
    #[references("ClientNode")]
    pub client_id: Option<Uuid>,
    #[column(unique)]
    #[belongs_to(Ship, access = filter)]
    pub ship_id: Option<Uuid>,
    pub color: Option<String>,
}

/// Of a client and of whoever packed it.
#[entity(owner = packer_id, tenant(client = client_id))]
pub struct Load {
    #[references("ClientNode")]
    pub client_id: Option<Uuid>,
    #[references("UserNode")]
    pub packer_id: Option<Uuid>,
    pub label: Option<String>,
    #[column(decimal(10, 3))]
    pub weight: Option<Decimal>,
    pub pieces: Option<i32>,
    #[belongs_to(Ship, access = filter)]
    pub ship_id: Option<Uuid>,
    #[belongs_to(Load, access = inherit)]
    pub inside_id: Option<Uuid>,
    #[has_many(Load, access = inherit)]
    pub contents: Many<Load>,
}

/// Links that have a client of their own.
#[entity(tenant(client = client_id), unique(ship_id, port_id))]
pub struct Call {
    #[references("ClientNode")]
    pub client_id: Option<Uuid>,
    #[belongs_to(Ship, access = filter)]
    pub ship_id: Uuid,
    #[belongs_to(Port)]
    pub port_id: String,
}

/// Links of ships with ships, some with themselves.
#[entity(unique(from_id, to_id))]
pub struct Convoy {
    #[belongs_to(Ship, access = filter)]
    pub from_id: Uuid,
    #[belongs_to(Ship, access = filter)]
    pub to_id: Uuid,
}

#[node(Quay)]
#[getter(name = "quay", public, licensed = false)]
#[connection(
    name = "quays",
    order_by(code, title),
    filter(id, code, title, parent(code, title, parent(code)), parts(title), berths(number, depth, ships(name, crew))),
    public,
    licensed = false
)]
pub struct QuayNode {
    pub code: String,
    pub title: Option<String>,
    pub parent: Option<QuayNode>,
    pub parts: Connection<QuayNode>,
    pub berths: Vec<BerthNode>,
}

#[node(Berth)]
pub struct BerthNode {
    pub number: i32,
    pub depth: Option<f64>,
    pub quay: QuayNode,
    #[relation(order_by(name, crew, worth))]
    pub ships: Connection<ShipNode>,
    pub moored: Vec<ShipNode>,
}

#[node(Port)]
#[connection(name = "ports", filter(id, enabled, description, visitors(name, rig)), access(Role), licensed = false)]
pub struct PortNode {
    #[relation(order_by(name, built))]
    pub visitors: Connection<ShipNode>,
}

#[node(Ship)]
#[getter(name = "ship", access(Owner, OrganizationRole), licensed = false)]
#[connection(
    name = "ships",
    order_by(name, crew, draught, worth, built, seen_at, armed, rig, created_at),
    filter(
        id,
        client_id,
        captain_id,
        name,
        crew,
        draught,
        worth,
        built,
        seen_at,
        armed,
        rig,
        created_at,
        berth(number, depth, quay(code, title), ships(name)),
        flagship(name, crew, flagship(name)),
        fleet(name, armed),
        squadron(crew),
        flag(color, client_id),
        loads(label, weight, pieces, inside(label)),
        cargo(label, contents(pieces)),
        ports(id, visitors(name)),
        route(id),
        escorts(name, rig),
        escorted(worth, seen_at)
    ),
    access(Owner, OrganizationRole),
    licensed = false
)]
pub struct ShipNode {
    pub client_id: Option<GlobalId>,
    pub captain_id: Option<GlobalId>,
    pub name: Option<String>,
    pub crew: Option<i32>,
    pub draught: Option<f64>,
    pub worth: Option<f64>,
    pub built: Option<NaiveDate>,
    pub seen_at: Option<DateTime<Utc>>,
    pub armed: Option<bool>,
    pub rig: Option<Rig>,
    pub papers: Option<Json>,
    pub berth: Option<BerthNode>,
    pub flagship: Option<ShipNode>,
    #[relation(order_by(name, crew, draught, worth, built, seen_at, armed, rig))]
    pub fleet: Connection<ShipNode>,
    pub squadron: Vec<ShipNode>,
    pub flag: Option<FlagNode>,
    pub loads: Vec<LoadNode>,
    #[relation(order_by(label, weight, pieces))]
    pub cargo: Connection<LoadNode>,
    pub ports: Vec<PortNode>,
    pub route: Connection<PortNode>,
    #[relation(order_by(name, crew))]
    pub escorts: Connection<ShipNode>,
    pub escorted: Vec<ShipNode>,
}

#[node(Flag)]
#[getter(name = "flag", access(OrganizationRole), licensed = false)]
pub struct FlagNode {
    pub client_id: Option<GlobalId>,
    pub color: Option<String>,
    pub ship: Option<ShipNode>,
}

#[node(Load)]
#[getter(name = "load", access(Owner, OrganizationRole), licensed = false)]
#[connection(
    name = "loads",
    order_by(label, weight, pieces, created_at),
    filter(
        label,
        weight,
        pieces,
        packer_id,
        ship(name, berth(number), fleet(name)),
        inside(label, ship(name)),
        contents(label, pieces, contents(weight))
    ),
    access(Owner, OrganizationRole),
    licensed = false
)]
pub struct LoadNode {
    pub packer_id: Option<GlobalId>,
    pub label: Option<String>,
    pub weight: Option<f64>,
    pub pieces: Option<i32>,
    pub ship: Option<ShipNode>,
    pub inside: Option<LoadNode>,
    pub contents: Vec<LoadNode>,
}
