fn main() {
    let _ = lys::app!("catalog", depend_on("base"));
}
