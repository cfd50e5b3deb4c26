mod product {}

fn main() {
    let _ = lys::app!("catalog", modules(product, product));
}
