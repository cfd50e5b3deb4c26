//! Sudden deaths of the server.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use lys::GlobalId;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::kit::{CREATE, Client, Server, UPDATE, check_integrity, product, read, token};

/// A row that is whole carries its number in its name and its price.
fn numbered(number: usize) -> (String, f64) {
    (format!("Numbered {number}"), f64::from(u32::try_from(number).unwrap()) + 0.25)
}

#[test]
fn a_killed_server_keeps_what_it_acknowledged() {
    const WRITERS: usize = 4;
    const BEFORE_DEATH: usize = 40;
    let directory = TempDir::new().unwrap();
    let next = AtomicUsize::new(1);
    let acknowledged = Mutex::new(HashSet::new());
    for round in 1..=3 {
        let mut server = Server::start(directory.path());
        let (port, token) = (server.port, token(directory.path(), "manager"));
        let target = round * BEFORE_DEATH;
        thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    let Ok(mut client) = Client::connect(port, &token) else { return };
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let (name, price) = numbered(number);
                        // Made under a number, then renamed to another: both writes are of two columns.
                        let Ok((200, made)) = client.send(CREATE, &product(&name, price)) else { return };
                        assert!(made.get("errors").is_none(), "{made}");
                        let id = made["data"]["createProduct"]["id"].clone();
                        acknowledged.lock().unwrap().insert((id.to_string(), number));
                        let changed = next.fetch_add(1, Ordering::Relaxed);
                        let (name, price) = numbered(changed);
                        let variables = json!({ "id": id, "inputs": { "name": name, "price": price } });
                        let Ok((200, edited)) = client.send(UPDATE, &variables) else { return };
                        assert!(edited.get("errors").is_none(), "{edited}");
                        acknowledged.lock().unwrap().insert((id.to_string(), changed));
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < target {
                thread::yield_now();
            }
            server.child.kill().unwrap();
            server.child.wait().unwrap();
        });
        check_survivors(directory.path(), &acknowledged.lock().unwrap(), round * WRITERS);
    }
    // It starts again on what is left, and goes on.
    let server = Server::start(directory.path());
    server.client(&token(directory.path(), "manager")).data(CREATE, &product("After all", 2.5));
    assert_eq!(server.stop(), Some(0));
    check_integrity(directory.path());
}

/// Each product has the last number that was acknowledged for it, or the one after; `in_flight` writes may be more.
fn check_survivors(directory: &Path, acknowledged: &HashSet<(String, usize)>, in_flight: usize) {
    check_integrity(directory);
    let rows = read(
        directory,
        &["SELECT lower(hex(id)) || '|' || name || '|' || price FROM product WHERE name LIKE 'Numbered %'"],
    )
    .remove(0);
    let mut found = HashMap::new();
    for row in &rows {
        let [id, name, price] = row.splitn(3, '|').collect::<Vec<_>>().try_into().unwrap();
        let number: usize = name.strip_prefix("Numbered ").unwrap().parse().unwrap();
        assert_eq!((name.to_owned(), price.parse().unwrap()), numbered(number), "half a write in {row}");
        let id = lys::uuid::Uuid::try_parse(id).unwrap();
        found.insert(Json::from(GlobalId::new("ProductNode", id).encode()).to_string(), number);
    }
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (id, number) in acknowledged {
        let known = last.entry(id).or_default();
        *known = (*known).max(*number);
    }
    let mut newer = 0;
    for (id, number) in &last {
        let stored = found.get(*id).unwrap_or_else(|| panic!("the acknowledged product {number} is gone"));
        assert!(stored >= number, "product {number} went back to {stored}");
        newer += usize::from(stored > number);
    }
    assert!(
        newer + found.len() - last.len() <= in_flight,
        "{newer} newer, {} found, {} known",
        found.len(),
        last.len()
    );
}
