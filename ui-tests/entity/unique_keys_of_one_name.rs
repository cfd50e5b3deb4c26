use lys::prelude::*;

#[entity(unique(row, number))]
pub struct Seat {
    #[column(unique)]
    pub row_number: i32,
    pub row: i32,
    pub number: i32,
}

fn main() {}
