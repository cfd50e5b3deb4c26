//! The macros, documented where users import them.

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
/// - `owner = relation.field`, `tenant(level = relation.field)`: the row that a `#[belongs_to]` refers to says whose this one is, over any
///   number of them. It is an `EXISTS` wherever scopes are; new keys are checked like new tenants.
/// - `scope = function`: adds the rows that a function of a [`Grant`](crate::access::Grant) chooses; once for each:
///
///   ```
///   # use lys::{access::Grant, data::Condition, prelude::*};
///   #[entity(owner = author_id, scope = published)]
///   pub struct Article {
///       pub author_id: Uuid,
///       pub published: bool,
///   }
///
///   /// Who may see articles of their own may see all that are published.
///   fn published(grant: &Grant) -> Option<Condition<Article>> {
///       grant.owner().map(|_| Article::COLUMN.published.eq(true))
///   }
///   ```
///
///   Owner, tenants and these are OR-ed, for lists and single rows, read and written: `docs/scopes.md`.
/// - `soft_delete`: deleted rows stay in the table, with a `deleted_at`, where nothing sees them and their unique values are free;
///   `Writer::restore` brings one back, [`with_deleted`](crate::data::Select::with_deleted) shows them to Rust. A node shows a relation
///   to one of them as an `Option`.
/// - `module = name`: the module with SeaORM's items; the struct's name and `_entity` by default.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// - `unique(column, …)`: no two rows share the values of these columns together; once for each set. `Product::UNIQUE.a_b` is the handle
///   of `unique(a, b)`, for [`Writer::upsert`](crate::data::Writer::upsert).
/// - `index(column, …)`: an index; once for each. Keys, owner, tenants and the order of creation have theirs without being asked.
///
/// On fields:
///
/// - `#[column(length = 255, decimal(10, 2), unique)]`: longest text (in a list, longest item), digits of a decimal, a
///   unique index.
/// - `#[column(search_index)]` on text: an index of trigrams, that parts of it are found by; see `docs/databases.md` for what databases
///   have.
/// - `#[references("ClientNode")]`: a soft key of a node that another service may own.
/// - `#[version]` on an `i32`: counts the changes of a row, from 1. A change made on an old version is `STALE_VERSION`, and an input
///   that carries the column is checked against the row.
///
/// # Relations
///
/// A relation is a field of its own, which is taken out of the struct, or stands on the column that is its key:
///
/// ```
/// # use lys::prelude::*;
/// #[entity]
/// pub struct Person {
///     #[belongs_to(Person)]                   // relation `mentor`
///     pub mentor_id: Option<Uuid>,
///     #[has_many(Person)]
///     pub students: Many<Person>,
///     #[has_one(Passport)]
///     pub passport: One<Passport>,
///     #[many_to_many(Skill, through = PersonSkill)]
///     pub skills: Many<Skill>,
/// }
///
/// #[entity(unique(country, number))]
/// pub struct Passport {
///     #[belongs_to(Person)]
///     #[column(unique)]
///     pub person_id: Uuid,
///     pub country: String,
///     pub number: i32,
/// }
///
/// #[entity(parametric)]
/// pub struct Skill;
///
/// #[entity(unique(person_id, skill_id))]
/// pub struct PersonSkill {
///     #[belongs_to(Person)]
///     pub person_id: Uuid,
///     #[belongs_to(Skill)]
///     pub skill_id: String,
/// }
///
/// /// Refers to a passport by two columns.
/// #[entity]
/// pub struct Visa {
///     pub country: String,
///     pub number: i32,
///     #[belongs_to(Passport, by(country, number))]
///     pub passport: One<Passport>,
/// }
/// ```
///
/// - `#[belongs_to(Target, name = …, key = column, access = …, on_delete = restrict|cascade|set_null)]` on a key: a relation, named by
///   the key without `_id`, with constraint (`restrict` by default) and index. `key` names a unique column of the target; `id` by default.
/// - `#[belongs_to(Target, by(column, …), key(column, …), …)]` on a `One<Target>`: the same by several columns. `key` names those of the
///   target, which declares them `unique(…)` in that order; by default they have the same names.
/// - `#[has_one(Target, by = column, key = column, access = …)]` on a `One<Target>`: the way back along a unique key.
/// - `#[has_many(Target, by = column, key = column, access = …)]` on a `Many<Target>`: the way back along a key. `by` names the target's
///   column where more than one refers to this entity, `key` the column of this entity; both may name several.
/// - `#[many_to_many(Target, through = Link, by = column, to = column, access = …)]` on a `Many<Target>`: over an entity that belongs to
///   both and declares the pair `unique(…)`. `by` and `to` name its columns where more than one refers to this entity or the target.
/// - `access` of a relation: with `inherit` the target is part of this entity, and who may read a row may read what belongs to it; with
///   `filter` rows outside the caller's scope disappear, and links outside it link nothing; with `check` one of them denies the field,
///   which is `PERMISSION_DENIED`, and filters, sorts and aggregates do as with `filter`. The default is `filter` when the target (or the
///   link) has an owner, tenant or scope, else `inherit`.
///
/// A key that is NULL, or a part of which is, refers to nothing.
///
/// # What it becomes
///
/// The struct with `id` first and `created_at`, `updated_at` (and `deleted_at`) last; [`Entity`](crate::Entity), [`Owned`](crate::entity::Owned),
/// [`Tenanted`](crate::entity::Tenanted), [`BelongsTo`](crate::entity::BelongsTo) and [`BelongsToOnce`](crate::entity::BelongsToOnce) impls; and a module with `Entity`, `Column`, `PrimaryKey`,
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
/// as [`GlobalId`](crate::GlobalId), a relation as the node of its target: in a `Vec` for many rows, in an `Option` where there may be
/// none. `id` and the timestamps are added.
///
/// A relation to many rows may also be a Relay connection, with a page for each row above it:
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { #[has_many(Review)] pub reviews: Many<Review> }
/// # #[entity] pub struct Review { #[belongs_to(Product)] pub product_id: Uuid, pub rating: i32 }
/// # #[node(Review)] pub struct ReviewNode { pub rating: i32 }
/// #[node(Product)]
/// pub struct ProductNode {
///     #[relation(order_by(rating, created_at))]
///     pub reviews: Connection<ReviewNode>,
/// }
/// ```
///
/// This is `reviews(orderBy, limit, before, after, first, last): ReviewNodeListConnection!`. The pages of all rows above are one
/// statement, which reads no more of each list than its page, and `totalCount` is one more. Rows come in the order of creation unless
/// the client sorts; `#[entity(index(product_id, rating, id))]` on the target serves another order. A cursor is a place in the order,
/// so one `after` means the same for every row above: what stands behind that place.
///
/// # Options
///
/// - `Entity`, first: the entity it shows. Without one the struct is a plain result shape and keeps its fields.
/// - `name = "…"`: GraphQL name; the struct's name by default. It ends in `Node`.
/// - `allow_override`: may replace a node of the same name that an earlier app declares.
/// - `extends = OtherNode`: instead of an entity: adds the fields to another app's node.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// On fields:
///
/// - `#[relation(order_by(column, …))]` on a `Connection`: keys of `orderBy`, in an input type of the field's own; by default those of the
///   node's root connections, and `order_by()` takes the argument away.
///
/// # What it becomes
///
/// With an entity: the struct with fields of type [`Shown`](crate::node::Shown) (they are declared, never filled) and [`Node`](crate::Node). With `extends`: a
/// [`NodeExtensionDef`](crate::node::NodeExtensionDef). Else: the struct as it is and [`Output`](crate::output::Output).
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
/// [`EnumValue`](crate::output::EnumValue), a table of its values, and [`Output`](crate::output::Output), [`Input`](crate::input::Input) and
/// [`ColumnValue`](crate::entity::ColumnValue) over it. It needs `Clone`, and as a column also `Debug` and `PartialEq`.
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
/// `App::new(…).module(…)…depends_on(…)…`, see [`App`](crate::App).
pub use lys_macros::app;

/// One row by its global id: `product(id: ID!): ProductNode!`.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// #[node(Product)]
/// #[getter(access(Role))]
/// pub struct ProductNode {
///     pub name: String,
/// }
/// ```
///
/// On an `async fn` it runs after the row is found: `async fn product(ctx: &Context<'_>, product: Product) -> Result<()>`.
///
/// # Options
///
/// - `node = ProductNode`: the node that answers; on a function only, where it must be there.
/// - `name = "…"`: name in `snake_case`; by default the function's, or the node's without `Node`.
/// - `consistency = statement|snapshot`: whether all that it reads is of one moment; by default as the project says. See
///   [`Consistency`](crate::data::Consistency).
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The item as it is, a resolver that calls [`getter::resolve`](crate::getter::resolve), and an
/// [`OperationDef`](crate::operation::OperationDef) that points to it.
pub use lys_macros::getter;

/// A page of rows as a Relay connection, ordered, scoped, paged and counted by lys.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// # #[node(Product)] pub struct ProductNode { pub name: String }
/// /// The products whose name contains `search`.
/// #[connection(node = ProductNode, order_by(name, created_at), access(Role))]
/// async fn all_products(ctx: &Context<'_>, search: Option<String>) -> Result<Select<Product>> {
///     Ok(Product::select().filter_some(search, |text| Product::COLUMN.name.contains_ci(text)))
/// }
/// ```
///
/// Parameters after the context are arguments; a doc comment on one is its description. On a node struct it selects all rows.
///
/// # Options
///
/// - `node = ProductNode`: the node that answers; on a function only, where it must be there.
/// - `order_by(column, …)`: keys of `orderBy`; `created_at` by default, and `order_by()` takes the argument away.
/// - `filter(column, relation(column, …), …)`: what callers may filter by, as an argument `filter`; see `docs/lists.md`. The node must
///   show all of it.
/// - `name = "…"`: name in `snake_case`; by default the function's, or `all_` and the plural of the node's.
/// - `consistency = statement|snapshot`: whether all that it reads is of one moment; by default as the project says. See
///   [`Consistency`](crate::data::Consistency).
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The item as it is, a resolver that calls [`connection::resolve`](crate::connection::resolve), and an
/// [`OperationDef`](crate::operation::OperationDef) that points to it.
pub use lys_macros::connection;

/// A new row, from a [`Draft`](crate::data::Draft) that lys checks, writes and answers with.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// # #[node(Product)] pub struct ProductNode { pub name: String }
/// use lys::{data::Draft, input::IntoDraft};
///
/// #[derive(lys::Input)]
/// #[input(entity = Product)]
/// pub struct CreateProductInput {
///     pub name: String,
/// }
///
/// #[lys::creation(node = ProductNode, access(Role))]
/// async fn create_product(ctx: &Context<'_>, inputs: CreateProductInput) -> Result<Draft<Product>> {
///     inputs.into_draft()
/// }
/// ```
///
/// A function that writes by itself returns [`Saved`](crate::data::Saved).
///
/// A `Vec` of either creates many rows at once: all are checked before one is written, by one statement, and the answer lists them:
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// # #[node(Product)] pub struct ProductNode { pub name: String }
/// # #[derive(Input)] #[input(entity = Product)] pub struct CreateProductInput { pub name: String }
/// /// `createProducts(inputs: [CreateProductInput!]!): [ProductNode!]!`; a mistake is told at `inputs`, its place, its field.
/// #[lys::creation(node = ProductNode, access(Role))]
/// async fn create_products(ctx: &Context<'_>, inputs: Vec<CreateProductInput>) -> Result<Vec<Draft<Product>>> {
///     inputs.into_iter().map(CreateProductInput::into_draft).collect()
/// }
/// ```
///
/// # Options
///
/// - `node = ProductNode`: the node that answers.
/// - `name = "…"`: name in `snake_case`; by default the function's.
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The function as it is, a resolver that calls [`creation::resolve`](crate::creation::resolve), and an
/// [`OperationDef`](crate::operation::OperationDef) that points to it.
pub use lys_macros::creation;

/// Changes to a row: `updateProduct(id: ID!, …): ProductNode!`.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// # #[node(Product)] pub struct ProductNode { pub name: String }
/// use lys::data::Draft;
///
/// #[lys::edition(node = ProductNode, access(Role))]
/// async fn rename_product(ctx: &Context<'_>, product: Product, name: String) -> Result<Draft<Product>> {
///     Ok(Draft::of(product).with(Product::COLUMN.name, name))
/// }
/// ```
///
/// The row comes after the context, by value; the other parameters are arguments. With `products: Vec<Product>` instead and a `Vec` of
/// drafts as the answer, it takes `ids: [ID!]!` and changes many rows at once: `updateProducts(ids: [ID!]!, …): [ProductNode!]!`.
///
/// # Options
///
/// - `node = ProductNode`: the node that answers.
/// - `name = "…"`: name in `snake_case`; by default the function's.
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The function as it is, a resolver that calls [`edition::resolve`](crate::edition::resolve), and an
/// [`OperationDef`](crate::operation::OperationDef) that points to it.
pub use lys_macros::edition;

/// The end of a row: `deleteProduct(id: ID!): SuccessNode!`.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// #[node(Product)]
/// #[lys::deletion(access(Role))]
/// pub struct ProductNode {
///     pub name: String,
/// }
/// ```
///
/// On an `async fn` it runs before the row goes: `async fn delete_product(ctx: &Context<'_>, product: Product) -> Result<()>`. With
/// `products: Vec<Product>` it takes `ids: [ID!]!` and deletes many rows, or none of them.
///
/// # Options
///
/// - `many`: takes `ids: [ID!]!`; on a node only.
/// - `node = ProductNode`: the node of the row; on a function only, where it must be there.
/// - `name = "…"`: name in `snake_case`; by default the function's, or `delete_` and the node's, in the plural with `many`.
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The item as it is, a resolver that calls [`deletion::resolve`](crate::deletion::resolve), and an
/// [`OperationDef`](crate::operation::OperationDef) that points to it.
pub use lys_macros::deletion;

/// A field of a root, or a computed field of a node.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// # #[node(Product)] pub struct ProductNode { pub name: String }
/// /// An operation with any answer.
/// #[lys::field(query, public)]
/// async fn version(ctx: &Context<'_>) -> Result<i32> {
///     Ok(1)
/// }
///
/// /// Computed from columns, row by row.
/// #[lys::field(on = ProductNode, columns(name))]
/// fn label(name: String) -> String {
///     name.to_uppercase()
/// }
///
/// /// Computed for all rows of a level at once; other parameters are arguments.
/// #[lys::field(on = ProductNode, columns(id))]
/// async fn review_count(ctx: &Context<'_>, id: &[Uuid], min: Option<i32>) -> Result<Vec<i32>> {
///     Ok(vec![0; id.len()])
/// }
/// ```
///
/// # Options
///
/// - `query`, `mutation`, or `on = ProductNode`: where it stands; one of them.
/// - `node = ProductNode`: on a root field that returns a row, or an `Option` of one: the node that shows it.
/// - `columns(name, …)`: on a computed field: the columns it reads, each a parameter of that name.
/// - `name = "…"`: name in `snake_case`; by default the function's.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// and on root fields:
///
/// - `consistency = statement|snapshot`: on a query: whether all that it reads is of one moment; by default as the project says. See
///   [`Consistency`](crate::data::Consistency).
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The function as it is, and a resolver with an [`OperationDef`](crate::operation::OperationDef), or an adapter with a
/// [`NodeExtensionDef`](crate::node::NodeExtensionDef).
pub use lys_macros::field;

/// A stream of events, a field of `Subscription`: `reviewCreated(productId: ID!): ReviewNode!`.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Review { pub body: String, #[references("ProductNode")] pub product_id: Uuid }
/// # #[node(Review)] pub struct ReviewNode { pub body: String }
/// # #[derive(Input)] #[input(entity = Review)] pub struct ReviewInput { pub body: String, pub product_id: GlobalId }
/// /// A review was written.
/// const REVIEW_CREATED: Topic<Review> = Topic::new("REVIEW_CREATED");
///
/// #[lys::creation(node = ReviewNode, access(Role))]
/// async fn create_review(ctx: &Context<'_>, inputs: ReviewInput) -> Result<Saved<Review>> {
///     let review = ctx.writer()?.create(inputs.into_draft()?).await?;
///     // Told once the mutation is committed, never otherwise.
///     ctx.publish(REVIEW_CREATED.on(format!("product:{}", review.product_id)), review.id)?;
///     Ok(Saved::new(review))
/// }
///
/// /// Reviews of a product, as they are written.
/// #[lys::subscription(node = ReviewNode, access(Role))]
/// async fn review_created(ctx: &Context<'_>, product_id: GlobalId) -> Result<Events<Review>> {
///     ctx.events(REVIEW_CREATED.on(format!("product:{}", product_id.key_of("ProductNode")?))).await
/// }
///
/// /// Without a node: values that are ready.
/// #[lys::subscription(public)]
/// async fn imported(ctx: &Context<'_>) -> Result<Values<i32>> {
///     ctx.values(Topic::<i32>::new("IMPORTED").on("imports")).await
/// }
/// ```
///
/// The function runs once for each subscriber, after the usual decision. Each event is decided anew, and its row is read with the scope
/// of that moment: rows outside of it, and rows that are gone, are passed over in silence. While it waits, a subscription holds no
/// connection of the database. How clients connect is in `docs/subscriptions.md`.
///
/// # Options
///
/// - `node = ReviewNode`: the node that shows the rows of [`Events`](crate::subscription::Events); without it, the function returns
///   [`Values`](crate::subscription::Values).
/// - `name = "…"`: name in `snake_case`; by default the function's.
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The function as it is, a resolver that calls [`subscription::resolve`](crate::subscription::resolve) or
/// [`subscription::resolve_rows`](crate::subscription::resolve_rows), and an [`OperationDef`](crate::operation::OperationDef) that points
/// to it.
pub use lys_macros::subscription;

/// A struct becomes an input object, decoded with every mistake listed.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// #[derive(lys::Input)]
/// #[input(entity = Product)]
/// pub struct CreateProductInput {
///     /// Shown to customers.
///     #[input(length(min = 1, max = 255))]
///     pub name: String,
/// }
/// ```
///
/// # Options
///
/// In `#[input(…)]` on the struct:
///
/// - `entity = Product`: the fields are columns of `Product`, and [`IntoDraft`](crate::input::IntoDraft) fills a draft from them.
/// - `name = "…"`: GraphQL name; the struct's by default.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// On fields:
///
/// - `length(min = 1, max = 255)`: characters of a text, items of a list.
/// - `range(min = 0.01, max = 1000)`: bounds on a number.
/// - `email`, `url`: forms of a text.
/// - `skip`: no column of the entity.
/// - `children`: inputs of the rows of the `#[has_many]` or `#[has_one]` with the field's name, which are created with the row: a `Vec` of
///   them or a single one, or an `Option` of either.
///
/// A field of type [`Patch`](crate::input::Patch) tells absent from null, so that an edition can clear a column.
///
/// # What it becomes
///
/// [`input::Input`](crate::input::Input), and with an entity [`input::IntoDraft`](crate::input::IntoDraft), one line for each field, and
/// [`input::Children`](crate::input::Children), so that it can be a child itself.
pub use lys_macros::Input;

/// Business operations over an entity, closed on a struct, open to later apps on a trait.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// use std::sync::Arc;
///
/// use lys::service::Overrides;
///
/// /// Closed: the generated operations, and methods of its own.
/// #[lys::service(Product)]
/// pub struct StockService;
///
/// /// Open: `ctx.service::<dyn PriceService>()` gives the last one registered.
/// #[lys::service(Product)]
/// pub trait PriceService {
///     async fn percent(&self) -> Result<i32> {
///         Ok(100)
///     }
/// }
///
/// /// In a later app.
/// pub struct SaleService {
///     previous: Arc<dyn PriceService>,
/// }
///
/// impl Overrides<dyn PriceService> for SaleService {
///     fn over(previous: Arc<dyn PriceService>) -> Self {
///         Self { previous }
///     }
/// }
///
/// #[lys::service(overrides = PriceService)]
/// impl PriceService for SaleService {
///     async fn percent(&self) -> Result<i32> {
///         Ok(self.previous.percent().await? / 2)
///     }
/// }
/// ```
///
/// A struct with fields needs `Default`. Every method of an open service has a body.
///
/// # Options
///
/// - `Product`, first: the entity; on a struct or trait.
/// - `overrides = PriceService`: the open service; on an `impl` of it.
/// - `crate = path`: where lys is; `::lys` by default.
///
/// # What it becomes
///
/// The item, its async methods returning boxed futures; [`service::Service`](crate::service::Service); and a [`ServiceDef`](crate::service::ServiceDef).
pub use lys_macros::service;

/// An HTTP handler behind the same closed-by-default chain as operations.
///
/// ```
/// # use lys::prelude::*;
/// #[lys::endpoint(GET "/stats", access(Role))]
/// async fn stats(ctx: &Context<'_>) -> Result<String> {
///     Ok("42".to_owned())
/// }
/// ```
///
/// Parameters after the context are actix extractors, the answer is an actix responder.
///
/// # Options
///
/// - the method and path, first: `GET`, `POST`, `PUT`, `PATCH`, `DELETE` or `HEAD`, and an actix path pattern.
/// - `name = "…"`: name in `snake_case`; by default the function's.
/// - `crate = path`: where lys is; `::lys` by default.
/// - `access(Role, OrganizationRole, path::To::Level)`: any of these levels admits; without it only super users are admitted.
///   `Connected`, `Owner`, `Role`, `OrganizationRole` and `InternalService` always mean those of [`access`](mod@crate::access).
/// - `public`, `public(disconnected)`: open without a right, to everybody or to who is not signed in.
/// - `licensed = false`: needs no licence; true by default, and never for what is public.
/// - `enabled = false`: is there, but does not answer.
/// - `allow_override`: may replace one of the same name that an earlier app declares.
///
/// # What it becomes
///
/// The function as it is, a handler that calls [`endpoint::handle`](crate::endpoint::handle), and an
/// [`EndpointDef`](crate::endpoint::EndpointDef) that points to it.
pub use lys_macros::endpoint;
