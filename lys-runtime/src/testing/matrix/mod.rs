//! The access matrix: every operation of a project, asked by every kind of caller on rows of every tenant and owner, compared with
//! the truth table of 20-user-auth §12 and 30-organization §8.

mod caller;
mod question;
mod report;
mod world;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

pub use report::MatrixReport;

use self::{
    caller::{Caller, Expected, callers, expected},
    question::Questions,
    report::OperationReport,
    world::{StoredRow, World},
};
use super::{TestProject, text};
use crate::{
    access::Actor,
    app::{App, OperationEntry},
    context::Request,
    entity::EntityDef,
    error::{Result, code},
    execute::GraphqlRequest,
    global_id::GlobalId,
    operation::OperationKind,
};

/// Every operation of a project, asked by every kind of caller on rows of every tenant and owner.
///
/// Rows are made of every entity: two of one organization and two of another at each level, of different owners. Each refused request is
/// sent as it is, and nothing of any table may have changed; each allowed change is tried and undone. A list holds exactly the rows
/// that the caller may see of those that the super user sees.
///
/// ```no_run
/// # async fn test(app: lys::App) -> lys::Result<()> {
/// let report = lys::testing::AccessMatrix::of([app]).run().await?;
/// println!("{report}");
/// report.assert_holds();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct AccessMatrix {
    apps: Vec<App>,
    examples: BTreeMap<String, Map<String, Json>>,
    left_out: BTreeMap<String, String>,
}

impl AccessMatrix {
    /// The matrix of these apps, on a database of its own.
    #[must_use]
    pub fn of(apps: impl IntoIterator<Item = App>) -> Self {
        Self { apps: apps.into_iter().collect(), ..Self::default() }
    }

    /// Arguments for `operation` where those that are made after its types break a rule of its own. Fields that say whose a row is
    /// are replaced.
    ///
    /// # Panics
    /// When `arguments` is no JSON object.
    #[must_use]
    pub fn example(mut self, operation: impl Into<String>, arguments: Json) -> Self {
        let Json::Object(arguments) = arguments else { panic!("arguments are a JSON object") };
        self.examples.insert(operation.into(), arguments);
        self
    }

    /// Does not ask `operation`, for a reason that the report repeats.
    #[must_use]
    pub fn leave_out(mut self, operation: impl Into<String>, reason: impl Into<String>) -> Self {
        self.left_out.insert(operation.into(), reason.into());
        self
    }

    /// Asks everything.
    ///
    /// # Errors
    /// Faults of the composition, and what the database says. What is otherwise than expected is in the report.
    pub async fn run(self) -> Result<MatrixReport> {
        let project = TestProject::new(self.apps).await?;
        let world = World::make(project.engine().model(), project.database()).await?;
        let before = project.rows().await;
        let mut report = MatrixReport::default();
        let names: Vec<&str> = project.engine().model().operations().map(|entry| entry.definition.name).collect();
        for operation in project.engine().model().operations() {
            let name = operation.definition.name;
            if let Some(reason) = self.left_out.get(name) {
                report.left_out.push((name.to_owned(), reason.clone()));
                continue;
            }
            let others: Vec<&str> = names.iter().copied().filter(|other| *other != name).collect();
            let mut cases = Cases {
                project: &project,
                world: &world,
                questions: Questions::new(
                    project.engine().model(),
                    project.engine().inputs(),
                    &world,
                    operation,
                    self.examples.get(name),
                ),
                operation,
                before: &before,
                report: OperationReport {
                    name: name.to_owned(),
                    kind: operation.definition.kind.name(),
                    ..Default::default()
                },
                faults: Vec::new(),
            };
            cases.check_arguments().await;
            for caller in callers(name, &others, &world.levels) {
                Box::pin(cases.ask(&caller)).await;
            }
            report.operations.push(cases.report);
            report.faults.append(&mut cases.faults);
        }
        Ok(report)
    }
}

/// The cases of one operation.
struct Cases<'a> {
    project: &'a TestProject,
    world: &'a World<'a>,
    questions: Questions<'a>,
    operation: &'a OperationEntry,
    /// All rows before anything was asked.
    before: &'a [String],
    report: OperationReport,
    faults: Vec<String>,
}

/// What a request came to.
struct Came {
    body: Json,
    codes: Vec<String>,
}

impl Came {
    fn read(answer: &str) -> Self {
        let body: Json = serde_json::from_str(answer).unwrap_or_default();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let codes = errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned());
        Self { codes: codes.collect(), body }
    }

    /// Whether access was refused, in whatever words.
    fn is_refused(&self) -> bool {
        let refusals = [code::ACCESS_DENIED_ERROR, code::PERMISSION_DENIED, code::UNKNOWN_WEBSERVICE, code::NOT_FOUND];
        self.codes.iter().any(|code| refusals.contains(&code.as_str()))
    }
}

