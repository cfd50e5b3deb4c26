//! Many clients at once.

use std::{collections::HashMap, thread};

use serde_json::json;
use tempfile::TempDir;

use crate::kit::{CREATE, DELETE, PAGE, Server, UPDATE, check_integrity, demo_product, product, read, token};

/// What one client has been told was written.
#[derive(Default)]
struct Acknowledged {
    created: usize,
    deleted: usize,
    /// Last name and price of products that only this client edits.
    own: Vec<(String, f64)>,
    /// Names that it gave to the shared product, or prices.
    shared_names: Vec<String>,
    shared_prices: Vec<f64>,
}

fn one_of_many(server: &Server, token: &str, number: u32) -> Acknowledged {
    let mut client = server.client(token);
    let mut known = Acknowledged::default();
    let base = f64::from(number) + 100.0;
    let own = client.data(CREATE, &product(&format!("Own {number}"), base))["createProduct"]["id"].clone();
    let passing = client.data(CREATE, &product(&format!("Passing {number}"), 1.0))["createProduct"]["id"].clone();
    known.created += 2;
    let mut last = (String::new(), 0.0);
    for round in 0..3 {
        last = (format!("Own {number} round {round}"), base + f64::from(round) / 4.0);
        client.data(UPDATE, &json!({ "id": own, "inputs": { "name": last.0, "price": last.1 } }));
        let page = client.data(PAGE, &json!({ "search": format!("own {number} round") }));
        let node = &page["allProducts"]["edges"][0]["node"];
        assert_eq!(
            (node["name"].as_str(), node["price"].as_f64()),
            (Some(&*last.0), Some(last.1)),
            "it reads its own write"
        );
        // Half of the clients change the name of a shared row, the others its price: neither undoes the other.
        let shared = demo_product(7);
        if number.is_multiple_of(2) {
            let name = format!("Shared by {number} round {round}");
            client.data(UPDATE, &json!({ "id": shared, "inputs": { "name": name } }));
            known.shared_names.push(name);
        } else {
            let price = base * 10.0 + f64::from(round);
            client.data(UPDATE, &json!({ "id": shared, "inputs": { "price": price } }));
            known.shared_prices.push(price);
        }
    }
    client.data(DELETE, &json!({ "id": passing }));
    known.deleted += 1;
    known.own.push(last);
    known
}

#[test]
fn sixty_four_clients_lose_nothing() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(directory.path());
    let token = token(directory.path(), "manager");
    let known: Vec<Acknowledged> = thread::scope(|scope| {
        let clients: Vec<_> = (0..64)
            .map(|number| {
                let (server, token) = (&server, &token);
                scope.spawn(move || one_of_many(server, token, number))
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(server.stop(), Some(0));

    let expected = known.iter().fold(40, |count, known| count + known.created - known.deleted);
    let rows = read(directory.path(), &["SELECT name || '|' || price FROM product"]).remove(0);
    assert_eq!(rows.len(), expected);
    let prices: HashMap<&str, f64> =
        rows.iter().filter_map(|row| row.split_once('|')).map(|(name, price)| (name, price.parse().unwrap())).collect();
    for (name, price) in known.iter().flat_map(|known| &known.own) {
        assert_eq!(prices.get(name.as_str()), Some(price), "{name}");
    }
    let (name, price) = prices.iter().find(|(name, _)| name.starts_with("Shared by")).unwrap();
    assert!(known.iter().flat_map(|known| &known.shared_names).any(|known| known == name), "{name}");
    assert!(known.iter().flat_map(|known| &known.shared_prices).any(|known| known == price), "{price}");
    check_integrity(directory.path());
}
