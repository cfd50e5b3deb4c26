//! Where in the arguments a mistake is: writers know a row and its columns, the operation knows which argument they came from.

use serde_json::Value as Json;

use crate::{
    app::Model,
    error::Error,
    name::camel_case,
    operation::{OperationDef, OperationKind},
    output::TypeRef,
};

/// Leads the paths of `error` from the operation's arguments on: `["price"]` becomes `["inputs", "price"]` when one input object alone
/// has a field `price`, and `[3, "price"]` becomes `["inputs", 3, "price"]` when there is one list alone.
pub(super) fn of_arguments(mut error: Error, operation: &OperationDef, model: &Model) -> Error {
    for path in error.paths() {
        let argument = match path.first() {
            Some(Json::String(step)) => of_field(step, operation, model),
            Some(Json::Number(_)) => of_row(operation),
            _ => None,
        };
        path.splice(0..0, argument);
    }
    error
}

/// The input object with a field of this name, unless an argument has that name itself.
fn of_field(step: &str, operation: &OperationDef, model: &Model) -> Option<Json> {
    let mut arguments = operation.arguments.iter();
    let adds_key = operation.kind != OperationKind::Creation && matches!(step, "id" | "ids");
    if adds_key || arguments.clone().any(|argument| camel_case(argument.name) == step) {
        return None;
    }
    let has_field = |ty: &TypeRef| {
        let object = model.inputs.objects.get(ty.name()).filter(|_| !matches!(ty, TypeRef::List { .. }));
        object.is_some_and(|object| object.fields.iter().any(|field| camel_case(field.name) == step))
    };
    only(arguments.by_ref().filter(|argument| has_field(&argument.ty)).map(|argument| argument.name))
}

/// The list that rows come from.
fn of_row(operation: &OperationDef) -> Option<Json> {
    let own = operation.arguments.iter().filter(|argument| matches!(argument.ty, TypeRef::List { .. }));
    only(own.map(|argument| argument.name)).or_else(|| {
        let takes_ids = operation.many && operation.kind != OperationKind::Creation;
        (takes_ids && operation.arguments.iter().all(|argument| !matches!(argument.ty, TypeRef::List { .. })))
            .then(|| "ids".into())
    })
}

fn only(mut names: impl Iterator<Item = &'static str>) -> Option<Json> {
    let name = names.next()?;
    names.next().is_none().then(|| camel_case(name).into())
}
