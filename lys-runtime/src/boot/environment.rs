//! What each environment turns on.

use crate::environment::Environment;

impl Environment {
    /// Explorer, suggestions, causes of errors, demo tokens, a secret of its own.
    #[must_use]
    pub fn is_dev(self) -> bool {
        self == Self::Dev
    }

    /// Whether the schema can be read (00-design §7).
    #[must_use]
    pub fn introspects(self) -> bool {
        matches!(self, Self::Dev | Self::Demo)
    }

    /// What is logged unless `log` says otherwise.
    #[must_use]
    pub fn log_filter(self) -> &'static str {
        match self {
            Self::Dev | Self::Demo => "info,sqlx=warn",
            // Who did what with all rights is told everywhere.
            Self::Preprod => "warn,lys::audit=info",
            Self::Prod => "error,lys::audit=info",
        }
    }
}
