//! Limits on documents, checked before validation: tokens, depth and aliases (texts of 10-core §7.2), and what fragments blow a
//! document up to. async-graphql's own walks visit a fragment once for each spread and call themselves for each spread below a
//! spread, so nothing may reach them that has not been measured here.

use std::collections::HashMap;

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};
use serde_json::Value as Json;

use super::failure::{PARSE_FAILED, VALIDATION_FAILED, document_error};

/// Most tokens of a document.
const TOKEN_LIMIT: usize = 15_000;
/// Most fields and spreads of an operation once its fragments are expanded.
const FIELD_LIMIT: usize = 5_000;
/// Most fields and spreads of all operations and fragments together, each expanded.
const TOTAL_LIMIT: usize = 10 * FIELD_LIMIT;
/// Most fragments inside each other.
const SPREAD_LIMIT: usize = 32;
/// Lists that lead from types to types: each level multiplies the answer, and no tool needs three (graphql-js has the same rule).
const INTROSPECTION_LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];
const INTROSPECTION_LIMIT: usize = 3;

/// Size and depth of a selection set with its fragments expanded.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    /// Fields and spreads.
    fields: usize,
    /// Depth of the deepest field, counted from the selection set's own fields; `None` without fields.
    depth: Option<usize>,
    /// Most fragments inside each other.
    spreads: usize,
    /// Most lists of the introspection types inside each other.
    lists: usize,
    /// Whether a `__schema` or `__type` has too many of them.
    explodes: bool,
}

/// Refuses a document of more than [`TOKEN_LIMIT`] tokens before it is parsed: parsing costs far more than counting.
pub(crate) fn check_tokens(document: &str) -> Result<(), Vec<Json>> {
    if tokens(document).take(TOKEN_LIMIT + 1).count() <= TOKEN_LIMIT {
        return Ok(());
    }
    let text = format!("Document contains more than {TOKEN_LIMIT} tokens. Parsing aborted.");
    Err(vec![document_error(PARSE_FAILED, &text, &[])])
}

