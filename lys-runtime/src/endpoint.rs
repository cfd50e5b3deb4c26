//! `#[endpoint(GET "/path", …)]`: an actix handler behind the same closed-by-default chain.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};

use crate::{
    context::Context,
    error::{Error, Result},
    operation::Audience,
};

/// One endpoint.
#[derive(Clone)]
pub struct EndpointDef {
    /// `snake_case` name: its id in tokens and in the access table.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// HTTP method, upper case.
    pub method: &'static str,
    /// actix path pattern.
    pub path: &'static str,
    /// Who may call it.
    pub audience: Audience,
    /// May replace an earlier endpoint of the same name.
    pub allow_override: bool,
    /// The handler.
    pub handle: HandleFn,
}

/// One request that the authoriser has let through.
pub struct EndpointCall<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) request: HttpRequest,
    pub(crate) payload: Payload,
}

/// A handler at work. Like all of actix, it stays on its thread.
pub type Handling<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse>> + 'a>>;

/// Adapter of a handler.
pub type HandleFn = for<'a> fn(EndpointCall<'a>) -> Handling<'a>;

/// Extracts the handler's arguments and runs it. What `#[endpoint]` calls.
pub fn handle<'a, A, R>(
    call: EndpointCall<'a>,
    run: impl FnOnce(&'a Context<'a>, A) -> Pin<Box<dyn Future<Output = Result<R>> + 'a>> + 'a,
) -> Handling<'a>
where
    A: FromRequest + 'a,
    R: Responder + 'a,
{
    Box::pin(async move {
        let EndpointCall { context, request, mut payload } = call;
        let arguments = A::from_request(&request, &mut payload).await.map_err(|error| {
            let error: actix_web::Error = error.into();
            let status = error.as_response_error().status_code().as_u16();
            Error::new(crate::error::code::INVALID_INPUT, status).with_detail(error.to_string())
        })?;
        let answer = run(context, arguments).await?;
        Ok(answer.respond_to(&request).map_into_boxed_body())
    })
}
