//! Snapshots of the expansion, and the rules.

use expect_test::expect_file;
use quote::quote;

use super::expand;
use crate::snapshot;

#[test]
fn two_values() {
    let item = quote! {
        /// How far it is.
        #[lys(name = "Status")]
        enum OrderStatus {
            /// Not paid.
            Open,
            #[cfg(test)]
            PaidInFull,
        }
    };
    expect_file!["snapshots/status.rs"].assert_eq(&snapshot::text(&expand(item)));
}

#[test]
fn all_mistakes_at_once() {
    let found = snapshot::errors(expand(quote!(
        #[lys(nam = "a b")]
        enum Status {
            A(i32),
            B,
            C {},
        }
    )));
    assert_eq!(found.len(), 3, "{found:#?}");
}
