//! What every function must keep to: the table and the description say the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ALL, OPENAPI_PATH, WITH_ROUTES, openapi};

fn description() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

/// Method, path and description of every operation.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["get", "put", "post", "delete", "patch"].contains(&method.as_str()) {
                operations.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    operations
}

#[test]
fn every_route_of_every_function_stands_in_the_description_and_no_other() {
    let described: BTreeSet<(String, String)> =
        operations(&description()).into_iter().map(|(method, path, _)| (method, path)).collect();
    let routes: Vec<(String, String)> = ALL
        .iter()
        .flat_map(|function| function.routes())
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(routes.len(), described.len(), "no route stands in two functions");
    assert_eq!(routes.into_iter().collect::<BTreeSet<_>>(), described);
}

#[test]
fn each_function_routes_what_it_says_and_nothing_else() {
    for (function, router) in WITH_ROUTES {
        let description = serde_json::to_value(router().into_openapi()).unwrap();
        let routed: BTreeSet<(String, String)> =
            operations(&description).into_iter().map(|(method, path, _)| (method, path)).collect();
        let said = function
            .routes()
            .iter()
            .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
            .collect();
        assert_eq!(routed, said, "{}", function.name);
    }
}

#[test]
fn functions_have_names_of_their_own() {
    let names: BTreeSet<&str> = ALL.iter().map(|function| function.name).collect();
    assert_eq!(names.len(), ALL.len());
    let operations = operations(&description());
    let ids: BTreeSet<&str> =
        operations.iter().filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(ids.len(), operations.len());
    for name in names {
        assert!(ids.contains(name), "{name} has no operation of its name");
    }
}

#[test]
fn every_route_but_the_probes_and_the_description_needs_a_token_and_says_so() {
    for (method, path, operation) in operations(&description()) {
        let public = ["/healthz", "/readyz", OPENAPI_PATH].contains(&path.as_str());
        let secured = operation["security"]
            .as_array()
            .is_some_and(|needs| needs.iter().any(|need| need["bearer"].is_array()));
        assert_eq!(secured, !public, "{method} {path}");
        assert_eq!(operation["responses"]["401"].is_object(), !public, "{method} {path}");
        assert_eq!(operation["responses"]["500"].is_object(), !public, "{method} {path}");
    }
    assert_eq!(description()["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

#[test]
fn every_error_in_the_description_is_a_problem() {
    for (method, path, operation) in operations(&description()) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            // How ill the system is, is no problem of the request.
            if status.starts_with(['4', '5'])
                && (path.as_str(), status.as_str()) != ("/api/admin/system_health", "503")
            {
                let content = &response["content"]["application/problem+json"];
                assert_eq!(
                    content["schema"]["$ref"], "#/components/schemas/Problem",
                    "{method} {path} {status}"
                );
            }
            assert!(
                response["description"].as_str().is_some_and(|text| !text.trim().is_empty()),
                "{method} {path} {status}"
            );
        }
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{method} {path}");
    }
}

#[test]
fn every_schema_that_is_pointed_at_is_there() {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let text = description.to_string();
    let mut pointed = 0;
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
        pointed += 1;
    }
    assert!(pointed > 50);
    for name in
        ["Problem", "Recommendations", "CvAnswer", "Profile", "JobAnswer", "ImportAnswer", "RankedCandidates"]
    {
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[test]
fn every_parameter_of_a_path_is_described() {
    for (method, path, operation) in operations(&description()) {
        let named: BTreeSet<&str> =
            path.split('/').filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}')).collect();
        let described: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .map(|parameters| {
                parameters.iter().filter(|p| p["in"] == "path").filter_map(|p| p["name"].as_str()).collect()
            })
            .unwrap_or_default();
        assert_eq!(named, described, "{method} {path}");
    }
}
