//! Errors with a code that clients can rely on.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensions};
use sea_orm::DbErr;

/// Everything that a resolver can answer instead of data.
#[derive(Clone, Debug)]
pub(crate) enum ApiError {
    /// The operation needs a signed-in caller.
    AccessDenied,
    /// The caller may not run this operation, or not on this client's data.
    PermissionDenied,
    /// The row does not exist or is outside the caller's scope.
    NotFound,
    /// The cursor was not made by this list in this order.
    InvalidCursor,
    /// A paging argument is out of range.
    InvalidArgument(String),
    /// The database failed; the cause stays on the server.
    Database(Arc<DbErr>),
    /// The stored data are unusable; the reason stays on the server.
    Internal(&'static str),
}

impl ApiError {
    /// Reports what the client is not told.
    fn log(&self) {
        match self {
            Self::Database(cause) => eprintln!("database error: {cause}"),
            Self::Internal(reason) => eprintln!("internal error: {reason}"),
            _ => {}
        }
    }
}

/// The result of a resolver.
pub(crate) type Result<T, E = ApiError> = std::result::Result<T, E>;

impl From<DbErr> for ApiError {
    fn from(cause: DbErr) -> Self {
        Self::Database(Arc::new(cause))
    }
}

impl From<Arc<DbErr>> for ApiError {
    fn from(cause: Arc<DbErr>) -> Self {
        Self::Database(cause)
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let (status, code) = match &error {
            ApiError::AccessDenied => (401, "ACCESS_DENIED_ERROR"),
            ApiError::PermissionDenied => (403, "PERMISSION_DENIED"),
            ApiError::NotFound => (404, "NOT_FOUND"),
            ApiError::InvalidCursor => (400, "INVALID_CURSOR"),
            ApiError::InvalidArgument(_) => (400, "INVALID_ARGUMENT"),
            ApiError::Database(_) | ApiError::Internal(_) => (500, "INTERNAL_ERROR"),
        };
        let message = match error {
            ApiError::InvalidArgument(text) => text,
            other => {
                other.log();
                code.to_owned()
            }
        };
        Error::new(message).extend_with(|_, extensions| {
            extensions.set("status_code", status);
            extensions.set("code", code);
        })
    }
}
