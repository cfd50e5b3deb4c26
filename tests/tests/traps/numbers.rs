//! Values at the ends of their ranges.

use super::*;

mod scales {
    use super::*;

    #[entity]
    pub struct Weight {
        pub float: f64,
        pub int: i32,
        #[column(decimal(15, 4))]
        pub fine: Decimal,
        #[column(length = 20)]
        pub text: String,
        pub day: Option<NaiveDate>,
    }

    #[node(Weight)]
    #[connection(
        order_by(int),
        sort(float, fine, int, text),
        aggregate(float, int, fine, text, created_at),
        group_by(float, fine, text, int)
    )]
    pub struct WeightNode {
        pub float: f64,
        pub int: i32,
        pub fine: f64,
        pub text: String,
        pub day: Option<NaiveDate>,
    }

    #[derive(Input)]
    #[input(entity = Weight)]
    pub struct WeightInput {
        pub float: f64,
        pub int: i32,
        pub fine: f64,
        pub text: String,
        pub day: Option<NaiveDate>,
    }

    #[creation(node = WeightNode)]
    async fn create_weights(_ctx: &Context<'_>, inputs: Vec<WeightInput>) -> Result<Vec<Draft<Weight>>> {
        inputs.into_iter().map(WeightInput::into_draft).collect()
    }
}

async fn scales(rows: &[(f64, i32, f64, &str)]) -> TestProject {
    let project = project(concat!(module_path!(), "::scales")).await;
    let inputs: Vec<Json> = rows
        .iter()
        .map(|(float, int, fine, text)| json!({ "float": float, "int": int, "fine": fine, "text": text, "day": "2024-02-29" }))
        .collect();
    let query = "mutation($i: [WeightInput!]!) { createWeights(inputs: $i) { id } }";
    let answer = project.execute(&super_user(), query, &json!({ "i": inputs }).to_string()).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    project
}

#[tokio::test]
async fn sums_beyond_a_float() {
    let project =
        scales(&[(1e308, i32::MAX, 99_999_999_999.999_9, "a"), (1.5e308, i32::MAX, 99_999_999_999.999_9, "b")]).await;
    let query = "{ allWeights { aggregate { int { sum avg } fine { sum avg } } groups(by: FLOAT) { key { float } aggregate { float { sum avg max } } } } }";
    let answer = ask(&project, query).await;
    let whole = json!({ "sum": 4_294_967_294.0, "avg": 2_147_483_647.0 });
    let fine = json!({ "sum": 199_999_999_999.999_8, "avg": 99_999_999_999.999_9 });
    assert_eq!(answer["allWeights"]["aggregate"], json!({ "int": whole, "fine": fine }));
    let of_group = |value: f64| json!({ "key": { "float": value }, "aggregate": { "float": { "sum": value, "avg": value, "max": value } } });
    assert_eq!(answer["allWeights"]["groups"], json!([of_group(1e308), of_group(1.5e308)]));
    for field in ["sum", "avg"] {
        let query = format!("{{ allWeights {{ aggregate {{ count float {{ min max {field} }} }} }} }}");
        let answer = project.execute(&super_user(), &query, "{}").await;
        let error = &answer["errors"][0];
        assert_eq!(
            (&error["message"], &error["path"]),
            (&json!("NUMBER_OUT_OF_RANGE"), &json!(["allWeights"])),
            "{answer}"
        );
    }
    let query = "{ allWeights { aggregate { float { min max } } } }";
    let answer = ask(&project, query).await;
    assert_eq!(answer["allWeights"]["aggregate"]["float"], json!({ "min": 1e308, "max": 1.5e308 }));
}

#[tokio::test]
async fn texts_and_floats_keep_their_order_and_their_groups() {
    let rows = [
        (0.1, 1, 0.1, "a"),
        (0.1 + 0.2, 2, 0.2, "A"),
        (0.3, 3, 0.3, "a "),
        (-0.0, 4, 0.0, "\u{e9}"),
        (0.0, 5, 0.0001, "e\u{301}"),
        (5e-324, 6, -0.0001, "Z"),
        (1e-7, 7, 12_345_678_901.123_4, "ß"),
        (123_456_789.123_456_79, 8, 12_345_678_901.123_5, ""),
    ];
    let project = scales(&rows).await;
    let query = "{ allWeights(sort: { text: ASC }) { edges { node { text } } aggregate { text { min max } } groups(by: TEXT) { key { text } aggregate { count } } } }";
    let answer = ask(&project, query).await;
    let mut texts: Vec<&str> = rows.iter().map(|row| row.3).collect();
    texts.sort_unstable();
    let given: Vec<Json> = nodes(&answer["allWeights"]).iter().map(|node| node["text"].clone()).collect();
    assert_eq!(json!(given), json!(texts));
    let given: Vec<Json> =
        answer["allWeights"]["groups"].as_array().unwrap().iter().map(|group| group["key"]["text"].clone()).collect();
    assert_eq!(json!(given), json!(texts));
    assert_eq!(answer["allWeights"]["aggregate"]["text"], json!({ "min": "", "max": "é" }));
    for key in ["float", "fine"] {
        for way in ["ASC", "DESC"] {
            let mut walked = Vec::new();
            let mut cursor = String::new();
            loop {
                let query = format!(
                    "{{ allWeights(sort: {{ {key}: {way} }}, first: 1{cursor}) {{ edges {{ node {{ int {key} }} }} pageInfo {{ endCursor hasNextPage }} }} }}"
                );
                let page = &ask(&project, &query).await["allWeights"];
                walked.extend(nodes(page));
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                assert!(walked.len() < 9, "{key} {way} {walked:?}");
                cursor = format!(", after: {}", page["pageInfo"]["endCursor"]);
            }
            assert_eq!(walked.len(), 8, "{key} {way} {walked:?}");
        }
    }
}
