use lys::prelude::*;

#[entity]
pub struct Note {
    #[column(unique)]
    pub title: String,
    pub text: String,
}

async fn put(writer: &Writer<'_>, note: Draft<Note>) -> Result<bool> {
    Ok(writer.upsert(note, Note::UNIQUE.text).await?.created)
}

fn main() {
    let _ = put;
}
