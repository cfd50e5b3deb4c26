//! The same tests on other databases: the test binary runs itself again.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use super::{TestDatabase, server::sweep};

/// Adds the tests `on_postgres` and `on_mysql` to a test binary: they run all its other tests once more, on the server whose URL is
/// in `LYS_TEST_POSTGRES_URL` and `LYS_TEST_MYSQL_URL`. Without a URL they say that they are skipped.
///
/// A single test runs on a server with `LYS_TEST_DATABASE=postgres cargo test name`.
#[macro_export]
macro_rules! test_on_servers {
    () => {
        #[test]
        fn on_postgres() {
            $crate::testing::run_again($crate::testing::TestDatabase::Postgres, ::core::module_path!());
        }

        #[test]
        fn on_mysql() {
            $crate::testing::run_again($crate::testing::TestDatabase::MySql, ::core::module_path!());
        }
    };
}

/// What the tests of [`test_on_servers!`](crate::test_on_servers) call.
///
/// # Panics
/// When a test of the binary fails, or none was run.
#[doc(hidden)]
pub fn run_again(database: TestDatabase, module: &str) {
    let variable = database.variable().unwrap_or_default();
    let Ok(url) = std::env::var(variable) else {
        return say(&format!("{module} on {}: skipped, as {variable} is not set", database.name()));
    };
    let program = std::env::current_exe().expect("a test binary has a path");
    let mut command = Command::new(program);
    command.env("LYS_TEST_DATABASE", database.name()).arg("--exact");
    let inside = module.split_once("::").map_or_else(String::new, |(_, module)| format!("{module}::"));
    for test in ["on_postgres", "on_mysql"] {
        command.arg("--skip").arg(format!("{inside}{test}"));
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.expect("the test binary runs");
    let id = child.id();
    let output = child.wait_with_output().expect("the test binary ends");
    sweep(database, &url, id);
    let (told, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let failures = told.split_once("failures:\n").map_or(&*told, |(_, failures)| failures);
    assert!(output.status.success(), "on {}:\n{failures}\n{complained}", database.name());
    let passed = passed(&told).unwrap_or_else(|| panic!("no tests on {}:\n{told}", database.name()));
    say(&format!("{module} on {}: {passed} tests passed", database.name()));
}

/// How many tests have passed, if any.
fn passed(told: &str) -> Option<u32> {
    let result = told.lines().find_map(|line| line.strip_prefix("test result: ok. "))?;
    result.split(' ').next()?.parse().ok().filter(|passed| *passed > 0)
}

/// Past the harness, which keeps to itself what passing tests print.
fn say(text: &str) {
    let _closed = std::io::stderr().write_all(format!("\n{text}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_number_of_passed_tests_is_read() {
        let told = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored; 1 measured\n";
        assert_eq!(super::passed(told), Some(2));
        assert_eq!(super::passed("test result: ok. 0 passed; 0 failed"), None);
        assert_eq!(super::passed("test result: FAILED. 1 passed; 1 failed"), None);
    }
}
