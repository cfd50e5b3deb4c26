//! Files in requests: the GraphQL multipart request specification, and what is wrong with those that are none.

use lys::http::upload::UploadOptions;

use super::*;

const KEEP: &str = "mutation ($file: Upload!) { keep(file: $file) }";
const KEEP_ALL: &str = "mutation ($files: [Upload!]!) { keepAll(files: $files) }";

/// A site that takes files of 1000 bytes, and the directory where they are while they are there.
async fn site() -> (Site, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let uploads = UploadOptions {
        max_file_bytes: 1000,
        max_files: 2,
        types: vec!["text/*".to_owned(), "image/png".to_owned()],
        directory: Some(directory.path().to_owned()),
        ..UploadOptions::default()
    };
    let options = HttpOptions { uploads: Some(uploads), body_limit: 5000, ..HttpOptions::default() };
    (Site::open(options).await, directory)
}

struct Part<'a>(&'a str, Option<(&'a str, &'a str)>, String);

fn field(name: &'static str, text: impl ToString) -> Part<'static> {
    Part(name, None, text.to_string())
}

fn file<'a>(name: &'a str, file_name: &'a str, media: &'a str, content: impl ToString) -> Part<'a> {
    Part(name, Some((file_name, media)), content.to_string())
}

fn multipart(parts: &[Part<'_>]) -> TestRequest {
    let part = |Part(name, of_file, content): &Part<'_>| {
        let of_file = of_file.map_or_else(String::new, |(file_name, media)| {
            format!("; filename=\"{file_name}\"\r\ncontent-type: {media}")
        });
        format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"{of_file}\r\n\r\n{content}\r\n")
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    plain(parts.concat() + "--line--\r\n").insert_header(("apollo-require-preflight", "1"))
}

fn plain(body: String) -> TestRequest {
    let media = "multipart/form-data; boundary=line";
    TestRequest::post().uri("/graphql").insert_header(("content-type", media)).set_payload(body)
}

fn operations(query: &str, variables: &Json) -> Part<'static> {
    field("operations", json!({ "query": query, "variables": variables }))
}

fn one(content: impl ToString) -> [Part<'static>; 3] {
    [
        operations(KEEP, &json!({ "file": null })),
        field("map", r#"{"0": ["variables.file"]}"#),
        file("0", "a.txt", "text/plain", content),
    ]
}

fn is_empty(directory: &tempfile::TempDir) -> bool {
    std::fs::read_dir(directory.path()).unwrap().next().is_none()
}

#[test]
fn files_reach_the_operation_and_are_gone_after_it() {
    run(async {
        let (site, directory) = site().await;
        let answered = site.send(multipart(&one("hello\r\nthere"))).await;
        assert_eq!(answered.json(), json!({ "data": { "keep": ["a.txt", "text/plain", "12", "hello\r\nthere"] } }));
        let parts = [
            operations(KEEP_ALL, &json!({ "files": [null, null] })),
            field("map", r#"{"a": ["variables.files.1"], "b": ["variables.files.0"]}"#),
            file("b", "../b.png", "image/png", "1234"),
            file("a", "a", "text/csv; charset=utf-8", "567"),
        ];
        assert_eq!(site.send(multipart(&parts)).await.json(), json!({ "data": { "keepAll": 7 } }));
        assert!(is_empty(&directory));
        let engine = site.project.cold_engine(EngineOptions::default());
        assert!(engine.sdl().contains("scalar Upload") && engine.sdl().contains("keep(file: Upload!): [String!]!"));
        let without = TestProject::new([catalog::app()]).await.unwrap();
        assert!(!without.engine().sdl().contains("Upload"), "only where an operation takes files");
    });
}

#[test]
fn what_is_too_much_or_no_such_request_is_refused_and_leaves_nothing() {
    run(async {
        let (site, directory) = site().await;
        let map = || field("map", r#"{"0": ["variables.file"]}"#);
        let null = || operations(KEEP, &json!({ "file": null }));
        let a = || file("0", "a.txt", "text/plain", "x");
        let three = r#"{"0": ["variables.files.0"], "1": ["variables.files.1"], "2": ["variables.files.2"]}"#;
        let cases = vec![
            (multipart(&one("x".repeat(1001))), 413, "PAYLOAD_TOO_LARGE"),
            (multipart(&one("x".repeat(100_000))), 413, "PAYLOAD_TOO_LARGE"),
            (multipart(&[field("operations", "x".repeat(5001)), map(), a()]), 413, "PAYLOAD_TOO_LARGE"),
            (
                multipart(&[operations(KEEP_ALL, &json!({ "files": [null, null, null] })), field("map", three), a()]),
                413,
                "TOO_MANY_UPLOADS",
            ),
            (multipart(&[null(), map(), file("0", "a.exe", "application/x-dosexec", "x")]), 415, "UPLOAD_TYPE_REFUSED"),
            (multipart(&[map(), null(), a()]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), a(), map()]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), map()]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), map(), a(), a()]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), map(), a(), file("1", "b", "text/plain", "x")]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), field("map", r#"{"0": ["query"]}"#), a()]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), field("map", r#"{"0": ["variables.other"]}"#), a()]), 400, "INVALID_MULTIPART"),
            (multipart(&[operations(KEEP, &json!({ "file": "x" })), map(), a()]), 400, "INVALID_MULTIPART"),
            (multipart(&[null(), field("map", "[]"), a()]), 400, "INVALID_MULTIPART"),
            (multipart(&[field("operations", "["), map(), a()]), 400, "MALFORMED_JSON"),
            (multipart(&[field("operations", "[]"), map(), a()]), 400, "BATCHING_NOT_ENABLED"),
            (multipart(&[]), 400, "INVALID_MULTIPART"),
            (plain("--line\r\n".to_owned()).insert_header(("authorization", "Bearer x")), 400, "INVALID_MULTIPART"),
            (multipart(&one("x")).insert_header(("content-type", "multipart/form-data")), 400, "INVALID_MULTIPART"),
            (
                multipart(&one("x")).insert_header(("content-type", "multipart/mixed; boundary=line")),
                415,
                "UNSUPPORTED_MEDIA_TYPE",
            ),
        ];
        for (number, (request, status, code)) in cases.into_iter().enumerate() {
            let answered = site.send(request).await;
            assert_eq!((answered.status, answered.code().as_str()), (status, code), "{number}: {}", answered.body);
            answered.check_refused(status, code);
            assert!(is_empty(&directory), "{number}: nothing is left on disk");
        }
    });
}

