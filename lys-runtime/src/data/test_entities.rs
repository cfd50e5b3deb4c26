//! Entities written by hand, as `#[entity]` would: a category, its products (owned, of a client), their items; and what is in `labels`.

#![expect(unreachable_pub, reason = "SeaORM's derive wants public items")]
#![expect(dead_code, reason = "columns that no test asks for")]

use crate::{
    access::{Actor, Decision, PermissionChain},
    data::{Database, create_tables},
    entity::Entity,
    operation::Audience,
    testing::Place,
};

pub(crate) use self::labels::{Label, Sticker};
pub(crate) use category::Model as Category;
pub(crate) use item::Model as Item;
pub(crate) use product::Model as Product;

/// What `#[entity]` says of a row besides SeaORM's own items.
macro_rules! entity {
    ($name:literal, $table:literal, $key:ty, { $($index:literal $column:ident: $type:ty),* $(,)? }, $definition:expr) => {
        pub struct Columns {
            $(pub $column: $crate::entity::Column<Model, $type>,)*
        }

        impl $crate::entity::Entity for Model {
            type SeaOrm = Entity;
            type Key = $key;
            type Columns = Columns;
            type Members = ();

            const NAME: &'static str = $name;
            const TABLE: &'static str = $table;
            const COLUMN: Columns = Columns { $($column: $crate::entity::Column::new($index, stringify!($column)),)* };
            const MEMBER: () = ();

            fn definition() -> $crate::entity::EntityDef {
                $definition
            }

            fn key(&self) -> &$key {
                &self.id
            }

            fn from_cells(cells: &mut $crate::entity::Cells<'_>) -> $crate::Result<Self> {
                Ok(Self { $($column: cells.take()?,)* })
            }

            fn into_values(self) -> Vec<sea_orm::Value> {
                vec![$(self.$column.into(),)*]
            }
        }
    };
}

mod labels;

mod category {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::entity::{ColumnOptions, EntityDef, EntityKind};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "category")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub enabled: bool,
        pub description: Option<String>,
        pub created_at: DateTime<Utc>,
        pub updated_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    entity!("Category", "category", String, {
        0 id: String, 1 enabled: bool, 2 description: Option<String>,
        3 created_at: DateTime<Utc>, 4 updated_at: Option<DateTime<Utc>>,
    }, EntityDef::new::<Self>(EntityKind::Parametric, "")
        .column::<String>("id", ColumnOptions::default())
        .column::<bool>("enabled", ColumnOptions::default())
        .column::<Option<String>>("description", ColumnOptions::default())
        .column::<DateTime<Utc>>("created_at", ColumnOptions::default())
        .column::<Option<DateTime<Utc>>>("updated_at", ColumnOptions::default()));
}

mod product {
    use chrono::{DateTime, Utc};
    use rust_decimal::Decimal;
    use sea_orm::entity::prelude::*;

    use crate::entity::{ColumnOptions, EntityDef, EntityKind, ToMany};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "product")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub name: String,
        #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
        pub price: Decimal,
        pub category_id: String,
        pub client_id: Uuid,
        pub owner_id: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub updated_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::category::Entity",
            from = "Column::CategoryId",
            to = "super::category::Column::Id"
        )]
        Category,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub const ITEMS: ToMany<Self, super::Item> = ToMany::new(1);
    }

    entity!("Product", "product", Uuid, {
        0 id: Uuid, 1 name: String, 2 price: Decimal, 3 category_id: String, 4 client_id: Uuid,
        5 owner_id: Option<Uuid>, 6 created_at: DateTime<Utc>, 7 updated_at: Option<DateTime<Utc>>,
    }, EntityDef::new::<Self>(EntityKind::Business, "")
        .column::<Uuid>("id", ColumnOptions::default())
        .column::<String>("name", ColumnOptions::new().length(20).unique())
        .column::<Decimal>("price", ColumnOptions { decimal: Some((14, 2)), ..ColumnOptions::default() })
        .column::<String>("category_id", ColumnOptions::default())
        .column::<Uuid>("client_id", ColumnOptions::default())
        .column::<Option<Uuid>>("owner_id", ColumnOptions::default())
        .column::<DateTime<Utc>>("created_at", ColumnOptions::default())
        .column::<Option<DateTime<Utc>>>("updated_at", ColumnOptions::default())
        .belongs_to::<super::Category, String>("category", 3, None)
        .has_many::<super::Item>("items", 1, None)
        .owner(5)
        .tenant("client", 4));
}

mod item {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::entity::{ColumnOptions, EntityDef, EntityKind};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "item")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub product_id: Uuid,
        pub client_id: Uuid,
        pub count: i64,
        pub version: i32,
        pub created_at: DateTime<Utc>,
        pub updated_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::product::Entity", from = "Column::ProductId", to = "super::product::Column::Id")]
        Product,
    }

    impl ActiveModelBehavior for ActiveModel {}

    entity!("Item", "item", Uuid, {
        0 id: Uuid, 1 product_id: Uuid, 2 client_id: Uuid, 3 count: i64, 4 version: i32,
        5 created_at: DateTime<Utc>, 6 updated_at: Option<DateTime<Utc>>,
    }, EntityDef::new::<Self>(EntityKind::Business, "")
        .column::<Uuid>("id", ColumnOptions::default())
        .column::<Uuid>("product_id", ColumnOptions::default())
        .column::<Uuid>("client_id", ColumnOptions::default())
        .column::<i64>("count", ColumnOptions::default())
        .column::<i32>("version", ColumnOptions::default())
        .column::<DateTime<Utc>>("created_at", ColumnOptions::default())
        .column::<Option<DateTime<Utc>>>("updated_at", ColumnOptions::default())
        .belongs_to::<super::Product, Uuid>("product", 1, None)
        .tenant("client", 2)
        .version(4));
}

/// A database of these entities in a directory of its own.
pub(crate) struct TestDatabase {
    pub(crate) database: Database,
    _place: Place,
}

impl TestDatabase {
    pub(crate) async fn open() -> Self {
        let entities = [
            Item::definition(),
            Product::definition(),
            Category::definition(),
            Sticker::definition(),
            Label::definition(),
        ];
        let place = Place::make(async |database| create_tables(database, &entities.each_ref()).await);
        let (place, database) = place.await.expect("makes tables");
        Self { database, _place: place }
    }
}

/// What the chain decides for `actor` on the operation `change`.
pub(crate) fn decide(actor: impl Into<Actor>, audience: &Audience) -> Decision {
    let mut audience = audience.clone();
    if audience.public.is_none() {
        audience.levels.push(<crate::access::Role as crate::access::AccessLevel>::ID);
    }
    PermissionChain::default().authorize(&actor.into(), "change", &audience).expect("allowed")
}
