//! Environments: where a project runs, and with it what is on.

use std::{fmt, str::FromStr};

/// Where a project runs (`LYS_ENV`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// A developer's machine.
    Dev,
    /// Shown to others, with demo data.
    Demo,
    /// Like production, before it.
    Preprod,
    /// Production.
    Prod,
}

impl Environment {
    /// All of them, from the most open to the most closed.
    pub const ALL: [Self; 4] = [Self::Dev, Self::Demo, Self::Preprod, Self::Prod];

    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Demo => "demo",
            Self::Preprod => "preprod",
            Self::Prod => "prod",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment(String);

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no environment; write dev, demo, preprod or prod", self.0)
    }
}

impl std::error::Error for UnknownEnvironment {}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|environment| environment.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| UnknownEnvironment(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for environment in Environment::ALL {
            assert_eq!(environment.to_string().parse(), Ok(environment));
        }
        assert_eq!("PROD".parse(), Ok(Environment::Prod));
        assert!("production".parse::<Environment>().is_err());
    }
}
