//! A multipart body: `operations` and `map` first, then the files, each written to disk as it comes.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    convert::Infallible,
    sync::Arc,
};

use actix_web::{
    HttpRequest,
    http::header,
    web::{Bytes, Payload},
};
use futures_util::{StreamExt as _, stream};
use indexmap::IndexMap;
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value as Json};
use tempfile::NamedTempFile;
use tokio::{io::AsyncWriteExt as _, sync::mpsc};
use uuid::Uuid;

use super::{UploadOptions, UploadedFile, Uploads};
use crate::{
    execute::GraphqlRequest,
    http::{Refusal, body},
};

/// Longest name of a file that is kept, in letters.
const LONGEST_NAME: usize = 255;
/// Bytes that the parser may hold beside a body's worth: it keeps the headers of a part, and whatever stands before the first part, until
/// they end.
const HELD: usize = 64 << 10;
/// Headers that a page of another origin cannot send without asking first: one of them must be there, because a form of any page can
/// send multipart bodies.
const PREFLIGHTED: [&str; 4] = ["x-xsrf-token", "authorization", "apollo-require-preflight", "graphql-preflight"];

/// The boundary of a multipart body; `None` when it is something else.
///
/// # Errors
/// `INVALID_MULTIPART` without a boundary, `PREFLIGHT_REQUIRED` when any page could have sent it.
pub(crate) fn boundary(request: &HttpRequest) -> Result<Option<String>, Refusal> {
    let headers = request.headers();
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(None);
    }
    if !PREFLIGHTED.iter().any(|name| headers.get(*name).is_some_and(|value| !value.is_empty())) {
        return Err(Refusal::PreflightRequired);
    }
    multer::parse_boundary(media).map(Some).map_err(|_| Refusal::InvalidMultipart)
}

/// Reads a request with its files.
///
/// # Errors
/// The refusal that names what is wrong with it. What was written to disk is gone then.
pub(crate) async fn read(
    payload: Payload,
    boundary: String,
    body_limit: usize,
    options: &UploadOptions,
) -> Result<(GraphqlRequest, Uploads), Refusal> {
    let (sender, receiver) = mpsc::channel(1);
    let parts = stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|part| (part, receiver)) });
    let files = options.max_file_bytes.saturating_mul(options.max_files as u64);
    let limit = SizeLimit::new().whole_stream(files.saturating_add(2 * body_limit as u64));
    let multipart = Multipart::with_constraints(parts, boundary, Constraints::new().size_limit(limit));
    let held = Cell::new(0);
    let reading = async {
        tokio::select! {
            read = Reading::run(multipart, body_limit, options, &held) => read,
            never = forward(payload, sender, &held, body_limit.saturating_add(HELD)) => match never {},
        }
    };
    tokio::time::timeout(options.timeout, reading).await.unwrap_or(Err(Refusal::RequestTimeout))
}

/// actix' bodies stay on their thread, and the parser wants one that does not.
///
/// `held` counts what it got since it last gave something: more than `most` is refused.
async fn forward(
    mut payload: Payload,
    sender: mpsc::Sender<Result<Bytes, Refusal>>,
    held: &Cell<usize>,
    most: usize,
) -> Infallible {
    while let Some(chunk) = payload.next().await {
        held.set(held.get().saturating_add(chunk.as_ref().map_or(0, Bytes::len)));
        if held.get() > most {
            let _nobody_reads = sender.send(Err(Refusal::PayloadTooLarge)).await;
            break;
        }
        if sender.send(chunk.map_err(|_| Refusal::UnreadableRequest)).await.is_err() {
            break;
        }
    }
    // This ends the stream; the reader must have the time to hear of it.
    drop(sender);
    std::future::pending().await
}

fn refusal(error: multer::Error) -> Refusal {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => Refusal::PayloadTooLarge,
        multer::Error::StreamReadFailed(error) => {
            error.downcast::<Refusal>().map_or(Refusal::UnreadableRequest, |refusal| *refusal)
        }
        _ => Refusal::InvalidMultipart,
    }
}

/// A request whose files come in.
struct Reading<'a> {
    options: &'a UploadOptions,
    /// What the parser holds: nothing whenever it has given something.
    held: &'a Cell<usize>,
    /// Which places of the variables each part belongs to.
    map: IndexMap<String, Vec<String>>,
    variables: Json,
    files: HashMap<Uuid, Arc<UploadedFile>>,
    seen: HashSet<String>,
}

impl<'a> Reading<'a> {
    async fn run(
        mut multipart: Multipart<'_>,
        body_limit: usize,
        options: &'a UploadOptions,
        held: &'a Cell<usize>,
    ) -> Result<(GraphqlRequest, Uploads), Refusal> {
        let operations = text(&mut multipart, "operations", body_limit, held).await?;
        let mut graphql = body::from_json(&operations)?;
        let map = text(&mut multipart, "map", body_limit, held).await?;
        let map: IndexMap<String, Vec<String>> = serde_json::from_slice(&map).map_err(|_| Refusal::InvalidMultipart)?;
        if map.len() > options.max_files {
            return Err(Refusal::TooManyUploads);
        }
        let variables = Json::Object(std::mem::take(&mut graphql.variables));
        let mut reading = Self { options, held, map, variables, files: HashMap::new(), seen: HashSet::new() };
        while let Some(part) = multipart.next_field().await.map_err(refusal)? {
            held.set(0);
            reading.part(part).await?;
        }
        if reading.seen.len() < reading.map.len() {
            return Err(Refusal::InvalidMultipart);
        }
        graphql.variables = match reading.variables {
            Json::Object(variables) => variables,
            _ => Map::new(),
        };
        Ok((graphql, Uploads(Arc::new(reading.files))))
    }

