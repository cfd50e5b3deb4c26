//! Files in requests: the GraphQL multipart request specification. A part becomes a file of this request's own, and the value of a
//! variable of type `Upload`; files are gone when the request is.

mod multipart;

use std::{
    collections::HashMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_graphql_value::ConstValue;
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::{
    error::{Error, Result, code},
    input::{Decoder, Input, InputTypes},
    output::TypeRef,
};

pub(crate) use multipart::{boundary, read};

/// What files a request may carry.
#[derive(Debug, Clone)]
pub struct UploadOptions {
    /// Most bytes of a file.
    pub max_file_bytes: u64,
    /// Most files of a request.
    pub max_files: usize,
    /// Content types that are taken, `image/*` for all of a kind; every one when there are none. It is the client that says what a
    /// file is.
    pub types: Vec<String>,
    /// How long a client may take to send all of them.
    pub timeout: Duration,
    /// Where they are kept for the time of the request; the system's place for such files if none is given.
    pub directory: Option<PathBuf>,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self {
            max_file_bytes: 10 << 20,
            max_files: 10,
            types: Vec::new(),
            timeout: Duration::from_mins(5),
            directory: None,
        }
    }
}

/// An argument or input field that takes a file: [`Context::upload`](crate::Context::upload) gives the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload(Uuid);

impl Input for Upload {
    fn type_ref() -> TypeRef {
        TypeRef::named("Upload")
    }

    fn declare(types: &mut InputTypes) {
        types.uploads = true;
    }

    fn decode(value: Option<&ConstValue>, decoder: &mut Decoder) -> Option<Self> {
        match value {
            Some(ConstValue::String(key)) if let Ok(key) = key.parse() => Some(Self(key)),
            Some(ConstValue::Null) | None => {
                decoder.refuse("required", "a file is required");
                None
            }
            Some(_) => {
                decoder.refuse("type", "must be a file of this request");
                None
            }
        }
    }
}

/// A file that came with the request.
#[derive(Debug)]
pub struct UploadedFile {
    name: Option<String>,
    content_type: String,
    size: u64,
    file: NamedTempFile,
}

impl UploadedFile {
    /// What the client calls it: no path, but any other text.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What the client says it is.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Number of bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where it is, as long as this value lives.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Opens it for reading, from its start.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(&self) -> io::Result<File> {
        self.file.reopen()
    }

    /// All of it in memory.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when it cannot be read.
    pub async fn bytes(&self) -> Result<Vec<u8>> {
        tokio::fs::read(self.path()).await.map_err(Error::internal)
    }
}

/// The files of one request by what stands for them in its variables: nobody else can know that.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uploads(Arc<HashMap<Uuid, Arc<UploadedFile>>>);

impl Uploads {
    pub(crate) fn get(&self, upload: Upload) -> Result<Arc<UploadedFile>> {
        let missing = || Error::new(code::INVALID_INPUT, 400).with_detail("no file of this request");
        self.0.get(&upload.0).cloned().ok_or_else(missing)
    }
}
