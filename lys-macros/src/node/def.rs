//! A checked node: every default filled in.

use darling::error::Accumulator;
use proc_macro2::TokenStream;
use syn::{Attribute, Field, Ident, ItemStruct, Meta, Path, Type, Visibility};

use super::{
    args::{NodeArgs, RelationArgs},
    check,
};
use crate::{
    args,
    audience::{FieldAccess, FieldAccessArgs},
    doc_comment, names, target,
};

/// What `expand` writes; it cannot fail on it.
pub(super) struct NodeDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// The struct as written.
    pub(super) item: &'a ItemStruct,
    /// Doc comment.
    pub(super) description: String,
    /// GraphQL name.
    pub(super) name: String,
    /// What it is a face of.
    pub(super) face: Face,
    /// Its fields in order.
    pub(super) fields: Vec<FieldDef>,
}

/// What a node is a face of.
pub(super) enum Face {
    /// An entity's rows.
    Entity {
        /// The entity.
        entity: Path,
        /// May replace an earlier node of the same name.
        allow_override: bool,
    },
    /// The rows of another node's entity, to which it adds fields.
    Extension(Path),
    /// Its own values.
    Plain,
}

/// One field.
pub(super) struct FieldDef {
    /// Its attributes.
    pub(super) attributes: Vec<Attribute>,
    /// Its visibility.
    pub(super) visibility: Visibility,
    /// The field.
    pub(super) ident: Ident,
    /// What it shows.
    pub(super) ty: Type,
    /// `snake_case` name.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
    /// Columns of the target that clients may sort a connection by, if that was said.
    pub(super) order_by: Option<Vec<Ident>>,
    /// Who may read it, if not everybody who sees the row.
    pub(super) access: FieldAccess,
}

impl<'a> NodeDef<'a> {
    /// Reads and checks. What is wrong is reported and left out; `None` when nothing can be made of the item.
    pub(super) fn new(tokens: TokenStream, item: &'a ItemStruct, errors: &mut Accumulator) -> Option<Self> {
        let mut items = target::split(tokens, errors);
        let entity = target::take_type(&mut items);
        let args: NodeArgs = target::read(&items, errors);
        errors.handle(check::shape(item))?;
        errors.handle(check::one_face(entity.as_ref(), &args));
        errors.handle(check::override_of_entity(entity.as_ref(), &args));

        let allow_override = args.allow_override.is_present();
        let face = match (entity, &args.extends) {
            (_, Some(node)) => Face::Extension(node.clone()),
            (Some(entity), None) => Face::Entity { entity, allow_override },
            (None, None) => Face::Plain,
        };
        errors.handle(check::name(item, &args, &face));
        errors.handle(check::has_fields(item, &face));
        let fields = item.fields.iter().filter_map(|field| FieldDef::new(field, &face, errors)).collect();
        Some(Self {
            runtime: args::runtime(args.runtime.as_ref()),
            item,
            description: doc_comment::description(&item.attrs),
            name: args.name.map_or_else(|| names::unraw(&item.ident), |name| name.as_ref().clone()),
            face,
            fields,
        })
    }
}

impl FieldDef {
    fn new(field: &Field, face: &Face, errors: &mut Accumulator) -> Option<Self> {
        let ident = field.ident.clone()?;
        let name = names::unraw(&ident);
        errors.handle(check::not_reserved(&ident, face))?;
        errors.handle(names::check_round_trip(&ident))?;
        let order_by = order_by(field, face, errors);
        let access = access(field, face, errors);
        Some(Self {
            order_by,
            access,
            attributes: kept(&field.attrs),
            visibility: field.vis.clone(),
            ty: field.ty.clone(),
            description: doc_comment::description(&field.attrs),
            name,
            ident,
        })
    }
}

/// What `#[relation(order_by(…))]` names.
fn order_by(field: &Field, face: &Face, errors: &mut Accumulator) -> Option<Vec<Ident>> {
    let mut attributes = field.attrs.iter().filter(|attribute| is_relation(attribute));
    let attribute = attributes.next()?;
    for again in attributes {
        errors.push(check::second_relation(again));
    }
    errors.handle(check::relation_of_entity(attribute, face))?;
    let items = match &attribute.meta {
        Meta::List(list) => target::split(list.tokens.clone(), errors),
        _ => Vec::new(),
    };
    let args: RelationArgs = target::read(&items, errors);
    if args.order_by.is_none() && items.is_empty() {
        errors.push(check::relation_says_nothing(attribute));
    }
    args.order_by.map(|columns| columns.into_inner().0)
}

/// What `#[field(access(…))]` names.
fn access(field: &Field, face: &Face, errors: &mut Accumulator) -> FieldAccess {
    let mut attributes = field.attrs.iter().filter(|attribute| is_field(attribute));
    let Some(attribute) = attributes.next() else { return FieldAccess::default() };
    for again in attributes {
        errors.push(check::second_field(again));
    }
    if errors.handle(check::access_of_entity(attribute, face)).is_none() {
        return FieldAccess::default();
    }
    let items = match &attribute.meta {
        Meta::List(list) => target::split(list.tokens.clone(), errors),
        _ => Vec::new(),
    };
    if items.is_empty() {
        errors.push(check::field_says_nothing(attribute));
    }
    let args: FieldAccessArgs = target::read(&items, errors);
    errors.handle(args.check(attribute.path())).unwrap_or_default()
}

/// Attributes that stay on the field.
pub(super) fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| !is_relation(attribute) && !is_field(attribute)).cloned().collect()
}

fn is_relation(attribute: &Attribute) -> bool {
    attribute.path().is_ident("relation")
}

fn is_field(attribute: &Attribute) -> bool {
    attribute.path().is_ident("field")
}
