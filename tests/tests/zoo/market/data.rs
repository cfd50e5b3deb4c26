//! The rows of the market, as somebody sees them.

use lys::prelude::*;

use super::{Label, NORTH, SOUTH, Shelf, Supplier, Ware};

/// All rows.
pub const ALL: u8 = 0;
/// What the client `NORTH` sees.
pub const NORTHS: u8 = 1;
/// What everybody sees of shelves.
pub const PUBLIC: u8 = 2;
/// What user 7 sees, by owning wares.
pub const USER_7S: u8 = 3;

fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(kind << 64 | n)
}

fn shelf_id(n: u128) -> Uuid {
    id(0x54e1, n)
}

fn ware_id(n: u128) -> Uuid {
    id(0x3a4e, n)
}

fn supplier_id(n: u128) -> Uuid {
    id(0x5091, n)
}

fn sees_supplier(view: u8, n: u128) -> bool {
    view == ALL || view == NORTHS && n == 1
}

fn sees_shelf(view: u8, n: u128) -> bool {
    view == ALL || view == PUBLIC || view == NORTHS && n != 3
}

fn sees_ware(view: u8, client: Uuid, keeper: Option<u128>) -> bool {
    view == ALL || view == NORTHS && client == NORTH || view == USER_7S && keeper == Some(7)
}

pub fn suppliers<const VIEW: u8>() -> Fixture {
    Fixture::business::<Supplier>("suppliers", &[Environment::Dev], || {
        let row = |(n, client, name)| {
            Draft::new()
                .with(Supplier::COLUMN.id, supplier_id(n))
                .with(Supplier::COLUMN.client_id, client)
                .with(Supplier::COLUMN.name, name)
        };
        let rows = [(1, NORTH, "Nora"), (2, SOUTH, "Sven")];
        rows.into_iter().filter(|(n, ..)| sees_supplier(VIEW, *n)).map(row).collect()
    })
}

/// 1, 2 and 4 are north's, 3 is south's; 2 has a supplier of south's.
pub fn shelves<const VIEW: u8>() -> Fixture {
    Fixture::business::<Shelf>("shelves", &[Environment::Dev], || {
        let row = |(n, client, name, supplier): (_, _, _, Option<u128>)| {
            Draft::new()
                .with(Shelf::COLUMN.id, shelf_id(n))
                .with(Shelf::COLUMN.client_id, client)
                .with(Shelf::COLUMN.name, name)
                .with(Shelf::COLUMN.supplier_id, supplier.filter(|n| sees_supplier(VIEW, *n)).map(supplier_id))
        };
        let rows = [
            (1, NORTH, "toys", Some(1)),
            (2, NORTH, "maps", Some(2)),
            (3, SOUTH, "hats", Some(2)),
            (4, NORTH, "bare", None),
        ];
        rows.into_iter().filter(|(n, ..)| sees_shelf(VIEW, *n)).map(row).collect()
    })
}

/// South's kite and atlas lie on north's shelves, north's cap on south's; user 7 keeps the kite.
pub fn wares<const VIEW: u8>() -> Fixture {
    Fixture::business::<Ware>("wares", &[Environment::Dev], || {
        let row = |(n, client, keeper, shelf, name, pieces): (_, _, Option<u128>, _, _, i32)| {
            Draft::new()
                .with(Ware::COLUMN.id, ware_id(n))
                .with(Ware::COLUMN.client_id, client)
                .with(Ware::COLUMN.keeper_id, keeper.map(Uuid::from_u128))
                .with(Ware::COLUMN.shelf_id, Some(shelf).filter(|n| sees_shelf(VIEW, *n)).map(shelf_id))
                .with(Ware::COLUMN.name, name)
                .with(Ware::COLUMN.price, Decimal::new(i64::from(pieces) * 150, 2))
                .with(Ware::COLUMN.pieces, pieces)
                .with(Ware::COLUMN.secret, format!("secret {n}"))
        };
        let rows = [
            (1, NORTH, None, 1, "ball", 3),
            (2, SOUTH, Some(7), 1, "kite", 40),
            (3, NORTH, None, 2, "globe", 1),
            (4, SOUTH, None, 2, "atlas", 9),
            (5, SOUTH, None, 3, "fez", 5),
            (6, NORTH, None, 3, "cap", 2),
        ];
        rows.into_iter().filter(|(_, client, keeper, ..)| sees_ware(VIEW, *client, *keeper)).map(row).collect()
    })
}

/// Labels are part of their shelves.
pub fn labels<const VIEW: u8>() -> Fixture {
    Fixture::business::<Label>("labels", &[Environment::Dev], || {
        let row = |(n, client, shelf, text)| {
            Draft::new()
                .with(Label::COLUMN.id, id(0x1abe1, n))
                .with(Label::COLUMN.client_id, client)
                .with(Label::COLUMN.shelf_id, shelf_id(shelf))
                .with(Label::COLUMN.text, text)
        };
        let rows = [(1, NORTH, 1, "sale"), (2, SOUTH, 1, "made in the south"), (3, SOUTH, 3, "new")];
        rows.into_iter().filter(|(_, _, shelf, _)| sees_shelf(VIEW, *shelf)).map(row).collect()
    })
}
