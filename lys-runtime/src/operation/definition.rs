//! What the operation macros say, as data: the registry holds it, the access table prints it.

use std::any::TypeId;

use super::{Authorized, Resolving};
use crate::{
    access::AccessLevel,
    connection::{Aggregated, Filter, FilterDef, GroupedBy, Sort, SortDef},
    data::Consistency,
    entity::{Column, ColumnValue, Entity, Owned, Tenanted},
    field::IntoRow,
    input::Input,
    node::{ArgumentDef, Node},
    output::{Output, OutputTypes, TypeRef},
    subscription::StreamsValues,
};

/// Answers an operation that the authoriser has let through.
pub type ResolveFn = for<'a> fn(Authorized<'a>) -> Resolving<'a>;

/// One operation.
#[derive(Debug, Clone)]
pub struct OperationDef {
    /// `snake_case` name: the id in tokens and tables; the field is its `camelCase`.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// Its kind.
    pub kind: OperationKind,
    /// The root type it is a field of.
    pub root: Root,
    /// Who may call it.
    pub audience: Audience,
    /// May replace an earlier operation of the same name.
    pub allow_override: bool,
    /// Whether all that it reads is of one moment; the project's way if none is given.
    pub consistency: Option<Consistency>,
    /// Writes many rows at once: it answers with a list of nodes in the order of what was given, and takes `ids` instead of `id`.
    pub many: bool,
    /// Own arguments; kinds add theirs (`id`, paging) at boot.
    pub arguments: Vec<ArgumentDef>,
    /// What it answers with.
    pub output: OutputDef,
    /// The function that answers.
    pub resolve: ResolveFn,
}

/// Kinds of operation (10-core §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// One row by global id.
    Getter,
    /// A page of rows.
    Connection,
    /// A new row.
    Creation,
    /// Changes to a row.
    Edition,
    /// A row's end.
    Deletion,
    /// Anything else.
    Field,
    /// What happens from now on.
    Subscription,
}

impl OperationKind {
    /// Lower-case name, for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Getter => "getter",
            Self::Connection => "connection",
            Self::Creation => "creation",
            Self::Edition => "edition",
            Self::Deletion => "deletion",
            Self::Field => "field",
            Self::Subscription => "subscription",
        }
    }
}

/// Root types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Root {
    /// Reads.
    Query,
    /// Writes.
    Mutation,
    /// Streams.
    Subscription,
}

/// Who may call an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Ids of access levels; any one of them suffices. None and not public: super users only.
    pub levels: Vec<&'static str>,
    /// Open without a right.
    pub public: Option<PublicType>,
    /// Works on the refresh cookie alone: the origin of the page is checked instead of the XSRF token.
    pub by_origin: bool,
    /// Needs a licence (no effect without the licensing app).
    pub licensed: bool,
    /// Answers at all.
    pub enabled: bool,
}

/// Kinds of public operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicType {
    /// Everybody, with or without a token.
    NoLimitation,
    /// Only who is not signed in.
    Disconnected,
}

impl Default for Audience {
    fn default() -> Self {
        Self { levels: Vec::new(), public: None, by_origin: false, licensed: true, enabled: true }
    }
}

/// What an operation answers with.
#[derive(Debug, Clone)]
pub enum OutputDef {
    /// One row of an entity, as a node.
    Node {
        /// GraphQL name of the node.
        node: &'static str,
        /// Its entity.
        entity: TypeId,
        /// Whether the answer may be null.
        nullable: bool,
    },
    /// A page of rows, as a Relay connection.
    Connection {
        /// GraphQL name of the node.
        node: &'static str,
        /// Its entity.
        entity: TypeId,
        /// Keys of `orderBy`; `None` takes the defaults of 10-core §7.5, an empty list has no `orderBy`.
        order_by: Option<Vec<OrderKeyDef>>,
        /// Fields of `filter`; without any there is no such argument.
        filter: Vec<FilterDef>,
        /// Keys of `sort`; without any there is no such argument.
        sort: Vec<SortDef>,
        /// Columns of the field `aggregate`; without any, and without `groups`, there is no such field.
        aggregate: Vec<u16>,
        /// Columns of the field `groups`; without any there is no such field.
        groups: Vec<u16>,
    },
    /// `SuccessNode`.
    Success {
        /// The entity whose row is deleted.
        entity: TypeId,
    },
    /// A value that is ready.
    Value {
        /// GraphQL type.
        ty: TypeRef,
        /// Declares the types it mentions.
        declare: fn(&mut OutputTypes),
    },
}

