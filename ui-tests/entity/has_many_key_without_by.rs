use lys::prelude::*;

#[entity]
pub struct Country {
    #[column(unique)]
    pub code: String,
    #[has_many(City, key = code)]
    pub cities: Many<City>,
}

#[entity]
pub struct City {
    #[belongs_to(Country, key = code, name = country)]
    pub country_code: String,
}

fn main() {}
