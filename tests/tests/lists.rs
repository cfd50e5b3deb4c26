//! Columns that hold lists: the same in and out on every database, empty or not there at all.

use lys::{
    app::Model,
    data::Dialect,
    prelude::*,
    testing::{TestProject, super_user},
};
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    test_runner::TestCaseError,
};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use crate::{
    catalog_kit::{codes, global_id},
    interpreter::runner,
};

mod kitchen {
    use super::*;

    #[entity]
    pub struct Recipe {
        #[column(length = 8)]
        pub tags: Vec<String>,
        pub steps: Option<Vec<String>>,
        pub amounts: Option<Vec<f64>>,
        pub counts: Vec<i32>,
        pub flags: Option<Vec<bool>>,
        pub big: Option<Vec<i64>>,
        #[references("RecipeNode")]
        pub like: Option<Vec<Uuid>>,
        #[version]
        pub version: i32,
    }

    #[node(Recipe)]
    #[getter]
    #[connection(order_by(version))]
    pub struct RecipeNode {
        pub tags: Vec<String>,
        pub steps: Option<Vec<String>>,
        pub amounts: Option<Vec<f64>>,
        pub counts: Vec<i32>,
        pub flags: Option<Vec<bool>>,
        pub like: Option<Vec<GlobalId>>,
        pub version: i32,
    }

    #[derive(Input)]
    #[input(entity = Recipe)]
    pub struct CreateRecipeInput {
        pub tags: Vec<String>,
        pub steps: Option<Vec<String>>,
        pub amounts: Option<Vec<f64>>,
        pub counts: Vec<i32>,
        pub flags: Option<Vec<bool>>,
        pub big: Option<Vec<i32>>,
        pub like: Option<Vec<GlobalId>>,
    }

    #[creation(node = RecipeNode)]
    async fn create_recipe(_ctx: &Context<'_>, inputs: CreateRecipeInput) -> Result<Draft<Recipe>> {
        inputs.into_draft()
    }

    #[creation(node = RecipeNode)]
    async fn create_recipes(_ctx: &Context<'_>, inputs: Vec<CreateRecipeInput>) -> Result<Vec<Draft<Recipe>>> {
        inputs.into_iter().map(CreateRecipeInput::into_draft).collect()
    }

    #[derive(Input)]
    #[input(entity = Recipe)]
    pub struct UpdateRecipeInput {
        pub tags: Option<Vec<String>>,
        pub steps: Patch<Vec<String>>,
        pub amounts: Patch<Vec<f64>>,
        pub flags: Patch<Vec<bool>>,
        pub like: Patch<Vec<GlobalId>>,
    }

    #[edition(node = RecipeNode)]
    async fn update_recipe(_ctx: &Context<'_>, recipe: Recipe, inputs: UpdateRecipeInput) -> Result<Draft<Recipe>> {
        inputs.edit(recipe)
    }

    /// Each recipe gets the lists of the one before it, the first those of the last: what is read is written again.
    #[field(mutation)]
    async fn shift(ctx: &Context<'_>) -> Result<Vec<String>> {
        let writer = ctx.writer()?;
        let recipes = writer.list(Recipe::select().order_by(Recipe::COLUMN.id.asc())).await?;
        let before = recipes.iter().cycle().skip(recipes.len().saturating_sub(1)).cloned();
        let before: Vec<Recipe> = before.take(recipes.len()).collect();
        let column = Recipe::COLUMN;
        let shifted = recipes.into_iter().zip(before).map(|(recipe, before)| {
            let draft = Draft::of(recipe).with(column.tags, before.tags).with(column.steps, before.steps);
            let draft = draft.with(column.amounts, before.amounts).with(column.counts, before.counts);
            draft.with(column.flags, before.flags).with(column.big, before.big).with(column.like, before.like)
        });
        let saved = writer.save_many(shifted.collect()).await?;
        let again = writer.list(Recipe::select().order_by(Recipe::COLUMN.id.asc())).await?;
        assert_eq!(saved.len(), again.len());
        for saved in &saved {
            assert!(again.contains(saved), "{saved:?}");
            let found = Recipe::select().filter(column.tags.eq(saved.tags.clone()).and(column.id.eq(saved.id)));
            assert_eq!(writer.first(found).await?.as_ref(), Some(saved));
        }
        Ok(again.iter().map(|recipe| format!("{:?}", recipe.big)).collect())
    }
}

const ALL: &str = "tags steps amounts counts flags like";

async fn kitchen() -> TestProject {
    TestProject::new([App::new("lists", concat!(module_path!(), "::kitchen"))]).await.unwrap()
}

async fn ask(project: &TestProject, query: &str, variables: &Json) -> Json {
    let mut answer = project.execute(&super_user(), query, &variables.to_string()).await;
    assert!(answer.get("errors").is_none(), "{query} {variables}: {answer}");
    answer["data"].take()
}

