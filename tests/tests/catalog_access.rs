//! Attacks on the catalog: each is refused, and changes nothing (00-design §2 P2 to P4).

use lys::{
    access::{Actor, WebserviceClaim},
    execute::EngineOptions,
    prelude::*,
    testing::{TestProject, anonymous, super_user, user},
};

use crate::catalog_kit::{
    ACME, GLOBEX, OF_ACME, OF_MEMBERS, ask, catalog, check_refused, client_id, codes, data, global_id, json, manager,
    member, product_id, product_key, rows, run, tells_of_a_missing_table,
};

const PRODUCT: &str = "query ($id: ID!) { product(id: $id) { id name clientId category { code } reviews { body } } }";
const UPDATE: &str =
    "mutation ($id: ID!, $inputs: UpdateProductInput!) { updateProduct(id: $id, inputs: $inputs) { name price } }";
const DELETE: &str = "mutation ($id: ID!) { deleteProduct(id: $id) { succeed } }";
const CREATE: &str = "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { id } }";
const ALL: &str = "query ($search: String, $after: String) {
    allProducts(search: $search, after: $after) { pageInfo { totalCount } edges { node { clientId name } } } }";

fn creation(client: &str) -> Json {
    json!({ "inputs": { "name": "Trojan horse", "price": 1, "categoryId": "HOME", "clientId": client } })
}

fn edition(number: u32) -> Json {
    json!({ "id": product_id(number), "inputs": { "name": "Hacked", "price": 0.01 } })
}

