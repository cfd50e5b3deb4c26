//! Patterns that find a text anywhere, whatever its case; its wildcards stand for themselves.

/// For `LIKE … ESCAPE '|'`. A backslash would have to be escaped once more on MySQL, or not, as its mode will have it.
pub(super) fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '|') {
            pattern.push('|');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// For `GLOB`: a class for each letter that has two cases, `*[éÉ]t[éÉ]*`. Letters whose other case has another length (ß, İ)
/// match themselves only.
pub(super) fn glob_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() * 4 + 2);
    pattern.push('*');
    for letter in text.chars() {
        match other_case(letter) {
            Some(other) => pattern.extend(['[', letter, other, ']']),
            None if matches!(letter, '*' | '?' | '[') => pattern.extend(['[', letter, ']']),
            None => pattern.push(letter),
        }
    }
    pattern.push('*');
    pattern
}

fn other_case(letter: char) -> Option<char> {
    fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
        let first = letters.next()?;
        letters.next().is_none().then_some(first)
    }
    let other = if letter.is_uppercase() { single(letter.to_lowercase()) } else { single(letter.to_uppercase()) };
    other.filter(|other| *other != letter)
}
