//! Cross-origin requests: which pages of other origins may call, and read what is answered.
//!
//! What is not allowed gets no headers, and the browser keeps the answer from the page. A preflight that is refused is told why.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};

use super::Refusal;

/// Methods that `*` stands for.
const ALL_METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
/// What a page may read beside the usual headers.
const EXPOSED: HeaderValue = HeaderValue::from_static("x-request-id, retry-after");

/// What pages of other origins may do; nothing by default.
#[derive(Debug, Clone)]
pub struct CorsOptions {
    /// Origins as browsers send them: `https://app.example.com`. `*` is every origin.
    pub origins: Vec<String>,
    /// Methods. `*` is all of them.
    pub methods: Vec<String>,
    /// Request headers. `*` is whatever is asked for.
    pub headers: Vec<String>,
    /// Whether cookies may be sent along.
    pub credentials: bool,
    /// How long a browser may remember a preflight.
    pub max_age: Duration,
}

impl Default for CorsOptions {
    fn default() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            origins: Vec::new(),
            methods: texts(&["GET", "POST"]),
            headers: texts(&["authorization", "content-type", "x-request-id", "x-xsrf-token"]),
            credentials: false,
            max_age: Duration::from_mins(10),
        }
    }
}

/// Checked [`CorsOptions`], ready to answer.
#[derive(Debug, Clone)]
pub struct Cors {
    origins: Allowed<HeaderValue>,
    methods: Allowed<Method>,
    methods_line: HeaderValue,
    headers: Allowed<HeaderName>,
    headers_line: HeaderValue,
    credentials: bool,
    max_age: HeaderValue,
}

/// What is allowed of something.
#[derive(Debug, Clone)]
enum Allowed<T> {
    /// All.
    Any,
    /// These.
    Only(Vec<T>),
}

impl<T: PartialEq> Allowed<T> {
    fn of(texts: &[String], parse: impl Fn(&str) -> Option<T>) -> Self {
        if is_any(texts) { Self::Any } else { Self::Only(texts.iter().filter_map(|text| parse(text)).collect()) }
    }

    fn has(&self, value: &T) -> bool {
        match self {
            Self::Any => true,
            Self::Only(values) => values.contains(value),
        }
    }
}

impl Cors {
    /// What is wrong with `options`, in the words of the settings.
    #[must_use]
    pub fn faults(options: &CorsOptions) -> Vec<String> {
        let mut faults = Vec::new();
        let wildcards = [("origins", &options.origins), ("methods", &options.methods), ("headers", &options.headers)];
        for (name, values) in wildcards {
            if options.credentials && is_any(values) && (name == "origins" || !options.origins.is_empty()) {
                faults.push(format!("cors.allow_{name}: `*` cannot go with cors.allow_credentials: name them"));
            }
        }
        for origin in options.origins.iter().filter(|origin| *origin != "*" && !is_origin(origin)) {
            faults.push(format!("cors.allow_origins: `{origin}` is no origin; write https://app.example.com, no path"));
        }
        for method in options.methods.iter().filter(|method| *method != "*" && known_method(method).is_none()) {
            faults.push(format!("cors.allow_methods: `{method}` is no method in capitals"));
        }
        for name in options.headers.iter().filter(|name| *name != "*" && name.parse::<HeaderName>().is_err()) {
            faults.push(format!("cors.allow_headers: `{name}` is no name of a header"));
        }
        faults
    }

    /// Ready to answer; `None` when no origin is allowed or `options` have [faults](Self::faults).
    #[must_use]
    pub fn of(options: &CorsOptions) -> Option<Self> {
        if options.origins.is_empty() || !Self::faults(options).is_empty() {
            return None;
        }
        let methods = if is_any(&options.methods) { ALL_METHODS.to_owned() } else { options.methods.join(", ") };
        Some(Self {
            origins: Allowed::of(&options.origins, |origin| HeaderValue::from_str(origin).ok()),
            methods: Allowed::of(&options.methods, known_method),
            methods_line: HeaderValue::from_str(&methods).ok()?,
            headers: Allowed::of(&options.headers, |name| name.parse().ok()),
            headers_line: HeaderValue::from_str(&options.headers.join(", ")).ok()?,
            credentials: options.credentials,
            max_age: HeaderValue::from(options.max_age.as_secs()),
        })
    }

    /// The answer to a preflight; `None` when the request is none.
    #[must_use]
    pub fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Result<HttpResponse, Refusal>> {
        let asked = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        if method != Method::OPTIONS || !headers.contains_key(header::ORIGIN) {
            return None;
        }
        Some(self.allowed(asked, headers))
    }