/// A form of another page can send multipart bodies and cookies with them, but no header of its own.
#[test]
fn a_form_of_another_page_sends_no_files() {
    run(async {
        let (site, directory) = site().await;
        let cookie = format!("access_token={}", site.tokens.user_token(&user(1)).unwrap());
        let body = "--line\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{\"query\": \"{ whoami }\"}\r\n\
                    --line\r\ncontent-disposition: form-data; name=\"map\"\r\n\r\n{}\r\n--line--\r\n";
        site.send(plain(body.to_owned())).await.check_refused(403, "PREFLIGHT_REQUIRED");
        let empty = plain(body.to_owned()).insert_header(("apollo-require-preflight", ""));
        site.send(empty).await.check_refused(403, "PREFLIGHT_REQUIRED");
        let with_cookie = plain(body.to_owned()).insert_header(("cookie", cookie));
        let with_cookie = with_cookie.insert_header(("apollo-require-preflight", "1"));
        site.send(with_cookie).await.check_refused(403, "INVALID_XSRF_TOKEN_ERROR");
        let preflighted = plain(body.to_owned()).insert_header(("graphql-preflight", "1"));
        assert!(site.send(preflighted).await.json()["data"]["whoami"].is_array());
        assert!(is_empty(&directory));
    });
}

/// What stands for a file in the variables cannot be made up.
#[test]
fn a_file_is_one_of_this_request() {
    run(async {
        let (site, _directory) = site().await;
        for forged in [json!("0"), json!(Uuid::nil()), json!(Uuid::new_v4()), json!("../../etc/passwd")] {
            let body = json!({ "query": KEEP, "variables": { "file": forged } });
            let answered = site.send(raw(body.to_string())).await;
            assert_eq!((answered.status, answered.code().as_str()), (200, "INVALID_INPUT"), "{}", answered.body);
            assert_eq!(answered.json()["data"], Json::Null);
        }
        let number = json!({ "query": KEEP, "variables": { "file": 1 } });
        assert_eq!(site.send(raw(number.to_string())).await.code(), "BAD_USER_INPUT");
        let literal = format!("mutation {{ keep(file: \"{}\") }}", Uuid::new_v4());
        assert_eq!(site.send(post(&literal)).await.code(), "INVALID_INPUT");
    });
}

#[test]
fn without_the_option_multipart_is_no_body() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        site.send(multipart(&one("x"))).await.check_refused(415, "UNSUPPORTED_MEDIA_TYPE");
    });
}