/// Every private operation with variables that a super user could use.
fn private_operations() -> [(&'static str, Json); 5] {
    [
        (PRODUCT, json!({ "id": product_id(1) })),
        (ALL, json!({})),
        (CREATE, creation(&client_id(ACME))),
        (UPDATE, edition(1)),
        (DELETE, json!({ "id": product_id(1) })),
    ]
}

#[test]
fn strangers_are_asked_to_sign_in() {
    run(async {
        let catalog = catalog().await;
        for (query, variables) in private_operations() {
            check_refused(&catalog, &anonymous(), query, &variables, &["ACCESS_DENIED_ERROR"]).await;
        }
        let public = "{ allCategories { edges { node { code } } } }";
        assert_eq!(
            data(&catalog, &anonymous(), public, &json!({})).await["allCategories"]["edges"].as_array().unwrap().len(),
            3
        );
    });
}

#[test]
fn users_without_the_right_are_refused() {
    run(async {
        let catalog = catalog().await;
        let mut strange = user(7);
        for operation in OF_MEMBERS.into_iter().chain(["create_product"]) {
            strange.webservices.insert(operation.to_owned(), WebserviceClaim::Unknown);
        }
        let elsewhere = user(8).organization("company", ACME, OF_MEMBERS);
        for actor in [user(6), strange, user(9).grant("all_categories"), user(9).organization("client", ACME, [""; 0])]
        {
            for (query, variables) in private_operations() {
                check_refused(&catalog, &actor.clone().into(), query, &variables, &["PERMISSION_DENIED"]).await;
            }
        }
        // Rights at a level that products do not have reach no row.
        let elsewhere: Actor = elsewhere.into();
        assert_eq!(data(&catalog, &elsewhere, ALL, &json!({})).await["allProducts"]["pageInfo"]["totalCount"], 0);
        check_refused(&catalog, &elsewhere, PRODUCT, &json!({ "id": product_id(1) }), &["NOT_FOUND"]).await;
        // An owner's right on rows that nobody owns reaches no row either.
        let owner: Actor = OF_MEMBERS.into_iter().fold(user(9), Claims::grant_own).into();
        assert_eq!(data(&catalog, &owner, ALL, &json!({})).await["allProducts"]["edges"], json!([]));
        check_refused(&catalog, &owner, DELETE, &json!({ "id": product_id(1) }), &["NOT_FOUND"]).await;
    });
}

#[test]
fn a_member_sees_rows_of_the_own_client_only() {
    run(async {
        let catalog = catalog().await;
        for (client, other) in [(ACME, "Desk lamp 3"), (GLOBEX, "Desk lamp 1")] {
            let member = member(client);
            let all = data(&catalog, &member, ALL, &json!({})).await;
            assert_eq!(all["allProducts"]["pageInfo"]["totalCount"], 20);
            let edges = all["allProducts"]["edges"].as_array().unwrap();
            assert_eq!(edges.len(), 20);
            assert!(edges.iter().all(|edge| edge["node"]["clientId"] == client_id(client)));
            let lamps = data(&catalog, &member, ALL, &json!({ "search": "lamp" })).await;
            assert_eq!(lamps["allProducts"]["pageInfo"]["totalCount"], 2);
            let foreign = data(&catalog, &member, ALL, &json!({ "search": other })).await;
            assert_eq!(foreign["allProducts"]["pageInfo"]["totalCount"], 0);
        }
        let both: Actor =
            user(5).organization("client", ACME, OF_MEMBERS).organization("client", GLOBEX, OF_MEMBERS).into();
        assert_eq!(data(&catalog, &both, ALL, &json!({})).await["allProducts"]["pageInfo"]["totalCount"], 40);
    });
}

/// A cursor of a foreign row gives a position, never the row.
#[test]
fn a_foreign_cursor_shows_no_foreign_row() {
    run(async {
        let catalog = catalog().await;
        let foreign =
            data(&catalog, &member(GLOBEX), "{ allProducts(first: 3) { pageInfo { endCursor } } }", &json!({})).await;
        let variables = json!({ "after": foreign["allProducts"]["pageInfo"]["endCursor"] });
        let page = data(&catalog, &member(ACME), ALL, &variables).await;
        let edges = page["allProducts"]["edges"].as_array().unwrap();
        assert!(edges.iter().all(|edge| edge["node"]["clientId"] == client_id(ACME)), "{page}");
        assert_eq!(page["allProducts"]["pageInfo"]["totalCount"], 20);
    });
}

#[test]
fn a_foreign_row_is_like_a_missing_one() {
    run(async {
        let catalog = catalog().await;
        let (foreign, missing) = (product_id(OF_ACME), global_id("ProductNode", Uuid::from_u128(99)));
        for query in [PRODUCT, UPDATE, DELETE] {
            let mut seen = Vec::new();
            for id in [&foreign, &missing] {
                let variables = json!({ "id": id, "inputs": { "name": "Hacked" } });
                let variables = if query == UPDATE { variables } else { json!({ "id": id }) };
                let answer = check_refused(&catalog, &member(ACME), query, &variables, &["NOT_FOUND"]).await;
                let ran = catalog.statements_of(&member(ACME), query, &variables.to_string()).await;
                seen.push((answer.to_string(), ran.texts().to_vec()));
            }
            assert_eq!(seen[0], seen[1], "{query}");
        }
    });
}

#[test]
fn ids_that_name_no_product_are_not_found() {
    run(async {
        let catalog = catalog().await;
        let ids = [
            global_id("ProductCategoryNode", "HOME"),
            global_id("ReviewNode", product_key(1)),
            global_id("ProductCategoryNode", product_key(1)),
            global_id("Product", product_key(1)),
            global_id("productnode", product_key(1)),
            global_id("ProductNode", "1"),
            global_id("ProductNode", ""),
            global_id("ProductNode", format!("{}'; DROP TABLE product; --", product_key(1))),
            product_key(1).to_string(),
            String::new(),
            "%".to_owned(),
            "'; DROP TABLE product; --".to_owned(),
            "ProductNode:1".to_owned(),
            "////".to_owned(),
        ];
        for id in ids {
            for actor in [super_user(), member(ACME)] {
                check_refused(&catalog, &actor, PRODUCT, &json!({ "id": id }), &["NOT_FOUND"]).await;
                check_refused(&catalog, &actor, DELETE, &json!({ "id": id }), &["NOT_FOUND"]).await;
                let variables = json!({ "id": id, "inputs": { "name": "Hacked" } });
                check_refused(&catalog, &actor, UPDATE, &variables, &["NOT_FOUND"]).await;
            }
        }
    });
}

#[test]
fn a_member_changes_rows_of_the_own_client_only() {
    run(async {
        let catalog = catalog().await;
        let member = member(ACME);
        check_refused(&catalog, &member, CREATE, &creation(&client_id(ACME)), &["PERMISSION_DENIED"]).await;
        let before = rows(&catalog).await;
        let updated = data(&catalog, &member, UPDATE, &edition(3)).await;
        assert_eq!(updated["updateProduct"], json!({ "name": "Hacked", "price": 0.01 }));
        let after = rows(&catalog).await;
        assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 1);
        assert_eq!(
            data(&catalog, &member, DELETE, &json!({ "id": product_id(3) })).await["deleteProduct"]["succeed"],
            true
        );
        assert!(rows(&catalog).await.len() < before.len());
    });
}

#[test]
fn a_creator_of_one_client_cannot_create_for_another() {
    run(async {
        let catalog = catalog().await;
        let creator: Actor = user(4).organization("client", ACME, ["create_product"]).into();
        check_refused(&catalog, &creator, CREATE, &creation(&client_id(GLOBEX)), &["PERMISSION_DENIED"]).await;
        check_refused(&catalog, &creator, CREATE, &creation(&client_id(Uuid::nil())), &["PERMISSION_DENIED"]).await;
        data(&catalog, &creator, CREATE, &creation(&client_id(ACME))).await;
    });
}

