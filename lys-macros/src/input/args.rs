//! What a user may write in `#[input(…)]`, on the struct and on its fields.

use darling::{
    Error, FromField, FromMeta, Result,
    util::{Flag, SpannedValue},
};
use syn::{Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, Path, Type, UnOp};

/// `#[input(entity = Product, name = "…")]` on the struct.
#[derive(Default, darling::FromAttributes)]
#[darling(default, attributes(input))]
pub(super) struct InputArgs {
    /// Entity whose columns the fields are.
    pub(super) entity: Option<Path>,
    /// GraphQL name; by default the struct's.
    pub(super) name: Option<SpannedValue<String>>,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}

/// `#[input(length(min = 1), range(max = 10), email, url, skip, children)]` on a field.
#[derive(FromField)]
#[darling(attributes(input), forward_attrs(doc))]
pub(super) struct FieldArgs {
    pub(super) ident: Option<Ident>,
    pub(super) ty: Type,
    pub(super) attrs: Vec<Attribute>,
    /// Bounds on the characters of a text or the items of a list.
    #[darling(default)]
    pub(super) length: Option<SpannedValue<LengthArgs>>,
    /// Bounds on a number.
    #[darling(default)]
    pub(super) range: Option<SpannedValue<RangeArgs>>,
    /// An e-mail address.
    #[darling(default)]
    pub(super) email: Flag,
    /// An absolute URL.
    #[darling(default)]
    pub(super) url: Flag,
    /// No column of the entity.
    #[darling(default)]
    pub(super) skip: Flag,
    /// Rows of the relation of this name, written with the row.
    #[darling(default)]
    pub(super) children: Flag,
}

/// `length(min = 1, max = 255)`.
#[derive(FromMeta)]
#[darling(from_word = without_bounds)]
pub(super) struct LengthArgs {
    #[darling(default)]
    pub(super) min: Option<u32>,
    #[darling(default)]
    pub(super) max: Option<u32>,
}

/// `range(min = 0.01, max = 1000)`.
#[derive(FromMeta)]
#[darling(from_word = without_bounds)]
pub(super) struct RangeArgs {
    #[darling(default)]
    pub(super) min: Option<Number>,
    #[darling(default)]
    pub(super) max: Option<Number>,
}

/// `length` or `range` alone.
fn without_bounds<T>() -> Result<T> {
    Err(Error::custom("this rule needs its bounds: `(min = …)`, `(max = …)` or both"))
}

/// A number as written: `1`, `0.01`, `-5`.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Number(pub(super) f64);

impl FromMeta for Number {
    fn from_expr(expr: &Expr) -> Result<Self> {
        match expr {
            Expr::Group(group) => Self::from_expr(&group.expr),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => Ok(Self(-Self::from_expr(expr)?.0)),
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(Self(number.base10_parse()?)),
            Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => Ok(Self(number.base10_parse()?)),
            other => Err(Error::custom("a bound is a number, such as `0.01`").with_span(other)),
        }
    }
}
