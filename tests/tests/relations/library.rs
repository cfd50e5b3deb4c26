//! A library with enough shelves: connections inside connections, and a link.

use lys::{prelude::*, testing::TestProject};

#[entity]
pub struct Shelf {
    pub number: i32,
    #[has_many(Book)]
    pub books: Many<Book>,
}

#[entity(index(shelf_id, title, id))]
pub struct Book {
    #[column(length = 20)]
    pub title: String,
    #[belongs_to(Shelf)]
    pub shelf_id: Uuid,
    #[has_many(Loan)]
    pub loans: Many<Loan>,
    #[many_to_many(Topic, through = BookTopic)]
    pub topics: Many<Topic>,
}

#[entity]
pub struct Loan {
    #[belongs_to(Book)]
    pub book_id: Uuid,
    pub days: i32,
}

#[entity(parametric)]
pub struct Topic;

#[entity(unique(book_id, topic_id))]
pub struct BookTopic {
    #[belongs_to(Book)]
    pub book_id: Uuid,
    #[belongs_to(Topic)]
    pub topic_id: String,
}

#[node(Shelf)]
#[connection(name = "all_shelves", order_by(number), filter(books(title, topics(id))))]
pub struct ShelfNode {
    pub number: i32,
    #[relation(order_by(title, created_at))]
    pub books: Connection<BookNode>,
}

#[node(Book)]
pub struct BookNode {
    pub title: String,
    #[relation(order_by(days))]
    pub loans: Connection<LoanNode>,
    pub topics: Connection<TopicNode>,
}

#[node(Loan)]
pub struct LoanNode {
    pub days: i32,
}

#[node(Topic)]
pub struct TopicNode;

pub const SHELVES: i32 = 120;

fn id(table: u128, n: i32) -> Uuid {
    Uuid::from_u128(table << 64 | u128::try_from(n).unwrap())
}

/// The `n`-th shelf has `n % 7` books.
fn books() -> impl Iterator<Item = (i32, i32)> {
    (0..SHELVES).flat_map(|shelf| (0..shelf % 7).map(move |book| (shelf, book)))
}

pub fn app() -> App {
    let shelves = Fixture::business::<Shelf>("shelves", &[Environment::Dev], || {
        (0..SHELVES).map(|n| Draft::new().with(Shelf::COLUMN.id, id(1, n)).with(Shelf::COLUMN.number, n)).collect()
    });
    let all = Fixture::business::<Book>("books", &[Environment::Dev], || {
        let book = |(shelf, n): (i32, i32)| {
            Draft::new()
                .with(Book::COLUMN.id, id(2, shelf * 10 + n))
                .with(Book::COLUMN.title, format!("t{}", (n * 5) % 7))
                .with(Book::COLUMN.shelf_id, id(1, shelf))
        };
        books().map(book).collect()
    });
    let loans = Fixture::business::<Loan>("loans", &[Environment::Dev], || {
        let loan = |(shelf, n): (i32, i32)| {
            Draft::new()
                .with(Loan::COLUMN.id, id(3, shelf * 10 + n))
                .with(Loan::COLUMN.book_id, id(2, shelf * 10 + n / 2))
                .with(Loan::COLUMN.days, n)
        };
        books().map(loan).collect()
    });
    let topics = Fixture::parametric::<Topic>("topics", || {
        ["ART", "LAW", "SEA"].map(|id| Draft::new().with(Topic::COLUMN.id, id)).into()
    });
    let links = Fixture::business::<BookTopic>("links", &[Environment::Dev], || {
        let link = |(shelf, n): (i32, i32)| {
            Draft::new()
                .with(BookTopic::COLUMN.id, id(4, shelf * 10 + n))
                .with(BookTopic::COLUMN.book_id, id(2, shelf * 10 + n))
                .with(BookTopic::COLUMN.topic_id, ["ART", "LAW", "SEA"][usize::try_from(n % 3).unwrap()])
        };
        books().map(link).collect()
    });
    let app = App::new("library", module_path!());
    app.fixture(shelves).fixture(all).fixture(loans).fixture(topics).fixture(links)
}

pub async fn library() -> TestProject {
    TestProject::new([app()]).await.unwrap()
}
