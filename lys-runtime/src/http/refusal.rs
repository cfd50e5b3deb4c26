//! Refusals: requests turned away before GraphQL, each with its code and status.

use std::fmt;

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use serde_json::json;

use crate::error::code;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident $({ $(#[$about:meta])* $field:ident: $ty:ty })? = $code:expr, $status:ident;)*) => {
        /// Why a request was turned away before GraphQL.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Refusal {
            $(
                $(#[$doc])*
                $name $({
                    $(#[$about])*
                    $field: $ty,
                })?,
            )*
        }

        impl Refusal {
            /// The stable code: `message` and `extensions.code` of the answer.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)*
                }
            }

            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self {
                    $(Self::$name { .. } => StatusCode::$status,)*
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
    /// `documentId` is not a string.
    InvalidDocumentId = "INVALID_DOCUMENT_ID", BAD_REQUEST;
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
    /// A multipart body that is none of a GraphQL request.
    InvalidMultipart = "INVALID_MULTIPART", BAD_REQUEST;
    /// A multipart body without a header that shows that it is not of a form of some other page.
    PreflightRequired = "PREFLIGHT_REQUIRED", FORBIDDEN;
    /// More files than a request may carry.
    TooManyUploads = "TOO_MANY_UPLOADS", PAYLOAD_TOO_LARGE;
    /// A file of a type that is not taken.
    UploadType = "UPLOAD_TYPE_REFUSED", UNSUPPORTED_MEDIA_TYPE;
    /// The body is not `application/json`, or is encoded.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", UNSUPPORTED_MEDIA_TYPE;
    /// Whether a token holds cannot be found out now.
    SessionsUnavailable = code::SESSIONS_UNAVAILABLE, SERVICE_UNAVAILABLE;
    /// A preflight from an origin that may not call.
    CorsOrigin = "CORS_ORIGIN_REFUSED", FORBIDDEN;
    /// A preflight for a method that other origins may not use.
    CorsMethod = "CORS_METHOD_REFUSED", FORBIDDEN;
    /// A preflight for headers that other origins may not send.
    CorsHeaders = "CORS_HEADERS_REFUSED", FORBIDDEN;
    /// The caller has asked for more than it may in this time.
    RateLimited {
        /// How long to wait.
        seconds: u32
    } = code::RATE_LIMIT_ERROR, TOO_MANY_REQUESTS;
    /// The request was at work for too long, and was given up.
    DeadlineExceeded = code::DEADLINE_EXCEEDED, SERVICE_UNAVAILABLE;
    /// A handler failed.
    Internal = code::INTERNAL_ERROR, INTERNAL_SERVER_ERROR;
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// The answer on the GraphQL path.
    #[must_use]
    pub fn response(self) -> HttpResponse {
        self.response_of(None)
    }

    /// The answer on the GraphQL path to the request with this id, by which our own failures are found in the log.
    #[must_use]
    pub fn response_of(self, request_id: Option<&str>) -> HttpResponse {
        let mut extensions = json!({ "code": self.code(), "status_code": self.status().as_u16() });
        if let Self::RateLimited { seconds } = self {
            extensions["remaining_seconds"] = seconds.into();
        }
        if let Some(id) = request_id.filter(|_| self.status().is_server_error()) {
            extensions["correlation_id"] = id.into();
        }
        self.builder().json(json!({ "data": null, "errors": [{ "message": self.code(), "extensions": extensions }] }))
    }

    /// The answer on every other path.
    #[must_use]
    pub fn detail_response(self) -> HttpResponse {
        self.detail_response_of(None)
    }

    /// The answer on every other path to the request with this id.
    #[must_use]
    pub fn detail_response_of(self, request_id: Option<&str>) -> HttpResponse {
        let mut body = json!({ "detail": self.code() });
        if let Some(id) = request_id.filter(|_| self.status().is_server_error()) {
            body["correlation_id"] = id.into();
        }
        self.builder().json(body)
    }

    fn builder(self) -> HttpResponseBuilder {
        let mut builder = HttpResponse::build(self.status());
        builder.insert_header((header::CACHE_CONTROL, "no-store"));
        match self {
            Self::MethodNotAllowed => {
                builder.insert_header((header::ALLOW, "GET, POST"));
            }
            Self::RateLimited { seconds } => {
                builder.insert_header((header::RETRY_AFTER, seconds));
            }
            // What is left of the body is not worth reading.
            Self::PayloadTooLarge | Self::RequestTimeout | Self::TooManyUploads | Self::UploadType => {
                builder.force_close();
            }
            _ => {}
        }
        builder
    }
}
