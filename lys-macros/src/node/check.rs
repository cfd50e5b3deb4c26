//! The rules of `#[node]`, one function each.

use darling::{Error, Result};
use syn::{Attribute, Fields, Ident, ItemStruct, Path};

use super::{args::NodeArgs, def::Face};
use crate::names;

/// A struct without generics whose fields have names.
pub(super) fn shape(item: &ItemStruct) -> Result<()> {
    let mut errors = Error::accumulator();
    if !item.generics.params.is_empty() {
        errors.push(
            Error::custom("a node has no type or lifetime parameters: one struct is one GraphQL type; remove them")
                .with_span(&item.generics),
        );
    }
    if matches!(item.fields, Fields::Unnamed(_)) {
        errors.push(
            Error::custom("a node is a struct with named fields; write `{ name: Type, … }`").with_span(&item.fields),
        );
    }
    errors.finish()
}

/// `#[node(Product)]` or `#[node(extends = ProductNode)]`, not both.
pub(super) fn one_face(entity: Option<&Path>, args: &NodeArgs) -> Result<()> {
    match (entity, &args.extends) {
        (Some(_), Some(node)) => {
            Err(Error::custom("`extends` takes the entity from its node; remove the entity, or `extends`")
                .with_span(node))
        }
        _ => Ok(()),
    }
}

/// Only nodes of entities are components that an app can replace.
pub(super) fn override_of_entity(entity: Option<&Path>, args: &NodeArgs) -> Result<()> {
    if args.allow_override.is_present() && entity.is_none() {
        let text = "only the node of an entity can replace another; name the entity, or drop `allow_override`";
        return Err(Error::custom(text).with_span(&args.allow_override.span()));
    }
    Ok(())
}

/// The front end derives refresh targets from names that end in `Node` (50 O3).
pub(super) fn name(item: &ItemStruct, args: &NodeArgs, face: &Face) -> Result<()> {
    let (name, span) = match (&args.name, face) {
        (Some(name), Face::Extension(_)) => {
            return Err(Error::custom("an extension has the name of its node; drop `name`").with_span(&name.span()));
        }
        (None, Face::Extension(_)) => return Ok(()),
        (Some(name), _) => (name.as_ref().clone(), name.span()),
        (None, _) => (names::unraw(&item.ident), item.ident.span()),
    };
    if name.ends_with("Node") && name.len() > 4 {
        return Ok(());
    }
    let text = format!(
        "`{name}` does not end in `Node`, by which clients know nodes; rename it to `{name}Node`, or add `name = \"{name}Node\"`"
    );
    Err(Error::custom(text).with_span(&span))
}

/// GraphQL objects have fields; those of entities get `id` and the timestamps from lys.
pub(super) fn has_fields(item: &ItemStruct, face: &Face) -> Result<()> {
    if matches!(face, Face::Plain) && item.fields.is_empty() {
        let text = format!("`{}` has no fields; add some, or name its entity: `#[node(Entity)]`", item.ident);
        return Err(Error::custom(text).with_span(&item.ident));
    }
    Ok(())
}

/// Fields that lys adds to the nodes of entities are not declared by hand.
pub(super) fn not_reserved(ident: &Ident, face: &Face) -> Result<()> {
    let name = names::unraw(ident);
    if matches!(face, Face::Plain) || !["id", "created_at", "updated_at"].contains(&name.as_str()) {
        return Ok(());
    }
    Err(Error::custom(format!("lys adds `{name}` to every node of an entity; remove the field")).with_span(ident))
}

/// A plain result shape has no relations.
pub(super) fn relation_of_entity(attribute: &Attribute, face: &Face) -> Result<()> {
    match face {
        Face::Plain => {
            let text = "a plain node has no relations; name its entity with `#[node(Entity)]`, or remove `#[relation]`";
            Err(Error::custom(text).with_span(attribute.path()))
        }
        Face::Entity { .. } | Face::Extension(_) => Ok(()),
    }
}

/// The values of a plain result shape are the author's own to leave out.
pub(super) fn access_of_entity(attribute: &Attribute, face: &Face) -> Result<()> {
    match face {
        Face::Plain => {
            let text = "the fields of a plain node are shown to whoever gets it; name its entity with `#[node(Entity)]`, or remove `#[field]`";
            Err(Error::custom(text).with_span(attribute.path()))
        }
        Face::Entity { .. } | Face::Extension(_) => Ok(()),
    }
}

/// `#[field]` without options.
pub(super) fn field_says_nothing(attribute: &Attribute) -> Error {
    Error::custom("say who may read the field: `#[field(access(Role))]`, or remove `#[field]`")
        .with_span(attribute.path())
}

/// One `#[field]` says all.
pub(super) fn second_field(attribute: &Attribute) -> Error {
    Error::custom("`#[field]` stands here twice; write its options in one").with_span(attribute.path())
}

/// `#[relation]` without options.
pub(super) fn relation_says_nothing(attribute: &Attribute) -> Error {
    Error::custom("say what clients may sort by: `#[relation(order_by(column, …))]`, or remove `#[relation]`")
        .with_span(attribute.path())
}

/// One `#[relation]` says all.
pub(super) fn second_relation(attribute: &Attribute) -> Error {
    Error::custom("`#[relation]` stands here twice; write its options in one").with_span(attribute.path())
}
