//! What does not compose does not start: each fault names what to edit, and all are told together (00-design §4).

use lys::{
    access::{OrganizationRole, Owner, Role},
    app::{App, Model},
    operation::PublicType,
    prelude::*,
};

/// All faults of these apps.
fn faults(apps: impl IntoIterator<Item = App>) -> Vec<String> {
    let apps: Vec<App> = apps.into_iter().collect();
    Model::build(&apps).err().map(|error| error.faults().to_vec()).unwrap_or_default()
}

/// These apps have one fault, which names all of `parts`.
#[track_caller]
fn check(apps: impl IntoIterator<Item = App>, parts: &[&str]) {
    let faults = faults(apps);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    for part in parts {
        assert!(faults[0].contains(part), "`{part}` is not in: {}", faults[0]);
    }
}

/// An app without components.
fn empty(name: &'static str) -> App {
    App::new(name, "nowhere")
}

#[test]
fn the_catalog_has_no_fault() {
    assert_eq!(faults([catalog::app()]), Vec::<String>::new());
}

#[test]
fn a_missing_dependency_is_named() {
    check([catalog::app().depends_on("base")], &["app `catalog` needs app `base`", "add it before `catalog`"]);
}

#[test]
fn dependencies_come_first() {
    check([catalog::app().depends_on("base"), empty("base")], &["list `base` before `catalog`"]);
    assert!(faults([empty("base"), catalog::app().depends_on("base")]).is_empty());
}

#[test]
fn a_circle_of_dependencies_is_named() {
    let pair = [empty("a").depends_on("b"), empty("b").depends_on("a")];
    check(pair, &["in a circle: `a` → `b` → `a`;"]);
    check([empty("a").depends_on("a")], &["app `a` depends on itself"]);
    let three = [empty("b").depends_on("c"), empty("c").depends_on("a"), empty("a").depends_on("b")];
    check(three, &["in a circle: `a` → `b` → `c` → `a`;", "drop one"]);
}

#[test]
fn an_app_is_listed_once() {
    let faults = faults([empty("base"), empty("base")]);
    assert_eq!(faults, ["app `base` is listed twice; list it once"]);
}

#[expect(clippy::unused_async, reason = "operations are async")]
mod twice {
    pub mod first {
        use lys::prelude::*;

        /// The first.
        #[field(query, public)]
        async fn greeting(_: &Context<'_>) -> Result<String> {
            Ok("hello".to_owned())
        }
    }

    pub mod second {
        use lys::prelude::*;

        /// The second.
        #[field(query, public)]
        async fn greeting(_: &Context<'_>) -> Result<String> {
            Ok("good day".to_owned())
        }
    }

    pub mod third {
        use lys::prelude::*;

        /// On purpose.
        #[field(query, public, allow_override)]
        async fn greeting(_: &Context<'_>) -> Result<String> {
            Ok("welcome".to_owned())
        }
    }
}

fn greeting(name: &'static str, module: &'static str) -> App {
    App::new(name, concat!(module_path!(), "::twice")).module(module)
}

/// One app per module: the rest of `twice` belongs to nobody.
fn app_of(module: &'static str) -> App {
    match module {
        "first" => App::new("first", concat!(module_path!(), "::twice::first")),
        "second" => App::new("second", concat!(module_path!(), "::twice::second")),
        _ => App::new("third", concat!(module_path!(), "::twice::third")),
    }
}

#[test]
fn an_operation_declared_twice_names_both_places() {
    let faults = faults([app_of("first"), app_of("second")]);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].matches("tests/start_up.rs:").count(), 2, "{faults:#?}");
    assert!(faults[0].contains("operation `greeting`") && faults[0].contains("allow_override"), "{faults:#?}");
    assert!(self::faults([app_of("first"), app_of("third")]).is_empty());
}

#[test]
fn a_module_of_no_app_is_named() {
    let faults = faults([greeting("greetings", "first")]);
    assert_eq!(faults.len(), 2, "{faults:#?}");
    for module in ["second", "third"] {
        let fault = faults.iter().find(|fault| fault.contains(&format!("twice::{module}`"))).unwrap();
        assert!(fault.contains("tests/start_up.rs:") && fault.contains("modules(…)"), "{fault}");
    }
}

mod tables {
    pub mod first {
        use lys::prelude::*;

