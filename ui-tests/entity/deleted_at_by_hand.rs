use lys::prelude::*;

#[entity(soft_delete)]
pub struct Note {
    pub text: String,
    pub deleted_at: Option<DateTime<Utc>>,
}

fn main() {}
