//! Notes: each belongs to a user, who alone sees it.

use lys::prelude::*;

/// A note.
#[entity(table = "note", owner = author_id)]
struct Note {
    #[column(length = 80)]
    title: String,
    body: Option<String>,
    #[references("UserNode")]
    author_id: Uuid,
}

// What clients see. Operations without a body are declared here ...
/// A note.
#[node(Note)]
#[getter(access(Owner), licensed = false)]
#[connection(name = "all_notes", order_by(title, created_at), access(Owner), licensed = false)]
#[deletion(access(Owner), licensed = false)]
struct NoteNode {
    title: String,
    body: Option<String>,
}

/// What a note is made of.
#[derive(Input)]
#[input(entity = Note)]
struct NoteInput {
    #[input(length(min = 1, max = 80))]
    title: String,
    body: Option<String>,
}

// ... and those with a body are functions.
/// Writes a note; its author is whoever asks.
#[creation(node = NoteNode, access(Owner), licensed = false)]
async fn create_note(ctx: &Context<'_>, inputs: NoteInput) -> Result<Draft<Note>> {
    Ok(inputs.into_draft()?.with(Note::COLUMN.author_id, ctx.user_id()?))
}

/// Changes a note.
#[edition(node = NoteNode, access(Owner), licensed = false)]
async fn update_note(_ctx: &Context<'_>, note: Note, inputs: NoteInput) -> Result<Draft<Note>> {
    inputs.edit(note)
}

fn main() -> lys::ExitCode {
    let everything = ["note", "all_notes", "create_note", "update_note", "delete_note"];
    let ada = everything.into_iter().fold(Claims::user(Uuid::from_u128(0xada)), Claims::grant_own);
    lys::Project::new("notes").apps([lys::app!("notes")]).demo("ada", ada).main()
}
