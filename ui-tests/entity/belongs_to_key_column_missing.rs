use lys::prelude::*;

#[entity]
pub struct Country {
    #[column(unique)]
    pub code: String,
}

#[entity]
pub struct City {
    #[belongs_to(Country, key = iso, name = country)]
    pub country_code: String,
}

fn main() {}
