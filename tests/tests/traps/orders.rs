//! What callers may sort by is shown: a cursor holds it.

use lys::prelude::*;

mod den {
    use super::*;

    #[entity]
    pub struct Fox {
        pub name: String,
        pub secret: i32,
        #[has_many(Cub)]
        pub cubs: Many<Cub>,
    }

    #[entity]
    pub struct Cub {
        #[belongs_to(Fox)]
        pub fox_id: Uuid,
        pub secret: i32,
    }

    #[node(Fox)]
    #[connection(order_by(name, secret))]
    pub struct FoxNode {
        pub name: String,
        #[relation(order_by(secret))]
        pub cubs: Connection<CubNode>,
    }

    #[node(Cub)]
    pub struct CubNode;
}

#[test]
fn nobody_sorts_by_what_the_node_does_not_show() {
    let built = lys::app::Model::build(&[App::new("den", concat!(module_path!(), "::den"))]);
    let faults = built.err().map(|error| error.faults().to_vec()).unwrap_or_default();
    let parts = ["`secret`, which `FoxNode` does not show", "`secret`, which `CubNode` does not show"];
    assert_eq!(faults.len(), parts.len(), "{faults:#?}");
    for (fault, part) in faults.iter().zip(parts) {
        assert!(fault.contains(part), "`{part}` is not in: {fault}");
    }
}
