//! What the requests are made of: one client's product ids, and each server's own cursors.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    Outcome, Server,
    http::Connection,
    token,
    workload::{DEEP_PAGE, PAGE},
};

/// Pages that a super user looks at to learn which clients there are.
const SURVEY_PAGES: usize = 10;

/// Rows of a page of the survey and of the walk.
const STEP: usize = 100;

/// The fields of the survey and of the walk.
const ROWS: &str = "edges { cursor node { id clientId } }";

/// A client's products as one server lists them. Ids and cursors are JSON texts.
pub(crate) struct Sample {
    /// The token of a member of that client.
    pub(crate) token: String,
    /// The global id of that client.
    pub(crate) client: String,
    /// The global ids of its products, in list order.
    pub(crate) ids: Arc<Vec<String>>,
    /// The cursors of its products, in list order.
    cursors: Vec<String>,
    /// A product of another client.
    pub(crate) foreign_id: String,
    /// The cursor before the deep page of everything.
    pub(crate) deep: String,
}

impl Sample {
    /// The cursors that are followed by a whole page.
    pub(crate) fn cursors_of_pages(&self, size: usize) -> Arc<Vec<String>> {
        let full = self.cursors.len().saturating_sub(size).max(1);
        Arc::new(self.cursors.iter().take(full).cloned().collect())
    }
}

/// One row of the list.
struct Row {
    cursor: String,
    id: String,
    client: String,
}

/// Walks through one client's products on both servers, which must list the same ones.
pub(crate) async fn take(servers: [&Server; 2], products: u64) -> Outcome<[Sample; 2]> {
    let survey = walk(servers[1], &token::super_user()?, ROWS, STEP, SURVEY_PAGES).await?.rows;
    let client = largest_client(&survey).ok_or("the database holds no product")?;
    let foreign = survey.iter().find(|row| row.client != client).ok_or("all products have one client")?;
    let token = token::member(&client_key(&client)?)?;

    let mut samples = Vec::new();
    for server in servers {
        let rows = walk(server, &token, ROWS, STEP, usize::MAX).await?.rows;
        if let Some(row) = rows.iter().find(|row| row.client != client) {
            return Err(format!("{} shows a member of {client} a product of {}", server.name(), row.client).into());
        }
        let quoted = |text: String| Value::from(text).to_string();
        let (ids, cursors): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (quoted(row.id), quoted(row.cursor))).unzip();
        samples.push(Sample {
            token: token.clone(),
            client: client.clone(),
            ids: Arc::new(ids),
            cursors,
            foreign_id: foreign.id.clone(),
            deep: deep_cursor(server, usize::try_from(products)?).await?.to_string(),
        });
    }
    let samples: [Sample; 2] = samples.try_into().map_err(|_| "two servers, two samples")?;
    if samples[0].ids != samples[1].ids {
        return Err("the servers list different products, or the same ones in another order".into());
    }
    Ok(samples)
}

/// The cursor before the deep page, or before the last one of a small table.
async fn deep_cursor(server: &Server, products: usize) -> Outcome<Value> {
    let page = DEEP_PAGE.min(products / PAGE - 1);
    Ok(walk(server, &token::super_user()?, "", PAGE, page - 1).await?.end)
}

/// What a walk has seen.
struct Walk {
    rows: Vec<Row>,
    /// The cursor of its last row.
    end: Value,
}

/// Reads page after page of `size`, at most `pages`; `rows` selects what of the rows.
async fn walk(server: &Server, token: &str, rows: &str, size: usize, pages: usize) -> Outcome<Walk> {
    let document = format!(
        "query ($after: String) {{ allProducts(first: {size}, after: $after) {{ {rows} \
         pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let mut connection = Connection::open(server.port, Some(token)).await?;
    let mut walk = Walk { rows: Vec::new(), end: Value::Null };
    for _ in 0..pages {
        let request = json!({ "query": document, "variables": { "after": walk.end } }).to_string();
        let answer = connection.query(&request).await.map_err(|error| format!("{}: {error}", server.name()))?;
        let answer: Value = serde_json::from_slice(answer)?;
        let list = &answer["data"]["allProducts"];
        for edge in list["edges"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("an edge is incomplete");
            let node = &edge["node"];
            walk.rows.push(Row {
                cursor: text(&edge["cursor"])?,
                id: text(&node["id"])?,
                client: text(&node["clientId"])?,
            });
        }
        walk.end = list["pageInfo"]["endCursor"].clone();
        if list["pageInfo"]["hasNextPage"] != json!(true) {
            break;
        }
    }
    Ok(walk)
}

/// The client with most products.
fn largest_client(rows: &[Row]) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        *counts.entry(&row.client).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map(|(client, _)| client.to_owned())
}

/// The key inside the global id of a client.
fn client_key(id: &str) -> Outcome<String> {
    let text = String::from_utf8(STANDARD.decode(id)?)?;
    let key = text.strip_prefix("ClientNode:").ok_or_else(|| format!("`{text}` is not the id of a client"))?;
    Ok(key.to_owned())
}
