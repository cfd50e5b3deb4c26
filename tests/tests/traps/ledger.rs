//! Names that SQL or lys itself uses.

use super::*;

mod books {
    use super::*;

    /// A table called `order`, with columns called like functions and clauses.
    #[entity(table = "order", unique(key, group))]
    pub struct Purchase {
        #[column(length = 20)]
        pub key: String,
        #[column(length = 20)]
        pub group: String,
        pub count: i32,
        pub min: Option<f64>,
        pub max: Option<i32>,
        #[column(decimal(10, 2))]
        pub sum: Decimal,
        pub round: Option<i32>,
        pub cast: Option<i32>,
        pub column1: bool,
        #[belongs_to(Purchase)]
        pub parent_id: Option<Uuid>,
        #[has_many(Purchase)]
        pub children: Many<Purchase>,
        #[belongs_to(Excluded)]
        pub excluded_id: Option<Uuid>,
    }

    /// A table that is called like the row that could not be inserted.
    #[entity(table = "excluded")]
    pub struct Excluded {
        #[column(length = 20, unique)]
        pub name: String,
        pub value: i32,
        #[version]
        pub version: i32,
        #[has_many(Purchase)]
        pub purchases: Many<Purchase>,
    }

    #[node(Purchase)]
    #[connection(
        order_by(key),
        sort(
            key,
            group,
            count,
            min,
            max,
            sum,
            column1,
            parent(key, parent(count, parent(min, children)), children),
            excluded(name, purchases),
            children
        ),
        filter(key, count, children(count), parent(key)),
        aggregate(min, max, sum, round, cast),
        group_by(key, group, count, min, max, sum, round, cast, column1)
    )]
    pub struct PurchaseNode {
        pub key: String,
        pub group: String,
        pub count: i32,
        pub min: Option<f64>,
        pub max: Option<i32>,
        pub sum: f64,
        pub round: Option<i32>,
        pub cast: Option<i32>,
        pub column1: bool,
        pub parent: Option<PurchaseNode>,
        pub children: Vec<PurchaseNode>,
        pub excluded: Option<ExcludedNode>,
    }

    #[node(Excluded)]
    #[connection(order_by(name))]
    pub struct ExcludedNode {
        pub name: String,
        pub value: i32,
        pub version: i32,
        #[relation(order_by(key))]
        pub purchases: Connection<PurchaseNode>,
    }

    #[derive(Input)]
    #[input(entity = Purchase)]
    pub struct PurchaseInput {
        pub key: String,
        pub group: String,
        pub count: i32,
        pub sum: f64,
        pub column1: bool,
    }

    #[creation(node = PurchaseNode)]
    async fn put_purchase(ctx: &Context<'_>, inputs: PurchaseInput) -> Result<Saved<Purchase>> {
        Ok(Saved::new(ctx.writer()?.upsert(inputs.into_draft()?, Purchase::UNIQUE.key_group).await?.row))
    }

    #[creation(node = PurchaseNode)]
    async fn create_purchases(_ctx: &Context<'_>, inputs: Vec<PurchaseInput>) -> Result<Vec<Draft<Purchase>>> {
        inputs.into_iter().map(PurchaseInput::into_draft).collect()
    }

    #[derive(Input)]
    #[input(entity = Excluded)]
    pub struct ExcludedInput {
        pub name: String,
        pub value: i32,
    }

    #[creation(node = ExcludedNode)]
    async fn put_excluded(ctx: &Context<'_>, inputs: ExcludedInput) -> Result<Saved<Excluded>> {
        Ok(Saved::new(ctx.writer()?.upsert(inputs.into_draft()?, Excluded::UNIQUE.name).await?.row))
    }

    #[field(mutation)]
    async fn fill(ctx: &Context<'_>) -> Result<i32> {
        let writer = ctx.writer()?;
        let column = Excluded::COLUMN;
        let excluded = writer.create(Draft::new().with(column.name, "E").with(column.value, 1)).await?;
        let column = Purchase::COLUMN;
        let mut before = None;
        for number in 0..12_i32 {
            let draft = Draft::new()
                .with(column.key, format!("k{}", number % 4))
                .with(column.group, format!("g{number}"))
                .with(column.count, number % 3)
                .with(column.min, (number % 5 > 0).then(|| f64::from(number % 5) / 3.0))
                .with(column.max, (number % 2 > 0).then_some(number))
                .with(column.sum, Decimal::new(i64::from(number * 37 % 100), 2))
                .with(column.round, Some(number % 2))
                .with(column.cast, None)
                .with(column.column1, number > 6)
                .with(column.parent_id, before)
                .with(column.excluded_id, (number > 2).then_some(excluded.id));
            before = Some(writer.create(draft).await?.id);
        }
        Ok(12)
    }
}

async fn books() -> TestProject {
    let project = project(concat!(module_path!(), "::books")).await;
    ask(&project, "mutation { fill }").await;
    project
}

