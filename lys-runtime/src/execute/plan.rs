//! Plans: what a document asks for, as tables. A plan holds no request data: no values of variables, no actor, no rows.

use async_graphql::Pos;
use async_graphql_value::{ConstValue, Value};

use crate::{
    app::guards::Guarded,
    entity::{ColumnKind, ItemKind, Join},
    node::computed::ComputeFn,
    operation::{OrderKeyDef, Root},
    output::{TypeRef, base64::Base64Start, key::Key, writer::ObjectPlan},
};

/// A compiled operation of a document.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) root: Root,
    /// Root fields in answer order.
    pub(crate) fields: Vec<RootField>,
    /// Some level has several relations beside each other.
    pub(crate) branches: bool,
    /// Every guard that a request may have to ask: those of `shown`, of aggregates, and of what may be filtered and sorted by.
    pub(crate) guards: Vec<u16>,
    /// Guarded fields that are selected, each below one decision.
    pub(crate) shown: Vec<Shown>,
}

/// A guarded field that is selected below a decision, by the number of that decision in the plan.
pub(crate) type Shown = (usize, Guarded);

impl Plan {
    pub(crate) fn new(root: Root, fields: Vec<RootField>) -> Self {
        let mut plan = Self { root, fields, branches: false, guards: Vec::new(), shown: Vec::new() };
        let branches = plan.operations().any(|operation| match &operation.shape {
            Shape::Row(shape) | Shape::List(shape, _) => shape.level.branches(),
            Shape::Page(shape) => shape.level.branches(),
            Shape::Value(_) => false,
        });
        plan.branches = branches || plan.lookups().any(|lookup| lookup.types.iter().any(|ty| ty.rows.level.branches()));
        plan
    }

    /// The operations among its fields.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &OperationPlan> {
        self.fields.iter().filter_map(|field| match &field.kind {
            RootKind::Operation(operation) => Some(operation),
            _ => None,
        })
    }

    /// The fields `node` and `nodes` among its fields.
    pub(crate) fn lookups(&self) -> impl Iterator<Item = &Lookup> {
        self.fields.iter().filter_map(|field| match &field.kind {
            RootKind::Lookup(lookup) => Some(lookup),
            _ => None,
        })
    }
}

/// One root field.
#[derive(Debug)]
pub(crate) struct RootField {
    pub(crate) key: Key,
    /// Key in the answer, for paths.
    pub(crate) name: Box<str>,
    pub(crate) location: Pos,
    pub(crate) kind: RootKind,
}

impl RootField {
    /// Whether null may stand for it.
    pub(crate) fn is_nullable(&self) -> bool {
        match &self.kind {
            RootKind::Operation(operation) => operation.nullable,
            RootKind::Lookup(lookup) => !lookup.many,
            RootKind::Typename(_) | RootKind::Introspection | RootKind::Ping => false,
        }
    }

    /// What answers it, for logs.
    pub(crate) fn operation(&self) -> &'static str {
        match &self.kind {
            RootKind::Operation(operation) => operation.operation,
            RootKind::Lookup(lookup) if lookup.many => "nodes",
            RootKind::Lookup(_) => "node",
            RootKind::Typename(_) | RootKind::Introspection | RootKind::Ping => "",
        }
    }
}

#[derive(Debug)]
pub(crate) enum RootKind {
    /// `__typename`.
    Typename(&'static str),
    /// `__schema` or `__type`: answered by async-graphql.
    Introspection,
    /// `ping` of an empty schema.
    Ping,
    Operation(OperationPlan),
    /// `node` or `nodes`.
    Lookup(Lookup),
}

/// Rows of any type by their global ids.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// Of a list of ids.
    pub(crate) many: bool,
    pub(crate) arguments: Vec<PlannedArgument>,
    /// What is selected of each type that has a getter.
    pub(crate) types: Vec<LookupType>,
}

/// What is selected of the rows of one type.
#[derive(Debug)]
pub(crate) struct LookupType {
    /// GraphQL name.
    pub(crate) node: &'static str,
    /// The getters that let rows through; the first one that the caller may call decides.
    pub(crate) getters: Vec<&'static str>,
    pub(crate) rows: RowShape,
    /// Where a row's own key is read to.
    pub(crate) key: KeySlot,
    /// The number of its decision in the plan.
    pub(crate) decision: usize,
}

/// A selected operation.
#[derive(Debug)]
pub(crate) struct OperationPlan {
    /// Its `snake_case` name in the model.
    pub(crate) operation: &'static str,
    pub(crate) arguments: Vec<PlannedArgument>,
    pub(crate) nullable: bool,
    pub(crate) shape: Shape,
    /// The number of its decision in the plan.
    pub(crate) decision: usize,
}