#[test]
fn foreign_keys_are_of_the_right_type_and_exist() {
    run(async {
        let catalog = catalog().await;
        for id in [
            global_id("ProductNode", ACME),
            global_id("UserNode", ACME),
            global_id("ClientNode", "acme"),
            ACME.to_string(),
        ] {
            check_refused(&catalog, &manager(), CREATE, &creation(&id), &["NOT_FOUND"]).await;
        }
        for category in ["GARDEN", "", "home", "HOME'; --", "%"] {
            let mut variables = creation(&client_id(ACME));
            variables["inputs"]["categoryId"] = category.into();
            check_refused(&catalog, &manager(), CREATE, &variables, &["NOT_FOUND"]).await;
        }
    });
}

#[test]
fn each_root_field_has_its_own_decision() {
    run(async {
        let catalog = catalog().await;
        // All rows by list, those of ACME by id: neither order lends the wider grant to the other field.
        let mixed: Actor = user(4).grant("all_products").organization("client", ACME, ["product"]).into();
        let variables = json!({ "id": product_id(OF_ACME) });
        for query in [
            "query ($id: ID!) { allProducts { pageInfo { totalCount } } product(id: $id) { name } }",
            "query ($id: ID!) { product(id: $id) { name } allProducts { pageInfo { totalCount } } }",
            "query ($id: ID!) { a: allProducts { pageInfo { totalCount } } b: product(id: $id) { name } c: allProducts { pageInfo { totalCount } } }",
        ] {
            let answer = check_refused(&catalog, &mixed, query, &variables, &["NOT_FOUND"]).await;
            let place = if query.contains("b:") { "b" } else { "product" };
            assert_eq!(answer["errors"][0]["path"], json!([place]));
        }
        let reversed: Actor = user(4).grant("product").organization("client", ACME, ["all_products"]).into();
        for query in [
            "query ($id: ID!) { allProducts { pageInfo { totalCount } } product(id: $id) { name } }",
            "query ($id: ID!) { product(id: $id) { name } allProducts { pageInfo { totalCount } } }",
        ] {
            let answer = data(&catalog, &reversed, query, &variables).await;
            assert_eq!(
                (&answer["allProducts"]["pageInfo"]["totalCount"], &answer["product"]["name"]),
                (&json!(20), &json!("Desk lamp 3"))
            );
        }
    });
}

/// The plan of a document is shared by all who send it; the decision never is.
#[test]
fn the_same_document_is_decided_for_each_actor() {
    run(async {
        let catalog = catalog().await;
        for _ in 0..2 {
            assert_eq!(
                data(&catalog, &super_user(), ALL, &json!({})).await["allProducts"]["pageInfo"]["totalCount"],
                40
            );
            assert_eq!(
                data(&catalog, &member(ACME), ALL, &json!({})).await["allProducts"]["pageInfo"]["totalCount"],
                20
            );
            check_refused(&catalog, &anonymous(), ALL, &json!({}), &["ACCESS_DENIED_ERROR"]).await;
            check_refused(&catalog, &user(6).into(), ALL, &json!({}), &["PERMISSION_DENIED"]).await;
        }
    });
}

#[test]
fn nothing_is_written_before_all_mutations_are_allowed() {
    run(async {
        let catalog = catalog().await;
        let only_update: Actor = user(4).grant("update_product").into();
        let variables = json!({ "id": product_id(1), "inputs": { "name": "Hacked" }, "other": product_id(2) });
        let queries = [
            "mutation ($id: ID!, $inputs: UpdateProductInput!, $other: ID!) {
                updateProduct(id: $id, inputs: $inputs) { name } deleteProduct(id: $other) { succeed } }",
            "mutation ($id: ID!, $inputs: UpdateProductInput!, $other: ID!) {
                deleteProduct(id: $other) { succeed } updateProduct(id: $id, inputs: $inputs) { name } }",
        ];
        for query in queries {
            let answer = check_refused(&catalog, &only_update, query, &variables, &["PERMISSION_DENIED"]).await;
            assert_eq!(answer["errors"][0]["path"], json!(["deleteProduct"]));
            check_refused(&catalog, &anonymous(), query, &variables, &["ACCESS_DENIED_ERROR", "ACCESS_DENIED_ERROR"])
                .await;
        }
    });
}

