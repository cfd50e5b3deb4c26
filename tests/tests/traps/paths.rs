//! Sorts along every kind of relation: keys of several columns, keys to other unique columns, `has_one`, links to reference data.

use std::cmp::Ordering;

use super::*;

mod hall {
    use super::*;

    #[entity]
    pub struct Wing {
        #[column(length = 10, unique)]
        pub code: String,
        pub rank: Option<i32>,
    }

    #[entity(unique(wing_code, number))]
    pub struct Locker {
        #[belongs_to(Wing, key = code, name = wing)]
        pub wing_code: String,
        pub number: i32,
        pub note: Option<String>,
        #[has_many(Guest)]
        pub holders: Many<Guest>,
    }

    #[entity]
    pub struct Guest {
        pub name: String,
        pub locker_wing: Option<String>,
        pub locker_number: Option<i32>,
        #[belongs_to(Locker, by(locker_wing, locker_number), key(wing_code, number))]
        pub locker: One<Locker>,
        #[has_one(Badge)]
        pub badge: One<Badge>,
        #[many_to_many(Skill, through = GuestSkill)]
        pub skills: Many<Skill>,
    }

    #[entity]
    pub struct Badge {
        #[column(unique)]
        #[belongs_to(Guest)]
        pub guest_id: Uuid,
        pub shine: Option<f64>,
        #[column(decimal(9, 3))]
        pub grade: Option<Decimal>,
        pub given: Option<NaiveDate>,
        pub seen: Option<DateTime<Utc>>,
        pub valid: Option<bool>,
    }

    #[entity(parametric)]
    pub struct Skill {
        #[many_to_many(Guest, through = GuestSkill)]
        pub guests: Many<Guest>,
    }

    #[entity(unique(guest_id, skill_id))]
    pub struct GuestSkill {
        #[belongs_to(Guest)]
        pub guest_id: Uuid,
        #[belongs_to(Skill)]
        pub skill_id: String,
    }

    #[node(Wing)]
    pub struct WingNode {
        pub rank: Option<i32>,
    }

    #[node(Locker)]
    pub struct LockerNode {
        pub number: i32,
        pub note: Option<String>,
        pub wing: WingNode,
        pub holders: Vec<GuestNode>,
    }

    #[node(Guest)]
    #[connection(
        name = "guests",
        order_by(name),
        sort(name, locker(number, note, holders, wing(rank)), badge(shine, grade, given, seen, valid), skills)
    )]
    pub struct GuestNode {
        pub name: String,
        pub locker: Option<LockerNode>,
        pub badge: Option<BadgeNode>,
        pub skills: Vec<SkillNode>,
    }

    #[node(Badge)]
    pub struct BadgeNode {
        pub shine: Option<f64>,
        pub grade: Option<f64>,
        pub given: Option<NaiveDate>,
        pub seen: Option<DateTime<Utc>>,
        pub valid: Option<bool>,
    }

    #[node(Skill)]
    pub struct SkillNode;

    #[field(mutation)]
    async fn fill(ctx: &Context<'_>) -> Result<bool> {
        let writer = ctx.writer()?;
        for skill in ["A", "B", "C"] {
            writer.create(Draft::new().with(Skill::COLUMN.id, skill)).await?;
        }
        for (code, rank) in [("W", Some(2)), ("X", None)] {
            writer.create(Draft::new().with(Wing::COLUMN.code, code).with(Wing::COLUMN.rank, rank)).await?;
            for number in 1..3 {
                let note = (number == 1).then(|| format!("{code}{number}"));
                let locker = Draft::new().with(Locker::COLUMN.wing_code, code).with(Locker::COLUMN.number, number);
                writer.create(locker.with(Locker::COLUMN.note, note)).await?;
            }
        }
        for (at, number) in (0_usize..).zip(0..14_i32) {
            let place = [Some(("W", 1)), Some(("X", 1)), None, Some(("W", 2)), Some(("W", 1))][at % 5];
            let guest = Draft::new()
                .with(Guest::COLUMN.name, format!("g{}", number % 3))
                .with(Guest::COLUMN.locker_wing, place.map(|place| place.0.to_owned()))
                .with(Guest::COLUMN.locker_number, place.map(|place| place.1));
            let guest = writer.create(guest).await?;
            if number % 4 > 0 {
                let column = Badge::COLUMN;
                let odd = number % 2 > 0;
                let micros = 1_700_000_000_000_000 + i64::from(number % 3);
                let badge = Draft::new()
                    .with(column.guest_id, guest.id)
                    .with(column.shine, (number % 5 > 0).then(|| f64::from(number % 5) / 7.0))
                    .with(column.grade, odd.then(|| Decimal::new(i64::from(number % 3) * 333, 3)))
                    .with(column.given, NaiveDate::from_ymd_opt(1969, 12, 30 + (number % 2).unsigned_abs()))
                    .with(column.seen, DateTime::from_timestamp_micros(micros).filter(|_| odd))
                    .with(column.valid, (number % 3 > 0).then_some(odd));
                writer.create(badge).await?;
            }
            for skill in ["A", "B", "C"].into_iter().take(at % 4) {
                let link = Draft::new().with(GuestSkill::COLUMN.guest_id, guest.id);
                writer.create(link.with(GuestSkill::COLUMN.skill_id, skill)).await?;
            }
        }
        Ok(true)
    }
}