/// An argument: coerced already where it could be.
#[derive(Debug)]
pub(crate) struct PlannedArgument {
    pub(crate) name: Box<str>,
    pub(crate) ty: TypeRef,
    pub(crate) source: ArgumentSource,
}

#[derive(Debug)]
pub(crate) enum ArgumentSource {
    /// A coerced literal.
    Literal(ConstValue),
    /// Exactly a variable, coerced with the request.
    Variable(Box<str>),
    /// A literal with variables inside.
    Template(Value),
}

/// The selection on an operation's answer.
#[derive(Debug)]
pub(crate) enum Shape {
    /// One row.
    Row(RowShape),
    /// Rows in the order of their keys, which are read to this slot.
    List(RowShape, KeySlot),
    /// A page of rows.
    Page(PageShape),
    /// A value that is ready.
    Value(Option<ObjectPlan>),
}

/// A level of rows and what is shown of them.
#[derive(Debug)]
pub(crate) struct RowShape {
    pub(crate) level: Level,
    pub(crate) view: Vec<Field>,
}

/// What is read for a level of rows: one statement, then one for each child.
#[derive(Debug)]
pub(crate) struct Level {
    /// Index of the entity in the model.
    pub(crate) entity: usize,
    /// Columns that are read, by slot.
    pub(crate) columns: Vec<u16>,
    pub(crate) children: Vec<Child>,
    pub(crate) computed: Vec<Computed>,
}

impl Level {
    fn branches(&self) -> bool {
        self.children.len() > 1 || self.children.iter().any(|child| child.level().branches())
    }
}

/// A relation below a level.
#[derive(Debug)]
pub(crate) struct Child {
    /// The field that it is read for.
    pub(crate) name: Box<str>,
    pub(crate) link: Link,
    /// Rows outside the decision's scope disappear.
    pub(crate) filter: bool,
    /// One of them denies the field to its parent.
    pub(crate) check: bool,
    pub(crate) shape: ChildShape,
}

/// What is shown of a relation.
#[derive(Debug)]
pub(crate) enum ChildShape {
    /// At most one row for each parent.
    One(RowShape),
    /// All rows of each parent.
    Many(RowShape),
    /// A page of each parent's rows.
    Page(Box<ChildPage>),
}

/// A connection below a level.
#[derive(Debug)]
pub(crate) struct ChildPage {
    pub(crate) shape: PageShape,
    pub(crate) arguments: Vec<PlannedArgument>,
    /// Keys of `orderBy`.
    pub(crate) order_keys: Vec<OrderKeyDef>,
}

impl Child {
    pub(crate) fn level(&self) -> &Level {
        match &self.shape {
            ChildShape::One(rows) | ChildShape::Many(rows) => &rows.level,
            ChildShape::Page(page) => &page.shape.level,
        }
    }
}

/// How the rows of a child find their parents.
#[derive(Debug)]
pub(crate) struct Link {
    /// The parent's key in its own rows.
    pub(crate) parent: Vec<KeySlot>,
    /// The same key in the child's rows; that of an entity between is read behind all columns, and counted from there.
    pub(crate) child: Vec<KeySlot>,
    /// The columns that hold it, of the child's entity or of the one between.
    pub(crate) columns: Vec<u16>,
    pub(crate) through: Option<Through>,
}

impl Link {
    /// The key in rows of the child of which `columns` columns are read.
    pub(crate) fn child_key(&self, columns: usize) -> Vec<KeySlot> {
        let behind = if self.through.is_some() { columns } else { 0 };
        self.child.iter().map(|key| KeySlot { slot: key.slot + behind, ..*key }).collect()
    }
}

/// A part of a key: where it is in a row, and what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeySlot {
    pub(crate) slot: usize,
    pub(crate) kind: ColumnKind,
}

/// The entity between a parent and its children.
#[derive(Debug)]
pub(crate) struct Through {
    /// Its index in the model.
    pub(crate) entity: usize,
    /// Its columns, and those of the child's entity that they equal.
    pub(crate) on: Vec<Join>,
    /// Rows outside the decision's scope link nothing.
    pub(crate) filter: bool,
}

/// A computed field of a level.
#[derive(Debug)]
pub(crate) struct Computed {
    /// The field.
    pub(crate) name: Box<str>,
    pub(crate) compute: ComputeFn,
    /// Where its columns are.
    pub(crate) slots: Vec<usize>,
    pub(crate) arguments: Vec<PlannedArgument>,
    pub(crate) selection: Option<ObjectPlan>,
}

