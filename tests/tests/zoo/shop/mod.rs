//! The shop of the zoo: rows that are written in every way.

mod wares;

use lys::prelude::*;

pub const NORTH: Uuid = super::tour::NORTH;
pub const SOUTH: Uuid = super::tour::SOUTH;

pub fn app() -> App {
    lys::app!("shop").fixture(wares::shelves()).fixture(wares::wares())
}

pub fn ware_key(number: u128) -> Uuid {
    Uuid::from_u128(0x3a4e << 64 | number)
}
