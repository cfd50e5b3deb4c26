//! The rows of the port, drawn from a seed: NULLs, ties, texts that mean something to databases, and links across clients.

use lys::prelude::*;
use serde_json::json;

use super::{Berth, Call, Convoy, Flag, Load, NORTH, Port, Quay, Rig, SOUTH, Ship};

const SHIPS: u64 = 48;
const LOADS: u64 = 70;
const QUAYS: [&str; 6] = ["A", "B", "a", "Ä", "%", "C\\"];
const PORTS: [&str; 4] = ["HULL", "KIEL", "OSLO", "UNSEEN"];
const TEXTS: [&str; 18] =
    ["", "a", "A", "b", "ä", "Ä", "%", "_", "a%b", "a_b", "\\", "'", "\"", "?", "$1", "a ", "e\u{301}", "\u{1f6a2}"];

/// Draws the values of one row: the same ones every time.
struct Dice(u64);

impl Dice {
    fn of(table: u64, row: u64) -> Self {
        Self(table << 32 | row)
    }

    /// The next number of splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = self.0;
        drawn = (drawn ^ drawn >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ drawn >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        drawn ^ drawn >> 31
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn int(&mut self, most: i32) -> i32 {
        i32::try_from(self.below(u64::try_from(most).unwrap())).unwrap()
    }

    /// Nothing for three of ten.
    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let drawn = value(self);
        (self.below(10) > 2).then_some(drawn)
    }

    fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()].clone()
    }

    fn text(&mut self) -> Option<String> {
        self.maybe(|dice| dice.pick(&TEXTS).to_owned())
    }

    fn client(&mut self) -> Option<Uuid> {
        self.maybe(|dice| dice.pick(&[NORTH, SOUTH]))
    }

    fn user(&mut self) -> Option<Uuid> {
        self.maybe(|dice| Uuid::from_u128(u128::from(5 + dice.below(4))))
    }

    fn time(&mut self) -> DateTime<Utc> {
        let micros = self.pick(&[0, 1, 1_000_000, 1_000_001, 1_500_000, 7_200_000_000, 86_400_000_000]);
        time(0) + lys::chrono::TimeDelta::microseconds(micros)
    }
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

/// Scattered, so that no order is the order of insertion.
fn id(table: u64, n: u64) -> Uuid {
    Uuid::from_u128(u128::from(Dice::of(table, n).next()) << 64 | u128::from(table) << 32 | u128::from(n))
}

fn fixture<E: Entity>(name: &'static str, rows: fn() -> Vec<Draft<E>>) -> Fixture {
    Fixture::business::<E>(name, &[Environment::Dev], rows)
}

pub fn quays() -> Fixture {
    fixture::<Quay>("quays", || {
        let row = |(n, code): (u64, &str)| {
            let mut dice = Dice::of(1, n);
            Draft::new()
                .with(Quay::COLUMN.id, id(1, n))
                .with(Quay::COLUMN.code, code)
                .with(Quay::COLUMN.title, dice.text())
                .with(Quay::COLUMN.parent_id, (n > 0 && n != 4).then(|| id(1, dice.below(n))))
                .with(Quay::COLUMN.created_at, dice.time())
        };
        (0..).zip(QUAYS).map(row).collect()
    })
}

/// None on the last quay.
pub fn berths() -> Fixture {
    fixture::<Berth>("berths", || {
        let row = |n: u64| {
            let mut dice = Dice::of(2, n);
            Draft::new()
                .with(Berth::COLUMN.id, id(2, n))
                .with(Berth::COLUMN.quay_code, QUAYS[usize::try_from(n / 3).unwrap()])
                .with(Berth::COLUMN.number, i32::try_from(n % 3).unwrap())
                .with(Berth::COLUMN.depth, dice.maybe(|dice| f64::from(dice.int(5)) / 3.0))
                .with(Berth::COLUMN.created_at, dice.time())
        };
        (0..3 * (QUAYS.len() as u64 - 1)).map(row).collect()
    })
}

pub fn ports() -> Fixture {
    Fixture::parametric::<Port>("ports", || {
        let row = |(n, name): (u64, &str)| {
            let mut dice = Dice::of(3, n);
            Draft::new()
                .with(Port::COLUMN.id, name)
                .with(Port::COLUMN.enabled, n != 1)
                .with(Port::COLUMN.description, dice.text())
                .with(Port::COLUMN.created_at, dice.time())
        };
        (0..).zip(PORTS).map(row).collect()
    })
}

pub fn ships() -> Fixture {
    fixture::<Ship>("ships", || (0..SHIPS).map(ship).collect())
}

