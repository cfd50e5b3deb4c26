//! `cargo run -p catalog`

fn main() -> lys::ExitCode {
    catalog::project().main()
}
