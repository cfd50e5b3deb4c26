#![allow(dead_code, private_interfaces)]

mod outer {
    pub(super) mod inner {
        use lys::prelude::*;

        #[entity]
        pub(super) struct Shelf {
            pub(super) name: String,
        }

        #[entity]
        pub(in crate::outer) struct Board {
            name: String,
        }

        #[entity]
        struct Nail {
            pub(self) name: String,
        }

        #[node(Shelf)]
        pub(super) struct ShelfNode {
            name: String,
        }
    }

    pub fn column() -> &'static str {
        let _ = inner::board_entity::Entity;
        inner::Shelf::COLUMN.name.name()
    }
}

fn main() {
    assert_eq!(outer::column(), "name");
}
