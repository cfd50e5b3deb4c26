//! Plan inspection: `extensions.plan` and what stands behind `explain`.

use std::sync::atomic::{AtomicU32, Ordering};

use lys::{
    access::Actor,
    context::Request,
    execute::{Answer, EngineOptions, GraphqlRequest, inspect::PlanReport},
    prelude::*,
    testing::{TestProject, anonymous, super_user, text},
};

use crate::catalog_kit::{
    ACME, GLOBEX, OF_ACME, client_id, generic, json, manager, member, product_id, product_key, rows, run,
};

const NESTED: &str = "query ($n: Int, $search: String) { allProducts(first: $n, search: $search) {
    pageInfo { totalCount } edges { node { name category { code } all: reviews { rating } } } } }";

async fn project(plans: bool) -> TestProject {
    let options = EngineOptions { plans, ..EngineOptions::default() };
    TestProject::with_options([catalog::app(), after::app()], options).await.unwrap()
}

mod after {
    use super::*;

    pub static WORKED: AtomicU32 = AtomicU32::new(0);

    /// Counts what it promised to do after its commit.
    #[field(mutation, public)]
    async fn promise(ctx: &Context<'_>) -> Result<bool> {
        ctx.after_commit(async {
            WORKED.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })?;
        Ok(true)
    }

    pub fn app() -> App {
        App::new("after", module_path!())
    }
}

fn graphql(query: &str, variables: &Json) -> GraphqlRequest {
    let variables = variables.as_object().unwrap().clone();
    GraphqlRequest { query: query.to_owned(), variables, plan: true, ..GraphqlRequest::default() }
}

async fn answer(project: &TestProject, actor: &Actor, graphql: &GraphqlRequest) -> Json {
    serde_json::from_str(&project.answer(&Request::of(actor.clone()), graphql).await).unwrap()
}

async fn explained(project: &TestProject, actor: &Actor, query: &str, variables: &Json) -> (Json, PlanReport) {
    let explained = project.engine().explain(&Request::of(actor.clone()), &graphql(query, variables)).await;
    (serde_json::from_str(&text(explained.answer)).unwrap(), explained.plan.unwrap())
}

/// Levels with their entity, the number of statements and of their rows.
fn shape(levels: &Json) -> Json {
    let level = |level: &Json| {
        let rows: Vec<&Json> = level["statements"].as_array().unwrap().iter().map(|ran| &ran["rows"]).collect();
        let scope = level["scope"].as_str().map(generic);
        json!([level["level"], level["entity"], scope, rows, shape(&level["levels"])])
    };
    levels.as_array().unwrap().iter().map(level).collect()
}

#[test]
fn a_plan_shows_levels_statements_and_the_decision() {
    run(async {
        let project = project(true).await;
        let request = graphql(NESTED, &json!({ "n": 3 }));
        let first = answer(&project, &member(ACME), &request).await;
        let plan = &first["extensions"]["plan"];
        assert_eq!(plan["document"]["cache"], "miss");
        let field = &plan["fields"][0];
        assert_eq!((&field["field"], &field["operation"]), (&json!("allProducts"), &json!("all_products")));
        assert_eq!(field["statements"], json!([]), "the resolver asks nothing itself");
        let scope = r#""client_id" = ?"#;
        assert_eq!(
            shape(&field["levels"]),
            json!([[
                "page",
                "Product",
                scope,
                [4],
                [
                    ["category", "ProductCategory", "all rows", [3], []],
                    ["reviews", "Review", "all rows", [first_reviews(&first)], []],
                ]
            ]])
        );
        let sql = field["levels"][0]["statements"][0]["sql"].as_str().unwrap();
        assert!(sql.starts_with("SELECT ") && generic(sql).contains(scope), "{sql}");
        let decision = &field["decision"];
        assert_eq!(decision["levels"], json!(["ROLE", "ORGANIZATION_ROLE"]));
        assert_eq!(decision["allowed"], "rows of 1 organization of level client");
        assert_eq!(decision["permissions"][3]["permission"], "Organization");

        let again = answer(&project, &member(ACME), &request).await;
        assert_eq!(again["extensions"]["plan"]["document"]["cache"], "hit");
        assert_eq!(again["data"], first["data"]);
    });
}

