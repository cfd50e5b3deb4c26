//! Deleted rows move nothing, count for nothing and tell no key, wherever lists are sorted, summed up and grouped.

use super::*;

mod yard {
    use super::*;

    #[entity(soft_delete)]
    pub struct Shed {
        #[column(length = 20, unique, search_index)]
        pub name: String,
        #[has_many(Tool)]
        pub tools: Many<Tool>,
        #[has_one(Door)]
        pub door: One<Door>,
    }

    #[entity(soft_delete)]
    pub struct Door {
        #[belongs_to(Shed)]
        #[column(unique)]
        pub shed_id: Uuid,
        pub width: i32,
    }

    #[entity(soft_delete)]
    pub struct Tool {
        #[column(length = 20)]
        pub name: String,
        pub price: i32,
        #[belongs_to(Shed)]
        pub shed_id: Option<Uuid>,
        #[many_to_many(Mark, through = Marking)]
        pub marks: Many<Mark>,
    }

    #[entity(soft_delete)]
    pub struct Mark {
        pub text: String,
        #[many_to_many(Tool, through = Marking)]
        pub tools: Many<Tool>,
    }

    #[entity(soft_delete, unique(tool_id, mark_id))]
    pub struct Marking {
        #[belongs_to(Tool)]
        pub tool_id: Uuid,
        #[belongs_to(Mark)]
        pub mark_id: Uuid,
    }

    #[node(Shed)]
    #[connection(order_by(name), sort(name, tools, door(width)), filter(name, tools(name)))]
    pub struct ShedNode {
        pub name: String,
        #[relation(order_by(price))]
        pub tools: Connection<ToolNode>,
        pub door: Option<DoorNode>,
    }

    #[node(Door)]
    pub struct DoorNode {
        pub width: i32,
    }

    #[node(Tool)]
    #[connection(
        order_by(name),
        sort(name, shed(name, tools, door(width)), marks),
        filter(name, shed(name), marks(text)),
        aggregate(price),
        group_by(name)
    )]
    pub struct ToolNode {
        pub name: String,
        pub price: i32,
        pub shed: Option<ShedNode>,
        pub marks: Vec<MarkNode>,
    }

    #[node(Mark)]
    #[connection(order_by(text), sort(tools))]
    pub struct MarkNode {
        pub text: String,
        #[relation(order_by(price))]
        pub tools: Connection<ToolNode>,
    }

    /// Three sheds with three tools each, each tool with three marks; the last of everything is deleted.
    #[field(mutation)]
    async fn fill(ctx: &Context<'_>) -> Result<bool> {
        let writer = ctx.writer()?;
        let mut marks = Vec::new();
        for text in ["a", "b", "c"] {
            marks.push(writer.create(Draft::new().with(Mark::COLUMN.text, text)).await?);
        }
        let (mut sheds, mut tools, mut links) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..3_i32 {
            let shed = writer.create(Draft::new().with(Shed::COLUMN.name, format!("shed {}", 2 - number))).await?;
            let door = Draft::new().with(Door::COLUMN.shed_id, shed.id).with(Door::COLUMN.width, number);
            let door = writer.create(door).await?;
            if number == 1 {
                writer.delete::<Door>(door.id).await?;
            }
            for at in 0..3_i32 {
                let tool = Draft::new()
                    .with(Tool::COLUMN.name, format!("tool {at}"))
                    .with(Tool::COLUMN.price, 10 * number + at);
                let tool = writer.create(tool.with(Tool::COLUMN.shed_id, shed.id)).await?;
                for mark in &marks {
                    let link =
                        Draft::new().with(Marking::COLUMN.tool_id, tool.id).with(Marking::COLUMN.mark_id, mark.id);
                    links.push((number, at, writer.create(link).await?.id));
                }
                if at == 2 {
                    tools.push(tool.id);
                }
            }
            sheds.push(shed.id);
        }
        writer.delete::<Shed>(sheds[2]).await?;
        writer.delete_many::<Tool>(&tools).await?;
        writer.delete::<Mark>(marks[2].id).await?;
        // The first tool of the first shed keeps one mark.
        let cut = links.iter().filter(|(number, at, _)| (*number, *at) == (0, 0)).map(|(.., id)| *id).nth(1);
        writer.delete_many::<Marking>(&cut.into_iter().collect::<Vec<_>>()).await?;
        Ok(true)
    }
}

async fn yard() -> TestProject {
    let project = project(concat!(module_path!(), "::yard")).await;
    ask(&project, "mutation { fill }").await;
    project
}

