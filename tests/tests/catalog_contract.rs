//! The face of the catalog, which clients rely on (00-design §9).

use std::collections::BTreeMap;

use expect_test::expect_file;
use lys::{
    app::Model,
    boot::access_table,
    prelude::*,
    testing::{TestProject, super_user},
};

use crate::catalog_kit::{ACME, catalog, client_id, data, global_id, json, product_id, run};

#[test]
fn the_schema_is_the_one_that_was_reviewed() {
    run(async {
        let sdl = catalog().await.engine().sdl();
        expect_file!["../snapshots/catalog.graphql"].assert_eq(&format!("{}\n", sdl.trim_end()));
    });
}

#[test]
fn the_access_table_is_the_one_that_was_reviewed() {
    let model = Model::build(&[catalog::app()]).unwrap();
    expect_file!["../snapshots/catalog_access.txt"].assert_eq(&access_table(&model));
}

#[test]
fn building_twice_gives_the_same_schema() {
    run(async {
        assert_eq!(catalog().await.engine().sdl(), catalog().await.engine().sdl());
        let [first, second] = [(); 2].map(|()| access_table(&Model::build(&[catalog::app()]).unwrap()));
        assert_eq!(first, second);
    });
}

/// Every field and input field of the catalog's types, with arguments and type.
const FIELDS: &[(&str, &str)] = &[
    ("Query.node", "(id: ID!): Node"),
    ("Query.nodes", "(ids: [ID!]!): [Node]!"),
    ("Query.product", "(id: ID!): ProductNode!"),
    (
        "Query.allProducts",
        "(search: String, categoryId: String, orderBy: ProductNodeOderByType, limit: Int, before: String, after: String, \
         first: Int, last: Int): ProductNodeListConnection!",
    ),
    (
        "Query.allCategories",
        "(orderBy: ProductCategoryNodeOderByType, limit: Int, before: String, after: String, first: Int, last: Int): \
         ProductCategoryNodeListConnection!",
    ),
    ("Mutation.createProduct", "(inputs: CreateProductInput!): ProductNode!"),
    ("Mutation.updateProduct", "(id: ID!, inputs: UpdateProductInput!): ProductNode!"),
    ("Mutation.deleteProduct", "(id: ID!): SuccessNode!"),
    ("Node.id", ": ID!"),
    ("ProductNode.id", ": ID!"),
    ("ProductNode.name", ": String!"),
    ("ProductNode.price", ": Float!"),
    ("ProductNode.categoryId", ": String!"),
    ("ProductNode.clientId", ": ID!"),
    ("ProductNode.createdAt", ": DateTime!"),
    ("ProductNode.updatedAt", ": DateTime"),
    ("ProductNode.category", ": ProductCategoryNode!"),
    ("ProductNode.reviews", ": [ReviewNode!]!"),
    ("ProductNodeListConnection.pageInfo", ": LysPageInfo!"),
    ("ProductNodeListConnection.edges", ": [ProductNodeEdge!]!"),
    ("ProductNodeEdge.cursor", ": String!"),
    ("ProductNodeEdge.node", ": ProductNode!"),
    ("ProductNodeOderByType.name", ": Boolean"),
    ("ProductNodeOderByType.price", ": Boolean"),
    ("ProductNodeOderByType.createdAt", ": Boolean"),
    ("ReviewNode.id", ": ID!"),
    ("ReviewNode.rating", ": Int!"),
    ("ReviewNode.body", ": String!"),
    ("ReviewNode.createdAt", ": DateTime!"),
    ("ReviewNode.updatedAt", ": DateTime"),
    ("ProductCategoryNode.id", ": ID!"),
    ("ProductCategoryNode.code", ": String!"),
    ("ProductCategoryNode.enabled", ": Boolean!"),
    ("ProductCategoryNode.description", ": String"),
    ("ProductCategoryNode.createdAt", ": DateTime!"),
    ("ProductCategoryNode.updatedAt", ": DateTime"),
    ("ProductCategoryNodeListConnection.pageInfo", ": LysPageInfo!"),
    ("ProductCategoryNodeListConnection.edges", ": [ProductCategoryNodeEdge!]!"),
    ("ProductCategoryNodeEdge.cursor", ": String!"),
    ("ProductCategoryNodeEdge.node", ": ProductCategoryNode!"),
    ("ProductCategoryNodeOderByType.code", ": Boolean"),
    ("ProductCategoryNodeOderByType.createdAt", ": Boolean"),
    ("LysPageInfo.hasNextPage", ": Boolean!"),
    ("LysPageInfo.hasPreviousPage", ": Boolean!"),
    ("LysPageInfo.startCursor", ": String"),
    ("LysPageInfo.endCursor", ": String"),
    ("LysPageInfo.totalCount", ": Int"),
    ("SuccessNode.succeed", ": Boolean!"),
    ("SuccessNode.message", ": String"),
    ("CreateProductInput.name", ": String!"),
    ("CreateProductInput.price", ": Float!"),
    ("CreateProductInput.categoryId", ": String!"),
    ("CreateProductInput.clientId", ": ID!"),
    ("UpdateProductInput.name", ": String"),
    ("UpdateProductInput.price", ": Float"),
];

