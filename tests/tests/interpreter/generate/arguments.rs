//! Arguments: sizes, cursors of earlier answers, orders and filters.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    app::OperationEntry,
    name::camel_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::{OperationKind, OutputDef},
};
use serde_json::{Map, Value};

use super::{Arguments, Generator};
use crate::{
    filters::{
        generate::Generator as Filters,
        types::{Kind, Types},
    },
    interpreter::{filter::FilterType, world::Place},
};

impl<'w> Generator<'w> {
    pub(super) fn arguments(&mut self, arguments: &Arguments<'w>) -> String {
        let given = match arguments {
            Arguments::Plus { required } if *required || !self.one_in(3) => vec![format!("plus: {}", self.int())],
            Arguments::None | Arguments::Plus { .. } => Vec::new(),
            Arguments::Of(operation) => self.of_operation(operation),
            Arguments::OfRelation(field) => self.of_relation(field),
        };
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    fn int(&mut self) -> String {
        match self.below(3) {
            0 => {
                self.used.insert("int".to_owned(), ("Int!".to_owned(), Some(self.ints.into())));
                "$int".to_owned()
            }
            _ => self.below(15).to_string(),
        }
    }

    /// A size of a page, now and then one that is refused.
    fn size(&mut self) -> String {
        match self.below(120) {
            0 => "-1".to_owned(),
            1 => "101".to_owned(),
            _ => self.int(),
        }
    }

    fn of_operation(&mut self, operation: &OperationEntry) -> Vec<String> {
        let mut given = Vec::new();
        match (operation.definition.kind, operation.definition.name) {
            (OperationKind::Getter, _) => {
                let OutputDef::Node { node, .. } = &operation.definition.output else { return given };
                let table = self.world.entity(self.world.node(node)).table;
                let ids: Vec<Value> = self.world.rows(table).iter().map(|row| row["id"].clone()).collect();
                let id = self.pick(&ids);
                let node = if self.one_in(12) { "OtherNode" } else { node };
                given.push(format!("id: \"{}\"", STANDARD.encode(format!("{node}:{}", id.as_str().unwrap()))));
            }
            (OperationKind::Connection, name) => {
                match name {
                    "all_readings" if self.one_in(4) => given.push("good: true".to_owned()),
                    "all_products" if self.one_in(3) => given.push("search: \"T\"".to_owned()),
                    "all_products" if self.one_in(3) => given.push("categoryId: \"HOME\"".to_owned()),
                    _ => {}
                }
                self.paging(operation, &mut given);
            }
            (_, "find_animal" | "the_animal") => {
                let names = ["Leo", "Nala", "Kaa", "Sid", "Zazu", "Kion", "Leo", "Kion", "Sid", "Nobody"];
                given.push(format!("name: \"{}\"", self.pick(&names)));
            }
            (_, "double") => given.push(format!("number: {}", self.int())),
            (_, "ticket_price") => given.push(format!("legs: {}", self.int())),
            (_, "maybe_shapes") if self.one_in(2) => given.push(format!("upTo: {}", self.below(5))),
            (_, "fail_softly") if self.one_in(2) => given.push("word: \"w\"".to_owned()),
            _ => {}
        }
        given
    }

    /// Arguments of a relation's connection. Its cursors are places in the order, and now and then in another one.
    fn of_relation(&mut self, field: &NodeFieldDef) -> Vec<String> {
        let orders = self.world.orders(field);
        let (argument, order) = if self.one_in(2) { self.pick(&orders) } else { orders[0].clone() };
        let mut given: Vec<String> = Vec::new();
        given.extend(argument.strip_prefix('(').and_then(|it| it.strip_suffix(')')).map(str::to_owned));
        self.sizes(&mut given);
        let NodeFieldKind::Connection { node, .. } = &field.kind else { return given };
        let table = self.world.entity(self.world.node(node)).table;
        for name in ["after", "before"] {
            if !self.one_in(4) {
                continue;
            }
            let other = self.one_in(8);
            let known = self
                .world
                .places
                .iter()
                .filter(|(_, place)| other || place.list.table == table && place.list.order == order);
            let known: Vec<&String> = known.map(|(cursor, _)| cursor).collect();
            if !known.is_empty() {
                given.push(format!("{name}: \"{}\"", self.pick(&known)));
            }
        }
        given
    }

    fn sizes(&mut self, given: &mut Vec<String>) {
        for name in ["first", "last", "limit"] {
            if self.one_in(3) {
                given.push(format!("{name}: {}", self.size()));
            }
        }
    }

    fn paging(&mut self, operation: &OperationEntry, given: &mut Vec<String>) {
        let known: Vec<(&String, &Place)> =
            self.known.iter().filter(|(_, place)| place.of == Some(operation.definition.name)).collect();
        if !known.is_empty() && self.below(4) > 0 {
            return self.go_on(operation, &known, given);
        }
        if let OutputDef::Connection { order_by, .. } = &operation.definition.output
            && self.one_in(2)
        {
            let keys = order_by.as_ref().map_or(vec!["created_at"], |keys| keys.iter().map(|key| key.name).collect());
            let key = camel_case(self.pick(&keys));
            given.push(format!("orderBy: {{ {key}: {} }}", self.one_in(2)));
        }
        let world = self.world;
        let filter = world.filters.get(operation.definition.name).filter(|_| self.below(3) > 0);
        if let Some(filter) = filter {
            let asked = self.filter(filter);
            given.push(format!("filter: {asked}"));
        }
        self.sizes(given);
        for name in ["after", "before"] {
            // With a filter they are refused.
            if self.one_in(if filter.is_some() { 60 } else { 4 }) {
                let most = if self.one_in(4) { 70 } else { 12 };
                let at = self.below(most);
                given.push(format!("{name}: \"{}\"", STANDARD.encode(format!("arrayconnection:{at}"))));
            }
        }
    }

    /// The arguments of a list that an earlier answer has shown, with cursors of it.
    fn go_on(&mut self, operation: &OperationEntry, known: &[(&String, &Place)], given: &mut Vec<String>) {
        let (_, place) = self.pick(known);
        if let Some(order) = place.asked.get("orderBy").and_then(Value::as_object) {
            let keys: Vec<String> = order.iter().map(|(key, ascending)| format!("{key}: {ascending}")).collect();
            given.push(format!("orderBy: {{ {} }}", keys.join(", ")));
        }
        let world = self.world;
        if let Some(filter) = place.asked.get("filter").filter(|filter| !filter.is_null()) {
            let ty = &world.filters[operation.definition.name];
            let text =
                if self.one_in(2) { self.filter_variable(ty, filter) } else { text(&ty.types, &ty.name, filter) };
            given.push(format!("filter: {text}"));
        }
        self.sizes(given);
        for name in ["after", "before"] {
            if !self.one_in(2) {
                continue;
            }
            let other = self.one_in(8);
            let fitting = known.iter().filter(|(_, known)| other || known.list == place.list);
            let fitting: Vec<&String> = fitting.map(|(cursor, _)| *cursor).collect();
            given.push(format!("{name}: \"{}\"", self.pick(&fitting)));
        }
    }

    /// A filter: written down, as a variable, or with variables in it.
    fn filter(&mut self, ty: &FilterType) -> String {
        let tape = std::mem::take(&mut self.tape);
        let mut filters = Filters { types: &ty.types, pool: &ty.pool, tape };
        let depth = filters.below(3);
        let filter = filters.filter(&ty.name, u8::try_from(depth).unwrap());
        self.tape = filters.tape;
        match self.below(6) {
            0 => self.filter_variable(ty, &filter),
            1 => {
                let mut text = text(&ty.types, &ty.name, &filter);
                self.with_variables(&mut text);
                text
            }
            2 if self.one_in(8) => "null".to_owned(),
            _ => text(&ty.types, &ty.name, &filter),
        }
    }

    fn variable(&mut self, ty: &str, value: Option<Value>) -> String {
        let name = format!("v{}", self.used.len());
        self.used.insert(name.clone(), (ty.to_owned(), value));
        format!("${name}")
    }

    fn filter_variable(&mut self, ty: &FilterType, filter: &Value) -> String {
        self.variable(&ty.name, Some(filter.clone()))
    }

    /// Questions whether something is NULL ask a variable instead, which may be absent.
    fn with_variables(&mut self, text: &mut String) {
        for truth in [true, false] {
            let literal = format!("isNull: {truth}");
            if text.contains(&literal) {
                let value = (self.below(3) > 0).then_some(truth.into());
                let variable = self.variable("Boolean", value);
                *text = text.replace(&literal, &format!("isNull: {variable}"));
            }
        }
    }
}

/// A filter as a literal.
fn text(types: &Types, ty: &str, filter: &Value) -> String {
    let object = |fields: &Map<String, Value>, show: &dyn Fn(&str, &Value) -> String| {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", show(name, value))).collect();
        format!("{{ {} }}", fields.join(", "))
    };
    object(filter.as_object().unwrap(), &|name, value| match (name, value) {
        ("and" | "or", Value::Array(filters)) => {
            let filters: Vec<String> = filters.iter().map(|filter| text(types, ty, filter)).collect();
            format!("[{}]", filters.join(", "))
        }
        ("not", filter) => text(types, ty, filter),
        (_, value) => match &types.field(ty, name).kind {
            Kind::One(below) => text(types, below, value),
            Kind::Many(below) => object(value.as_object().unwrap(), &|_, filter| text(types, below, filter)),
            Kind::Column { ty, .. } => object(value.as_object().unwrap(), &|_, value| {
                let text = value.to_string();
                if is_scalar(ty) { text } else { text.replace('"', "") }
            }),
        },
    })
}

/// Whether values of a filter are written in quotes, if they are texts at all.
fn is_scalar(filter: &str) -> bool {
    let scalars = ["String", "Int", "Float", "Boolean", "ID", "DateTime", "Date"];
    let ty = filter.trim_start_matches("Lys").trim_start_matches("Nullable").trim_end_matches("Filter");
    scalars.contains(&ty)
}