fn prices(page: &Json) -> Vec<i64> {
    nodes(page).iter().map(|node| node["price"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn deleted_rows_sort_nothing() {
    let project = yard().await;
    let sorted = async |sort: &str| {
        let query =
            format!("{{ allTools(sort: {sort}) {{ edges {{ node {{ price }} }} pageInfo {{ totalCount }} }} }}");
        let answer = ask(&project, &query).await;
        assert_eq!(answer["allTools"]["pageInfo"]["totalCount"], 6);
        prices(&answer["allTools"])
    };
    // The tools of the deleted shed have none: its name stands nowhere, nor does its door, nor how many tools it had.
    assert_eq!(sorted("[{ shed: { name: ASC } }, { name: ASC }]").await, [20, 21, 10, 11, 0, 1]);
    assert_eq!(
        sorted("[{ shed: { tools: { count: ASC } } }, { shed: { name: DESC } }, { name: DESC }]").await,
        [21, 20, 1, 0, 11, 10]
    );
    assert_eq!(
        sorted("[{ shed: { door: { width: DESC } } }, { shed: { name: DESC } }, { name: DESC }]").await,
        [1, 0, 11, 10, 21, 20]
    );
    // A deleted mark and a deleted link are none.
    assert_eq!(
        sorted("[{ marks: { count: ASC } }, { shed: { name: ASC } }, { name: ASC }]").await,
        [0, 20, 21, 10, 11, 1]
    );
    let answer = ask(&project, "{ allMarks(sort: { tools: { count: DESC } }) { edges { node { text tools { pageInfo { totalCount } aggregate { count price { sum } } } } } } }").await;
    let of_mark = |text: &str, count: i64, sum: i64| json!({ "text": text, "tools": { "pageInfo": { "totalCount": count }, "aggregate": { "count": count, "price": { "sum": f64::from(i32::try_from(sum).unwrap()) } } } });
    assert_eq!(json!(nodes(&answer["allMarks"])), json!([of_mark("a", 6, 63), of_mark("b", 5, 63)]));
}

#[tokio::test]
async fn deleted_rows_come_to_nothing() {
    let project = yard().await;
    let query = "{ allTools(sort: { shed: { name: ASC } }, filter: { marks: { some: { text: { gte: \"a\" } } } }, first: 1) {
        aggregate { count price { min max sum } } groups(by: NAME) { key { name } aggregate { count } } pageInfo { totalCount } }
        deleted: allTools(filter: { shed: { name: { contains: \"shed 0\" } } }) { aggregate { count } }
        gone: allTools(filter: { marks: { some: { text: { eq: \"c\" } } } }) { aggregate { count } }
        allSheds(sort: { door: { width: ASC } }) { edges { node { name tools { aggregate { count price { max } } groups(by: NAME) { key { name } } } } } } }";
    let answer = ask(&project, query).await;
    assert_eq!(answer["allTools"]["aggregate"], json!({ "count": 6, "price": { "min": 0, "max": 21, "sum": 63.0 } }));
    let group = |name: &str| json!({ "key": { "name": name }, "aggregate": { "count": 3 } });
    assert_eq!(answer["allTools"]["groups"], json!([group("tool 0"), group("tool 1")]));
    assert_eq!(answer["deleted"]["aggregate"]["count"], 0);
    assert_eq!(answer["gone"]["aggregate"]["count"], 0);
    let keys = json!([{ "key": { "name": "tool 0" } }, { "key": { "name": "tool 1" } }]);
    let shed = |name: &str, max: i32| json!({ "name": name, "tools": { "aggregate": { "count": 2, "price": { "max": max } }, "groups": keys } });
    assert_eq!(json!(nodes(&answer["allSheds"])), json!([shed("shed 1", 11), shed("shed 2", 1)]));
}

mod keyed {
    use super::yard::*;
    use super::*;

    #[node(Tool)]
    #[connection(name = "keyed_tools", order_by(name), filter(shed_id), group_by(shed_id))]
    pub struct KeyedToolNode {
        pub name: String,
        pub shed: Option<KeyedShedNode>,
    }

    #[node(Shed)]
    pub struct KeyedShedNode {
        pub name: String,
    }
}

/// The key of a row that may be deleted would tell what the relation does not.
#[test]
fn the_key_of_a_row_that_may_be_deleted_is_not_shown_by_its_relation() {
    let apps =
        [App::new("yard", concat!(module_path!(), "::yard")), App::new("keyed", concat!(module_path!(), "::keyed"))];
    let built = lys::app::Model::build(&apps);
    let faults = built.err().map(|error| error.faults().to_vec()).unwrap_or_default();
    assert_eq!(faults.len(), 2, "{faults:#?}");
    for fault in faults {
        assert!(fault.contains("by `shed_id`, which `KeyedToolNode` does not show"), "{fault}");
    }
}
