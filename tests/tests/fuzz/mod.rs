//! Hostile input: whatever arrives, the answer has the shape of GraphQL, every error has a code, nothing fails inside, no value becomes
//! a part of a statement, and nobody sees more than without it. `LYS_LONG=20` runs twenty times as many cases.

mod cursors;
mod documents;
mod ids;
mod scraps;
mod tape;
mod variables;

use lys::{access::Actor, testing::TestProject};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{TestCaseError, TestError},
};
use serde_json::{Map, Value};

use self::tape::Tape;
use crate::interpreter::runner;

/// Runs `case` on tapes of up to `length` random bytes.
fn fuzz(cases: u32, length: usize, case: impl Fn(Tape) -> Result<(), String>) {
    let result =
        runner(cases).run(&vec(any::<u8>(), 0..length), |tape| case(Tape::new(tape)).map_err(TestCaseError::fail));
    if let Err(TestError::Fail(reason, _) | TestError::Abort(reason)) = result {
        panic!("{reason}");
    }
}

/// The answer, if it has the shape of GraphQL and nothing has failed inside.
async fn ask(project: &TestProject, actor: &Actor, query: &str, variables: &Value) -> Result<Value, String> {
    let text = project.execute_raw(actor, query, &variables.to_string()).await;
    match fault(&text) {
        None => Ok(serde_json::from_str(&text).unwrap()),
        Some(fault) => Err(format!("{fault}\n{query}\n{variables}\n{text}")),
    }
}

fn fault(answer: &str) -> Option<String> {
    let Ok(Value::Object(answer)) = serde_json::from_str(answer) else {
        return Some("no JSON object".to_owned());
    };
    if let Some(key) = answer.keys().find(|key| !matches!(key.as_str(), "data" | "errors")) {
        return Some(format!("`{key}` in an answer"));
    }
    match (answer.get("data"), answer.get("errors")) {
        (Some(Value::Object(_)), None) => None,
        (None | Some(Value::Null | Value::Object(_)), Some(Value::Array(errors))) if !errors.is_empty() => {
            errors.iter().find_map(wrong_error)
        }
        _ => Some("neither data nor errors".to_owned()),
    }
}

fn wrong_error(error: &Value) -> Option<String> {
    let empty = Map::new();
    let extensions = error["extensions"].as_object().unwrap_or(&empty);
    let code = extensions.get("code").and_then(Value::as_str);
    let status = extensions.get("status_code").and_then(Value::as_u64);
    match (error["message"].as_str(), code, status) {
        (Some(message), Some(code), Some(400..=499)) if !message.is_empty() && code != "INTERNAL_ERROR" => None,
        _ => Some("an error that is not the client's".to_owned()),
    }
}

/// Codes of the errors in an answer.
fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or_default()).collect()
}
