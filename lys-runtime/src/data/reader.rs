//! Reads inside a decision's scope.

use super::{Database, Transaction};
use crate::access::Decision;

/// Reads rows that its decision allows.
pub struct Reader<'a> {
    pub(crate) database: &'a Database,
    pub(crate) transaction: Option<&'a Transaction>,
    pub(crate) decision: &'a Decision,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(database: &'a Database, transaction: Option<&'a Transaction>, decision: &'a Decision) -> Self {
        Self { database, transaction, decision }
    }
}
