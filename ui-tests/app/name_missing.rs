mod product {}

fn main() {
    let _ = lys::app!(modules(product));
}
