//! Both servers must say the same before it matters which one is faster. On the way, their
//! statements are counted.

use serde_json::{Value, json};

use super::{Outcome, Sample, Server, http::Connection, workload::Workload};

/// Random requests that are compared per workload.
const REQUESTS: u16 = 50;

/// Compares the answers to random requests of a workload; returns how many statements each side ran per request.
pub(crate) async fn answers(servers: [&Server; 2], workload: &Workload) -> Outcome<[f64; 2]> {
    let mut random = fastrand::Rng::with_seed(50);
    let before = [servers[0].statements()?, servers[1].statements()?];
    for _ in 0..REQUESTS {
        let requests = workload.pair(random.usize(..workload.requests[0].len()));
        let mut bodies = both(servers, requests.each_ref().map(String::as_str), Some(&workload.token)).await?;
        for body in &mut bodies {
            mask(body, workload.creates);
        }
        let code = bodies[0]["errors"][0]["message"].as_str();
        if code != workload.refusal {
            return Err(format!("workload {}: {} answers {}", workload.name, servers[0].name(), bodies[0]).into());
        }
        if let Some(difference) = difference("$", &bodies[0], &bodies[1]) {
            let logs = servers.map(Server::log_tail).join("\n");
            return Err(format!("workload {}: {difference}\nrequest: {}\n{logs}", workload.name, requests[0]).into());
        }
    }
    let after = [servers[0].statements()?, servers[1].statements()?];
    Ok([0, 1].map(|side| (after[side] - before[side]) as f64 / f64::from(REQUESTS)))
}

/// Compares how both servers refuse: without a token, and for another client's product.
pub(crate) async fn refusals(servers: [&Server; 2], sample: &Sample) -> Outcome<()> {
    let request =
        |id: &str| json!({ "query": "query ($id: ID!) { product(id: $id) { id } }", "variables": { "id": id } });
    let foreign = request(&sample.foreign_id).to_string();
    let cases = [(None, "ACCESS_DENIED_ERROR"), (Some(sample.token.as_str()), "NOT_FOUND")];
    for (token, code) in cases {
        let bodies = both(servers, [&foreign, &foreign], token).await?;
        for (server, body) in servers.iter().zip(&bodies) {
            if body["errors"][0]["message"] != json!(code) || !body["data"].is_null() {
                return Err(format!("{} should refuse with {code}: {body}", server.name()).into());
            }
        }
    }
    Ok(())
}

/// Sends a request to both servers.
async fn both(servers: [&Server; 2], requests: [&str; 2], token: Option<&str>) -> Outcome<[Value; 2]> {
    let mut bodies = [Value::Null, Value::Null];
    for ((server, request), body) in servers.iter().zip(requests).zip(&mut bodies) {
        let mut connection = Connection::open(server.port, token).await?;
        let answer = connection.post(request).await.map_err(|error| format!("{}: {error}", server.name()))?;
        *body = serde_json::from_slice(answer)?;
    }
    Ok(bodies)
}

/// Cursors are opaque: each server writes its own, but both must write one. New rows have an id
/// and a time of their own.
fn mask(value: &mut Value, is_new: bool) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let differs = match name.as_str() {
                    "cursor" | "startCursor" | "endCursor" => true,
                    "id" | "createdAt" => is_new,
                    _ => false,
                };
                if differs && value.is_string() {
                    *value = json!("<its own>");
                } else {
                    mask(value, is_new);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, is_new)),
        _ => {}
    }
}

/// Where two answers differ first, and how.
fn difference(path: &str, lys: &Value, handwritten: &Value) -> Option<String> {
    match (lys, handwritten) {
        (Value::Object(left), Value::Object(right)) if left.len() == right.len() => {
            left.iter().find_map(|(name, value)| {
                difference(&format!("{path}.{name}"), value, right.get(name).unwrap_or(&Value::Null))
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(index, (left, right))| difference(&format!("{path}[{index}]"), left, right))
        }
        // 12 and 12.0 are the same JSON number.
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => None,
        _ if lys == handwritten => None,
        _ => Some(format!("the answers differ at {path}\nlys: {lys}\nhandwritten: {handwritten}")),
    }
}