const INTROSPECTION: &str = "
    query { __schema { types {
        name isOneOf interfaces { name }
        fields(includeDeprecated: true) { name type { ...t } args { ...i } }
        inputFields { ...i }
    } } }
    fragment i on __InputValue { name type { ...t } }
    fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

#[test]
fn every_field_has_the_name_and_type_of_the_contract() {
    let expected: BTreeMap<String, String> =
        FIELDS.iter().map(|(name, signature)| ((*name).to_owned(), (*signature).to_owned())).collect();
    let found = run(async { fields(&introspected(&catalog().await).await) });
    for (name, signature) in &expected {
        assert_eq!(found.get(name), Some(signature), "{name}");
    }
    let unknown: Vec<&String> = found.keys().filter(|name| !expected.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "fields that are not in the contract: {unknown:?}");
}

/// No field has the type of the interface, which once kept it out of the schema.
#[test]
fn fragments_on_the_node_interface_select_its_fields() {
    run(async {
        let query = "{ allCategories(first: 1) { edges { node { ...n ... on Node { again: id } } } } } fragment n on Node { id __typename }";
        let answer = data(&catalog().await, &super_user(), query, &json!({})).await;
        let node = &answer["allCategories"]["edges"][0]["node"];
        assert_eq!((&node["id"], &node["__typename"]), (&node["again"], &json!("ProductCategoryNode")));
    });
}

#[test]
fn rows_are_relay_nodes_and_order_inputs_take_one_key() {
    let types = run(async { introspected(&catalog().await).await });
    let named = |name: &str| types.iter().find(|ty| ty["name"] == *name).unwrap().clone();
    for node in ["ProductNode", "ReviewNode", "ProductCategoryNode"] {
        assert_eq!(named(node)["interfaces"], json!([{ "name": "Node" }]), "{node}");
    }
    for order in ["ProductNodeOderByType", "ProductCategoryNodeOderByType"] {
        assert_eq!(named(order)["isOneOf"], true, "{order}");
    }
}

async fn introspected(project: &TestProject) -> Vec<Json> {
    let mut data = data(project, &super_user(), INTROSPECTION, &json!({})).await;
    let types: Vec<Json> = serde_json::from_value(data["__schema"]["types"].take()).unwrap();
    types.into_iter().filter(|ty| !ty["name"].as_str().unwrap().starts_with("__")).collect()
}

fn fields(types: &[Json]) -> BTreeMap<String, String> {
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let mut fields = BTreeMap::new();
    for ty in types {
        for field in list(&ty["fields"]).into_iter().chain(list(&ty["inputFields"])) {
            let argument = |argument: &Json| format!("{}: {}", text(&argument["name"]), spelled(&argument["type"]));
            let arguments: Vec<String> = list(&field["args"]).iter().map(argument).collect();
            let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
            let name = format!("{}.{}", text(&ty["name"]), text(&field["name"]));
            fields.insert(name, format!("{arguments}: {}", spelled(&field["type"])));
        }
    }
    fields
}

