#![allow(dead_code, private_interfaces)]

mod outer {
    pub(super) mod inner {
        use lys::prelude::*;

        #[entity(unique(name, row), soft_delete)]
        pub(super) struct Shelf {
            pub(super) row: i32,
            #[column(unique)]
            pub(super) name: String,
        }

        #[entity]
        pub(in crate::outer) struct Board {
            #[column(unique)]
            name: String,
        }

        #[entity]
        struct Nail {
            #[column(unique)]
            pub(self) name: String,
        }

        #[node(Shelf)]
        pub(super) struct ShelfNode {
            name: String,
        }
    }

    pub fn column() -> &'static str {
        let _ = inner::board_entity::Entity;
        let _ = (inner::Shelf::UNIQUE.name, inner::Shelf::UNIQUE.name_row);
        inner::Shelf::COLUMN.name.name()
    }
}

fn main() {
    assert_eq!(outer::column(), "name");
}
