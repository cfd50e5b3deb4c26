//! How many statements a request costs: its shape decides, never the number of rows (00-design §2 P5).

use lys::{
    access::Actor,
    prelude::*,
    testing::{Statements, TestProject, super_user},
};

use crate::catalog_kit::{ACME, catalog, client_id, data, generic, json, member, product_id, run};

/// A super user's request.
async fn ran(project: &TestProject, query: &str, variables: &Json) -> Statements<Json> {
    ran_by(project, &super_user(), query, variables).await
}

/// A request that succeeds.
async fn ran_by(project: &TestProject, actor: &Actor, query: &str, variables: &Json) -> Statements<Json> {
    let ran = project.statements_of(actor, query, &variables.to_string()).await;
    assert!(ran.answer.get("errors").is_none(), "{query}: {}", ran.answer);
    ran
}

/// Makes products without SQL of our own: each with a review.
async fn add_products(project: &TestProject, count: u32) {
    let create = "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { id } }";
    for number in 0..count {
        let inputs = json!({ "inputs": {
            "name": format!("More {number}"), "price": 1.5, "categoryId": "HOME", "clientId": client_id(ACME),
        }});
        data(project, &super_user(), create, &inputs).await;
    }
}

#[test]
fn a_product_is_one_statement_of_its_selected_columns() {
    run(async {
        let catalog = catalog().await;
        let query = "query ($id: ID!) { product(id: $id) { name price } }";
        let ran = ran(&catalog, query, &json!({ "id": product_id(1) })).await;
        assert_eq!(generic(&ran.texts()[0]), r#"SELECT "name", "price" FROM "product" WHERE "id" = ?"#);
        ran.assert_exactly(1);
    });
}

#[test]
fn a_page_is_one_statement_its_total_included() {
    run(async {
        let catalog = catalog().await;
        let page = |more: &str| format!("{{ allProducts(first: 5) {{ edges {{ node {{ name }} }} {more} }} }}");
        let plain = ran(&catalog, &page(""), &json!({})).await;
        for unselected in ["price", "category_id", "client_id", "updated_at", "COUNT"] {
            assert!(!plain.to_string().contains(unselected), "{unselected} among what {plain}");
        }
        plain.assert_exactly(1);
        ran(&catalog, &page("pageInfo { hasNextPage endCursor }"), &json!({})).await.assert_exactly(1);
        let counted = ran(&catalog, &page("pageInfo { totalCount }"), &json!({})).await;
        assert_eq!(counted.to_string().matches("COUNT(*)").count(), 1, "there {counted}");
        counted.assert_exactly(1);
        let skipped = "query ($all: Boolean!) { allProducts(first: 5) { pageInfo { hasNextPage totalCount @include(if: $all) } } }";
        ran(&catalog, skipped, &json!({ "all": false })).await.assert_exactly(1);
        let counted = ran(&catalog, skipped, &json!({ "all": true })).await;
        assert!(counted.to_string().contains("COUNT(*)"), "there {counted}");
        counted.assert_exactly(1);
        // Behind the last row there is none to carry the number.
        let behind = "{ allProducts(first: 5, after: \"YXJyYXljb25uZWN0aW9uOjk5\") { pageInfo { totalCount } edges { node { name } } } }";
        let behind = ran(&catalog, behind, &json!({})).await;
        assert_eq!(behind.answer["data"]["allProducts"]["pageInfo"]["totalCount"], 40, "there {behind}");
    });
}

#[test]
fn relations_are_one_statement_each_however_many_rows() {
    run(async {
        let catalog = catalog().await;
        add_products(&catalog, 70).await;
        let query = "query ($first: Int!) { allProducts(first: $first) {
            edges { node { name category { code } reviews { rating } } }
        } }";
        for first in [1, 50, 100] {
            let variables = json!({ "first": first });
            let ran = ran(&catalog, query, &variables).await;
            assert_eq!(ran.answer["data"]["allProducts"]["edges"].as_array().unwrap().len(), first);
            let table =
                |sql: &String| generic(sql).split(" FROM ").nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
            let tables: Vec<String> = ran.texts().iter().map(table).collect();
            assert_eq!(tables, ["product", "product_category", "review"], "first: {first}");
            for unselected in ["body", "price", "description", "enabled"] {
                assert!(!ran.to_string().contains(unselected), "{unselected} among what {ran}");
            }
        }
    });
}

