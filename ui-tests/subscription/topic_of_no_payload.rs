use lys::prelude::*;

pub struct Tick;

const TICK: Topic<Tick> = Topic::new("TICK");

fn main() {}
