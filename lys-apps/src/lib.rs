//! The built-in apps of lys, written with its public API only: none yet, see the table in the README.