const SHOWN: &str =
    "name locker { number note holders { name } wing { rank } } badge { shine grade given seen valid } skills { code }";

/// Keys as they are asked for, and where an answer shows them.
const KEYS: [(&str, &str); 11] = [
    ("{ name: A }", "/name"),
    ("{ locker: { number: A } }", "/locker/number"),
    ("{ locker: { note: A } }", "/locker/note"),
    ("{ locker: { holders: { count: A } } }", "/locker/holders"),
    ("{ locker: { wing: { rank: A } } }", "/locker/wing/rank"),
    ("{ badge: { shine: A } }", "/badge/shine"),
    ("{ badge: { grade: A } }", "/badge/grade"),
    ("{ badge: { given: A } }", "/badge/given"),
    ("{ badge: { seen: A } }", "/badge/seen"),
    ("{ badge: { valid: A } }", "/badge/valid"),
    ("{ skills: { count: A } }", "/skills"),
];

/// NULL first, lists by their length; none where there is no row.
fn order(pointer: &str, left: &Json, right: &Json) -> Ordering {
    let value = |node: &Json| {
        let value = node.pointer(pointer).cloned().unwrap_or_default();
        let counts = pointer.ends_with("holders") || pointer.ends_with("skills");
        if counts { json!(value.as_array().map_or(0, Vec::len)) } else { value }
    };
    match (value(left), value(right)) {
        (Json::Number(left), Json::Number(right)) => left.as_f64().partial_cmp(&right.as_f64()).unwrap(),
        (Json::String(left), Json::String(right)) => left.cmp(&right),
        (Json::Bool(left), Json::Bool(right)) => left.cmp(&right),
        (left, right) => right.is_null().cmp(&left.is_null()),
    }
}

#[tokio::test]
async fn pages_along_every_kind_of_relation_are_the_sorted_list() {
    let project = project(concat!(module_path!(), "::hall")).await;
    ask(&project, "mutation { fill }").await;
    let all = nodes(&ask(&project, &format!("{{ guests {{ edges {{ node {{ id {SHOWN} }} }} }} }}")).await["guests"]);
    assert_eq!(all.len(), 14);
    let id = |node: &Json| node["id"].as_str().unwrap().to_owned();
    for (first, second) in
        (0..KEYS.len()).flat_map(|first| (1..4).map(move |step| (first, (first + step) % KEYS.len())))
    {
        for (first_down, second_down) in [(false, true), (true, false), (true, true)] {
            let way = |down: bool| if down { "DESC" } else { "ASC" };
            let turned = |down: bool, order: Ordering| if down { order.reverse() } else { order };
            let sort = format!(
                "sort: [{}, {}]",
                KEYS[first].0.replace('A', way(first_down)),
                KEYS[second].0.replace('A', way(second_down))
            );
            let mut wanted = all.clone();
            // The keys of rows are in the order in which they were made, and so is the list.
            if second_down {
                wanted.reverse();
            }
            wanted.sort_by(|left, right| {
                turned(first_down, order(KEYS[first].1, left, right))
                    .then(turned(second_down, order(KEYS[second].1, left, right)))
            });
            let (mut forward, mut backward, mut after, mut before) =
                (Vec::new(), Vec::new(), String::new(), String::new());
            for _ in 0..4 {
                let query = format!(
                    "{{ there: guests({sort}, first: 4{after}) {{ edges {{ node {{ id }} }} pageInfo {{ endCursor }} }}
                        back: guests({sort}, last: 4{before}) {{ edges {{ node {{ id }} }} pageInfo {{ startCursor }} }} }}"
                );
                let page = ask(&project, &query).await;
                forward.extend(nodes(&page["there"]).iter().map(id));
                backward.splice(0..0, nodes(&page["back"]).iter().map(id));
                after = format!(", after: {}", page["there"]["pageInfo"]["endCursor"]);
                before = format!(", before: {}", page["back"]["pageInfo"]["startCursor"]);
            }
            let wanted: Vec<String> = wanted.iter().map(id).collect();
            assert_eq!(forward, wanted, "{sort}");
            assert_eq!(backward, wanted, "{sort}");
        }
    }
}
