//! Relations that do not hold: refused at start, with what to edit.

use lys::{app::Model, prelude::*};

fn faults(app: App) -> Vec<String> {
    Model::build(&[app]).err().map(|error| error.faults().to_vec()).unwrap_or_default()
}

#[track_caller]
fn check(app: App, parts: &[&str]) {
    let faults = faults(app);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    for part in parts {
        assert!(faults[0].contains(part), "`{part}` is not in: {}", faults[0]);
    }
}

mod loose {
    //! Keys that more than one row may have.

    pub mod key {
        use lys::prelude::*;

        #[entity]
        pub struct Country {
            pub code: String,
        }

        #[entity]
        pub struct City {
            #[belongs_to(Country, key = code, name = country)]
            pub country_code: String,
        }
    }

    pub mod pair {
        use lys::prelude::*;

        #[entity(unique(client_no, number))]
        pub struct Order {
            pub client_no: i32,
            pub number: i32,
            pub year: i32,
        }

        #[entity]
        pub struct Line {
            pub client_no: i32,
            pub year: i32,
            #[belongs_to(Order, by(client_no, year))]
            pub order: One<Order>,
        }
    }

    pub mod deleted {
        use lys::prelude::*;

        #[entity(soft_delete)]
        pub struct Country {
            #[column(unique)]
            pub code: String,
        }

        #[entity]
        pub struct City {
            #[belongs_to(Country, key = code, name = country)]
            pub country_code: String,
        }
    }

    pub mod one {
        use lys::prelude::*;

        #[entity]
        pub struct Person {
            #[has_one(Pass, by = holder_id)]
            pub pass: One<Pass>,
        }

        #[entity]
        pub struct Pass {
            #[belongs_to(Person)]
            pub holder_id: Uuid,
        }
    }

    pub mod link {
        use lys::prelude::*;

        #[entity]
        pub struct Post {
            #[many_to_many(Tag, through = PostTag)]
            pub tags: Many<Tag>,
        }

        #[entity]
        pub struct Tag {
            pub name: String,
        }

        #[entity]
        pub struct PostTag {
            #[belongs_to(Post)]
            pub post_id: Uuid,
            #[belongs_to(Tag)]
            pub tag_id: Uuid,
        }
    }
}

#[test]
fn keys_are_unique() {
    check(
        App::new("key", concat!(module_path!(), "::loose::key")),
        &[
            "start_up.rs:",
            "`City.country`",
            "`Country` may have the same `code`",
            "add `#[column(unique)]` to `code` of `Country`",
        ],
    );
    check(
        App::new("pair", concat!(module_path!(), "::loose::pair")),
        &["`Line.order`", "the same `client_no` and `year`", "add `unique(client_no, year)` to `Order`"],
    );
    check(
        App::new("one", concat!(module_path!(), "::loose::one")),
        &["`Person.pass`", "add `#[column(unique)]` to `holder_id` of `Pass`", "or make it a `has_many`"],
    );
}

#[test]
fn deleted_rows_share_the_keys_of_others() {
    check(
        App::new("deleted", concat!(module_path!(), "::loose::deleted")),
        &["`City.country` refers to `code` of `Country`", "rows that are not deleted", "refer to its `id`"],
    );
}

mod gone {
    use lys::prelude::*;

    #[entity(soft_delete)]
    pub struct Country {
        pub code: String,
    }

    #[entity]
    pub struct City {
        #[belongs_to(Country, access = inherit)]
        pub country_id: Uuid,
        #[belongs_to(Country)]
        pub neighbour_id: Uuid,
    }

    #[node(Country)]
    pub struct CountryNode {
        pub code: String,
    }

    #[node(City)]
    pub struct CityNode {
        pub country: CountryNode,
        pub neighbour: Option<CountryNode>,
    }
}

#[test]
fn a_row_that_may_be_deleted_is_not_promised() {
    check(
        App::new("gone", concat!(module_path!(), "::gone")),
        &["`CityNode.country` leads to nothing when the `Country` is deleted", "show it as `Option<CountryNode>`"],
    );
}

#[test]
fn a_link_is_there_once() {
    check(
        App::new("link", concat!(module_path!(), "::loose::link")),
        &["`Post.tags`", "`PostTag` may link the same two rows twice", "add `unique(post_id, tag_id)` to `PostTag`"],
    );
}

mod apart {
    pub mod near {
        use lys::prelude::*;

        #[entity]
        pub struct Song {
            #[many_to_many(super::far::Mood, through = super::far::SongMood)]
            pub moods: Many<super::far::Mood>,
        }
    }

    pub mod far {
        use lys::prelude::*;

        #[entity(parametric)]
        pub struct Mood;

        #[entity(unique(song_id, mood_id))]
        pub struct SongMood {
            #[belongs_to(super::near::Song)]
            pub song_id: Uuid,
            #[belongs_to(Mood)]
            pub mood_id: String,
        }
    }
}

#[test]
fn both_ends_are_in_the_project() {
    let faults = faults(App::new("near", concat!(module_path!(), "::apart::near")));
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(faults[0].contains("`Song.moods` leads to `Mood`, whose app is not in the project"), "{faults:#?}");
    assert!(faults[1].contains("`Song.moods` leads through `SongMood`"), "{faults:#?}");
}

mod open {
    use lys::prelude::*;

    #[entity]
    pub struct Show {
        #[many_to_many(Guest, through = Ticket)]
        pub guests: Many<Guest>,
    }

    #[entity]
    pub struct Guest {
        pub name: String,
    }

    #[entity(tenant(client = client_id), unique(show_id, guest_id))]
    pub struct Ticket {
        #[belongs_to(Show)]
        pub show_id: Uuid,
        #[belongs_to(Guest)]
        pub guest_id: Uuid,
        pub client_id: Uuid,
    }

    #[node(Show)]
    #[connection(name = "all_shows", public)]
    pub struct ShowNode {
        pub guests: Vec<GuestNode>,
    }

    #[node(Guest)]
    pub struct GuestNode {
        pub name: String,
    }
}

#[test]
fn a_public_operation_that_reaches_scoped_links_must_say_so() {
    check(
        App::new("open", concat!(module_path!(), "::open")),
        &[
            "public operations reach `Ticket` through `Show.guests`",
            "say `access = inherit`, `access = filter` or `access = check`",
        ],
    );
}
