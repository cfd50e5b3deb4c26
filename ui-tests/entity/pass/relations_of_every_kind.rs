use lys::prelude::*;

#[entity(unique(shelf, number), index(number, id))]
pub struct Book {
    pub shelf: String,
    pub number: i32,
    #[belongs_to(Book, on_delete = set_null)]
    pub sequel_of_id: Option<Uuid>,
    #[has_one(Cover)]
    pub cover: One<Cover>,
    #[has_many(Book)]
    pub sequels: Many<Book>,
    #[has_many(Copy)]
    pub copies: Many<Copy>,
    #[many_to_many(Genre, through = BookGenre, access = inherit)]
    pub genres: Many<Genre>,
    #[many_to_many(Book, through = Likeness, by = from_id, to = to_id)]
    pub alike: Many<Book>,
}

#[entity]
pub struct Cover {
    #[belongs_to(Book)]
    #[column(unique)]
    pub book_id: Option<Uuid>,
}

#[entity]
pub struct Copy {
    pub r#where: Option<String>,
    pub r#type: Option<i32>,
    #[belongs_to(Book, by(r#where, r#type), key(shelf, number), on_delete = set_null)]
    pub book: One<Book>,
}

#[entity(parametric)]
pub struct Genre {
    #[many_to_many(Book, through = BookGenre)]
    pub books: Many<Book>,
}

#[entity(unique(book_id, genre_id))]
pub struct BookGenre {
    #[belongs_to(Book)]
    pub book_id: Uuid,
    #[belongs_to(Genre)]
    pub genre_id: String,
}

#[entity(unique(from_id, to_id))]
pub struct Likeness {
    #[belongs_to(Book)]
    pub from_id: Uuid,
    #[belongs_to(Book)]
    pub to_id: Uuid,
}

#[node(Book)]
pub struct BookNode {
    pub cover: Option<CoverNode>,
    pub sequel_of: Option<BookNode>,
    pub sequels: Vec<BookNode>,
    pub genres: Vec<GenreNode>,
    pub alike: Vec<BookNode>,
}

#[node(Cover)]
pub struct CoverNode;

#[node(Genre)]
pub struct GenreNode;

fn main() {}
