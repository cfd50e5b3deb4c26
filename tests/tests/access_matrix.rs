//! The access matrix of the catalog and of the test apps; and that it finds what is open.

use expect_test::expect_file;
use lys::{App, testing::AccessMatrix};

use crate::{
    audit::clinic,
    by_id::office,
    catalog_kit::{ACME, client_id, json, run},
    guards::payroll,
    relations::library,
    scopes::yard,
    subscriptions::app as news,
    zoo::{cellar, club, market, park, port, shop},
};

#[test]
fn the_catalog_holds_its_access_matrix() {
    run(async {
        let report = AccessMatrix::of([catalog::app()]).run().await.unwrap();
        report.assert_holds();
        expect_file!["../snapshots/catalog_matrix.txt"].assert_eq(&report.to_string());
    });
}

#[test]
fn the_test_apps_hold_their_access_matrices() {
    let apps: [fn() -> App; 12] = [
        cellar::app,
        clinic::app,
        club::app,
        library::app,
        market::app::<0>,
        news::app,
        office::app,
        park::app,
        payroll::app,
        port::app,
        shop::app,
        yard::app,
    ];
    run(async {
        let mut faults = Vec::new();
        for app in apps {
            let app = app();
            let name = app.name();
            let report = with_rules(AccessMatrix::of([app])).run().await.unwrap();
            println!("{name}\n{report}");
            faults.extend(report.faults().iter().map(|fault| format!("{name}: {fault}")));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

/// What the operations of the test apps ask for beside their types.
fn with_rules(matrix: AccessMatrix) -> AccessMatrix {
    let barrel = json!({ "mark": "M", "seal": "S", "litres": 3, "vaultId": "DEEP", "clientId": client_id(ACME) });
    matrix
        .example("seal_barrel", json!({ "inputs": barrel }))
        .leave_out("safe", "its body asks for a code")
        .leave_out("send_jobs", "it moves rows: tests/scopes")
        .leave_out("create_note", "its text is one of a list: tests/scopes")
}
