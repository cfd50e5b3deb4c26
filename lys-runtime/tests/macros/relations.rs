//! Every kind of relation with plain SeaORM on SQLite, and the definition it leaves.

mod library {
    use lys::prelude::*;

    #[entity]
    pub struct Author {
        #[column(unique)]
        pub code: String,
        #[belongs_to(Author)]
        pub teacher_id: Option<Uuid>,
        #[has_many(Author)]
        pub pupils: Many<Author>,
        #[has_one(Portrait)]
        pub portrait: One<Portrait>,
        #[many_to_many(Book, through = Writing)]
        pub books: Many<Book>,
        #[many_to_many(Author, through = Rivalry, by = from_id, to = to_id)]
        pub rivals: Many<Author>,
        #[has_many(Letter)]
        pub letters: Many<Letter>,
    }

    #[entity]
    pub struct Portrait {
        #[belongs_to(Author)]
        #[column(unique)]
        pub author_id: Uuid,
    }

    #[entity(unique(shelf, number), index(number))]
    pub struct Book {
        pub shelf: String,
        pub number: i32,
        #[has_many(Copy)]
        pub copies: Many<Copy>,
    }

    #[entity(unique(author_id, book_id))]
    pub struct Writing {
        #[belongs_to(Author)]
        pub author_id: Uuid,
        #[belongs_to(Book)]
        pub book_id: Uuid,
    }

    #[entity(unique(from_id, to_id))]
    pub struct Rivalry {
        #[belongs_to(Author)]
        pub from_id: Uuid,
        #[belongs_to(Author)]
        pub to_id: Uuid,
    }

    /// Knows its author by a code.
    #[entity]
    pub struct Letter {
        #[belongs_to(Author, key = code, name = author, on_delete = cascade)]
        pub author_code: String,
    }

    /// Knows its book by two columns.
    #[entity]
    pub struct Copy {
        pub shelf: String,
        pub number: Option<i32>,
        #[belongs_to(Book, by(shelf, number))]
        pub book: One<Book>,
    }
}

use lys::{
    __private::sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ConnectionTrait, Database, DatabaseConnection, EntityTrait, LoaderTrait,
        ModelTrait, RelationTrait, RelationType,
    },
    data::Dialect,
    entity::{Entity as _, Join, RelationKind},
    prelude::*,
};

use self::library::*;

async fn database() -> DatabaseConnection {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let definitions = [
        Author::definition(),
        Portrait::definition(),
        Book::definition(),
        Writing::definition(),
        Rivalry::definition(),
        Letter::definition(),
        Copy::definition(),
    ];
    for statement in definitions.iter().flat_map(|it| (it.create_table)(Dialect::Sqlite).statements()) {
        db.execute_unprepared(&statement).await.unwrap();
    }
    db
}

async fn author(db: &DatabaseConnection, code: &str, teacher: Option<Uuid>) -> Author {
    let author = author_entity::ActiveModel {
        id: Set(Uuid::new_v4()),
        code: Set(code.to_owned()),
        teacher_id: Set(teacher),
        created_at: Set(Utc::now()),
        updated_at: Set(None),
    };
    author.insert(db).await.unwrap()
}