    async fn part(&mut self, part: Field<'_>) -> Result<(), Refusal> {
        let name = part.name().unwrap_or_default().to_owned();
        let places = self.map.get(&name).cloned().ok_or(Refusal::InvalidMultipart)?;
        if !self.seen.insert(name) {
            return Err(Refusal::InvalidMultipart);
        }
        let key = Uuid::new_v4();
        for place in places {
            put(&mut self.variables, &place, key)?;
        }
        let file = written(part, self.options, self.held).await?;
        self.files.insert(key, Arc::new(file));
        Ok(())
    }
}

/// The part called `name`, which must be the next one.
async fn text(multipart: &mut Multipart<'_>, name: &str, limit: usize, held: &Cell<usize>) -> Result<Vec<u8>, Refusal> {
    let part = multipart.next_field().await.map_err(refusal)?;
    let mut part = part.filter(|part| part.name() == Some(name)).ok_or(Refusal::InvalidMultipart)?;
    let mut text = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(refusal)? {
        held.set(0);
        if text.len() + chunk.len() > limit {
            return Err(Refusal::PayloadTooLarge);
        }
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}

/// Puts what stands for a file where `variables.inputs.files.0` says; there must be a null.
fn put(variables: &mut Json, place: &str, key: Uuid) -> Result<(), Refusal> {
    let mut steps = place.split('.');
    if steps.next() != Some("variables") {
        return Err(Refusal::InvalidMultipart);
    }
    let value = steps.try_fold(variables, |value, step| match value {
        Json::Object(fields) => fields.get_mut(step),
        Json::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    });
    match value {
        Some(value @ Json::Null) => {
            *value = key.to_string().into();
            Ok(())
        }
        _ => Err(Refusal::InvalidMultipart),
    }
}

async fn written(mut part: Field<'_>, options: &UploadOptions, held: &Cell<usize>) -> Result<UploadedFile, Refusal> {
    let content_type = part.content_type().map_or("application/octet-stream", |media| media.essence_str()).to_owned();
    if !is_taken(&content_type, &options.types) {
        return Err(Refusal::UploadType);
    }
    let name = part.file_name().map(base_name);
    let file = new_file(options).map_err(failed)?;
    let mut writer = tokio::fs::File::from_std(file.reopen().map_err(failed)?);
    let mut size = 0_u64;
    while let Some(chunk) = part.chunk().await.map_err(refusal)? {
        held.set(0);
        size += chunk.len() as u64;
        if size > options.max_file_bytes {
            return Err(Refusal::PayloadTooLarge);
        }
        writer.write_all(&chunk).await.map_err(failed)?;
    }
    writer.flush().await.map_err(failed)?;
    Ok(UploadedFile { name, content_type, size, file })
}

fn new_file(options: &UploadOptions) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("lys-upload-");
    match &options.directory {
        Some(directory) => builder.tempfile_in(directory),
        None => builder.tempfile(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn failed(error: std::io::Error) -> Refusal {
    tracing::error!(target: "lys::http", %error, "an uploaded file cannot be written");
    Refusal::Internal
}

fn is_taken(content_type: &str, types: &[String]) -> bool {
    let kind = content_type.split('/').next().unwrap_or_default();
    types.is_empty()
        || types.iter().any(|taken| match taken.strip_suffix("/*") {
            Some(taken) => taken.eq_ignore_ascii_case(kind),
            None => taken.eq_ignore_ascii_case(content_type),
        })
}

/// The last part of a path as any system writes it, without what would be none in a name.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_put_where_a_null_is() {
        let key = Uuid::new_v4();
        let mut variables = json!({ "file": null, "inputs": { "files": [null, 1] }, "variables": null });
        for place in ["variables.file", "variables.inputs.files.0", "variables.variables"] {
            assert_eq!(put(&mut variables, place, key), Ok(()), "{place}");
        }
        assert_eq!(variables["inputs"]["files"], json!([key.to_string(), 1]));
        for place in [
            "variables.file",
            "variables.inputs.files.1",
            "variables.inputs.files.2",
            "variables.other",
            "file",
            "",
            "variables",
        ] {
            assert_eq!(put(&mut variables, place, key), Err(Refusal::InvalidMultipart), "{place}");
        }
    }

    #[test]
    fn a_name_is_no_path() {
        for (sent, kept) in
            [("a.txt", "a.txt"), ("../../etc/passwd", "passwd"), ("C:\\x\\b.png", "b.png"), ("a\nb", "ab"), ("/", "")]
        {
            assert_eq!(base_name(sent), kept);
        }
        assert_eq!(base_name(&"ä".repeat(300)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn types_are_those_of_the_list() {
        let types = ["image/*".to_owned(), "application/pdf".to_owned()];
        assert!(is_taken("image/png", &types) && is_taken("application/pdf", &types) && is_taken("text/html", &[]));
        assert!(
            !is_taken("text/html", &types) && !is_taken("application/pdfx", &types) && !is_taken("imagex/png", &types)
        );
    }
}