#[test]
fn a_failing_mutation_leaves_the_one_before_it() {
    run(async {
        let catalog = catalog().await;
        let query = "mutation ($own: ID!, $foreign: ID!, $last: ID!, $inputs: UpdateProductInput!) {
            first: updateProduct(id: $own, inputs: $inputs) { name }
            second: updateProduct(id: $foreign, inputs: $inputs) { name }
            third: deleteProduct(id: $last) { succeed } }";
        let variables = json!({
            "own": product_id(1), "foreign": product_id(OF_ACME), "last": product_id(2), "inputs": { "name": "Renamed" },
        });
        let before = rows(&catalog).await;
        let answer = ask(&catalog, &member(ACME), query, &variables).await;
        assert_eq!(answer["data"], Json::Null);
        assert_eq!(codes(&answer), ["NOT_FOUND"]);
        assert_eq!(answer["errors"][0]["path"], json!(["second"]));
        let after = rows(&catalog).await;
        assert_eq!(before.len(), after.len(), "the third must not run");
        let changed: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
        assert_eq!(changed.len(), 1);
        assert!(changed[0].contains("Renamed"), "{changed:?}");
    });
}

#[test]
fn a_disabled_operation_is_closed_to_everybody() {
    run(async {
        let apps = [catalog::app().disable("delete_product").disable("all_categories")];
        let catalog = TestProject::new(apps).await.unwrap();
        for actor in [super_user(), manager(), member(ACME), anonymous()] {
            check_refused(&catalog, &actor, DELETE, &json!({ "id": product_id(1) }), &["UNKNOWN_WEBSERVICE"]).await;
            let query = "{ allCategories { edges { node { code } } } }";
            check_refused(&catalog, &actor, query, &json!({}), &["UNKNOWN_WEBSERVICE"]).await;
        }
    });
}

#[test]
fn search_takes_every_letter_literally() {
    run(async {
        let catalog = catalog().await;
        let odd =
            ["100% cotton", "a_b", "O'Reilly'; DROP TABLE product; --", "[a-z]*?", r"back\slash", "\"quoted\"", "ÉTÉ"];
        for name in odd {
            let mut variables = creation(&client_id(ACME));
            variables["inputs"]["name"] = name.into();
            data(&catalog, &manager(), CREATE, &variables).await;
        }
        let before = rows(&catalog).await;
        let matches = [
            ("%", 1),
            ("_", 1),
            ("'", 1),
            ("'; DROP TABLE product; --", 1),
            ("*", 1),
            ("?", 1),
            ("[", 1),
            ("]", 1),
            (r"\", 1),
            ("\"", 1),
            ("a_b", 1),
            ("axb", 0),
            ("100%", 1),
            ("10%n", 0),
            ("[a-z]", 1),
            ("[D]esk", 0),
            ("D*k", 0),
            ("D?sk", 0),
            ("' OR '1'='1", 0),
            ("été", 1),
            ("DESK", 4),
            ("desk lamp 1", 1),
            ("^", 0),
            ("-", 10),
        ];
        for (search, expected) in matches {
            let found = data(&catalog, &super_user(), ALL, &json!({ "search": search })).await;
            assert_eq!(found["allProducts"]["pageInfo"]["totalCount"], expected, "{search:?}");
        }
        for search in ["\u{0}", "lamp\u{0}", "é\u{0}"] {
            let refused = ask(&catalog, &super_user(), ALL, &json!({ "search": search })).await;
            assert_eq!(refused["errors"][0]["message"], "INVALID_INPUT", "{search:?}");
        }
        for category in ["' OR 1=1 --", "%", "HOME' --"] {
            let query = "query ($category: String) { allProducts(categoryId: $category) { edges { node { id } } } }";
            let found = data(&catalog, &super_user(), query, &json!({ "category": category })).await;
            assert_eq!(found["allProducts"]["edges"], json!([]), "{category:?}");
        }
        assert_eq!(rows(&catalog).await, before);
    });
}

#[test]
fn invented_cursors_are_refused_or_harmless() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    run(async {
        let catalog = catalog().await;
        let encoded = |text: &str| STANDARD.encode(text);
        let cursors = [
            "%".to_owned(),
            "'; DROP TABLE product; --".to_owned(),
            "a".repeat(4000),
            encoded("'; DROP TABLE product; --"),
            encoded("arrayconnection:-1"),
            encoded("arrayconnection:x"),
            encoded("arrayconnection:99999999999999999999"),
            encoded("arrayconnection:1 OR 1=1"),
            encoded("{}"),
            encoded("[]"),
            encoded(""),
            encoded("\u{0}"),
        ];
        let before = rows(&catalog).await;
        for cursor in cursors {
            for argument in ["after", "before"] {
                let query = format!(
                    "query ($cursor: String) {{ allProducts({argument}: $cursor) {{ edges {{ node {{ id }} }} }} }}"
                );
                let answer = ask(&catalog, &member(ACME), &query, &json!({ "cursor": cursor })).await;
                assert_ne!(codes(&answer), ["INTERNAL_ERROR"], "{cursor}: {answer}");
                assert!(!codes(&answer).is_empty() || cursor.is_empty(), "{cursor} was accepted: {answer}");
                for database in ["sqlite", "postgres", "mysql", "mariadb"] {
                    assert!(!answer.to_string().to_lowercase().contains(database), "{answer}");
                }
            }
        }
        assert_eq!(rows(&catalog).await, before);
    });
}

