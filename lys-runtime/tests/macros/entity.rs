//! `#[entity]` with plain SeaORM on SQLite, and the definition it leaves.

use lys::{
    __private::sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
        IntoActiveModel, ModelTrait, QueryFilter, TryIntoModel,
    },
    data::Dialect,
    entity::{ColumnKind, Join, RelationKind},
    prelude::*,
};

/// A product.
#[entity(table = "product", tenant(client = client_id))]
pub struct Product {
    #[column(length = 255)]
    pub name: String,
    #[column(decimal(10, 2))]
    pub price: Decimal,
    #[belongs_to(ProductCategory)]
    pub category_id: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[column(unique)]
    pub r#type: Option<String>,
    pub select: i32,
    #[version]
    pub version: i32,
    #[cfg(any())]
    pub absent: Absent,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

#[entity(parametric)]
pub struct ProductCategory;

#[entity(owner = author_id)]
pub struct Review {
    #[belongs_to(Product, on_delete = cascade)]
    pub product_id: Uuid,
    pub rating: i32,
    pub author_id: Option<Uuid>,
}

/// Deleted notes stay.
#[entity(parametric, soft_delete)]
pub struct Note {
    #[column(unique)]
    pub line: i32,
}

#[test]
fn a_soft_deletion_has_the_last_column() {
    let definition = Note::definition();
    let names: Vec<_> = definition.columns.iter().map(|column| column.name).collect();
    assert_eq!(names, ["id", "line", "enabled", "description", "created_at", "updated_at", "deleted_at"]);
    assert_eq!(definition.soft_delete, Some(Note::COLUMN.deleted_at.index()));
    let (kind, nullable) = (definition.columns[6].kind, definition.columns[6].nullable);
    assert_eq!((kind, nullable), (ColumnKind::DateTime, true));
    let _ = Note::select().with_deleted().filter(Note::COLUMN.deleted_at.lt(Utc::now()));
    assert_eq!(Product::definition().soft_delete, None);
}

async fn database() -> DatabaseConnection {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    for definition in [ProductCategory::definition(), Product::definition(), Review::definition()] {
        for statement in (definition.create_table)(Dialect::Sqlite).statements() {
            db.execute_unprepared(&statement).await.unwrap();
        }
    }
    db
}

fn category() -> ProductCategory {
    ProductCategory {
        id: "BOOKS".to_owned(),
        enabled: true,
        description: None,
        created_at: Utc::now(),
        updated_at: None,
    }
}

fn product() -> product_entity::ActiveModel {
    product_entity::ActiveModel {
        id: Set(Uuid::new_v4()),
        name: Set("Lamp".to_owned()),
        price: Set(Decimal::new(1250, 2)),
        category_id: Set("BOOKS".to_owned()),
        client_id: Set(Uuid::new_v4()),
        r#type: Set(None),
        select: Set(7),
        version: Set(1),
        created_at: Set(Utc::now()),
        updated_at: Set(None),
    }
}

#[tokio::test]
async fn an_entity_is_a_plain_seaorm_entity() {
    let db = database().await;
    product_category_entity::Entity::insert(category().into_active_model()).exec(&db).await.unwrap();
    let lamp = product().insert(&db).await.unwrap();

    let found: Product = product_entity::Entity::find_by_id(lamp.id).one(&db).await.unwrap().unwrap();
    assert_eq!(found.name, "Lamp");
    assert_eq!(found.select, 7);

    let mut change = found.clone().into_active_model();
    change.name = Set("Desk lamp".to_owned());
    let changed = change.update(&db).await.unwrap();
    assert_eq!(changed.name, "Desk lamp");

    let (product, category) = product_entity::Entity::find()
        .find_also_related(product_category_entity::Entity)
        .filter(product_entity::Column::Type.is_null())
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(product.id, lamp.id);
    assert_eq!(category.unwrap().id, "BOOKS");

    let review = review_entity::ActiveModel {
        id: Set(Uuid::new_v4()),
        product_id: Set(lamp.id),
        rating: Set(5),
        author_id: Set(None),
        created_at: Set(Utc::now()),
        updated_at: Set(None),
    };
    review.insert(&db).await.unwrap();
    assert_eq!(changed.find_related(review_entity::Entity).all(&db).await.unwrap().len(), 1);
    let with_reviews = product_entity::Entity::find().find_with_related(review_entity::Entity).all(&db).await.unwrap();
    assert_eq!(with_reviews[0].1[0].rating, 5);

    assert!(product_category_entity::Entity::delete_by_id("BOOKS").exec(&db).await.is_err());
    product_entity::Entity::delete_by_id(lamp.id).exec(&db).await.unwrap();
    assert!(review_entity::Entity::find().all(&db).await.unwrap().is_empty());
}

#[test]
fn active_models_become_rows_when_complete() {
    let model = product();
    assert_eq!(model.clone().try_into_model().unwrap().name, "Lamp");
    let incomplete = product_entity::ActiveModel { name: lys::sea_orm::ActiveValue::default(), ..model };
    assert!(incomplete.try_into_model().is_err());
}

#[test]
fn tables_have_their_constraints() {
    let sql = |dialect, definition: lys::entity::EntityDef| -> Vec<String> {
        (definition.create_table)(dialect).statements().collect()
    };
    let table = sql(Dialect::Postgres, Product::definition());
    assert!(table[0].contains(r#""name" varchar(255) NOT NULL"#), "{table:?}");
    assert!(table[0].contains(r#""price" decimal(10, 2) NOT NULL"#), "{table:?}");
    assert!(table[0].contains(r#""type" text COLLATE "C""#), "{table:?}");
    assert!(table[0].contains(r#""created_at" timestamp with time zone NOT NULL"#), "{table:?}");
    assert!(table[0].contains(r#"REFERENCES "product_category" ("id") ON DELETE RESTRICT"#), "{table:?}");
    let indexes = table[1..].concat();
    for index in ["uq-product-type", "idx-product-category_id-created_at-id", "idx-product-client_id-created_at-id"] {
        assert!(indexes.contains(index), "{index} in {table:?}");
    }
    let table = sql(Dialect::Postgres, Review::definition());
    assert!(table[0].contains("ON DELETE CASCADE"), "{table:?}");
}

#[test]
fn the_definition_lists_columns_and_relations() {
    let definition = Product::definition();
    let columns: Vec<_> = definition.columns.iter().map(|column| column.name).collect();
    assert_eq!(
        columns,
        ["id", "name", "price", "category_id", "client_id", "type", "select", "version", "created_at", "updated_at"]
    );
    assert_eq!(definition.version, Some(7));
    assert_eq!(definition.description, "A product.");
    assert_eq!(definition.columns[2].kind, ColumnKind::Decimal);
    assert_eq!(definition.columns[2].decimal, Some((10, 2)));
    assert_eq!(definition.columns[4].references, Some("ClientNode"));
    assert_eq!(definition.tenants[0].level, "client");
    assert_eq!(definition.tenants[0].column, Product::COLUMN.client_id.index());
    let relations = definition.relations.iter().map(|relation| (relation.name, relation.kind, relation.on[0]));
    assert_eq!(
        relations.collect::<Vec<_>>(),
        [("category", RelationKind::BelongsTo, Join::new(3, 0)), ("reviews", RelationKind::HasMany, Join::new(0, 1)),]
    );
    assert_eq!(Product::MEMBER.reviews.index(), 1);
    assert_eq!(Review::definition().owner, Some(3));
}

#[test]
fn an_entity_may_stand_in_a_function() {
    #[entity]
    struct Shelf {
        name: String,
        #[has_many(Board)]
        boards: Many<Board>,
    }
    #[entity]
    struct Board {
        #[belongs_to(Shelf)]
        shelf_id: Uuid,
    }
    assert_eq!(Shelf::definition().table, "shelf");
    assert_eq!(Board::COLUMN.shelf_id.name(), "shelf_id");
}
