#[derive(lys::Input)]
pub enum Color {
    Red,
}

fn main() {}