/// One field that is written of a row.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) key: Key,
    /// Key in the answer, for paths.
    pub(crate) name: Box<str>,
    pub(crate) location: Pos,
    pub(crate) nullable: bool,
    pub(crate) kind: FieldKind,
}

#[derive(Debug)]
pub(crate) enum FieldKind {
    /// The type's name as a JSON string.
    Typename(Box<[u8]>),
    Cell {
        slot: usize,
        cell: Cell,
    },
    /// Index into the level's children.
    One(usize),
    /// Index into the level's children.
    Many(usize),
    /// Index into the level's children.
    Page(usize),
    /// Index into the level's computed fields.
    Computed(usize),
    /// A guarded field that the caller may not read: nothing is read for it.
    Denied(Guarded),
}

/// How a cell is written.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text,
    Bool,
    Int,
    Float,
    /// Rounded to the column's scale.
    Decimal(u32),
    DateTime,
    Date,
    Json,
    /// `<Type>:` before the UUID.
    GlobalUuid(Base64Start),
    /// `<Type>:` before the text.
    GlobalText(Base64Start),
    List(ItemKind, Item),
}

/// How an item of a list is written.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Plain,
    /// `<Type>:` before the UUID.
    GlobalUuid(Base64Start),
}

/// The selection on a connection.
#[derive(Debug)]
pub(crate) struct PageShape {
    /// GraphQL name of the node that shows the rows.
    pub(crate) node: &'static str,
    /// All rows are inside the decision's scope.
    pub(crate) limited: bool,
    pub(crate) level: Level,
    pub(crate) fields: Vec<PageField>,
    pub(crate) wants: PageWants,
    /// What is told of all rows together: a statement each.
    pub(crate) aggregates: Vec<Aggregate>,
}

/// What is told of all rows of a list, or of each group of them.
#[derive(Debug)]
pub(crate) struct Aggregate {
    /// The choice of groups, for a field that has groups.
    pub(crate) groups: Option<Grouping>,
    /// What is read, by slot.
    pub(crate) pieces: Vec<Piece>,
    pub(crate) fields: Vec<AggregateField>,
    /// Guarded fields that are summed up or shown as what groups share, and the keys that lead to them.
    pub(crate) guarded: Vec<(Guarded, Vec<Box<str>>)>,
}

/// What the rows of a group share.
#[derive(Debug)]
pub(crate) struct Grouping {
    /// `by`.
    pub(crate) arguments: Vec<PlannedArgument>,
    /// What may be chosen, and the columns behind it.
    pub(crate) choices: Vec<(String, u16)>,
    /// What it takes to choose each.
    pub(crate) guards: Vec<Option<Guarded>>,
}

/// One value that rows come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The number of rows.
    Count,
    Min(u16),
    Max(u16),
    Sum(u16),
    Average(u16),
}

/// A field of what rows come to.
#[derive(Debug)]
pub(crate) struct AggregateField {
    pub(crate) key: Key,
    pub(crate) kind: AggregateFieldKind,
}

#[derive(Debug)]
pub(crate) enum AggregateFieldKind {
    Typename(Box<[u8]>),
    Object(Vec<AggregateField>),
    Count {
        slot: usize,
    },
    Piece {
        slot: usize,
        cell: Cell,
    },
    /// One of the grouping's choices; NULL where it was not chosen.
    Shared {
        choice: usize,
        cell: Cell,
    },
}

/// Which costly parts of a page are selected at all.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one selected field")]
pub(crate) struct PageWants {
    pub(crate) rows: bool,
    pub(crate) cursors: bool,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total_count: bool,
}

#[derive(Debug)]
pub(crate) struct PageField {
    pub(crate) key: Key,
    pub(crate) name: Box<str>,
    pub(crate) kind: PageFieldKind,
}

#[derive(Debug)]
pub(crate) enum PageFieldKind {
    Typename(Box<[u8]>),
    Edges(Vec<EdgeField>),
    Info(Vec<InfoField>),
    /// Index into the page's aggregates.
    Aggregate(usize),
}

#[derive(Debug)]
pub(crate) struct EdgeField {
    pub(crate) key: Key,
    pub(crate) name: Box<str>,
    pub(crate) kind: EdgeFieldKind,
}

#[derive(Debug)]
pub(crate) enum EdgeFieldKind {
    Typename(Box<[u8]>),
    Cursor,
    Node(Vec<Field>),
}

#[derive(Debug)]
pub(crate) struct InfoField {
    pub(crate) key: Key,
    pub(crate) kind: InfoFieldKind,
}

#[derive(Debug)]
pub(crate) enum InfoFieldKind {
    Typename(Box<[u8]>),
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
    TotalCount,
}
