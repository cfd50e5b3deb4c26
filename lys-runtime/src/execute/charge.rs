//! What a document costs its caller, where callers are counted: its root fields.

use serde_json::Value as Json;

use super::{
    Answer,
    failure::coded_error,
    plan::{Plan, RootKind},
};
use crate::{context::Request, error::code, http::rate_limit::Exceeded};

/// Charges the caller for every root field, where callers are counted.
pub(super) async fn charge(request: &Request, plan: &Plan) -> Result<(), Exceeded> {
    let Some(allowance) = &request.allowance else { return Ok(()) };
    let operations = plan.fields.iter().map(|field| match &field.kind {
        RootKind::Operation(operation) => Some(operation.operation),
        RootKind::Lookup(_) | RootKind::Typename(_) | RootKind::Introspection | RootKind::Ping => None,
    });
    Box::pin(allowance.spend(operations)).await
}

/// The answer to a caller who has asked for too much.
pub(super) fn refused(exceeded: Exceeded) -> Answer {
    let mut error = coded_error(code::RATE_LIMIT_ERROR, 429);
    error["extensions"]["remaining_seconds"] = exceeded.seconds.into();
    Answer::RateLimited { errors: Json::from(vec![error]).to_string().into_bytes(), seconds: exceeded.seconds }
}