#[tokio::test]
async fn every_relation_joins() {
    let db = database().await;
    let (ada, bo) = (author(&db, "ADA", None).await, author(&db, "BO", None).await);
    let (id, now) = (|| Set(Uuid::new_v4()), || Set(Utc::now()));
    let none = || Set(None);
    let book = book_entity::ActiveModel {
        id: id(),
        shelf: Set("A".to_owned()),
        number: Set(7),
        created_at: now(),
        updated_at: none(),
    };
    let book = book.insert(&db).await.unwrap();
    let twice = book_entity::ActiveModel { id: id(), ..book.clone().into() };
    assert!(twice.reset_all().insert(&db).await.is_err(), "`unique(shelf, number)` holds");
    let portrait =
        portrait_entity::ActiveModel { id: id(), author_id: Set(ada.id), created_at: now(), updated_at: none() };
    portrait.insert(&db).await.unwrap();
    let writing = writing_entity::ActiveModel {
        id: id(),
        author_id: Set(ada.id),
        book_id: Set(book.id),
        created_at: now(),
        updated_at: none(),
    };
    writing.insert(&db).await.unwrap();
    let rivalry = rivalry_entity::ActiveModel {
        id: id(),
        from_id: Set(ada.id),
        to_id: Set(bo.id),
        created_at: now(),
        updated_at: none(),
    };
    rivalry.insert(&db).await.unwrap();
    let letter = letter_entity::ActiveModel {
        id: id(),
        author_code: Set("ADA".to_owned()),
        created_at: now(),
        updated_at: none(),
    };
    letter.insert(&db).await.unwrap();
    let copy = |number| copy_entity::ActiveModel {
        id: id(),
        shelf: Set("A".to_owned()),
        number: Set(number),
        created_at: now(),
        updated_at: none(),
    };
    copy(Some(7)).insert(&db).await.unwrap();
    copy(None).insert(&db).await.unwrap();
    assert!(copy(Some(8)).insert(&db).await.is_err(), "the key of two columns is a constraint");

    assert!(ada.find_related(portrait_entity::Entity).one(&db).await.unwrap().is_some());
    assert!(bo.find_related(portrait_entity::Entity).one(&db).await.unwrap().is_none());
    assert_eq!(ada.find_related(book_entity::Entity).all(&db).await.unwrap(), std::slice::from_ref(&book));
    assert_eq!(ada.find_related(letter_entity::Entity).all(&db).await.unwrap().len(), 1);
    assert_eq!(book.find_related(copy_entity::Entity).all(&db).await.unwrap().len(), 1);
    let rivals = vec![ada.clone(), bo.clone()].load_self_via(rivalry_entity::Entity, &db).await.unwrap();
    assert_eq!(rivals, [vec![bo], Vec::new()]);
    let with_books = author_entity::Entity::find().find_with_related(book_entity::Entity).all(&db).await.unwrap();
    assert_eq!(with_books.iter().map(|(_, books)| books.len()).sum::<usize>(), 1);
    let types = [author_entity::Relation::Portrait, author_entity::Relation::Pupils].map(|it| it.def().rel_type);
    assert_eq!(types, [RelationType::HasOne, RelationType::HasMany]);
    author_entity::Entity::delete_by_id(ada.id).exec(&db).await.unwrap_err();
}

#[test]
fn the_definition_says_along_which_columns() {
    let author = Author::definition();
    let relation = |name: &str| author.relations.iter().find(|relation| relation.name == name).unwrap();
    assert_eq!(relation("teacher").on, [Join::new(2, 0)]);
    assert_eq!(relation("pupils").on, [Join::new(0, 2)]);
    assert_eq!(
        (relation("portrait").kind, &relation("portrait").on[..]),
        (RelationKind::HasOne, &[Join::new(0, 1)][..])
    );
    assert_eq!(relation("letters").on, [Join::new(1, 1)]);
    let rivals = relation("rivals");
    let through = rivals.through.as_ref().unwrap();
    assert_eq!((rivals.kind, &rivals.on[..]), (RelationKind::ManyToMany, &[Join::new(0, 1)][..]));
    assert_eq!((through.name, &through.on[..]), ("Rivalry", &[Join::new(2, 0)][..]));
    assert_eq!(Copy::definition().relations[0].on, [Join::new(1, 1), Join::new(2, 2)]);
    assert_eq!(Book::definition().relations[0].on, [Join::new(1, 1), Join::new(2, 2)]);
    let book = Book::definition();
    assert!(book.is_unique(&[2, 1]) && book.is_unique(&[0]) && !book.is_unique(&[1]));
    let sql: Vec<String> = (book.create_table)(Dialect::Postgres).statements().collect();
    for part in
        [r#"CREATE UNIQUE INDEX IF NOT EXISTS "uq-book-shelf-number" ON "book" ("shelf", "number")"#, r#"("number")"#]
    {
        assert!(sql.iter().any(|sql| sql.contains(part)), "{sql:?}");
    }
    let sql = (Copy::definition().create_table)(Dialect::Postgres).table;
    assert!(sql.contains(r#"FOREIGN KEY ("shelf", "number") REFERENCES "book" ("shelf", "number")"#), "{sql}");
}