#[test]
fn statement_texts_do_not_depend_on_variables() {
    run(async {
        let catalog = catalog().await;
        let query = "query ($id: ID!, $text: String, $first: Int, $after: String) {
            product(id: $id) { name category { code } }
            allProducts(search: $text, first: $first, after: $after) { edges { node { name } } }
        }";
        let ask = async |number, text, first| {
            let variables = json!({ "id": product_id(number), "text": text, "first": first });
            ran(&catalog, query, &variables).await
        };
        let first = ask(1, "lamp", 3).await;
        assert_eq!(ask(27, "o'chair%", 9).await.texts(), first.texts());
        assert!(!first.to_string().contains("lamp"), "a value among what {first}");
        first.assert_exactly(3);

        let page = "query ($after: String) { allProducts(first: 3, after: $after, orderBy: { price: true }) {
            pageInfo { endCursor } } }";
        let mut after = Json::Null;
        let mut texts = Vec::new();
        for _ in 0..4 {
            let mut ran = ran(&catalog, page, &json!({ "after": after })).await;
            after = ran.answer["data"]["allProducts"]["pageInfo"]["endCursor"].take();
            texts.push(ran.texts().to_vec());
        }
        assert_eq!(texts[1], texts[2]);
        assert_eq!(texts[2], texts[3]);
    });
}

#[test]
fn the_scope_of_a_member_is_part_of_the_statement() {
    run(async {
        let catalog = catalog().await;
        let query = "{ allProducts(first: 3) { edges { node { name category { code } reviews { rating } } } } }";
        let ran = ran_by(&catalog, &member(ACME), query, &json!({})).await;
        assert!(generic(&ran.texts()[0]).contains(r#""client_id" = ?"#), "there {ran}");
        ran.assert_exactly(3);
    });
}

#[test]
fn writes_are_at_most_three_statements_and_one_for_each_selected_level() {
    run(async {
        let catalog = catalog().await;
        let inputs = json!({ "name": "Sofa", "price": 99.5, "categoryId": "HOME", "clientId": client_id(ACME) });
        let create = |selection: &str| {
            format!("mutation ($inputs: CreateProductInput!) {{ createProduct(inputs: $inputs) {{ {selection} }} }}")
        };
        let update = |selection: &str| {
            format!(
                "mutation ($id: ID!, $inputs: UpdateProductInput!) {{ updateProduct(id: $id, inputs: $inputs) {{ {selection} }} }}"
            )
        };
        let variables = json!({ "id": product_id(2), "inputs": inputs });
        for (selection, levels) in [("name", 0), ("category { code }", 1), ("category { code } reviews { rating }", 2)]
        {
            ran(&catalog, &create(selection), &variables).await.assert_at_most(3 + levels);
        }
        for (selection, levels) in
            [("price", 0_u8), ("category { code }", 1), ("category { code } reviews { rating }", 2)]
        {
            let variables = json!({ "id": product_id(2), "inputs": { "price": 2.5 + f64::from(levels) } });
            for actor in [super_user(), member(ACME)] {
                let ran = ran_by(&catalog, &actor, &update(selection), &variables).await;
                ran.assert_at_most(3 + usize::from(levels));
            }
        }
        let delete = "mutation ($id: ID!) { deleteProduct(id: $id) { succeed } }";
        ran_by(&catalog, &member(ACME), delete, &json!({ "id": product_id(2) })).await.assert_at_most(3);
    });
}

#[test]
fn an_edition_without_changes_writes_nothing() {
    run(async {
        let catalog = catalog().await;
        for inputs in ["{}", "{ name: null, price: null }", "{ price: 20.49 }"] {
            let update =
                format!("mutation ($id: ID!) {{ updateProduct(id: $id, inputs: {inputs}) {{ price updatedAt }} }}");
            let variables = json!({ "id": product_id(3) });
            let ran = ran(&catalog, &update, &variables).await;
            assert!(!ran.texts().iter().any(|sql| sql.starts_with("UPDATE")), "{inputs}: there {ran}");
            assert_eq!(ran.answer["data"]["updateProduct"], json!({ "price": 20.49, "updatedAt": null }), "{inputs}");
        }
    });
}

#[test]
fn denied_fields_read_nothing() {
    run(async {
        let catalog = catalog().await;
        let query = "query ($id: ID!) { product(id: $id) { name } allCategories { edges { node { code } } } }";
        let variables = json!({ "id": product_id(1) }).to_string();
        catalog.statements_of(&lys::testing::anonymous(), query, &variables).await.assert_exactly(0);
    });
}
