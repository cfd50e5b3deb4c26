//! Tours: a later app that adds to the park and changes it.

use std::sync::Arc;

use lys::{access::Connected, prelude::*};

use super::park::{Animal, AnimalNode, AnimalService};

pub fn app() -> App {
    lys::app!("tour", depends_on("park")).open_to::<Connected>("opening_hours").disable("old_news").fixture(visits())
}

pub const NORTH: Uuid = Uuid::from_u128(0x4081);
pub const SOUTH: Uuid = Uuid::from_u128(0x5081);

/// The visitors have the ids of the users 1 to 4.
#[entity(owner = visitor_id, tenant(client = client_id))]
pub struct Visit {
    #[references("UserNode")]
    pub visitor_id: Uuid,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[belongs_to(Animal)]
    pub animal_id: Uuid,
    pub stars: i32,
    pub remark: Option<String>,
}

#[node(Visit)]
#[getter(name = "visit", access(Owner, OrganizationRole), licensed = false)]
#[connection(
    name = "all_visits",
    order_by(stars, remark, created_at),
    access(Owner, OrganizationRole),
    licensed = false
)]
pub struct VisitNode {
    pub visitor_id: GlobalId,
    pub client_id: GlobalId,
    pub stars: i32,
    pub remark: Option<String>,
    pub animal: AnimalNode,
}

fn visits() -> Fixture {
    Fixture::business::<Visit>("visits", &[Environment::Dev], || {
        (0..12_u8)
            .map(|n| {
                Draft::new()
                    .with(Visit::COLUMN.id, Uuid::from_u128(0x7151 << 64 | u128::from(n)))
                    .with(Visit::COLUMN.visitor_id, Uuid::from_u128(u128::from(n % 4 + 1)))
                    .with(Visit::COLUMN.client_id, if n < 8 { NORTH } else { SOUTH })
                    .with(Visit::COLUMN.animal_id, super::data::animal_id(u128::from(n % 6 + 1)))
                    .with(Visit::COLUMN.stars, i32::from(n % 3))
                    .with(Visit::COLUMN.remark, (n % 5 != 0).then(|| format!("r{}", n % 5)))
            })
            .collect()
    })
}

/// A column that the park keeps to itself.
#[node(extends = AnimalNode)]
pub struct AnimalTour {
    pub chip: i32,
}

#[field(on = AnimalNode, columns(name, chip))]
fn badge(name: String, chip: i32) -> String {
    format!("{name}#{chip}")
}

#[field(query, allow_override)]
async fn motto(_ctx: &Context<'_>) -> Result<String> {
    Ok("Feed the guide".to_owned())
}

/// Tickets cost twice as much.
pub struct TourPrices {
    before: Arc<dyn AnimalService>,
}

impl Overrides<dyn AnimalService> for TourPrices {
    fn over(previous: Arc<dyn AnimalService>) -> Self {
        Self { before: previous }
    }
}

#[service(overrides = AnimalService)]
impl AnimalService for TourPrices {
    fn ticket(&self, legs: i32) -> i32 {
        self.before.ticket(legs) * 2
    }
}
