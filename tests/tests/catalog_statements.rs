//! How many statements a request costs: its shape decides, never the number of rows (00-design §2 P5).

use lys::{
    prelude::*,
    testing::{TestProject, super_user},
};

use crate::catalog_kit::{ACME, catalog, client_id, data, json, member, product_id, run};

/// The statements of a request that succeeds.
async fn statements(project: &TestProject, query: &str, variables: &Json) -> Vec<String> {
    statements_of(project, &super_user(), query, variables).await
}

async fn statements_of(
    project: &TestProject,
    actor: &lys::access::Actor,
    query: &str,
    variables: &Json,
) -> Vec<String> {
    let _ = project.statements().take();
    data(project, actor, query, variables).await;
    project.statements().take()
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
        let statements = statements(&catalog, query, &json!({ "id": product_id(1) })).await;
        assert_eq!(statements, [r#"SELECT "name", "price" FROM "product" WHERE "id" = ?"#]);
    });
}

#[test]
fn a_page_is_one_statement_and_its_total_one_more() {
    run(async {
        let catalog = catalog().await;
        let page = |more: &str| format!("{{ allProducts(first: 5) {{ edges {{ node {{ name }} }} {more} }} }}");
        let plain = statements(&catalog, &page(""), &json!({})).await;
        assert_eq!(plain.len(), 1, "{plain:?}");
        for unselected in ["price", "category_id", "client_id", "updated_at", "COUNT"] {
            assert!(!plain[0].contains(unselected), "{unselected} in {}", plain[0]);
        }
        let informed = statements(&catalog, &page("pageInfo { hasNextPage endCursor }"), &json!({})).await;
        assert_eq!(informed.len(), 1, "{informed:?}");
        let counted = statements(&catalog, &page("pageInfo { totalCount }"), &json!({})).await;
        assert_eq!(counted.len(), 2, "{counted:?}");
        assert_eq!(counted.iter().filter(|sql| sql.contains("COUNT(*)")).count(), 1, "{counted:?}");
        let skipped = "query ($all: Boolean!) { allProducts(first: 5) { pageInfo { hasNextPage totalCount @include(if: $all) } } }";
        assert_eq!(statements(&catalog, skipped, &json!({ "all": false })).await.len(), 1);
        assert_eq!(statements(&catalog, skipped, &json!({ "all": true })).await.len(), 2);
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
            let page = data(&catalog, &super_user(), query, &variables).await;
            assert_eq!(page["allProducts"]["edges"].as_array().unwrap().len(), first);
            let statements = statements(&catalog, query, &variables).await;
            let tables: Vec<&str> =
                statements.iter().map(|sql| sql.split(" FROM ").nth(1).unwrap().split('"').nth(1).unwrap()).collect();
            assert_eq!(tables, ["product", "product_category", "review"], "first: {first}");
            for unselected in ["body", "price", "description", "enabled"] {
                assert!(!statements.iter().any(|sql| sql.contains(unselected)), "{unselected} in {statements:?}");
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
            statements(&catalog, query, &variables).await
        };
        let first = ask(1, "lamp", 3).await;
        assert_eq!(first.len(), 3);
        assert_eq!(ask(27, "o'chair%", 9).await, first);
        assert!(!first.concat().contains("lamp"), "{first:?}");

        let page = "query ($after: String) { allProducts(first: 3, after: $after, orderBy: { price: true }) {
            pageInfo { endCursor } } }";
        let mut after = Json::Null;
        let mut texts = Vec::new();
        for _ in 0..4 {
            let variables = json!({ "after": after });
            let _ = catalog.statements().take();
            after =
                data(&catalog, &super_user(), page, &variables).await["allProducts"]["pageInfo"]["endCursor"].take();
            texts.push(catalog.statements().take());
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
        let statements = statements_of(&catalog, &member(ACME), query, &json!({})).await;
        assert_eq!(statements.len(), 3, "{statements:?}");
        assert!(statements[0].contains(r#""client_id" = ?"#), "{statements:?}");
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
            let made = statements(&catalog, &create(selection), &variables).await;
            assert!(made.len() <= 3 + levels, "create {selection}: {made:?}");
        }
        for (selection, levels) in
            [("price", 0_u8), ("category { code }", 1), ("category { code } reviews { rating }", 2)]
        {
            let variables = json!({ "id": product_id(2), "inputs": { "price": 2.5 + f64::from(levels) } });
            for actor in [super_user(), member(ACME)] {
                let made = statements_of(&catalog, &actor, &update(selection), &variables).await;
                assert!(made.len() <= 3 + usize::from(levels), "update {selection}: {made:?}");
            }
        }
        let delete = "mutation ($id: ID!) { deleteProduct(id: $id) { succeed } }";
        let made = statements_of(&catalog, &member(ACME), delete, &json!({ "id": product_id(2) })).await;
        assert!(made.len() <= 3, "{made:?}");
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
            let made = statements(&catalog, &update, &variables).await;
            assert!(!made.iter().any(|sql| sql.contains("UPDATE")), "{inputs}: {made:?}");
            let answer = data(&catalog, &super_user(), &update, &variables).await;
            assert_eq!(answer["updateProduct"], json!({ "price": 20.49, "updatedAt": null }), "{inputs}");
        }
    });
}

#[test]
fn denied_fields_read_nothing() {
    run(async {
        let catalog = catalog().await;
        let _ = catalog.statements().take();
        let query = "query ($id: ID!) { product(id: $id) { name } allCategories { edges { node { code } } } }";
        let variables = json!({ "id": product_id(1) }).to_string();
        catalog.execute(&lys::testing::anonymous(), query, &variables).await;
        assert_eq!(catalog.statements().take(), Vec::<String>::new());
    });
}
