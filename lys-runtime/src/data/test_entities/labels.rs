//! Labels of a client, whose deleted rows stay, and what sticks to them.

pub(crate) use label::Model as Label;
pub(crate) use sticker::Model as Sticker;

mod label {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::entity::{ColumnOptions, EntityDef, EntityKind, SoftDelete, ToMany, Unique};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "label")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub word: String,
        #[sea_orm(unique)]
        pub code: Option<String>,
        pub rank: Option<i32>,
        pub version: i32,
        pub created_at: DateTime<Utc>,
        pub updated_at: Option<DateTime<Utc>>,
        pub deleted_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl SoftDelete for Model {}

    impl Model {
        pub const STICKERS: ToMany<Self, super::Sticker> = ToMany::new(0);
        pub const WORD: Unique<Self> = Unique::new(&[1, 2]);
        pub const CODE: Unique<Self> = Unique::new(&[3]);
    }

    entity!("Label", "label", Uuid, {
        0 id: Uuid, 1 client_id: Uuid, 2 word: String, 3 code: Option<String>, 4 rank: Option<i32>, 5 version: i32,
        6 created_at: DateTime<Utc>, 7 updated_at: Option<DateTime<Utc>>, 8 deleted_at: Option<DateTime<Utc>>,
    }, EntityDef::new::<Self>(EntityKind::Business, "")
        .column::<Uuid>("id", ColumnOptions::default())
        .column::<Uuid>("client_id", ColumnOptions::default())
        .column::<String>("word", ColumnOptions::new().length(20))
        .column::<Option<String>>("code", ColumnOptions::new().length(20).unique())
        .column::<Option<i32>>("rank", ColumnOptions::default())
        .column::<i32>("version", ColumnOptions::default())
        .column::<DateTime<Utc>>("created_at", ColumnOptions::default())
        .column::<Option<DateTime<Utc>>>("updated_at", ColumnOptions::default())
        .column::<Option<DateTime<Utc>>>("deleted_at", ColumnOptions::default())
        .has_many::<super::Sticker>("stickers", 1, None)
        .unique(&[1, 2])
        .tenant("client", 1)
        .version(5)
        .soft_delete(8));
}

mod sticker {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::entity::{ColumnOptions, EntityDef, EntityKind, KeyOfTarget, ToOne};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sticker")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub label_id: Uuid,
        pub size: i32,
        pub created_at: DateTime<Utc>,
        pub updated_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::label::Entity", from = "Column::LabelId", to = "super::label::Column::Id")]
        Label,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub const LABEL: ToOne<Self, super::Label, KeyOfTarget> = ToOne::new(0);
    }

    entity!("Sticker", "sticker", Uuid, {
        0 id: Uuid, 1 label_id: Uuid, 2 size: i32, 3 created_at: DateTime<Utc>, 4 updated_at: Option<DateTime<Utc>>,
    }, EntityDef::new::<Self>(EntityKind::Business, "")
        .column::<Uuid>("id", ColumnOptions::default())
        .column::<Uuid>("label_id", ColumnOptions::default())
        .column::<i32>("size", ColumnOptions::default())
        .column::<DateTime<Utc>>("created_at", ColumnOptions::default())
        .column::<Option<DateTime<Utc>>>("updated_at", ColumnOptions::default())
        .belongs_to::<super::Label, Uuid>("label", 1, None));
}
