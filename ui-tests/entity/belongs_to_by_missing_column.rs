use lys::prelude::*;

#[entity(unique(shelf, number))]
pub struct Book {
    pub shelf: String,
    pub number: i32,
}

#[entity]
pub struct Copy {
    pub shelf: String,
    #[belongs_to(Book, by(shelf, number), name = book)]
    pub book: One<Book>,
}

fn main() {}
