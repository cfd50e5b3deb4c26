//! Instructions of the work of lys alone, counted by valgrind: a regression shows without noise.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path, process::Command};

use super::{
    Outcome,
    warm::{self, REPEAT, SUBJECTS},
};

/// The counts that were committed, one subject a line.
const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");

/// How much more than the committed count is a failure, in percent.
const TOLERANCE: f64 = 3.0;

/// A first run warms up, a second one does this much more: the difference has no start in it.
const FEW: u64 = 20;
const MANY: u64 = 220;

/// Counts all subjects and compares them with the committed counts; `UPDATE_EXPECT=1` commits the new ones.
pub(crate) fn check() -> Outcome<()> {
    let (_home, url) = warm::database()?;
    let mut counted = BTreeMap::new();
    for subject in SUBJECTS {
        let (few, many) = (instructions(&url, subject, FEW)?, instructions(&url, subject, MANY)?);
        counted.insert(subject.to_owned(), many.saturating_sub(few) / (MANY - FEW));
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        return write(&counted);
    }
    compare(&counted, &read()?)
}

/// The instructions of a process that repeats a subject.
fn instructions(url: &str, subject: &str, times: u64) -> Outcome<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([REPEAT, url, subject, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("valgrind: {}\n{text}", output.status).into());
    }
    let count = text.lines().find_map(|line| line.split_once("Collected :")).ok_or("valgrind has counted nothing")?.1;
    Ok(count.trim().parse()?)
}

/// Says how each count differs from the committed one; one that is too high is an error.
fn compare(counted: &BTreeMap<String, u64>, reference: &BTreeMap<String, u64>) -> Outcome<()> {
    let mut regressions = Vec::new();
    for (subject, count) in counted {
        let expected = reference.get(subject).ok_or_else(|| format!("{REFERENCE} lacks `{subject}`"))?;
        let change = (*count as f64 / *expected as f64 - 1.0) * 100.0;
        println!("instructions {subject:<8} {count:>9}   {change:+.1} % of the committed {expected}");
        if change > TOLERANCE {
            regressions.push(format!("{subject} takes {change:.1} % more instructions than committed"));
        }
    }
    if regressions.is_empty() {
        return Ok(());
    }
    Err(format!("{}; if that is wanted, run again with UPDATE_EXPECT=1", regressions.join(", ")).into())
}

fn read() -> Outcome<BTreeMap<String, u64>> {
    let text = fs::read_to_string(Path::new(REFERENCE)).map_err(|error| format!("{REFERENCE}: {error}"))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (subject, count) = line.split_once(' ').ok_or_else(|| format!("{REFERENCE}: `{line}` has no count"))?;
            Ok((subject.to_owned(), count.trim().parse()?))
        })
        .collect()
}

fn write(counted: &BTreeMap<String, u64>) -> Outcome<()> {
    let mut text = "# Instructions per request, counted by `cargo bench -p catalog -- --instructions`.\n".to_owned();
    for (subject, count) in counted {
        println!("instructions {subject:<8} {count:>9}   committed");
        writeln!(text, "{subject} {count}")?;
    }
    Ok(fs::write(REFERENCE, text)?)
}