    fn allowed(&self, method: &HeaderValue, headers: &HeaderMap) -> Result<HttpResponse, Refusal> {
        if self.allowed_origin(headers).is_none() {
            return Err(Refusal::CorsOrigin);
        }
        let method = method.to_str().ok().and_then(known_method).ok_or(Refusal::CorsMethod)?;
        if !self.methods.has(&method) {
            return Err(Refusal::CorsMethod);
        }
        let mut response = HttpResponse::NoContent();
        response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, self.methods_line.clone()));
        response.insert_header((header::ACCESS_CONTROL_MAX_AGE, self.max_age.clone()));
        if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, self.allowed_headers(asked)?));
        }
        Ok(response.finish())
    }

    fn allowed_headers(&self, asked: &HeaderValue) -> Result<HeaderValue, Refusal> {
        let text = asked.to_str().map_err(|_| Refusal::CorsHeaders)?;
        let mut names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        if !names.all(|name| name.parse().is_ok_and(|name| self.headers.has(&name))) {
            return Err(Refusal::CorsHeaders);
        }
        Ok(if matches!(self.headers, Allowed::Any) { asked.clone() } else { self.headers_line.clone() })
    }

    /// What the answer to a request says in `Access-Control-Allow-Origin`, if anything.
    #[must_use]
    pub fn allowed_origin(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(header::ORIGIN)?;
        match &self.origins {
            Allowed::Any => Some(HeaderValue::from_static("*")),
            origins @ Allowed::Only(_) => origins.has(origin).then(|| origin.clone()),
        }
    }

    /// Adds to an answer, whatever its status, that a page of the allowed `origin` may read it.
    pub fn mark(&self, origin: Option<HeaderValue>, response: &mut HeaderMap) {
        // Also without an origin: a cache must not give this answer to a page of another one.
        if matches!(self.origins, Allowed::Only(_)) {
            response.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        let Some(origin) = origin else { return };
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if self.credentials {
            response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

fn is_any(values: &[String]) -> bool {
    values.iter().any(|value| value == "*")
}

/// The method if it is one that we answer; any token is one to the HTTP library.
fn known_method(name: &str) -> Option<Method> {
    ALL_METHODS.split(", ").find(|known| *known == name).and_then(|known| known.parse().ok())
}

/// As browsers write it: scheme and host in small letters, a port that is not the usual one, nothing else.
fn is_origin(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<actix_web::http::Uri>() else { return false };
    let usual = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") => 443,
        // Apps have schemes of their own: `capacitor://localhost`.
        Some(_) => 0,
        None => return false,
    };
    let Some(authority) = uri.authority() else { return false };
    let expected = format!("{}://{authority}", uri.scheme_str().unwrap_or_default());
    expected == origin
        && origin.bytes().all(|byte| !byte.is_ascii_uppercase())
        && !authority.as_str().contains(['@', '*'])
        && authority.port_u16() != Some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(origins: &[&str]) -> CorsOptions {
        CorsOptions { origins: origins.iter().map(|origin| (*origin).to_owned()).collect(), ..CorsOptions::default() }
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        for origin in
            ["https://app.example.com", "http://localhost:5173", "capacitor://localhost", "https://[::1]:8443"]
        {
            assert!(is_origin(origin), "{origin}");
        }
        for origin in [
            "app.example.com",
            "https://app.example.com/",
            "https://app.example.com/path",
            "https://App.example.com",
            "https://app.example.com:443",
            "http://localhost:80",
            "https://user@app.example.com",
            "https://*.example.com",
            "null",
            "",
        ] {
            assert!(!is_origin(origin), "{origin}");
        }
    }

    #[test]
    fn a_star_does_not_go_with_credentials() {
        let with = |options: CorsOptions| Cors::faults(&CorsOptions { credentials: true, ..options });
        assert!(with(options(&["*"]))[0].contains("cannot go with"));
        assert!(Cors::of(&CorsOptions { credentials: true, ..options(&["*"]) }).is_none());
        let headers = CorsOptions { headers: vec!["*".to_owned()], ..options(&["https://a.example"]) };
        assert!(with(headers)[0].contains("cors.allow_headers"));
        assert!(with(options(&["https://a.example"])).is_empty());
        assert!(Cors::faults(&options(&["*"])).is_empty());
    }

    #[test]
    fn every_fault_is_told() {
        let mut wrong = options(&["a.example"]);
        wrong.methods = vec!["post".to_owned()];
        wrong.headers = vec!["x y".to_owned()];
        assert_eq!(Cors::faults(&wrong).len(), 3);
        assert!(Cors::of(&CorsOptions::default()).is_none());
    }
}
