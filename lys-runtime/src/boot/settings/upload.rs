//! Settings of files in requests (docs/boundary.md).

use std::time::Duration;

use crate::{
    boot::config::{Key, at_least_one, list, put, text},
    http::upload::UploadOptions,
};

pub(in crate::boot) const KEYS: &[Key] = &[
    Key {
        path: "upload.max_file_bytes",
        set: |config, value| put(&mut options(config).max_file_bytes, at_least_one(value)),
    },
    Key { path: "upload.max_files", set: |config, value| put(&mut options(config).max_files, at_least_one(value)) },
    Key { path: "upload.types", set: |config, value| put(&mut options(config).types, list(value)) },
    Key {
        path: "upload.timeout",
        set: |config, value| put(&mut options(config).timeout, at_least_one(value).map(Duration::from_secs)),
    },
    Key {
        path: "upload.directory",
        set: |config, value| put(&mut options(config).directory, text(value).map(|path| Some(path.into()))),
    },
];

fn options(config: &mut crate::boot::config::Config) -> &mut UploadOptions {
    &mut config.boundary.uploads
}