async fn create(project: &TestProject, inputs: &Json) -> Json {
    let query = format!("mutation ($i: CreateRecipeInput!) {{ createRecipe(inputs: $i) {{ id {ALL} }} }}");
    ask(project, &query, &json!({ "i": inputs })).await["createRecipe"].take()
}

fn maybe<T: Into<Json> + std::fmt::Debug>(items: impl Strategy<Value = Vec<T>>) -> impl Strategy<Value = Json> {
    prop_oneof![
        1 => Just(Json::Null),
        4 => items.prop_map(Json::from),
    ]
}

/// A recipe's lists as clients give them.
fn recipe() -> impl Strategy<Value = Json> {
    let text = prop_oneof![
        Just(String::new()),
        "[a-z\"\\\\{},' ]{0,8}",
        prop_oneof![Just("NULL"), Just("null"), Just("é😀\n\t"), Just("[]"), Just("{a,b}"), Just("\u{1}\u{7f}")]
            .prop_map(str::to_owned),
    ];
    let float = any::<f64>().prop_filter("JSON has it", |number| number.is_finite());
    let like = vec(any::<u128>().prop_map(|key| global_id("RecipeNode", Uuid::from_u128(key))), 0..4);
    let strategy = (
        vec(text.clone(), 0..5),
        maybe(vec(text, 0..3)),
        maybe(vec(float, 0..5)),
        vec(any::<i32>(), 0..5),
        maybe(vec(any::<bool>(), 0..4)),
        maybe(like),
    );
    strategy.prop_map(|(tags, steps, amounts, counts, flags, like)| {
        json!({ "tags": tags, "steps": steps, "amounts": amounts, "counts": counts, "flags": flags, "like": like })
    })
}

