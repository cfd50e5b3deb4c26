//! The filter types as a client sees them: by introspection.

use std::collections::BTreeMap;

use lys::testing::{TestProject, super_user};
use serde_json::{Value, json};

/// A field of a filter type.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// What can be asked of a column: the names of the questions.
    Column { ty: String, questions: Vec<String> },
    /// A filter on the row.
    One(String),
    /// Filters on the rows of a list.
    Many(String),
}

/// The fields of each filter type, `and`, `or` and `not` left out.
#[derive(Debug, Default)]
pub struct Types(BTreeMap<String, Vec<Field>>);

impl Types {
    /// The type called `name` and all below it.
    pub async fn load(project: &TestProject, name: &str) -> Self {
        let mut types = Self::default();
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            if types.0.contains_key(&name) {
                continue;
            }
            let mut fields = Vec::new();
            for (field, ty) in input_fields(project, &name).await {
                if matches!(field.as_str(), "and" | "or" | "not") {
                    continue;
                }
                let kind = kind(project, ty).await;
                if let Kind::One(below) | Kind::Many(below) = &kind {
                    open.push(below.clone());
                }
                fields.push(Field { name: field, kind });
            }
            types.0.insert(name, fields);
        }
        types
    }

    pub fn fields(&self, name: &str) -> &[Field] {
        &self.0[name]
    }

    pub fn field(&self, ty: &str, name: &str) -> &Field {
        self.fields(ty).iter().find(|field| field.name == name).unwrap()
    }

    /// What to select of a row, so that the filter `name` can be answered by hand.
    pub fn selection(&self, name: &str) -> String {
        let fields = self.fields(name).iter().map(|Field { name, kind }| match kind {
            Kind::Column { .. } if name == "zoneId" => "aliasedZone: zone { id }".to_owned(),
            Kind::Column { .. } => name.clone(),
            Kind::One(below) | Kind::Many(below) => format!("{name} {{ key: id {} }}", self.selection(below)),
        });
        fields.collect::<Vec<_>>().join(" ")
    }
}

async fn kind(project: &TestProject, ty: String) -> Kind {
    let fields = input_fields(project, &ty).await;
    if ty.starts_with("Lys") {
        return Kind::Column { ty, questions: fields.into_iter().map(|(name, _)| name).collect() };
    }
    match fields.into_iter().find(|(name, _)| name == "some") {
        Some((_, item)) => Kind::Many(item),
        None => Kind::One(ty),
    }
}

async fn input_fields(project: &TestProject, name: &str) -> Vec<(String, String)> {
    let query = "query Q($name: String!) { __type(name: $name) { inputFields { name type { name ofType { ofType { name } } } } } }";
    let answer = project.execute(&super_user(), query, &json!({ "name": name }).to_string()).await;
    let fields = answer["data"]["__type"]["inputFields"].as_array().unwrap_or_else(|| panic!("{name}: {answer}"));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let ty = |ty: &Value| text(&ty["name"]).or_else(|| text(&ty["ofType"]["ofType"]["name"])).unwrap();
    fields.iter().map(|field| (text(&field["name"]).unwrap(), ty(&field["type"]))).collect()
}
