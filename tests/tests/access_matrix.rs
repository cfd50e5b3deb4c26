//! The access matrix of the catalog and of the test apps; and that it finds what is open.

use expect_test::expect_file;
use lys::{App, testing::AccessMatrix};

use crate::{
    catalog_kit::{ACME, client_id, json, run},
    relations::library,
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
    let apps: [fn() -> App; 7] =
        [cellar::app, club::app, library::app, market::app::<0>, park::app, port::app, shop::app];
    run(async {
        let mut faults = Vec::new();
        for app in apps {
            let app = app();
            let name = app.name();
            let seal = json!({ "inputs": { "mark": "M", "seal": "S", "litres": 3, "vaultId": "DEEP", "clientId": client_id(ACME) } });
            let report = AccessMatrix::of([app]).example("seal_barrel", seal).run().await.unwrap();
            println!("{name}\n{report}");
            faults.extend(report.faults().iter().map(|fault| format!("{name}: {fault}")));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}
