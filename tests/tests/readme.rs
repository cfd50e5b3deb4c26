//! The README shows code that compiles and commands that CI runs.

use std::fs;

fn read(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
    fs::read_to_string(format!("{root}{path}")).unwrap()
}

#[test]
fn the_example_is_a_compiled_file() {
    let readme = read("README.md");
    for file in readme.lines().filter_map(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->")) {
        let shown = format!("<!-- {file} -->\n```rust\n{}```\n", read(file));
        assert!(readme.contains(&shown), "{file} has changed; show it again in README.md");
    }
    assert!(readme.contains("<!-- examples/notes/src/main.rs -->"));
}

#[test]
fn ci_runs_the_two_commands() {
    let (readme, ci) = (read("README.md"), read(".ci/run") + &read(".ci/readme"));
    for command in ["cargo run -p catalog", "cargo test --workspace"] {
        assert!(readme.contains(&format!("```sh\n{command}\n```")), "{command}");
    }
    assert!(ci.contains("cargo test --workspace --locked"));
    assert!(ci.contains("-p catalog"));
    assert!(ci.contains(r#"{"query":"{ allCategories { edges { node { code } } } }"}"#));
}
