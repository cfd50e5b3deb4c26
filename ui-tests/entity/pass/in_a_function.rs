#![deny(warnings)]

use lys::prelude::*;

fn main() {
    #[derive(Enum, Clone, Debug, PartialEq)]
    enum Kind {
        Small,
    }

    #[entity(soft_delete)]
    struct Shelf {
        #[column(unique)]
        kind: Option<Kind>,
        #[belongs_to(Room)]
        room_id: Uuid,
    }

    #[entity]
    struct Room {
        name: String,
        #[has_many(Shelf)]
        shelves: Many<Shelf>,
    }

    #[node(Shelf)]
    struct ShelfNode {
        kind: Option<Kind>,
        room: RoomNode,
    }

    #[node(Room)]
    struct RoomNode {
        shelves: Vec<ShelfNode>,
    }

    let _ = (Kind::Small, shelf_entity::Column::Kind, ShelfNode::definition(), RoomNode::definition());
}
