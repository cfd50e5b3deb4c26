//! Guards that others go around, and names that are taken: refused at the start.

use lys::{app::Model, prelude::*};

fn faults(app: App) -> Vec<String> {
    Model::build(&[app]).err().map(|error| error.faults().to_vec()).unwrap_or_default()
}

#[track_caller]
fn check(app: App, parts: &[&str]) {
    let faults = faults(app);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    for part in parts {
        assert!(faults[0].contains(part), "`{part}` is not in: {}", faults[0]);
    }
}

mod around {
    use lys::prelude::*;

    #[entity(parametric)]
    pub struct Bank {
        #[column(length = 40)]
        pub name: String,
    }

    #[entity]
    pub struct Account {
        #[belongs_to(Bank)]
        pub bank_id: String,
        #[belongs_to(Bank, name = branch)]
        pub branch_id: String,
    }

    #[node(Bank)]
    pub struct BankNode {
        pub name: String,
    }

    /// The bank shows the key that takes a right; the branch is guarded as its key is.
    #[node(Account)]
    pub struct AccountNode {
        #[field(access(Role))]
        pub bank_id: String,
        pub bank: BankNode,
        #[field(access(Role))]
        pub branch_id: String,
        #[field(access(Role))]
        pub branch: BankNode,
    }
}

mod named {
    use lys::prelude::*;

    #[field(query, access(Role), licensed = false)]
    pub async fn nodes(_: &Context<'_>) -> Result<i32> {
        Ok(1)
    }
}

#[test]
fn a_key_that_takes_a_right_is_shown_by_no_open_relation() {
    let app = App::new("around", concat!(module_path!(), "::around"));
    check(app, &["start_up.rs", "`AccountNode.bank_id`", "`bank` shows the same", "give both the same `access(…)`"]);
}

#[test]
fn no_operation_is_called_like_the_fields_of_relay() {
    let app = App::new("named", concat!(module_path!(), "::named"));
    check(app, &["start_up.rs", "operation `nodes`", "rename it"]);
}
