//! Writes inside a transaction and a decision's scope.

use super::{Database, Reader, Transaction};
use crate::access::Decision;

/// Writes rows that its decision allows, in the transaction of one root mutation field.
pub struct Writer<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) transaction: &'a Transaction,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(database: &'a Database, transaction: &'a Transaction, decision: &'a Decision) -> Self {
        Self { reader: Reader::new(database, Some(transaction), decision), transaction }
    }
}
