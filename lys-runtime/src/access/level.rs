//! Access levels: the audiences an operation is open to (10-core §1).

/// An audience. Core defines five; an app adds its own by implementing this on a unit struct, and names it in `access(path::To::It)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an access level",
    note = "levels are Role, OrganizationRole, Owner, Connected, InternalService, and types of yours that implement `AccessLevel`"
)]
pub trait AccessLevel: 'static {
    /// The id in tables, tokens and the access table, e.g. `ROLE`.
    const ID: &'static str;
}

macro_rules! core_levels {
    ($($(#[$doc:meta])* $name:ident = $id:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl AccessLevel for $name {
            const ID: &'static str = $id;
        }
    )*};
}

core_levels! {
    /// Every signed-in user.
    Connected = "CONNECTED",
    /// The user who owns the row.
    Owner = "OWNER",
    /// Users whose global role grants the operation.
    Role = "ROLE",
    /// Users whose role inside an organization grants the operation, on that organization's rows.
    OrganizationRole = "ORGANIZATION_ROLE",
    /// Other services, by service token.
    InternalService = "INTERNAL_SERVICE",
}
