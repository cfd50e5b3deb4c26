//! Computed fields: of one row and of a level, some of which fail.

use std::sync::{Mutex, PoisonError};

use lys::prelude::*;

use super::AnimalNode;

#[node]
pub struct PortraitNode {
    pub title: String,
    pub kilos: Option<f64>,
    pub frame: FrameNode,
    pub frames: Vec<FrameNode>,
    pub gaps: Option<Vec<Option<FrameNode>>>,
    pub tags: Vec<String>,
}

#[node]
pub struct FrameNode {
    pub width: i32,
    pub color: Option<String>,
}

#[field(on = AnimalNode, columns(name, legs))]
fn label(name: String, legs: Option<i32>) -> String {
    format!("{name}/{}", legs.map_or("-".to_owned(), |legs| legs.to_string()))
}

/// Fails for animals without legs.
#[field(on = AnimalNode, columns(legs))]
fn speed(legs: Option<i32>) -> Result<i32> {
    legs.map(|legs| legs * 10).ok_or_else(|| Error::new("NO_LEGS", 422))
}

/// Fails for animals that have legs, but none.
#[field(on = AnimalNode, columns(legs))]
fn guess(legs: Option<i32>) -> Result<Option<i32>> {
    if legs == Some(0) { Err(Error::new("BAD_GUESS", 422)) } else { Ok(legs) }
}

#[field(on = AnimalNode, columns(name, weight))]
fn portrait(name: String, weight: Option<f64>) -> PortraitNode {
    let frame = |width| FrameNode { width, color: (width > 1).then(|| "red".to_owned()) };
    PortraitNode {
        title: name,
        kilos: weight,
        frame: frame(1),
        frames: vec![frame(1), frame(2)],
        gaps: weight.map(|_| vec![Some(frame(3)), None]),
        tags: vec!["x".to_owned(), "y".to_owned()],
    }
}

/// Requests that asked for `rank`, once for each call.
static RANKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How often `rank` was called for a request.
pub fn rank_calls(request: &str) -> usize {
    let ranked = RANKED.lock().unwrap_or_else(PoisonError::into_inner);
    ranked.iter().filter(|id| *id == request).count()
}

/// The rounded weight and something more. Fails as a whole for 13.
#[field(on = AnimalNode, columns(weight))]
async fn rank(ctx: &Context<'_>, weight: &[Option<f64>], plus: Option<i32>) -> Result<Vec<i32>> {
    RANKED.lock().unwrap_or_else(PoisonError::into_inner).push(ctx.request().id.clone());
    if plus == Some(13) {
        return Err(Error::new("UNLUCKY", 400));
    }
    #[expect(clippy::cast_possible_truncation, reason = "weights of animals")]
    let rank = |weight: &Option<f64>| weight.map_or(-1, |weight| weight.round() as i32) + plus.unwrap_or_default();
    Ok(weight.iter().map(rank).collect())
}

/// The same, but null where the weight is unknown.
#[field(on = AnimalNode, columns(weight))]
async fn soft_rank(_ctx: &Context<'_>, plus: i32, weight: &[Option<f64>]) -> Result<Vec<Option<f64>>> {
    if plus == 13 {
        return Err(Error::new("UNLUCKY", 400));
    }
    Ok(weight.iter().map(|weight| weight.map(|weight| weight + f64::from(plus))).collect())
}