/// The tokens of a document, roughly: where it is malformed the parser has the last word.
fn tokens(document: &str) -> impl Iterator<Item = ()> {
    let mut rest = document.as_bytes();
    std::iter::from_fn(move || {
        loop {
            let length = match rest {
                [] => return None,
                [b' ' | b'\t' | b'\r' | b'\n' | b',', ..] => {
                    rest = &rest[1..];
                    continue;
                }
                [b'#', ..] => {
                    rest = &rest[run(rest, |byte| !matches!(byte, b'\r' | b'\n'))..];
                    continue;
                }
                [b'"', b'"', b'"', ..] => 3 + text(&rest[3..], b"\"\"\""),
                [b'"', ..] => 1 + text(&rest[1..], b"\""),
                [b'.', b'.', b'.', ..] => 3,
                [byte, ..] if is_word(*byte) => run(rest, is_word),
                _ => 1,
            };
            rest = &rest[length..];
            return Some(());
        }
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn run(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !is_part(*byte)).unwrap_or(bytes.len())
}

/// Length of a string's text with its closing quotes.
fn text(bytes: &[u8], end: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            // In a block string only the quotes can be escaped.
            b'\\' if end.len() == 1 => at += 2,
            b'\\' if bytes[at + 1..].starts_with(end) => at += 1 + end.len(),
            _ if bytes[at..].starts_with(end) => return at + end.len(),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Checks `document` against the limits; every broken limit is listed.
pub(crate) fn check(document: &ExecutableDocument, depth_limit: usize, alias_limit: usize) -> Result<(), Vec<Json>> {
    let mut errors = Vec::new();
    let aliases = count_aliases(document);
    if aliases > alias_limit {
        errors.push(document_error(
            VALIDATION_FAILED,
            &format!("{aliases} aliases found. Allowed: {alias_limit}"),
            &[],
        ));
    }
    let mut measured = HashMap::new();
    let mut total = Extent::default();
    for (name, operation) in document.operations.iter() {
        let extent = measure(&operation.node.selection_set.node, document, &mut measured, 0);
        if extent.depth.is_some_and(|depth| depth > depth_limit) {
            let name = name.map_or("anonymous", Name::as_str);
            let text = format!("'{name}' exceeds maximum operation depth of {depth_limit}");
            errors.push(document_error(VALIDATION_FAILED, &text, &[operation.pos]));
        }
        if extent.fields > FIELD_LIMIT {
            let text = format!("The operation selects more than {FIELD_LIMIT} fields");
            errors.push(document_error(VALIDATION_FAILED, &text, &[operation.pos]));
        }
        total.add(extent);
    }
    // Validation walks fragments that no operation spreads, too.
    for fragment in document.fragments.values() {
        total.add(measure(&fragment.node.selection_set.node, document, &mut measured, 0));
    }
    if total.spreads > SPREAD_LIMIT && errors.is_empty() {
        let text = format!("Fragments are spread more than {SPREAD_LIMIT} levels deep");
        errors.push(document_error(VALIDATION_FAILED, &text, &[]));
    }
    if total.explodes {
        errors.push(document_error(VALIDATION_FAILED, "Maximum introspection depth exceeded", &[]));
    }
    if total.fields > TOTAL_LIMIT && errors.is_empty() {
        let text = format!("The document selects more than {TOTAL_LIMIT} fields");
        errors.push(document_error(VALIDATION_FAILED, &text, &[]));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn count_aliases(document: &ExecutableDocument) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).map(aliases_in).sum()
}

fn aliases_in(set: &SelectionSet) -> usize {
    set.items
        .iter()
        .map(|selection| match &selection.node {
            Selection::Field(field) => {
                usize::from(field.node.alias.is_some()) + aliases_in(&field.node.selection_set.node)
            }
            Selection::InlineFragment(fragment) => aliases_in(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => 0,
        })
        .sum()
}

impl Extent {
    /// With what stands beside it.
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.depth = self.depth.max(other.depth);
        self.spreads = self.spreads.max(other.spreads);
        self.lists = self.lists.max(other.lists);
        self.explodes |= other.explodes;
    }
}

/// Each fragment is measured once; one inside itself counts nothing here, validation refuses it. `inside` is the number of
/// fragments around the set: one too many ends the measuring, as its result is known.
fn measure<'d>(
    set: &'d SelectionSet,
    document: &'d ExecutableDocument,
    measured: &mut HashMap<&'d str, Extent>,
    inside: usize,
) -> Extent {
    let mut extent = Extent::default();
    for selection in &set.items {
        extent.add(match &selection.node {
            Selection::Field(field) => {
                let below = measure(&field.node.selection_set.node, document, measured, inside);
                let name = field.node.name.node.as_str();
                let depth = if name.starts_with("__") { None } else { Some(below.depth.map_or(0, |depth| depth + 1)) };
                let lists = below.lists + usize::from(INTROSPECTION_LISTS.contains(&name));
                let explodes = below.explodes || (name.starts_with("__") && lists >= INTROSPECTION_LIMIT);
                Extent { fields: below.fields.saturating_add(1), depth, lists, explodes, ..below }
            }
            Selection::InlineFragment(fragment) => {
                measure(&fragment.node.selection_set.node, document, measured, inside)
            }
            Selection::FragmentSpread(spread) => {
                let below = spread_extent(spread.node.fragment_name.node.as_str(), document, measured, inside);
                Extent { fields: below.fields.saturating_add(1), spreads: below.spreads + 1, ..below }
            }
        });
    }
    extent
}

fn spread_extent<'d>(
    name: &'d str,
    document: &'d ExecutableDocument,
    measured: &mut HashMap<&'d str, Extent>,
    inside: usize,
) -> Extent {
    if let Some(known) = measured.get(name) {
        return *known;
    }
    let Some(fragment) = document.fragments.get(name) else {
        return Extent::default();
    };
    if inside >= SPREAD_LIMIT {
        return Extent { spreads: SPREAD_LIMIT + 1, ..Extent::default() };
    }
    measured.insert(name, Extent::default());
    let known = measure(&fragment.node.selection_set.node, document, measured, inside + 1);
    measured.insert(name, known);
    known
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn messages(query: &str) -> Vec<String> {
        let document = parse_query(query).expect("the test's document is well-formed");
        let errors = check(&document, 2, 1).err().unwrap_or_default();
        errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn root_fields_are_at_depth_zero() {
        assert!(messages("{ a { b { c } } }").is_empty());
        assert_eq!(messages("query Deep { a { b { c { d } } } }"), ["'Deep' exceeds maximum operation depth of 2"]);
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        let query = "{ a { ...f } } fragment f on A { b { c { d } } }";
        assert_eq!(messages(query), ["'anonymous' exceeds maximum operation depth of 2"]);
    }

    #[test]
    fn introspection_fields_are_not_limited() {
        assert!(messages("{ __schema { types { fields { type { name } } } } }").is_empty());
    }

    /// Each level multiplied the answer by the fields of a type.
    #[test]
    fn introspection_that_explodes_is_refused() {
        let query = |sets: &str| format!("{{ __schema {{ types {{ {sets} }} }} }}");
        assert!(messages(&query("fields { type { fields { name } } }")).is_empty());
        let exploding =
            query("fields { type { fields { type { ...f } } } }") + " fragment f on __Type { fields { name } }";
        assert_eq!(messages(&exploding), ["Maximum introspection depth exceeded"]);
        assert!(messages("{ a { fields { fields } } }").is_empty());
    }

    #[test]
    fn aliases_are_counted_over_the_document() {
        assert_eq!(messages("{ x: a ...f } fragment f on Q { y: b }"), ["2 aliases found. Allowed: 1"]);
    }

    #[test]
    fn a_fragment_bomb_is_refused_without_being_expanded() {
        let fragment = |index: usize| format!(" fragment f{index} on Q {{ ...f{0} ...f{0} }}", index + 1);
        let fragments: String = (0..60).map(fragment).collect();
        let query = format!("{{ ...f0 }}{fragments} fragment f60 on Q {{ a }}");
        assert_eq!(messages(&query), ["The operation selects more than 5000 fields"]);
    }

    #[test]
    fn a_fragment_cycle_is_left_to_validation() {
        assert!(messages("{ ...f } fragment f on Q { a ...f }").is_empty());
    }

    /// A spread of an undefined fragment has no field: each level doubled what async-graphql then walked.
    #[test]
    fn a_fragment_bomb_without_a_field_is_refused() {
        let mut query = "{ ...f0 }".to_owned();
        for index in 0..30 {
            query.push_str(&format!(" fragment f{index} on Q {{ ...f{} ...f{} }}", index + 1, index + 1));
        }
        query.push_str(" fragment f30 on Q { ...undefined }");
        assert_eq!(messages(&query), ["The operation selects more than 5000 fields"]);
    }

    /// It overflowed the stack, which ends the process.
    #[test]
    fn a_chain_of_fragments_is_refused_wherever_it_begins() {
        let mut chain = String::new();
        for index in 0..2_000 {
            chain.push_str(&format!(" fragment f{index} on Q {{ ...f{} }}", index + 1));
        }
        chain.push_str(" fragment f2000 on Q { a }");
        for start in ["{ ...f0 }", "{ ...f1990 }", "{ a }"] {
            assert_eq!(messages(&format!("{start}{chain}")), ["Fragments are spread more than 32 levels deep"]);
        }
    }

    #[test]
    fn many_definitions_cannot_spread_one_large_fragment() {
        let mut query = "{ a } fragment large on Q {".to_owned();
        query.push_str(&" a".repeat(4_000));
        query.push('}');
        for index in 0..20 {
            query.push_str(&format!(" fragment f{index} on Q {{ ...large }}"));
        }
        assert_eq!(messages(&query), ["The document selects more than 50000 fields"]);
    }

    #[test]
    fn tokens_are_counted_as_the_parser_sees_them() {
        let count = |document| tokens(document).count();
        assert_eq!(count("query A($a: Int) { a(b: \"x } y\", c: -1.5) ...f @x }"), 26);
        assert_eq!(count("# a b c\n{ a(b: \"\"\" \\\"\"\" a \"b\" \"\"\") }"), 8);
        assert_eq!(count("a \"\"\"\\\\\"\"\" b \"\"\" c"), 3);
        assert_eq!(count("\"open \\"), 1);
        assert_eq!(count("\"\"\"\"\""), 1);
        assert!(check_tokens(&format!("{{{}}}", "a ".repeat(TOKEN_LIMIT - 2))).is_ok());
        assert!(check_tokens(&format!("{{{}}}", "a ".repeat(TOKEN_LIMIT - 1))).is_err());
        assert!(check_tokens(&format!("{{ a(b: \"{}\") }}", "a ".repeat(TOKEN_LIMIT))).is_ok());
    }
}
