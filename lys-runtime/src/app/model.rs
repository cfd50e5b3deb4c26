//! The model: what a project consists of once its apps are composed. Immutable; two can live in one process.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use indexmap::IndexMap;

use super::{
    App, Source, StartError,
    aggregates::NodeAggregates,
    checks, compose,
    filters::FilterInput,
    guards::{GuardEntry, Guards},
    sorts::Sorting,
};
use crate::{
    endpoint::EndpointDef,
    entity::EntityDef,
    error::{Error, Result},
    fixture::Fixture,
    input::InputTypes,
    node::NodeDef,
    operation::{OperationDef, OrderKeyDef},
    output::OutputTypes,
};

/// The composed apps.
#[derive(Default)]
pub struct Model {
    pub(crate) apps: Vec<&'static str>,
    pub(crate) entities: Vec<EntityEntry>,
    pub(crate) nodes: IndexMap<&'static str, NodeEntry>,
    pub(crate) operations: IndexMap<&'static str, OperationEntry>,
    pub(crate) endpoints: IndexMap<&'static str, EndpointEntry>,
    pub(crate) services: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
    pub(crate) inputs: InputTypes,
    pub(crate) outputs: OutputTypes,
    pub(crate) fixtures: Vec<Fixture>,
    /// Keys of `orderBy` by node name.
    pub(crate) orders: IndexMap<&'static str, Vec<OrderKeyDef>>,
    /// What connections may be filtered by, by operation name.
    pub(crate) filters: IndexMap<&'static str, FilterInput>,
    /// What connections may be sorted by beside `orderBy`, by operation name.
    pub(crate) sorts: IndexMap<&'static str, Sorting>,
    /// What connections tell of all their rows together, by node name.
    pub(crate) aggregates: IndexMap<&'static str, NodeAggregates>,
    /// Getters by the node that they answer with: what `node` and `nodes` ask.
    pub(crate) getters: IndexMap<&'static str, Vec<&'static str>>,
    /// Fields with an access of their own.
    pub(crate) guards: Guards,
}

/// An entity and where it comes from.
#[derive(Debug, Clone)]
pub struct EntityEntry {
    /// The entity.
    pub definition: EntityDef,
    /// The app that registered it last.
    pub app: &'static str,
    /// Where it stands.
    pub source: Source,
}

/// A node, its implicit fields and those of later apps included.
#[derive(Debug, Clone)]
pub struct NodeEntry {
    /// The node.
    pub definition: NodeDef,
    /// Index of its entity in the model.
    pub entity: usize,
    /// The app that registered it last.
    pub app: &'static str,
    /// Where it stands.
    pub source: Source,
}

/// An operation, with overridden metadata.
#[derive(Debug, Clone)]
pub struct OperationEntry {
    /// The operation.
    pub definition: OperationDef,
    /// Its field in the root type.
    pub field: String,
    /// The app that registered it last.
    pub app: &'static str,
    /// Where it stands.
    pub source: Source,
}

/// An endpoint.
#[derive(Clone)]
pub struct EndpointEntry {
    /// The endpoint.
    pub definition: EndpointDef,
    /// The app that registered it last.
    pub app: &'static str,
    /// Where it stands.
    pub source: Source,
}

impl Model {
    /// Composes `apps` in their order and checks the whole. Pure: building twice gives the same model.
    ///
    /// # Errors
    /// Every fault of the composition, together.
    pub fn build(apps: &[App]) -> std::result::Result<Self, StartError> {
        let mut faults = StartError::default();
        let model = compose::compose(apps, &mut faults);
        checks::check(&model, &mut faults);
        faults.into_result(model)
    }

    /// Names of the apps, in order.
    #[must_use]
    pub fn apps(&self) -> &[&'static str] {
        &self.apps
    }

    /// All entities, in order of registration.
    #[must_use]
    pub fn entities(&self) -> &[EntityEntry] {
        &self.entities
    }

    /// Whether an operation takes files.
    #[must_use]
    pub fn takes_files(&self) -> bool {
        self.inputs.uploads
    }

    /// All operations, in order of registration.
    pub fn operations(&self) -> impl Iterator<Item = &OperationEntry> {
        self.operations.values()
    }

    /// All nodes, in order of registration.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeEntry> {
        self.nodes.values()
    }

    /// All node fields with an access of their own, node by node: a claim grants one by its name.
    pub fn guards(&self) -> impl Iterator<Item = &GuardEntry> {
        self.guards.entries()
    }

    /// All endpoints, in order of registration.
    pub fn endpoints(&self) -> impl Iterator<Item = &EndpointEntry> {
        self.endpoints.values()
    }

    /// The rows that the apps ship, in loading order.
    #[must_use]
    pub fn fixtures(&self) -> &[Fixture] {
        &self.fixtures
    }

    /// Index of the entity with this Rust type.
    pub(crate) fn entity_index(&self, entity: TypeId) -> Option<usize> {
        self.entities.iter().position(|entry| entry.definition.type_id == entity)
    }

    /// The service registered last for `S`: a trait object for open services, the struct for closed ones.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when no app of the project has it.
    pub fn service<S: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<S>> {
        self.services.get(&TypeId::of::<S>()).and_then(|service| service.downcast_ref::<Arc<S>>().cloned()).ok_or_else(
            || Error::internal(format!("no app of this project has the service {}", std::any::type_name::<S>())),
        )
    }
}