#[tokio::test]
async fn rows_are_grouped_by_columns_that_are_called_like_functions() {
    let project = books().await;
    let summary =
        "count min { min max sum avg } max { min max sum avg } sum { min max sum avg } round { avg } cast { sum }";
    for by in [
        "KEY",
        "GROUP",
        "COUNT",
        "MIN",
        "MAX",
        "SUM",
        "ROUND",
        "CAST",
        "COLUMN1",
        "[MIN, MAX, COUNT, SUM, KEY, COLUMN1]",
    ] {
        let fields = format!(
            "groups(by: {by}) {{ key {{ key group count min max sum round cast column1 }} aggregate {{ {summary} }} }} aggregate {{ {summary} }}"
        );
        let query = format!(
            "{{ allPurchases {{ {fields} }} allExcludeds {{ edges {{ node {{ purchases {{ {fields} }} }} }} }} }}"
        );
        let answer = ask(&project, &query).await;
        for list in [&answer["allPurchases"], &nodes(&answer["allExcludeds"])[0]["purchases"]] {
            let groups = list["groups"].as_array().unwrap();
            let number: i64 = groups.iter().map(|group| group["aggregate"]["count"].as_i64().unwrap()).sum();
            assert_eq!(json!(number), list["aggregate"]["count"], "{by} {list}");
        }
    }
}

#[tokio::test]
async fn rows_are_sorted_by_columns_that_are_called_like_functions() {
    let project = books().await;
    let keys = [
        "{ key: A }",
        "{ count: A }",
        "{ min: A }",
        "{ max: A }",
        "{ sum: A }",
        "{ column1: A }",
        "{ children: { count: A } }",
        "{ excluded: { purchases: { count: A } } }",
        "{ parent: { parent: { parent: { min: A } } } }",
        "{ parent: { parent: { parent: { children: { count: A } } } } }",
        "{ parent: { parent: { count: A } } }",
    ];
    for (at, first) in keys.iter().enumerate() {
        for (first_way, second_way) in [("ASC", "DESC"), ("DESC", "ASC"), ("DESC", "DESC")] {
            let second = keys[(at + 3) % keys.len()].replace('A', second_way);
            let sort = format!("sort: [{}, {second}]", first.replace('A', first_way));
            let filter = "filter: { not: { count: { eq: 7 } }, or: [{ children: { none: { count: { eq: 9 } } } }, { parent: { key: { eq: \"x\" } } }] }";
            let all = ask(
                &project,
                &format!(
                    "{{ allPurchases({sort}, {filter}) {{ edges {{ node {{ group }} }} pageInfo {{ totalCount }} }} }}"
                ),
            )
            .await;
            let all = nodes(&all["allPurchases"]);
            assert_eq!(all.len(), 12);
            let mut walked: Vec<Json> = Vec::new();
            let mut cursor = String::new();
            while walked.len() < 12 {
                let query = format!(
                    "{{ allPurchases({sort}, {filter}, last: 5{cursor}) {{ edges {{ node {{ group }} }} pageInfo {{ startCursor totalCount }} }} }}"
                );
                let page = &ask(&project, &query).await["allPurchases"];
                let rows = nodes(page);
                assert!(!rows.is_empty() && page["pageInfo"]["totalCount"] == 12, "{query}\n{page}");
                walked.splice(0..0, rows);
                cursor = format!(", before: {}", page["pageInfo"]["startCursor"]);
            }
            assert_eq!(walked, all, "{sort}");
        }
    }
}

#[tokio::test]
async fn upserts_into_such_tables() {
    let project = books().await;
    let put = |value: i32| {
        format!("mutation {{ putExcluded(inputs: {{ name: \"E\", value: {value} }}) {{ value version }} }}")
    };
    assert_eq!(ask(&project, &put(5)).await["putExcluded"], json!({ "value": 5, "version": 2 }));
    assert_eq!(ask(&project, &put(5)).await["putExcluded"], json!({ "value": 5, "version": 2 }));
    let put = "mutation { putPurchase(inputs: { key: \"k0\", group: \"g0\", count: 40, sum: 4.25, column1: true }) { count sum column1 } }";
    assert_eq!(ask(&project, put).await["putPurchase"], json!({ "count": 40, "sum": 4.25, "column1": true }));
}

/// Rows that share one of two columns that are unique together are not to blame for it.
#[tokio::test]
async fn the_row_at_fault_is_named_by_all_unique_columns() {
    let project = books().await;
    let create = async |rows: &[(&str, &str)]| {
        let inputs: Vec<Json> = rows
            .iter()
            .map(|(key, group)| json!({ "key": key, "group": group, "count": 1, "sum": 1, "column1": true }))
            .collect();
        let query = "mutation($i: [PurchaseInput!]!) { createPurchases(inputs: $i) { key } }";
        let answer = project.execute(&super_user(), query, &json!({ "i": inputs }).to_string()).await;
        let error = &answer["errors"][0];
        (error["message"].clone(), error["extensions"]["fields"][0]["path"].clone())
    };
    let taken = |at: usize| (json!("ALREADY_EXISTS"), json!(["inputs", at, "key"]));
    assert_eq!(create(&[("x", "1"), ("x", "2"), ("k0", "g0")]).await, taken(2));
    assert_eq!(create(&[("x", "1"), ("x", "2"), ("y", "1"), ("x", "2")]).await, taken(3));
    assert_eq!(create(&[("k0", "new"), ("new", "g0"), ("k1", "g1"), ("k2", "g2")]).await, taken(2));
}
