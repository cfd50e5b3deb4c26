//! Refusals: requests turned away before GraphQL, each with its code and status.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use serde_json::json;

use crate::error::code;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:expr, $status:ident;)*) => {
        /// Why a request was turned away before GraphQL.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Refusal {
            $($(#[$doc])* $name,)*
        }

        impl Refusal {
            /// The stable code: `message` and `extensions.code` of the answer.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)*
                }
            }
        }
    };
}

refusals! {
    /// The body is not a JSON object in UTF-8.
    MalformedJson = "MALFORMED_JSON", BAD_REQUEST;
    /// A JSON array of requests.
    BatchingNotEnabled = "BATCHING_NOT_ENABLED", BAD_REQUEST;
    /// No `query`.
    MissingQuery = "MISSING_QUERY", BAD_REQUEST;
    /// `query` is not a string.
    InvalidQuery = "INVALID_QUERY", BAD_REQUEST;
    /// `variables` is not an object.
    InvalidVariables = "INVALID_VARIABLES", BAD_REQUEST;
    /// `operationName` is not a string.
    InvalidOperationName = "INVALID_OPERATION_NAME", BAD_REQUEST;
    /// `extensions` is not an object.
    InvalidExtensions = "INVALID_EXTENSIONS", BAD_REQUEST;
    /// The connection broke, or the URL's parameters cannot be read.
    UnreadableRequest = "UNREADABLE_REQUEST", BAD_REQUEST;
    /// The XSRF header is missing or differs from the token's claim.
    InvalidXsrfToken = code::INVALID_XSRF_TOKEN_ERROR, FORBIDDEN;
    /// A page of another site has opened a socket with the cookie of a user.
    OriginNotAllowed = "ORIGIN_NOT_ALLOWED", FORBIDDEN;
    /// More streams and sockets at the same time than a user or an address may have.
    TooManyConnections = "TOO_MANY_CONNECTIONS", TOO_MANY_REQUESTS;
    /// Nothing is here.
    NotFound = code::NOT_FOUND, NOT_FOUND;
    /// The path does not know the method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED;
    /// `Accept` names nothing that can be sent.
    NotAcceptable = "NOT_ACCEPTABLE", NOT_ACCEPTABLE;
    /// The body took too long to arrive.
    RequestTimeout = "REQUEST_TIMEOUT", REQUEST_TIMEOUT;
    /// The body exceeds the limit.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", PAYLOAD_TOO_LARGE;
    /// The body is not `application/json`, or is encoded.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", UNSUPPORTED_MEDIA_TYPE;
    /// A handler failed.
    Internal = code::INTERNAL_ERROR, INTERNAL_SERVER_ERROR;
}

impl Refusal {
    /// The answer on the GraphQL path.
    #[must_use]
    pub fn response(self) -> HttpResponse {
        let status = self.status();
        self.builder().json(json!({
            "data": null,
            "errors": [{
                "message": self.code(),
                "extensions": { "code": self.code(), "status_code": status.as_u16() },
            }],
        }))
    }

    /// The answer on every other path.
    #[must_use]
    pub fn detail_response(self) -> HttpResponse {
        self.builder().json(json!({ "detail": self.code() }))
    }

    fn builder(self) -> HttpResponseBuilder {
        let mut builder = HttpResponse::build(self.status());
        builder.insert_header((header::CACHE_CONTROL, "no-store"));
        match self {
            Self::MethodNotAllowed => {
                builder.insert_header((header::ALLOW, "GET, POST"));
            }
            // What is left of the body is not worth reading.
            Self::PayloadTooLarge | Self::RequestTimeout => {
                builder.force_close();
            }
            _ => {}
        }
        builder
    }
}