impl Cases<'_> {
    /// The arguments must be ones that the super user could use, or no case would show anything.
    async fn check_arguments(&mut self) {
        let audience = &self.operation.definition.audience;
        let all = Actor::from(crate::testing::user(1).super_user());
        let is_stream = self.operation.definition.kind == OperationKind::Subscription;
        if is_stream || expected(&all, self.operation.definition.name, audience) != Expected::All {
            return;
        }
        let graphql = self.questions.request(self.questions.arguments(0));
        let came = self.tried(&all, &graphql).await;
        // What else an operation fails by may be what it is for.
        let no_answer = came.body.get("data").is_none();
        if no_answer || came.codes.iter().any(|came| came == code::INVALID_INPUT) {
            let said = came.body["errors"].to_string();
            self.fault("the super user", &format!("its arguments are refused, so give an `example` of them: {said}"));
        }
    }

    async fn ask(&mut self, caller: &Caller) {
        let definition = &self.operation.definition;
        let expected = expected(&caller.actor, definition.name, &definition.audience);
        if definition.kind == OperationKind::Subscription {
            return self.decided(caller, &expected);
        }
        if let Expected::Refused(code) = expected {
            return self.refused(caller, self.questions.arguments(0), &[code]).await;
        }
        let entity = self.questions.entity();
        if matches!(expected, Expected::Within { .. }) && entity.is_some_and(|entity| !entity.scope_rules.is_empty()) {
            // Which rows are in a scope of the author's own, only that says.
            return self.decided(caller, &expected);
        }
        match (definition.kind, self.questions.entity()) {
            (OperationKind::Connection, Some(entity)) => self.list(caller, &expected, entity).await,
            (OperationKind::Getter | OperationKind::Edition | OperationKind::Deletion, Some(entity)) => {
                self.each_row(caller, &expected, entity).await;
            }
            (OperationKind::Creation, Some(entity)) => self.create(caller, &expected, entity).await,
            // What it does itself is its own business; the chain lets it through.
            _ => self.decided(caller, &expected),
        }
    }

    /// Sent as it is: the answer is this code alone, and nothing has changed.
    async fn refused(&mut self, caller: &Caller, arguments: Map<String, Json>, expected: &[&str]) {
        let graphql = self.questions.request(arguments);
        let came = Came::read(&self.project.answer(&Request::of(caller.actor.clone()), &graphql).await);
        let is_expected = matches!(&came.codes[..], [code] if expected.contains(&code.as_str()));
        if !is_expected || !came.body["data"]["answer"].is_null() {
            return self.fault(&caller.label, &format!("expected {}, got {}", expected.join(" or "), came.body));
        }
        if self.project.rows().await != self.before {
            return self.fault(&caller.label, &format!("{}, and yet rows have changed", came.codes.join(", ")));
        }
        self.report.refused += 1;
    }

    /// Exactly the rows of the super user's list that are in reach.
    async fn list(&mut self, caller: &Caller, expected: &Expected, entity: &EntityDef) {
        let all = self.listed(&Actor::from(crate::testing::user(1).super_user())).await;
        let seen = self.listed(&caller.actor).await;
        let (Ok(all), Ok(mut seen)) = (all, seen) else {
            return self.fault(&caller.label, "a list was refused");
        };
        let in_reach = |id: &String| {
            let key = GlobalId::decode(id).map(|id| id.key).unwrap_or_default();
            let row = self.world.all(entity.type_id).iter().find(|row| row.key() == key);
            row.is_some_and(|row| self.world.reaches(expected, entity, row))
        };
        let mut expected: Vec<String> = all.into_iter().filter(in_reach).collect();
        // Who may not read what a list is sorted by gets it in another order.
        expected.sort_unstable();
        seen.sort_unstable();
        if seen == expected {
            self.report.allowed += 1;
        } else {
            self.fault(&caller.label, &format!("sees {} rows, and should see {}", seen.len(), expected.len()));
        }
    }

    /// All ids of a list, page by page, and the count beside them.
    async fn listed(&self, actor: &Actor) -> Result<Vec<String>, Came> {
        let mut ids: Vec<String> = Vec::new();
        let mut arguments = self.questions.arguments(0);
        loop {
            let graphql = self.questions.request(arguments.clone());
            let came = Came::read(&self.project.answer(&Request::of(actor.clone()), &graphql).await);
            let page = &came.body["data"]["answer"];
            let Some(edges) = page["edges"].as_array() else { return Err(came) };
            ids.extend(edges.iter().filter_map(|edge| edge["node"]["id"].as_str().map(str::to_owned)));
            if page["pageInfo"]["hasNextPage"] != true {
                let counted = page["pageInfo"]["totalCount"].as_u64();
                return if counted == Some(ids.len() as u64) { Ok(ids) } else { Err(came) };
            }
            arguments.insert("after".to_owned(), page["pageInfo"]["endCursor"].clone());
        }
    }

    /// A row in reach is answered or changed; one out of reach looks like one that is not there, and nothing has changed.
    async fn each_row(&mut self, caller: &Caller, expected: &Expected, entity: &EntityDef) {
        let rows: Vec<StoredRow> = self.world.made(entity.type_id).to_vec();
        for (number, row) in rows.iter().enumerate() {
            let arguments = self.arguments_about(number, self.questions.id(&row.key()));
            if self.world.reaches(expected, entity, row) {
                self.allowed(caller, &arguments).await;
            } else {
                self.refused(caller, arguments, &[code::NOT_FOUND]).await;
            }
        }
        let elsewhere = GlobalId::new("NowhereNode", rows.first().map(StoredRow::key).unwrap_or_default()).encode();
        self.refused(caller, self.arguments_about(0, elsewhere), &[code::NOT_FOUND]).await;
    }

    fn arguments_about(&self, number: usize, id: String) -> Map<String, Json> {
        let mut arguments = self.questions.arguments(number);
        if self.operation.definition.many {
            arguments.insert("ids".to_owned(), Json::from(vec![id]));
        } else {
            arguments.insert("id".to_owned(), id.into());
        }
        arguments
    }

    /// Rows of an organization in reach are made; of another they are denied, and nothing has changed.
    async fn create(&mut self, caller: &Caller, expected: &Expected, entity: &EntityDef) {
        for number in 0..self.world.made(entity.type_id).len() {
            let arguments = self.questions.arguments(number);
            let Expected::Within { owner, .. } = expected else {
                self.allowed(caller, &arguments).await;
                continue;
            };
            let row = self.world.made(entity.type_id)[number].clone();
            let says_whose = self.questions.says_whose(&arguments);
            let of_organizations = Expected::Within { owner: None, organizations: organizations(expected) };
            match (self.world.reaches(&of_organizations, entity, &row), says_whose) {
                (true, true) => self.allowed(caller, &arguments).await,
                // Whose a row is, a body may say.
                (_, false) if entity.is_scoped() => {}
                (false, true) if owner.is_some() && entity.owner.is_some() => {}
                // A parent that is out of reach looks like one that is not there.
                _ => self.refused(caller, arguments, &[code::PERMISSION_DENIED, code::NOT_FOUND]).await,
            }
        }
    }

    /// Tried and undone: access is not what it fails by.
    async fn allowed(&mut self, caller: &Caller, arguments: &Map<String, Json>) {
        let graphql = self.questions.request(arguments.clone());
        let came = self.tried(&caller.actor, &graphql).await;
        let asked = arguments.get("id").filter(|_| self.operation.definition.kind == OperationKind::Getter);
        let other = asked.is_some_and(|id| came.body["data"]["answer"]["id"] != *id);
        if came.is_refused() || other {
            self.fault(&caller.label, &format!("should be allowed, got {}", came.body));
        } else {
            self.report.allowed += 1;
        }
    }

    /// The decision of the chain alone: a stream is not opened.
    fn decided(&mut self, caller: &Caller, expected: &Expected) {
        let definition = &self.operation.definition;
        let decision = self.project.engine().chain().authorize(&caller.actor, definition.name, &definition.audience);
        match (decision, expected) {
            (Ok(_), Expected::Refused(code)) => self.fault(&caller.label, &format!("expected {code}, is let through")),
            (Ok(_), _) => self.report.allowed += 1,
            (Err(error), Expected::Refused(code)) if error.code() == *code => self.report.refused += 1,
            (Err(error), expected) => {
                self.fault(&caller.label, &format!("expected {expected:?}, got {}", error.code()));
            }
        }
    }

    async fn tried(&self, actor: &Actor, graphql: &GraphqlRequest) -> Came {
        let explained = Box::pin(self.project.engine().explain(&Request::of(actor.clone()), graphql)).await;
        Came::read(&text(explained.answer))
    }

    fn fault(&mut self, who: &str, what: &str) {
        self.faults.push(format!("{} by {who}: {what}", self.operation.definition.name));
    }
}

fn organizations(expected: &Expected) -> Vec<(String, uuid::Uuid)> {
    match expected {
        Expected::Within { organizations, .. } => organizations.clone(),
        _ => Vec::new(),
    }
}