        #[entity(table = "thing")]
        pub struct Thing {
            pub name: String,
        }
    }

    pub mod second {
        use lys::prelude::*;

        #[entity(table = "thing")]
        pub struct Object {
            pub name: String,
        }
    }
}

#[test]
fn a_table_of_two_entities_names_both() {
    let apps = [
        App::new("first", concat!(module_path!(), "::tables::first")),
        App::new("second", concat!(module_path!(), "::tables::second")),
    ];
    check(apps, &["table `thing`", "`Thing` (", "`Object` (", "start_up.rs:"]);
}

#[test]
fn a_fixture_of_the_same_name_names_both_places() {
    let fixture = || Fixture::parametric::<catalog::category::ProductCategory>("categories", Vec::new);
    let faults = faults([catalog::app().fixture(fixture())]);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].contains("category/mod.rs:") && faults[0].contains("start_up.rs:"), "{faults:#?}");
}

#[test]
fn adjustments_name_operations_that_exist() {
    check([catalog::app().disable("delete_prodct")], &["`catalog` adjusts `delete_prodct`", "delete_product"]);
    check([catalog::app().open_to::<Role>("products")], &["`products`", "all_products"]);
    check([empty("shop").publish("product", None)], &["`shop` adjusts `product`"]);
}

#[test]
fn adjusted_operations_are_checked_again() {
    let public = Some(PublicType::NoLimitation);
    check(
        [catalog::app().publish("product", public)],
        &["operation `product`", "is public and open to ROLE, ORGANIZATION_ROLE"],
    );
    check(
        [catalog::app().open_to::<Role>("all_categories")],
        &["operation `all_categories`", "is public and open to ROLE"],
    );
    check([catalog::app().license("all_categories", true)], &["public and licensed"]);
    check(
        [catalog::app().publish("all_categories", None).open_to::<OrganizationRole>("all_categories")],
        &["`all_categories` is open to `OrganizationRole`", "`ProductCategory` has no tenant"],
    );
    check(
        [catalog::app().open_to::<Owner>("update_product")],
        &["open to `Owner`", "`Product` has no owner", "owner = field"],
    );
}

#[test]
fn a_later_app_may_adjust_an_earlier_one() {
    let shop = || empty("shop").disable("delete_product").open_to::<Role>("product");
    let model = Model::build(&[catalog::app(), shop()]).unwrap();
    let audience = |name: &str| {
        let operation = model.operations().find(|operation| operation.definition.name == name).unwrap();
        operation.definition.audience.clone()
    };
    assert!(!audience("delete_product").enabled);
    assert_eq!(audience("product").levels, ["ROLE"]);
    assert_eq!(audience("update_product").levels, ["ROLE", "ORGANIZATION_ROLE"]);
}

#[test]
fn all_faults_are_told_together() {
    let app = catalog::app()
        .depends_on("base")
        .disable("nothing")
        .open_to::<Owner>("update_product")
        .publish("product", Some(PublicType::Disconnected))
        .fixture(Fixture::parametric::<catalog::category::ProductCategory>("categories", Vec::new));
    let faults = faults([app]);
    assert_eq!(faults.len(), 5, "{faults:#?}");
    let model = Model::build(&[catalog::app().disable("a").disable("b")]).err().unwrap().to_string();
    assert!(model.starts_with("the project does not start: 2 faults\n  - "), "{model}");
}

#[test]
fn the_order_of_registration_does_not_depend_on_the_linker() {
    let names = |model: &Model| model.operations().map(|operation| operation.definition.name).collect::<Vec<_>>();
    let model = Model::build(&[catalog::app()]).unwrap();
    let expected = ["all_categories", "product", "delete_product", "all_products", "create_product", "update_product"];
    assert_eq!(names(&model), expected);
}

mod names_of_lys {
    use lys::prelude::*;

    #[entity(table = "Lys_1")]
    pub struct Odd {
        pub lys_s1: String,
        pub analysis: String,
    }
}

#[test]
fn names_of_lys_are_not_for_others() {
    let faults = faults([App::new("odd", concat!(module_path!(), "::names_of_lys"))]);
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(faults[0].contains("`Odd` has the name `lys_s1` in its table"), "{faults:#?}");
    assert!(faults[1].contains("`Odd` has the name `Lys_1` in its table"), "{faults:#?}");
}
