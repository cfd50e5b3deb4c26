use lys::prelude::*;

#[entity]
pub struct Country {
    #[column(unique)]
    pub code: String,
}

#[entity]
pub struct City {
    #[belongs_to(Country, key = code, name = country)]
    pub country_code: i32,
}

fn main() {}
