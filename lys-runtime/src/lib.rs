//! lys: annotated structs and functions become a secure, multi-tenant GraphQL backend.

extern crate self as lys;

#[doc(hidden)]
pub mod __private;
pub mod access;
pub mod app;
pub mod boot;
pub mod connection;
pub mod context;
pub mod creation;
pub mod data;
pub mod deletion;
pub mod edition;
pub mod endpoint;
pub mod entity;
pub mod environment;
pub mod error;
pub mod execute;
pub mod field;
pub mod fixture;
pub mod getter;
pub mod global_id;
pub mod http;
pub mod input;
pub mod name;
pub mod node;
pub mod operation;
pub mod output;
mod schema;
pub mod service;
#[cfg(feature = "testing")]
pub mod testing;

pub use app::App;
pub use boot::{Command, CommandCall, ExitCode, Project};
pub use clap;
pub use context::Context;
pub use entity::Entity;
pub use environment::Environment;
pub use error::{Error, Result};
pub use global_id::GlobalId;
pub use indicatif;
pub use node::Node;

/// Crates whose types are part of lys's own API, in the versions it uses.
pub use {actix_web, chrono, rust_decimal, sea_orm, uuid};

pub use lys_macros::{Input, connection, creation, deletion, edition, endpoint, field, getter, service};

/// A struct becomes a table: its columns are the row, `Product::COLUMN` names them, `product_entity` holds SeaORM's items.
///
/// ```
/// use lys::prelude::*;
///
/// /// A product in the catalog.
/// #[entity]
/// pub struct Product {
///     #[column(length = 255)]
///     pub name: String,
///     #[belongs_to(ProductCategory)]
///     pub category_id: String,
/// }
///
/// /// Reference data with business ids.
/// #[entity(parametric)]
/// pub struct ProductCategory;
///
/// let cheap = Product::select().filter(Product::COLUMN.category_id.eq("BOOKS"));
/// ```
///
/// # Options
///
/// - `table = "…"`: name of the table; the struct's name in `snake_case` by default.
/// - `parametric`: reference data: `id` is a business id, `enabled` and `description` are added.
/// - `owner = field`: rows belong to the user whose id is in `field` (`Uuid` or `Option<Uuid>`).
/// - `tenant(level = field, …)`: rows belong to the organization whose id is in `field`. An entity with a `client_id` must say this,
///   or `tenant_none = "reason"`.
/// - `module = name`: the module with SeaORM's items; the struct's name and `_entity` by default.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// On fields:
///
/// - `#[column(length = 255, decimal(10, 2), unique)]`: longest text, digits of a decimal, a unique index.
/// - `#[belongs_to(Target, name = …, access = inherit|filter, on_delete = restrict|cascade|set_null)]` on a key: a relation, named by the
///   key without `_id`, with constraint (`restrict` by default) and index.
/// - `#[references("ClientNode")]`: a soft key of a node that another service may own.
/// - `#[has_many(Target, by = column, access = …)]` on a `Many<Target>`: the relation back; the field is taken out of the struct.
///
/// # What it becomes
///
/// The struct with `id` first and `created_at`, `updated_at` last; [`Entity`], [`Owned`](entity::Owned),
/// [`Tenanted`](entity::Tenanted) and [`BelongsTo`](entity::BelongsTo) impls; and a module with `Entity`, `Column`, `PrimaryKey`,
/// `Relation`, `Model` and `ActiveModel` for plain SeaORM. It may stand in a module or in a function, more than once in either.
pub use lys_macros::entity;

/// A struct becomes the face of an entity in the schema, or a plain result shape.
///
/// ```
/// use lys::prelude::*;
///
/// #[entity]
/// pub struct Product {
///     pub name: String,
///     #[column(decimal(10, 2))]
///     pub price: Decimal,
/// }
///
/// /// A product as clients see it.
/// #[node(Product)]
/// pub struct ProductNode {
///     pub name: String,
///     pub price: f64,
/// }
/// ```
///
/// Each field names a column or relation of the entity and says as what it is shown: a column as its own type, a `Decimal` as `f64`, a key
/// as [`GlobalId`], a relation as the node of its target (in a `Vec` for many). `id` and the timestamps are added.
///
/// # Options
///
/// - `Entity`, first: the entity it shows. Without one the struct is a plain result shape and keeps its fields.
/// - `name = "…"`: GraphQL name; the struct's name by default. It ends in `Node`.
/// - `allow_override`: may replace a node of the same name that an earlier app declares.
/// - `extends = OtherNode`: instead of an entity: adds the fields to another app's node.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// # What it becomes
///
/// With an entity: the struct with fields of type [`Shown`](node::Shown) (they are declared, never filled) and [`Node`]. With `extends`: a
/// [`NodeExtensionDef`](node::NodeExtensionDef). Else: the struct as it is and [`Output`](output::Output).
pub use lys_macros::node;

/// An enum becomes an enum of the schema, in and out, that columns can store.
///
/// ```
/// use lys::prelude::*;
///
/// #[derive(Enum, Clone, Debug, PartialEq)]
/// pub enum OrderStatus {
///     /// Not paid yet.
///     Open,
///     PaidInFull,
/// }
///
/// #[entity]
/// pub struct Order {
///     pub status: OrderStatus,
/// }
/// ```
///
/// Values are `SCREAMING_SNAKE_CASE` names (`PAID_IN_FULL`), on the wire and as text in the database.
///
/// # Options
///
/// In `#[lys(…)]` on the enum:
///
/// - `name = "…"`: GraphQL name; the enum's name by default.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// # What it becomes
///
/// [`EnumValue`](output::EnumValue), a table of its values, and [`Output`](output::Output), [`Input`](input::Input) and
/// [`ColumnValue`](entity::ColumnValue) over it. It needs `Clone`, and as a column also `Debug` and `PartialEq`.
pub use lys_macros::Enum;

/// An app: its name, its modules in order, and the apps it needs.
///
/// ```
/// mod category {}
/// mod shop {
///     pub mod stock {}
/// }
///
/// fn app() -> lys::App {
///     lys::app!("catalog", modules(category, shop::stock), depends_on("base"))
/// }
/// # fn main() {}
/// ```
///
/// It stands in a function of the app's root module: components are found by the modules below it.
///
/// # Options
///
/// - the name, first: lower-case letters, digits and `_`.
/// - `modules(path, …)`: modules of the app, below the module where the macro stands. One that does not exist does not compile.
/// - `depends_on("name", …)`: apps that must come before.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// # What it becomes
///
/// `App::new(…).module(…)…depends_on(…)…`, see [`App`].
pub use lys_macros::app;

/// What most files of an app need: the traits and macros of lys, and the types of columns.
pub mod prelude {
    pub use crate::{
        App, Context, Entity, Enum, Error, GlobalId, Input, Node, Result,
        access::Claims,
        connection, creation,
        data::{Draft, EntityService, Reader, Saved, Select, Writer},
        deletion, edition, endpoint, entity,
        entity::Many,
        environment::Environment,
        field,
        fixture::Fixture,
        getter,
        input::IntoDraft,
        node, service,
        service::{Overrides, Service},
    };
    pub use chrono::{DateTime, NaiveDate, Utc};
    pub use rust_decimal::Decimal;
    pub use serde_json::Value as Json;
    pub use uuid::Uuid;
}