/// Its flagship is one that stands before it. A berth's number without its quay refers to none.
fn ship(n: u64) -> Draft<Ship> {
    let mut dice = Dice::of(4, n);
    let papers = [json!({ "a": [1, null, "x"] }), json!([]), json!("s"), json!(3), json!(false)];
    Draft::new()
        .with(Ship::COLUMN.id, id(4, n))
        .with(Ship::COLUMN.client_id, dice.client())
        .with(Ship::COLUMN.captain_id, dice.user())
        .with(Ship::COLUMN.name, dice.text())
        .with(Ship::COLUMN.crew, dice.maybe(|dice| dice.int(5) - 2))
        .with(Ship::COLUMN.draught, dice.maybe(|dice| f64::from(dice.int(7) - 3) / 3.0))
        .with(Ship::COLUMN.worth, dice.maybe(|dice| Decimal::new(i64::from(dice.int(6)) * 1005 - 2010, 2)))
        .with(Ship::COLUMN.built, dice.maybe(|dice| NaiveDate::from_ymd_opt(2020 + dice.int(3), 2, 28).unwrap()))
        .with(Ship::COLUMN.seen_at, dice.maybe(Dice::time))
        .with(Ship::COLUMN.armed, dice.maybe(|dice| dice.below(2) == 0))
        .with(Ship::COLUMN.rig, dice.maybe(|dice| dice.pick(&[Rig::Sail, Rig::Steam, Rig::OarsOnly])))
        .with(Ship::COLUMN.papers, dice.maybe(|dice| dice.pick(&papers)))
        .with(Ship::COLUMN.berth_quay, dice.maybe(|dice| dice.pick(&QUAYS[..5]).to_owned()))
        .with(Ship::COLUMN.berth_number, dice.maybe(|dice| dice.int(3)))
        .with(Ship::COLUMN.flagship_id, dice.maybe(|dice| dice.below(n + 1)).filter(|to| *to < n).map(|to| id(4, to)))
        .with(Ship::COLUMN.created_at, dice.time())
}

pub fn flags() -> Fixture {
    fixture::<Flag>("flags", || {
        let row = |n: u64| {
            let mut dice = Dice::of(5, n);
            Draft::new()
                .with(Flag::COLUMN.id, id(5, n))
                .with(Flag::COLUMN.client_id, dice.client())
                .with(Flag::COLUMN.ship_id, dice.maybe(|_| id(4, n)))
                .with(Flag::COLUMN.color, dice.text())
                .with(Flag::COLUMN.created_at, dice.time())
        };
        (0..SHIPS * 3 / 4).map(row).collect()
    })
}

pub fn loads() -> Fixture {
    fixture::<Load>("loads", || {
        let row = |n: u64| {
            let mut dice = Dice::of(6, n);
            Draft::new()
                .with(Load::COLUMN.id, id(6, n))
                .with(Load::COLUMN.client_id, dice.client())
                .with(Load::COLUMN.packer_id, dice.user())
                .with(Load::COLUMN.label, dice.text())
                .with(Load::COLUMN.weight, dice.maybe(|dice| Decimal::new(i64::from(dice.int(4)) * 333, 3)))
                .with(Load::COLUMN.pieces, dice.maybe(|dice| dice.int(3)))
                .with(Load::COLUMN.ship_id, dice.maybe(|dice| id(4, dice.below(12))))
                .with(Load::COLUMN.inside_id, (!n.is_multiple_of(3)).then(|| id(6, dice.below(n))))
                .with(Load::COLUMN.created_at, dice.time())
        };
        (0..LOADS).map(row).collect()
    })
}

/// Of the ships and ports that call at each other; nobody calls at the last port.
pub fn calls() -> Fixture {
    fixture::<Call>("calls", || {
        let row = |(n, port): (u64, u64)| {
            let mut dice = Dice::of(7, n * 10 + port);
            let call = Draft::new()
                .with(Call::COLUMN.id, id(7, n * 10 + port))
                .with(Call::COLUMN.client_id, dice.client())
                .with(Call::COLUMN.ship_id, id(4, n))
                .with(Call::COLUMN.port_id, PORTS[usize::try_from(port).unwrap()])
                .with(Call::COLUMN.created_at, dice.time());
            (dice.below(3) != 0).then_some(call)
        };
        (0..SHIPS).flat_map(|n| (0..3).map(move |port| (n, port))).filter_map(row).collect()
    })
}

pub fn convoys() -> Fixture {
    fixture::<Convoy>("convoys", || {
        let row = |(from, to): (u64, u64)| {
            let mut dice = Dice::of(8, from * 100 + to);
            let convoy = Draft::new()
                .with(Convoy::COLUMN.id, id(8, from * 100 + to))
                .with(Convoy::COLUMN.from_id, id(4, from))
                .with(Convoy::COLUMN.to_id, id(4, to))
                .with(Convoy::COLUMN.created_at, dice.time());
            (dice.below(5) == 0).then_some(convoy)
        };
        (0..20).flat_map(|from| (0..20).map(move |to| (from, to))).filter_map(row).collect()
    })
}
