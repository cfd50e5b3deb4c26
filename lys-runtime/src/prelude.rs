//! What most files of an app need: the traits and macros of lys, and the types of columns.

pub use chrono::{DateTime, NaiveDate, Utc};
pub use rust_decimal::Decimal;
pub use serde_json::Value as Json;
pub use uuid::Uuid;

pub use crate::{
    App,
    Context,
    Entity,
    Error,
    GlobalId,
    Node,
    Result,
    access::Claims,
    data::{Draft, EntityService, Reader, Saved, Select, Writer},
    entity::{Many, One},
    environment::Environment,
    fixture::Fixture,
    http::upload::Upload,
    input::{IntoDraft, Patch},
    // The macros alone: `crate::entity` would bring the module of that name too.
    macros::{
        Enum, Input, connection, creation, deletion, edition, endpoint, entity, field, getter, node, service,
        subscription,
    },
    node::Connection,
    service::{Overrides, Service},
    subscription::{Events, Topic, Values},
};