fn spelled(ty: &Json) -> String {
    match text(&ty["kind"]) {
        "NON_NULL" => format!("{}!", spelled(&ty["ofType"])),
        "LIST" => format!("[{}]", spelled(&ty["ofType"])),
        _ => text(&ty["name"]).to_owned(),
    }
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn a_product_reads_as_clients_expect() {
    run(async {
        let catalog = catalog().await;
        let query = "query ($id: ID!) { product(id: $id) {
            __typename id name price categoryId clientId createdAt updatedAt
            category { id code enabled description } reviews { id rating body createdAt updatedAt }
        } }";
        let variables = json!({ "id": product_id(1) });
        let mut product = data(&catalog, &super_user(), query, &variables).await["product"].take();
        let created_at = product["createdAt"].take();
        let is_time = |time: &Json| {
            let time = text(time);
            time.len() == 32 && time.ends_with("+00:00") && DateTime::parse_from_rfc3339(time).is_ok()
        };
        assert!(is_time(&created_at), "{created_at}");
        assert!(is_time(&product["reviews"][0]["createdAt"].take()));
        let expected = json!({
            "__typename": "ProductNode", "id": product_id(1), "name": "Laptop stand 1", "price": 13.49,
            "categoryId": "ELECTRONICS", "clientId": client_id(ACME), "createdAt": null, "updatedAt": null,
            "category": {
                "id": global_id("ProductCategoryNode", "ELECTRONICS"), "code": "ELECTRONICS", "enabled": true,
                "description": "Devices and accessories",
            },
            "reviews": [{
                "id": global_id("ReviewNode", Uuid::from_u128(0x1_4000_8000_0000_0000_000a)),
                "rating": 4, "body": "As described.", "createdAt": null, "updatedAt": null,
            }],
        });
        assert_eq!(product, expected);

        let update =
            "mutation ($id: ID!) { updateProduct(id: $id, inputs: { price: 0.1 }) { price createdAt updatedAt } }";
        let updated = data(&catalog, &super_user(), update, &variables).await["updateProduct"].take();
        assert_eq!((&updated["price"], &updated["createdAt"]), (&json!(0.1), &created_at));
        assert!(is_time(&updated["updatedAt"]), "{updated}");
    });
}

/// A second project, with names that the catalog has too.
mod notes {
    use lys::prelude::*;

    #[entity(table = "product")]
    pub struct Note {
        pub text: String,
    }

    /// Something to remember.
    #[node(Note)]
    #[connection(name = "all_products", public)]
    pub struct NoteNode {
        pub text: String,
    }

    pub fn app() -> lys::App {
        let note =
            || vec![Draft::new().with(Note::COLUMN.id, Uuid::from_u128(1)).with(Note::COLUMN.text, "Buy a lamp")];
        lys::App::new("notes", module_path!()).fixture(Fixture::business::<Note>("notes", &Environment::ALL, note))
    }
}

#[test]
fn two_projects_live_in_one_process() {
    run(async {
        let (catalog, notes) = (catalog().await, TestProject::new([notes::app()]).await.unwrap());
        let query = "{ allProducts { edges { node { text } } } }";
        let answer = notes.execute_raw(&super_user(), query, "{}").await;
        assert_eq!(answer, r#"{"data":{"allProducts":{"edges":[{"node":{"text":"Buy a lamp"}}]}}}"#);
        let answer = catalog.execute(&super_user(), query, "{}").await;
        assert!(answer.get("data").is_none(), "{answer}");
        let products = "{ allProducts { pageInfo { totalCount } } }";
        assert_eq!(
            data(&catalog, &super_user(), products, &json!({})).await["allProducts"]["pageInfo"]["totalCount"],
            40
        );
        assert_eq!(data(&notes, &super_user(), products, &json!({})).await["allProducts"]["pageInfo"]["totalCount"], 1);
        assert!(!notes.engine().sdl().contains("ProductNode"));
    });
}