#[test]
fn lists_come_out_as_they_went_in() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(kitchen());
    let result = runner(60).run(&vec(recipe(), 1..4), |recipes| {
        let (created, made, read) = runtime.block_on(async {
            let query = format!("mutation ($i: [CreateRecipeInput!]!) {{ createRecipes(inputs: $i) {{ id {ALL} }} }}");
            let mut made = ask(&project, &query, &json!({ "i": recipes })).await["createRecipes"].take();
            let created = create(&project, &recipes[0]).await;
            let id = made[0]["id"].clone();
            let query = format!("query ($id: ID!) {{ recipe(id: $id) {{ {ALL} }} }}");
            let read = ask(&project, &query, &json!({ "id": id })).await["recipe"].take();
            for recipe in made.as_array_mut().unwrap().iter_mut() {
                recipe.as_object_mut().unwrap().remove("id");
            }
            (created, made, read)
        });
        proptest::prop_assert_eq!(&made, &Json::from(recipes.clone()));
        proptest::prop_assert_eq!(&read, &recipes[0]);
        proptest::prop_assert_eq!(&created["amounts"], &recipes[0]["amounts"]);
        Ok::<_, TestCaseError>(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // What is in the rows is written again, all of it in batches.
    let shifted = runtime.block_on(ask(&project, "mutation { shift }", &json!({})));
    assert!(shifted["shift"].as_array().unwrap().len() > 60);
}

#[tokio::test]
async fn null_is_not_empty() {
    let project = kitchen().await;
    let one = create(&project, &json!({ "tags": [], "counts": [1], "steps": [], "big": [1, -2] })).await;
    let nothing = json!({ "id": one["id"], "tags": [], "steps": [], "amounts": null, "counts": [1], "flags": null, "like": null });
    assert_eq!(one, nothing);
    let edit =
        format!("mutation ($id: ID!, $i: UpdateRecipeInput!) {{ updateRecipe(id: $id, inputs: $i) {{ id {ALL} }} }}");
    let steps = [
        (json!({}), json!({})),
        (json!({ "tags": null, "flags": [true, false] }), json!({ "flags": [true, false] })),
        (json!({ "steps": null, "amounts": [] }), json!({ "steps": null, "amounts": [] })),
        (
            json!({ "amounts": [0.1, -0.5], "like": [one["id"]] }),
            json!({ "amounts": [0.1, -0.5], "like": [one["id"]] }),
        ),
        (
            json!({ "tags": ["a", "a"], "flags": [], "like": null }),
            json!({ "tags": ["a", "a"], "flags": [], "like": null }),
        ),
    ];
    let mut expected = nothing;
    for (inputs, changes) in steps {
        let edited = ask(&project, &edit, &json!({ "id": one["id"], "i": inputs })).await["updateRecipe"].take();
        expected.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        assert_eq!(edited, expected, "{inputs}");
    }
    assert_eq!(ask(&project, "mutation { shift }", &json!({})).await["shift"], json!(["Some([1, -2])"]));
}

/// PostgreSQL has arrays; elsewhere a list is a JSON text.
#[tokio::test]
async fn lists_are_arrays_where_there_are_some() {
    let project = kitchen().await;
    let like = global_id("RecipeNode", Uuid::from_u128(7));
    create(
        &project,
        &json!({ "tags": ["a\"", "b"], "counts": [1, 2], "amounts": [1.5], "flags": [true], "like": [like] }),
    )
    .await;
    let stored = async |sql: &str| {
        let rows = project.database().read_all(sql.to_owned(), Vec::new()).await.unwrap();
        rows.first().unwrap().get::<String>(0).unwrap()
    };
    if project.database().dialect() == Dialect::Postgres {
        let types = "SELECT concat_ws(' ', pg_typeof(tags), pg_typeof(counts), pg_typeof(amounts), pg_typeof(flags), pg_typeof(big), \
                     pg_typeof(\"like\")) FROM recipe";
        assert_eq!(stored(types).await, "text[] integer[] double precision[] boolean[] bigint[] uuid[]");
        assert_eq!(stored("SELECT tags[2] FROM recipe").await, "b");
    } else {
        let column = |name| {
            if project.database().dialect() == Dialect::Sqlite { format!("\"{name}\"") } else { format!("`{name}`") }
        };
        for (name, text) in [
            ("tags", "[\"a\\\"\",\"b\"]"),
            ("counts", "[1,2]"),
            ("amounts", "[1.5]"),
            ("flags", "[true]"),
            ("like", "[\"00000000-0000-0000-0000-000000000007\"]"),
        ] {
            assert_eq!(stored(&format!("SELECT {} FROM recipe", column(name))).await, text);
        }
    }
}

#[tokio::test]
async fn wrong_lists_are_refused_and_nothing_is_written() {
    let project = kitchen().await;
    let create = format!("mutation ($i: CreateRecipeInput!) {{ createRecipe(inputs: $i) {{ {ALL} }} }}");
    let before = project.rows().await;
    for (inputs, code) in [
        (json!({ "counts": [] }), "BAD_USER_INPUT"),
        (json!({ "tags": [null], "counts": [] }), "BAD_USER_INPUT"),
        (json!({ "tags": null, "counts": [] }), "BAD_USER_INPUT"),
        (json!({ "tags": [["a"]], "counts": [] }), "BAD_USER_INPUT"),
        (json!({ "tags": [], "counts": [1.5] }), "BAD_USER_INPUT"),
        (json!({ "tags": [], "counts": [2_147_483_648_u32] }), "BAD_USER_INPUT"),
        (json!({ "tags": ["fits", "too long for it"], "counts": [] }), "INVALID_INPUT"),
        (json!({ "tags": ["a\0"], "counts": [] }), "INVALID_INPUT"),
        (json!({ "tags": [], "counts": [], "like": [global_id("OtherNode", Uuid::from_u128(1))] }), "NOT_FOUND"),
        (json!({ "tags": [], "counts": [], "like": [global_id("RecipeNode", "x")] }), "NOT_FOUND"),
    ] {
        let answer = project.execute(&super_user(), &create, &json!({ "i": inputs }).to_string()).await;
        assert_eq!(codes(&answer), [code], "{inputs}: {answer}");
    }
    assert_eq!(project.rows().await, before);
}

#[tokio::test]
async fn the_schema_shows_lists_of_their_items() {
    let sdl = kitchen().await.engine().sdl();
    for line in [
        "tags: [String!]!",
        "steps: [String!]\n",
        "amounts: [Float!]\n",
        "counts: [Int!]!",
        "flags: [Boolean!]\n",
        "like: [ID!]\n",
    ] {
        assert!(sdl.contains(line), "{line}\n{sdl}");
    }
}

/// What no database does with lists in one way, nobody asks of them.
mod wrong {
    use super::*;

    #[entity(index(tags, counts))]
    pub struct Basket {
        #[column(unique)]
        pub tags: Vec<String>,
        pub counts: Vec<i32>,
        pub like: Vec<Uuid>,
        #[has_many(Egg)]
        pub eggs: Many<Egg>,
    }

    #[entity]
    pub struct Egg {
        #[belongs_to(Basket)]
        pub basket_id: Uuid,
        pub marks: Vec<i32>,
    }

    #[node(Basket)]
    #[connection(order_by(counts))]
    pub struct BasketNode {
        pub tags: Vec<String>,
        pub counts: Vec<i32>,
        pub like: Vec<GlobalId>,
        #[relation(order_by(marks))]
        pub eggs: Connection<EggNode>,
    }

    #[node(Egg)]
    pub struct EggNode {
        pub marks: Vec<i32>,
    }
}

#[test]
fn lists_in_keys_and_orders_are_faults_at_start() {
    let app = App::new("wrong", concat!(module_path!(), "::wrong"));
    let faults = Model::build(&[app]).err().map(|error| error.faults().to_vec()).unwrap_or_default();
    for part in [
        "`Basket.tags` is a list",
        "`Basket.counts` is a list",
        "`order_by` names `counts`",
        "`order_by` names `marks`",
        "`BasketNode.like` is a GlobalId of no type",
    ] {
        assert_eq!(faults.iter().filter(|fault| fault.contains(part)).count(), 1, "{part}: {faults:#?}");
    }
    assert_eq!(faults.len(), 5, "{faults:#?}");
}
