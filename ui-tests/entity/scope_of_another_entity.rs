use lys::{access::Grant, data::Condition, prelude::*};

#[entity(scope = shared)]
pub struct Paper {
    pub title: String,
}

#[entity]
pub struct Book {
    pub title: String,
}

fn shared(_grant: &Grant) -> Option<Condition<Book>> {
    Some(Book::COLUMN.title.eq("shared"))
}

fn main() {}
