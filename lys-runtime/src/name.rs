//! Names on both sides of the wire: `create_product` ↔ `createProduct` (10-core §7.4, 50 W3).

/// `snake_case` → `camelCase`.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else if upper {
            camel.extend(letter.to_uppercase());
            upper = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}

/// `snake_case` → `PascalCase`.
#[must_use]
pub fn pascal_case(name: &str) -> String {
    let camel = camel_case(name);
    let mut letters = camel.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// `camelCase` or `PascalCase` → `snake_case`: every capital becomes `_` and its lower case, none at the start.
#[must_use]
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() {
            if !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        } else {
            snake.push(letter);
        }
    }
    snake
}
