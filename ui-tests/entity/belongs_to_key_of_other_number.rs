use lys::prelude::*;

#[entity(unique(shelf, number))]
pub struct Book {
    pub shelf: String,
    pub number: i32,
}

#[entity]
pub struct Copy {
    pub shelf: String,
    pub number: i32,
    #[belongs_to(Book, by(shelf, number), key(shelf))]
    pub book: One<Book>,
}

fn main() {}
