//! What dev and demo environments have: two clients with products and reviews, and accounts to try the API with.

use lys::{Environment, Project, access::Claims, prelude::*};

use crate::{product::Product, review::Review};

/// The first demo client.
pub const ACME: Uuid = Uuid::from_u128(0xac3e_0000_0000_4000_8000_0000_0000_0001);
/// The second demo client.
pub const GLOBEX: Uuid = Uuid::from_u128(0x610b_e000_0000_4000_8000_0000_0000_0002);

/// Operations of the catalog that need a right.
const OPERATIONS: [&str; 5] = ["product", "all_products", "create_product", "update_product", "delete_product"];
/// Those of them that a role inside an organization may grant.
const IN_ORGANIZATION: [&str; 4] = ["product", "all_products", "update_product", "delete_product"];

const PRODUCTS: [(&str, &str); 10] = [
    ("Desk lamp", "HOME"),
    ("Laptop stand", "ELECTRONICS"),
    ("Noise-cancelling headphones", "ELECTRONICS"),
    ("The Rust Book", "BOOKS"),
    ("Garden chair", "HOME"),
    ("USB-C hub", "ELECTRONICS"),
    ("Field guide to birds", "BOOKS"),
    ("Teapot", "HOME"),
    ("Mechanical keyboard", "ELECTRONICS"),
    ("Atlas of the world", "BOOKS"),
];

/// Accounts whose tokens are printed in dev, until the app `user_auth` brings real ones.
#[must_use]
pub fn accounts(project: Project) -> Project {
    let user = |number: u128| Claims::user(Uuid::from_u128(0xde30_0000_0000_4000_8000_0000_0000_0000 | number));
    let manager = OPERATIONS.into_iter().fold(user(2), Claims::grant);
    project
        .demo("super-user", user(1).super_user())
        .demo("manager", manager)
        .demo("acme-member", user(3).organization("client", ACME, IN_ORGANIZATION))
        .demo("globex-member", user(4).organization("client", GLOBEX, IN_ORGANIZATION))
}

/// Twenty products for each demo client.
#[must_use]
pub fn products() -> Fixture {
    Fixture::business::<Product>("demo products", &[Environment::Dev, Environment::Demo], || {
        (0..40).map(product).collect()
    })
}

/// Some reviews of each demo product.
#[must_use]
pub fn reviews() -> Fixture {
    Fixture::business::<Review>("demo reviews", &[Environment::Dev, Environment::Demo], || {
        (0..40).flat_map(|product| (0..product % 4).map(move |number| review(product, number))).collect()
    })
}

fn product_id(number: u32) -> Uuid {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 | u128::from(number))
}

fn product(number: u32) -> Draft<Product> {
    let (name, category) = PRODUCTS[number as usize % PRODUCTS.len()];
    Draft::new()
        .with(Product::COLUMN.id, product_id(number))
        .with(Product::COLUMN.name, format!("{name} {}", number / 10 + 1))
        .with(Product::COLUMN.price, Decimal::new(999 + 350 * i64::from(number), 2))
        .with(Product::COLUMN.category_id, category)
        .with(Product::COLUMN.client_id, if number < 20 { ACME } else { GLOBEX })
}

fn review(product: u32, number: u32) -> Draft<Review> {
    let rating = 5 - (product + number) % 3;
    Draft::new()
        .with(Review::COLUMN.id, Uuid::from_u128(0x1_4000_8000_0000_0000_0000 | u128::from(product * 10 + number)))
        .with(Review::COLUMN.product_id, product_id(product))
        .with(Review::COLUMN.rating, i32::try_from(rating).unwrap_or(5))
        .with(Review::COLUMN.body, ["As described.", "Would buy again.", "Arrived quickly."][number as usize % 3])
}