impl OutputDef {
    /// The entity whose rows the operation answers with or deletes.
    #[must_use]
    pub fn entity(&self) -> Option<TypeId> {
        match self {
            Self::Node { entity, .. } | Self::Connection { entity, .. } | Self::Success { entity } => Some(*entity),
            Self::Value { .. } => None,
        }
    }
}

/// One key of `orderBy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderKeyDef {
    /// `snake_case` name.
    pub name: &'static str,
    /// Column it sorts by.
    pub column: u16,
}

/// Compiles when the entity of `N` has an owner: what the level `Owner` needs. Called by generated code.
pub const fn needs_owner<N: Node>()
where
    N::Entity: Owned,
{
}

/// Compiles when the entity of `N` has a tenant: what the level `OrganizationRole` needs. Called by generated code.
pub const fn needs_tenant<N: Node>()
where
    N::Entity: Tenanted,
{
}

impl OperationDef {
    fn new(name: &'static str, kind: OperationKind, root: Root, output: OutputDef, resolve: ResolveFn) -> Self {
        Self {
            name,
            description: "",
            kind,
            root,
            audience: Audience::default(),
            allow_override: false,
            consistency: None,
            many: false,
            arguments: Vec::new(),
            output,
            resolve,
        }
    }

    fn node<N: Node>() -> OutputDef {
        OutputDef::Node { node: N::NAME, entity: TypeId::of::<N::Entity>(), nullable: false }
    }

    /// A getter of `N`.
    #[must_use]
    pub fn getter<N: Node>(name: &'static str, resolve: ResolveFn) -> Self {
        Self::new(name, OperationKind::Getter, Root::Query, Self::node::<N>(), resolve)
    }

    /// A connection of `N`.
    #[must_use]
    pub fn connection<N: Node>(name: &'static str, resolve: ResolveFn) -> Self {
        let output = OutputDef::Connection {
            node: N::NAME,
            entity: TypeId::of::<N::Entity>(),
            order_by: None,
            filter: Vec::new(),
            sort: Vec::new(),
            aggregate: Vec::new(),
            groups: Vec::new(),
        };
        Self::new(name, OperationKind::Connection, Root::Query, output, resolve)
    }

    /// A creation of `N`.
    #[must_use]
    pub fn creation<N: Node>(name: &'static str, resolve: ResolveFn) -> Self {
        Self::new(name, OperationKind::Creation, Root::Mutation, Self::node::<N>(), resolve)
    }

    /// An edition of `N`.
    #[must_use]
    pub fn edition<N: Node>(name: &'static str, resolve: ResolveFn) -> Self {
        Self::new(name, OperationKind::Edition, Root::Mutation, Self::node::<N>(), resolve)
    }

    /// A deletion of `N`.
    #[must_use]
    pub fn deletion<N: Node>(name: &'static str, resolve: ResolveFn) -> Self {
        let output = OutputDef::Success { entity: TypeId::of::<N::Entity>() };
        Self::new(name, OperationKind::Deletion, Root::Mutation, output, resolve)
    }

    /// A custom operation that answers with a ready value of type `T`.
    #[must_use]
    pub fn field<T: Output>(name: &'static str, root: Root, resolve: ResolveFn) -> Self {
        let output = OutputDef::Value { ty: T::type_ref(), declare: T::declare };
        Self::new(name, OperationKind::Field, root, output, resolve)
    }

    /// A custom operation that answers with a row of `N`'s entity, or perhaps with one: `R` says which.
    #[must_use]
    pub fn node_field<N: Node, R: IntoRow<N::Entity>>(name: &'static str, root: Root, resolve: ResolveFn) -> Self {
        let output = OutputDef::Node { node: N::NAME, entity: TypeId::of::<N::Entity>(), nullable: R::NULLABLE };
        Self::new(name, OperationKind::Field, root, output, resolve)
    }

