//! GraphQL type references: `[ReviewNode!]!`.

use std::{borrow::Cow, fmt};

/// A named type with its list and non-null wrappers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// A named type.
    Named {
        /// Its name.
        name: Cow<'static, str>,
        /// Whether null is allowed.
        nullable: bool,
    },
    /// A list.
    List {
        /// Type of its items.
        item: Box<TypeRef>,
        /// Whether null is allowed instead of a list.
        nullable: bool,
    },
}

impl TypeRef {
    /// `Name!`
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::Named { name: name.into(), nullable: false }
    }

    /// `[item]!`
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List { item: Box::new(item), nullable: false }
    }

    /// The same type, null allowed.
    #[must_use]
    pub fn optional(mut self) -> Self {
        let (Self::Named { nullable, .. } | Self::List { nullable, .. }) = &mut self;
        *nullable = true;
        self
    }

    /// Whether null is allowed.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        let (Self::Named { nullable, .. } | Self::List { nullable, .. }) = self;
        *nullable
    }

    /// Name of the innermost type.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Named { name, .. } => name,
            Self::List { item, .. } => item.name(),
        }
    }
}

impl fmt::Display for TypeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { name, .. } => f.write_str(name)?,
            Self::List { item, .. } => write!(f, "[{item}]")?,
        }
        if self.is_nullable() { Ok(()) } else { f.write_str("!") }
    }
}