fn broken_fields(answer: &Json) -> Vec<String> {
    let fields = answer["errors"][0]["extensions"]["fields"].as_array().cloned().unwrap_or_default();
    let mut paths: Vec<String> = fields.iter().map(|field| field["path"].to_string()).collect();
    paths.sort();
    paths
}

#[test]
fn broken_values_are_all_listed_and_never_repeated() {
    run(async {
        let catalog = catalog().await;
        let before = rows(&catalog).await;
        let long = "x".repeat(256);
        let cases = [
            (json!("Lamp"), json!(0.001), vec![r#"["inputs","price"]"#]),
            (json!("Lamp"), json!(0.0199), vec![r#"["inputs","price"]"#]),
            (json!("Lamp"), json!(-1), vec![r#"["inputs","price"]"#]),
            (json!("Lamp"), json!(123_456_789.0), vec![r#"["inputs","price"]"#]),
            (json!("Lamp"), json!(1e300), vec![r#"["inputs","price"]"#]),
            (json!(""), json!(5), vec![r#"["inputs","name"]"#]),
            (json!(long), json!(0), vec![r#"["inputs","name"]"#, r#"["inputs","price"]"#]),
        ];
        for (name, price, expected) in cases {
            let mut variables = creation(&client_id(ACME));
            variables["inputs"]["name"] = name.clone();
            variables["inputs"]["price"] = price.clone();
            let answer = check_refused(&catalog, &manager(), CREATE, &variables, &["INVALID_INPUT"]).await;
            assert_eq!(broken_fields(&answer), expected, "{answer}");
            let text = answer.to_string();
            assert!(
                !text.contains("0.001")
                    && !text.contains("0.0199")
                    && !text.contains(&long)
                    && !text.contains("123456789"),
                "{text}"
            );
            let variables = json!({ "id": product_id(1), "inputs": { "name": name, "price": price } });
            let answer = check_refused(&catalog, &member(ACME), UPDATE, &variables, &["INVALID_INPUT"]).await;
            assert_eq!(broken_fields(&answer), expected, "{answer}");
        }
        assert_eq!(rows(&catalog).await, before);
        let mut variables = creation(&client_id(ACME));
        variables["inputs"]["price"] = json!(99_999_999.99);
        variables["inputs"]["name"] = "é".repeat(255).into();
        data(&catalog, &manager(), CREATE, &variables).await;
    });
}

/// A broken value of a row that the caller may not see says nothing of the row.
#[test]
fn mistakes_are_told_before_the_row_is_looked_at() {
    run(async {
        let catalog = catalog().await;
        let variables = |number| json!({ "id": product_id(number), "inputs": { "name": "" } });
        let own = check_refused(&catalog, &member(ACME), UPDATE, &variables(1), &["INVALID_INPUT"]).await;
        let foreign = check_refused(&catalog, &member(ACME), UPDATE, &variables(OF_ACME), &["INVALID_INPUT"]).await;
        assert_eq!(own, foreign);
    });
}

#[test]
fn internal_errors_are_masked_outside_dev() {
    run(async {
        for (expose_causes, told) in [(false, false), (true, true)] {
            let options = EngineOptions { expose_causes, ..EngineOptions::default() };
            let catalog = TestProject::with_options([catalog::app()], options).await.unwrap();
            let transaction = catalog.database().begin_alone().await.unwrap();
            transaction.execute("DROP TABLE review".to_owned(), Vec::new()).await.unwrap();
            transaction.commit().await.unwrap();
            let query = "{ allProducts(first: 1) { edges { node { reviews { body } } } } }";
            let answer = catalog.execute_raw(&super_user(), query, "{}").await;
            assert!(answer.contains("INTERNAL_ERROR") && answer.contains("correlation_id"), "{answer}");
            assert_eq!(tells_of_a_missing_table(&answer), told, "{answer}");
        }
    });
}
