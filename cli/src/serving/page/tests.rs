//! What the pages refer to is there: their own files, and the routes that their scripts ask for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt;

use super::*;

/// Where the files lie.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../web")
}

/// What stands between `begin` and the quote that ends it.
fn quoted<'a>(text: &'a str, begin: &str) -> Vec<&'a str> {
    let after = text.match_indices(begin).map(|(at, _)| &text[at + begin.len()..]);
    after.filter_map(|rest| rest.split_once('"')).map(|(quoted, _)| quoted).collect()
}

/// The address that `reference` has where it stands in the file of the address `of`.
fn resolved(of: &str, reference: &str) -> String {
    let base = of.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = reference.split(['#', '?']).next().unwrap_or_default();
    format!("{base}/{}", path.trim_start_matches("./"))
}

/// A call of the API as it stands in a script: the parameters in its path are `{}`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Call {
    method: String,
    path: String,
}

/// The calls in a script. A path begins with `api/`; what is put in between slashes is a parameter, and whatever else is put in
/// belongs to the query. The method stands before the path or after it on the same line.
fn calls(script: &str) -> Vec<Call> {
    let mut found = Vec::new();
    for line in script.lines() {
        for quote in ["\"", "`"] {
            for (at, _) in line.match_indices(&format!("{quote}api/")) {
                let method = method_of(&line[..at], &line[at..]);
                found.push(Call { method, path: path_of(&line[at + 1..], quote) });
            }
        }
    }
    found
}

fn method_of(before: &str, after: &str) -> String {
    let sent = before.trim_end_matches(", ").rsplit_once("sendJson(\"").map(|(_, method)| method);
    if let Some(method) = sent.filter(|_| before.ends_with(", ")).and_then(|method| method.strip_suffix('"'))
    {
        return method.to_owned();
    }
    if let Some(method) = quoted(after, "method: \"").first() {
        return (*method).to_owned();
    }
    if after.contains(", post)") { "POST" } else { "GET" }.to_owned()
}

fn path_of(text: &str, quote: &str) -> String {
    let mut path = String::from("/");
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if quote.starts_with(character) || character == '?' {
            break;
        }
        if let Some(inner) = rest.strip_prefix("${") {
            if !path.ends_with('/') {
                break;
            }
            path.push_str("{}");
            rest = inner.split_once('}').map_or("", |(_, rest)| rest);
        } else {
            path.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    path
}

/// The same of the API's description.
fn described() -> BTreeSet<Call> {
    let description = serde_json::to_value(functions::http::openapi()).unwrap();
    let mut calls = BTreeSet::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        let segments = path.split('/').map(|one| if one.starts_with('{') { "{}" } else { one });
        let path = segments.collect::<Vec<_>>().join("/");
        for method in operations.as_object().unwrap().keys() {
            calls.insert(Call { method: method.to_uppercase(), path: path.clone() });
        }
    }
    calls
}

#[test]
fn every_route_that_a_page_asks_for_is_one_of_the_api() {
    let described = described();
    let mut of_operating = BTreeSet::new();
    for (file, media_type, text) in FILES {
        if !media_type.starts_with("text/javascript") {
            continue;
        }
        for call in calls(text) {
            assert!(described.contains(&call), "{file} asks for {call:?}");
            if file == "/operating/calls.js" {
                of_operating.insert(call);
            }
        }
    }
    // All routes for operators are on the page, but the older name of one, and those that have a page of their own.
    let elsewhere = ["/api/admin/test_celery", "/api/admin/parsing_quality", "/api/admin/evaluation_metrics"];
    for call in described {
        let own = elsewhere.contains(&call.path.as_str()) || call.path.starts_with("/api/admin/variants");
        if call.path.starts_with("/api/admin/") && !own {
            assert!(of_operating.contains(&call), "{call:?} is not on the operator's page");
        }
    }
}

#[test]
fn a_call_in_a_script_is_told_with_its_method_and_its_parameters() {
    let call = |line: &str| {
        let mut found = calls(line);
        assert_eq!(found.len(), 1, "{line}");
        let Call { method, path } = found.remove(0);
        (method, path)
    };
    for (line, method, path) in [
        (r#"api("api/admin/cvs")"#, "GET", "/api/admin/cvs"),
        (r"api(`api/jobs/${name(id)}/similar?limit=${most}`)", "GET", "/api/jobs/{}/similar"),
        (r#"sendJson("PUT", `api/jobs/${id}`, job)"#, "PUT", "/api/jobs/{}"),
        (r#"api(`api/cache${query(which)}`, { method: "DELETE" })"#, "DELETE", "/api/cache"),
        ("api(`api/tasks/${task}/run`, post)", "POST", "/api/tasks/{}/run"),
    ] {
        assert_eq!(call(line), (method.to_owned(), path.to_owned()), "{line}");
    }
}

#[test]
fn whatever_a_page_refers_to_is_served() {
    let served: BTreeSet<&str> = FILES.iter().map(|(path, _, _)| *path).collect();
    for (file, media_type, text) in FILES {
        let begins: &[&str] = match media_type.split(';').next() {
            Some("text/html") => &["href=\"", "src=\""],
            Some("text/javascript") => &["from \"", "import \""],
            _ => continue,
        };
        for reference in begins.iter().flat_map(|begin| quoted(text, begin)) {
            let elsewhere = ["data:", "#", "api/docs/"].iter().any(|begin| reference.starts_with(begin));
            let path = resolved(file, reference);
            assert!(elsewhere || served.contains(path.as_str()), "{file} refers to {reference}");
        }
    }
}

#[test]
fn every_file_of_the_folder_is_served() {
    let served: BTreeSet<&str> = FILES.iter().map(|(path, _, _)| *path).collect();
    let root = folder();
    let mut folders = vec![root.clone()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            let address = if name == "index.html" { "/".to_owned() } else { format!("/{name}") };
            assert!(served.contains(address.as_str()), "{name} is not served");
            seen += 1;
        }
    }
    assert_eq!(seen, served.len());
}

#[test]
fn no_page_holds_script_or_style_which_the_policy_would_refuse() {
    for (file, media_type, text) in FILES {
        if media_type.starts_with("text/html") {
            for script in text.match_indices("<script").map(|(at, _)| &text[at..]) {
                let (tag, rest) = script.split_once('>').unwrap();
                assert!(tag.contains("src=\"") && rest.starts_with("</script>"), "{file}: {tag}");
            }
            assert!(!text.contains("<style") && !text.contains(" style=\""), "{file}");
            assert!(!text.contains(" onclick=") && !text.contains("javascript:"), "{file}");
        } else if media_type.starts_with("text/javascript") {
            for markup in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!text.contains(markup), "{file} makes markup of text by {markup}");
            }
        }
    }
}

#[tokio::test]
async fn a_file_comes_with_its_media_type_and_the_policy() {
    let auth = AuthSettings::default();
    let router = router(auth, false);
    for (path, media_type, text) in FILES {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()[CONTENT_TYPE], media_type, "{path}");
        assert_eq!(answer.headers()[CONTENT_SECURITY_POLICY], POLICY, "{path}");
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(!body.is_empty() && body == text.as_bytes(), "{path}");
    }
}
