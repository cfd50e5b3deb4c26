//! Snapshots of the expansion, and the rules.

use expect_test::expect;
use quote::quote;

use super::expand;
use crate::snapshot;

#[test]
fn modules_and_dependencies() {
    let app = expand(quote!("catalog", modules(product, shop::stock), depends_on("base")));
    snapshot::check(
        &quote!(fn app() -> App { #app }),
        &expect![[r#"
        fn app() -> App {
            {
                const _: () = {
                    #[allow(unused_imports, reason = "only asks whether the module exists")]
                    use self::product as _;
                    #[allow(unused_imports, reason = "only asks whether the module exists")]
                    use self::shop::stock as _;
                };
                ::lys::App::new("catalog", ::core::module_path!())
                    .module("product")
                    .module("shop::stock")
                    .depends_on("base")
            }
        }
    "#]],
    );
}

#[test]
fn all_mistakes_at_once() {
    let found = snapshot::errors(expand(quote!("Catalog", modules(product, product), depend_on("base"))));
    assert_eq!(found.len(), 3, "{found:#?}");
}
