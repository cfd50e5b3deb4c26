use lys::prelude::*;

#[entity]
pub struct Product {
    #[cfg(any())]
    #[column(unique)]
    pub absent: Absent,
    #[cfg(all())]
    #[column(unique)]
    pub name: String,
    #[cfg(any())]
    #[belongs_to(Absent)]
    pub absent_id: Absent,
    #[has_many(Absent)]
    #[cfg(any())]
    pub absents: Many<Absent>,
}

fn main() {
    assert_eq!(Product::UNIQUE.name.columns(), [1]);
    assert_eq!(Product::COLUMN.name.index(), 1);
    assert_eq!(Product::definition().columns.len(), 4);
    assert!(Product::definition().relations.is_empty());
}
