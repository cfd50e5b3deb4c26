//! What the requests are made of: one client's product ids, and each server's own cursors.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Outcome, Server, http::Connection, token};

/// Rows that a super user looks at to learn which clients there are.
const SURVEY_PAGES: usize = 10;

/// Rows of the client that requests choose from: enough to reach page 1,800 of 50.
const PAGES: usize = 1_000;

/// The pages of the survey and of the walk.
const DOCUMENT: &str = "query ($after: String) { allProducts(first: 100, after: $after) { \
    edges { cursor node { id clientId } } pageInfo { hasNextPage endCursor } } }";

/// A client's products as one server lists them.
pub(crate) struct Sample {
    /// The token of a member of that client.
    pub(crate) token: String,
    /// The global ids of its products, in list order.
    pub(crate) ids: Vec<String>,
    /// The cursors of its products, in list order.
    pub(crate) cursors: Vec<String>,
    /// A product of another client.
    pub(crate) foreign_id: String,
}

/// One row of the list.
struct Row {
    cursor: String,
    id: String,
    client: String,
}

/// Walks through one client's products on both servers, which must list the same ones.
pub(crate) async fn take(servers: &[Server; 2]) -> Outcome<[Sample; 2]> {
    let survey = walk(&servers[1], &token::super_user()?, SURVEY_PAGES).await?;
    let client = largest_client(&survey).ok_or("the database holds no product")?;
    let foreign = survey.iter().find(|row| row.client != client).ok_or("all products have one client")?;
    let token = token::member(&client_key(&client)?)?;

    let mut samples = Vec::new();
    for server in servers {
        let rows = walk(server, &token, PAGES).await?;
        if let Some(row) = rows.iter().find(|row| row.client != client) {
            return Err(format!("{} shows a member of {client} a product of {}", server.name, row.client).into());
        }
        let (ids, cursors) = rows.into_iter().map(|row| (row.id, row.cursor)).unzip();
        samples.push(Sample { token: token.clone(), ids, cursors, foreign_id: foreign.id.clone() });
    }
    let samples: [Sample; 2] = samples.try_into().map_err(|_| "two servers, two samples")?;
    if samples[0].ids != samples[1].ids {
        return Err("the servers list different products, or the same ones in another order".into());
    }
    Ok(samples)
}

/// Reads page after page.
async fn walk(server: &Server, token: &str, pages: usize) -> Outcome<Vec<Row>> {
    let mut connection = Connection::open(server.port, Some(token)).await?;
    let mut after = Value::Null;
    let mut rows = Vec::new();
    for _ in 0..pages {
        let request = json!({ "query": DOCUMENT, "variables": { "after": after } }).to_string();
        let answer = connection.query(&request).await.map_err(|error| format!("{}: {error}", server.name))?;
        let answer: Value = serde_json::from_slice(answer)?;
        let list = &answer["data"]["allProducts"];
        for edge in list["edges"].as_array().ok_or("allProducts has no edges")? {
            let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("an edge is incomplete");
            let node = &edge["node"];
            rows.push(Row { cursor: text(&edge["cursor"])?, id: text(&node["id"])?, client: text(&node["clientId"])? });
        }
        if list["pageInfo"]["hasNextPage"] != json!(true) {
            break;
        }
        after = list["pageInfo"]["endCursor"].clone();
    }
    Ok(rows)
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