fn first_reviews(answer: &Json) -> usize {
    let edges = answer["data"]["allProducts"]["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["node"]["all"].as_array().unwrap().len()).sum()
}

/// Neither what the client sent nor whose rows are allowed.
#[test]
fn a_plan_holds_no_value() {
    run(async {
        let project = project(true).await;
        let variables = json!({ "n": 7, "search": "needle" });
        let mut told = answer(&project, &member(ACME), &graphql(NESTED, &variables)).await["extensions"].to_string();
        let edit =
            "mutation ($id: ID!) { updateProduct(id: $id, inputs: { name: \"needle\", price: 98765.25 }) { name } }";
        let (_, plan) = explained(&project, &member(ACME), edit, &json!({ "id": product_id(1) })).await;
        told.push_str(&plan.to_string());
        told.push_str(&serde_json::to_string(&plan).unwrap());
        for value in ["needle", "98765", &ACME.to_string(), &ACME.simple().to_string(), &product_key(1).to_string()] {
            assert!(!told.contains(value), "{value} in {told}");
        }
        assert!(told.contains("UPDATE"), "{told}");
    });
}

#[test]
fn a_denied_field_shows_why_and_asks_nothing() {
    run(async {
        let project = project(true).await;
        let query = "{ allProducts { edges { node { name } } } allCategories { edges { node { code } } } }";
        let answered = answer(&project, &anonymous(), &graphql(query, &json!({}))).await;
        assert_eq!(answered["data"], Json::Null);
        let fields = &answered["extensions"]["plan"]["fields"];
        assert_eq!(fields[0]["decision"]["denied"], "ACCESS_DENIED_ERROR");
        assert_eq!(fields[0]["decision"].get("allowed"), None);
        assert_eq!(fields[1]["decision"]["allowed"], "what is public");
        for field in fields.as_array().unwrap() {
            assert_eq!((&field["ms"], &field["levels"]), (&Json::Null, &json!([])), "{field}");
        }
    });
}

#[test]
fn without_the_switch_or_the_wish_there_is_no_plan() {
    run(async {
        for (plans, wished) in [(false, true), (true, false)] {
            let project = project(plans).await;
            let request = GraphqlRequest { plan: wished, ..graphql(NESTED, &json!({ "n": 2 })) };
            let answered = answer(&project, &super_user(), &request).await;
            assert_eq!(answered.as_object().unwrap().keys().collect::<Vec<_>>(), ["data"], "{plans} {wished}");
        }
    });
}

#[test]
fn an_explained_mutation_writes_nothing() {
    run(async {
        let project = project(false).await;
        let before = rows(&project).await;
        let inputs = json!({ "name": "Sofa", "price": 5, "categoryId": "HOME", "clientId": client_id(GLOBEX) });
        let mutation = "mutation ($id: ID!, $new: CreateProductInput!) {
            made: createProduct(inputs: $new) { name category { code } }
            updateProduct(id: $id, inputs: { name: \"Changed\" }) { name }
            deleteProduct(id: $id) { succeed }
            promise }";
        let variables = json!({ "id": product_id(OF_ACME), "new": inputs });
        let (answered, plan) = explained(&project, &super_user(), mutation, &variables).await;
        assert_eq!(
            answered["data"],
            json!({
                "made": { "name": "Sofa", "category": { "code": "HOME" } },
                "updateProduct": { "name": "Changed" },
                "deleteProduct": { "succeed": true },
                "promise": true,
            })
        );
        assert!(plan.fields.iter().all(|field| field.rolled_back), "{plan}");
        let made = &plan.fields[0];
        assert!(made.statements[0].sql.starts_with("INSERT "), "{plan}");
        assert_eq!((made.levels[0].level.as_str(), made.levels[0].levels[0].level.as_str()), ("row", "category"));
        assert_eq!(rows(&project).await, before);
        assert_eq!(after::WORKED.load(Ordering::SeqCst), 0, "there was no commit");
        let plain = answer(&project, &super_user(), &graphql("mutation { promise }", &json!({}))).await;
        assert_eq!((plain["data"]["promise"].as_bool(), after::WORKED.load(Ordering::SeqCst)), (Some(true), 1));
    });
}

#[test]
fn a_plan_of_a_real_mutation_is_of_a_committed_one() {
    run(async {
        let project = project(true).await;
        let mutation = "mutation ($id: ID!) { updateProduct(id: $id, inputs: { name: \"Changed\" }) { name } }";
        let answered = answer(&project, &manager(), &graphql(mutation, &json!({ "id": product_id(3) }))).await;
        let field = &answered["extensions"]["plan"]["fields"][0];
        assert_eq!(field["statements"].as_array().unwrap().len(), 2, "{field}");
        assert_eq!(field.get("rolledBack"), None);
        assert!(rows(&project).await.iter().any(|row| row.contains("Changed")));
    });
}

#[test]
fn what_is_refused_or_fails_is_explained_as_far_as_it_came() {
    run(async {
        let project = project(true).await;
        let refused = project.engine().explain(&Request::of(super_user()), &graphql("{ nothing }", &json!({}))).await;
        assert!(refused.plan.is_none() && matches!(refused.answer, Answer::Refused(_)));
        let read_only = GraphqlRequest { read_only: true, ..graphql("mutation { promise }", &json!({})) };
        let refused = project.engine().explain(&Request::of(super_user()), &read_only).await;
        assert!(refused.plan.is_none() && matches!(refused.answer, Answer::ReadOnly(_)));

        let transaction = project.database().begin_alone().await.unwrap();
        transaction.execute("DROP TABLE review".to_owned(), Vec::new()).await.unwrap();
        transaction.commit().await.unwrap();
        let (answered, plan) = explained(&project, &super_user(), NESTED, &json!({ "n": 2 })).await;
        assert_eq!(answered["errors"][0]["message"], "INTERNAL_ERROR");
        let reviews = &plan.fields[0].levels[0].levels[1];
        assert_eq!((reviews.level.as_str(), reviews.statements[0].rows), ("reviews", None));
        assert!(plan.to_string().contains("failed, "), "{plan}");
    });
}
