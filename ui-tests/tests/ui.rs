//! What the compiler says to a user who errs: one folder per macro, one mistake per file, and `pass/` beside them.
//!
//! Messages are compared on one toolchain only, since rustc words its own part anew in every release; elsewhere each mistake must
//! only fail to compile. `TRYBUILD=overwrite cargo test -p lys-ui-tests` writes them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The toolchain whose messages are recorded.
const RECORDED: &str = "rustc 1.95.";

#[test]
fn mistakes_are_explained() {
    let recorded = is_recorded_toolchain();
    if !recorded && !is_overwriting() {
        return rerun_overwriting();
    }
    let tests = trybuild::TestCases::new();
    for folder in macro_folders() {
        for file in rust_files(&folder.join("pass")) {
            tests.pass(file);
        }
        for file in rust_files(&folder) {
            tests.compile_fail(if recorded { file } else { copy(&file) });
        }
    }
}

#[test]
fn every_mistake_has_its_message() {
    for file in macro_folders().iter().flat_map(|folder| rust_files(folder)) {
        assert!(file.with_extension("stderr").is_file(), "{} has no message", file.display());
    }
}

/// The folders of the macros, which stand beside `src` and `tests`.
fn macro_folders() -> Vec<PathBuf> {
    let is_own = |path: &PathBuf| !["src", "tests", "target"].iter().any(|name| path.ends_with(name));
    entries(Path::new(".")).into_iter().filter(|path| path.is_dir() && is_own(path)).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(strip_dot(&entry.ok()?.path()))).collect();
    paths.sort();
    paths
}

/// `./entity` → `entity`, as messages name the files.
fn strip_dot(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_path_buf()
}

/// Off the recorded toolchain, messages are written beside copies instead of being compared: what compiles still fails the test.
fn copy(file: &Path) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    fs::create_dir_all(copy.parent().expect("a folder")).expect("makes the folder");
    fs::copy(file, &copy).expect("copies the mistake");
    copy
}

/// This test again, with messages written: the variable can be set for another process only.
fn rerun_overwriting() {
    let program = env::current_exe().expect("this program");
    let rerun = Command::new(program).args(["--exact", "mistakes_are_explained"]).env("TRYBUILD", "overwrite").status();
    assert!(rerun.is_ok_and(|status| status.success()), "a mistake compiles, or a file of `pass` does not");
}

fn is_overwriting() -> bool {
    env::var_os("TRYBUILD").is_some_and(|mode| mode == "overwrite")
}

fn is_recorded_toolchain() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    version.starts_with(RECORDED.as_bytes())
}