    /// A subscription to rows, shown as `N`.
    #[must_use]
    pub fn subscription<N: Node>(name: &'static str, resolve: ResolveFn) -> Self {
        Self::new(name, OperationKind::Subscription, Root::Subscription, Self::node::<N>(), resolve)
    }

    /// A subscription to values that are ready: those of the stream `S`.
    #[must_use]
    pub fn value_subscription<S: StreamsValues>(name: &'static str, resolve: ResolveFn) -> Self {
        let output = OutputDef::Value { ty: S::Value::type_ref(), declare: S::Value::declare };
        Self::new(name, OperationKind::Subscription, Root::Subscription, output, resolve)
    }

    /// Its doc comment.
    #[must_use]
    pub fn describe(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Opens it to a level.
    #[must_use]
    pub fn access<L: AccessLevel>(mut self) -> Self {
        self.audience.levels.push(L::ID);
        self
    }

    /// Opens it without a right.
    #[must_use]
    pub fn public(mut self, public: PublicType) -> Self {
        self.audience.public = Some(public);
        self.audience.licensed = false;
        self
    }

    /// Works on the refresh cookie alone, so the origin of the page is checked instead of the XSRF token (50 §3 C8). It is for public
    /// operations: whoever has lost the XSRF cookie is anonymous here.
    #[must_use]
    pub fn by_origin(mut self) -> Self {
        self.audience.by_origin = true;
        self
    }

    /// Whether it needs a licence.
    #[must_use]
    pub fn licensed(mut self, licensed: bool) -> Self {
        self.audience.licensed = licensed;
        self
    }

    /// Whether it answers at all.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.audience.enabled = enabled;
        self
    }

    /// May replace an earlier operation of the same name.
    #[must_use]
    pub fn allow_override(mut self) -> Self {
        self.allow_override = true;
        self
    }

    /// Whether all that it reads is of one moment; only on queries.
    #[must_use]
    pub fn consistency(mut self, consistency: Consistency) -> Self {
        self.consistency = Some(consistency);
        self
    }

    /// Writes many rows at once; only on creations, editions and deletions.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.many = matches!(self.kind, OperationKind::Creation | OperationKind::Edition | OperationKind::Deletion);
        self
    }

    /// Adds the next own argument.
    #[must_use]
    pub fn argument<T: Input>(mut self, name: &'static str, description: &'static str) -> Self {
        self.arguments.push(ArgumentDef::new::<T>(name, description));
        self
    }

    /// Adds a key of `orderBy`; only on connections.
    #[must_use]
    pub fn order_by<E: Entity, T: ColumnValue>(mut self, column: Column<E, T>) -> Self {
        if let OutputDef::Connection { order_by, .. } = &mut self.output {
            order_by.get_or_insert_default().push(OrderKeyDef { name: column.name(), column: column.index() });
        }
        self
    }

    /// Adds fields of `filter`; only on connections.
    #[must_use]
    pub fn filter<N: Node>(mut self, fields: impl IntoIterator<Item = Filter<N::Entity>>) -> Self {
        if let OutputDef::Connection { filter, .. } = &mut self.output {
            filter.extend(fields.into_iter().map(|field| field.definition));
        }
        self
    }

    /// Adds keys of `sort`; only on connections.
    #[must_use]
    pub fn sort<N: Node>(mut self, keys: impl IntoIterator<Item = Sort<N::Entity>>) -> Self {
        if let OutputDef::Connection { sort, .. } = &mut self.output {
            sort.extend(keys.into_iter().map(|key| key.definition));
        }
        self
    }

    /// Adds a column that is summed up; only on connections.
    #[must_use]
    pub fn aggregate(mut self, of: Aggregated) -> Self {
        if let OutputDef::Connection { aggregate, .. } = &mut self.output {
            aggregate.push(of.column);
        }
        self
    }

    /// Adds a column that rows may be grouped by; only on connections.
    #[must_use]
    pub fn group_by(mut self, of: GroupedBy) -> Self {
        if let OutputDef::Connection { groups, .. } = &mut self.output {
            groups.push(of.column);
        }
        self
    }

    /// No `orderBy` argument at all.
    #[must_use]
    pub fn unordered(mut self) -> Self {
        if let OutputDef::Connection { order_by, .. } = &mut self.output {
            *order_by = Some(Vec::new());
        }
        self
    }
}
