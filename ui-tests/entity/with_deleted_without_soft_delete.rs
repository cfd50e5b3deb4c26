use lys::prelude::*;

#[entity]
pub struct Note {
    pub text: String,
}

fn main() {
    let _ = Note::select().with_deleted();
}
