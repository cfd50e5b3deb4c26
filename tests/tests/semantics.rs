//! GraphQL as graphql-js does it: every case of `semantics/cases.json`, on an engine that has not seen it and on one that has.

use std::fmt::Write as _;

use async_graphql_value::ConstValue;
use lys::{context::Request, execute::GraphqlRequest, testing::super_user};
use serde_json::{Value, json};

use crate::zoo;

/// What the parser of async-graphql does otherwise. A case that is mended has to leave this list.
const KNOWN: [&str; 4] = [
    "an input field twice",
    "three quotes in a block string",
    "a unicode escape of two surrogates",
    "a unicode escape of any length",
];

struct Case {
    name: String,
    request: GraphqlRequest,
    loose: bool,
    /// `None` when the document is refused.
    data: Option<String>,
    errors: Vec<Value>,
}

fn cases() -> Vec<Case> {
    let ConstValue::List(cases) = serde_json::from_str(include_str!("../semantics/cases.json")).unwrap() else {
        panic!("a list of cases");
    };
    cases.into_iter().map(Case::new).collect()
}

impl Case {
    fn new(case: ConstValue) -> Self {
        let (data, errors) = answer(&case);
        let json = case.into_json().unwrap();
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        let request = GraphqlRequest {
            query: text("query").unwrap(),
            operation_name: text("operationName"),
            variables: json["variables"].as_object().cloned().unwrap_or_default(),
            ..GraphqlRequest::default()
        };
        Self { name: text("name").unwrap(), request, loose: json["loose"] == true, data, errors }
    }

    fn is_mutation(&self) -> bool {
        self.request.query.contains("mutation ")
    }

    fn fault(&self, given: &str) -> Option<String> {
        let (data, errors) = answer(&serde_json::from_str(given).unwrap());
        let errors = errors.into_iter().map(|error| self.comparable(&error)).collect::<Vec<_>>();
        let expected = self.errors.iter().map(|error| self.comparable(error)).collect::<Vec<_>>();
        let equal = data == self.data && (self.data.is_none() || errors == expected);
        (!equal).then(|| {
            format!(
                "{}: {}\n  graphql-js: {:?}\n              {}\n  lys:        {given}\n",
                self.name,
                self.request.query,
                self.data,
                Value::from(expected)
            )
        })
    }

    fn comparable(&self, error: &Value) -> Value {
        if self.loose {
            return error["path"].clone();
        }
        let mut extensions = error["extensions"].clone();
        if let Some(fields) = extensions["fields"].as_array_mut() {
            for field in fields {
                field["message"] = "".into();
            }
        }
        json!({
            "message": error["message"], "path": error["path"], "locations": error["locations"], "extensions": extensions,
        })
    }
}

/// `data` as text, in the order of its keys, and `errors`.
fn answer(response: &ConstValue) -> (Option<String>, Vec<Value>) {
    let ConstValue::Object(response) = response else { panic!("a response is an object") };
    let data = response.get("data").map(|data| {
        let mut text = String::new();
        render(data, &mut text);
        text
    });
    let errors = match response.get("errors").map(|errors| errors.clone().into_json().unwrap()) {
        Some(Value::Array(errors)) => errors,
        _ => Vec::new(),
    };
    (data, errors)
}

/// JSON in which equal numbers look alike.
fn render(value: &ConstValue, text: &mut String) {
    match value {
        ConstValue::Number(number) => write!(text, "{}", number.as_f64().unwrap()).unwrap(),
        ConstValue::List(items) => {
            text.push('[');
            for item in items {
                render(item, text);
                text.push(',');
            }
            text.push(']');
        }
        ConstValue::Object(fields) => {
            text.push('{');
            for (key, value) in fields {
                write!(text, "{key}:").unwrap();
                render(value, text);
                text.push(',');
            }
            text.push('}');
        }
        scalar => write!(text, "{scalar}").unwrap(),
    }
}

#[tokio::test]
async fn answers_are_those_of_graphql_js() {
    let cases = cases();
    let mut faults = Vec::new();
    let park = zoo::park().await;
    let request = Request::of(super_user());
    for round in ["cold", "warm"] {
        for case in &cases {
            let fresh = if case.is_mutation() { Some(zoo::park().await) } else { None };
            let given = fresh.as_ref().unwrap_or(&park).answer(&request, &case.request).await;
            let fault = case.fault(&given);
            if KNOWN.contains(&case.name.as_str()) {
                assert!(fault.is_some(), "`{}` holds now", case.name);
            } else {
                faults.extend(fault.map(|fault| format!("{round} {fault}")));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
