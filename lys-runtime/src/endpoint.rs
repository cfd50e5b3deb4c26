//! `#[endpoint(GET "/path", …)]`: an actix handler behind the same closed-by-default chain.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};

use crate::{
    access::AccessLevel,
    context::Context,
    error::{Error, Result},
    operation::{Audience, PublicType},
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

impl EndpointDef {
    /// An endpoint that only super users may call.
    #[must_use]
    pub fn new(name: &'static str, method: &'static str, path: &'static str, handle: HandleFn) -> Self {
        Self { name, description: "", method, path, audience: Audience::default(), allow_override: false, handle }
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

    /// May replace an earlier endpoint of the same name.
    #[must_use]
    pub fn allow_override(mut self) -> Self {
        self.allow_override = true;
        self
    }
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
