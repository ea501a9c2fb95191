//! The routers that stand before the functions, nginx's and cargo-lambda's, against the table.

use std::collections::BTreeMap;

use crate::metadata;
use crate::reading::{Differences, file};

/// Every route of every function.
fn routes() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut routes = Vec::new();
    for function in functions::all() {
        routes.extend(function.routes().iter().map(|(method, path)| (*method, *path, function.name)));
    }
    routes
}

/// `{name}` as what it matches.
fn pattern(path: &str) -> String {
    let pieces = path
        .split('/')
        .map(|piece| if piece.starts_with('{') { "[^/]+".to_owned() } else { piece.replace('.', "\\.") });
    pieces.collect::<Vec<_>>().join("/")
}

#[test]
fn nginx_finds_the_function_of_every_route_and_has_no_other() {
    let routers = file("nginx/routes.conf");
    let mut differences = Differences::of("nginx/routes.conf");
    let mut found = Vec::new();
    for line in routers.lines().map(str::trim).filter(|line| line.starts_with("\"~^")) {
        let (pattern, function) =
            line.trim_start_matches("\"~^").trim_end_matches(';').split_once("$\" ").unwrap();
        if let Some(path) = pattern.strip_prefix("[A-Z]+ ") {
            // The second part of the table: which function refuses a method.
            if !routes().iter().any(|(_, of, name)| self::pattern(of) == path && *name == function) {
                differences.add(pattern, &format!("{function} has no such path"));
            }
        } else {
            found.push(format!("{pattern} -> {function}"));
        }
    }
    let expected = routes()
        .iter()
        .map(|(method, path, name)| {
            let method = if *method == "GET" { "(?:GET|HEAD)" } else { method };
            format!("{method} {} -> {name}", pattern(path))
        })
        .collect();
    differences.expect_names("route", found, expected);
    differences.assert_none();
}

#[test]
fn cargo_lambda_routes_every_route() {
    let metadata = metadata();
    let router = metadata["metadata"]["lambda"]["watch"]["router"].as_object().unwrap();
    let mut found = BTreeMap::new();
    for (path, choices) in router {
        for choice in choices.as_array().unwrap() {
            let word = |key: &str| choice[key].as_str().unwrap_or_default().to_owned();
            found.insert((word("method"), path.clone()), word("function"));
        }
    }
    let expected: BTreeMap<(String, String), String> = routes()
        .iter()
        .map(|(method, path, name)| (((*method).to_owned(), (*path).to_owned()), (*name).to_owned()))
        .collect();
    assert_eq!(found, expected, "Cargo.toml's router differs from the table");
}
