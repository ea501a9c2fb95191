//! Holds every file that says which functions there are against the one table of them, and says where they differ. It reads
//! the files in its own way: what `make deploy-files` writes is not taken for right because it was written.

mod checks;
mod compose;
mod kubernetes;
mod reading;
mod routers;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use cv_matching_tests::checkout;
use serde_json::Value;

use reading::{Differences, file};

/// What cargo knows of the workspace.
fn metadata() -> Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--locked"])
        .current_dir(checkout())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_function_has_a_program_that_is_linked_only_when_asked_for() {
    let metadata = metadata();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|one| one["name"] == "functions").unwrap();
    let programs: BTreeMap<&str, &Value> = package["targets"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|target| target["kind"][0] == "bin")
        .map(|target| (target["name"].as_str().unwrap(), target))
        .collect();
    let names: BTreeSet<&str> = functions::all().iter().map(|function| function.name).collect();
    assert_eq!(programs.keys().copied().collect::<BTreeSet<_>>(), names);
    let mut differences = Differences::of("functions/Cargo.toml");
    for (name, program) in programs {
        differences.expect(
            name,
            "required-features",
            &program["required-features"],
            &serde_json::json!(["programs"]),
        );
        differences.expect(name, "test", &program["test"], &Value::Bool(false));
        let main = file(&format!("functions/src/bin/{name}.rs"));
        let module = name.replace('-', "_");
        if name != "migrate"
            && !main.contains(&format!("{module}::FUNCTION, {module}::router"))
            && !main.contains(&format!("host::stage({module}::STAGE)"))
            && !main.contains(&format!("host::schedule({module}::SCHEDULED)"))
        {
            differences.add(name, "its main runs another function");
        }
    }
    differences.assert_none();
}

#[test]
fn the_table_of_the_readme_is_that_of_the_code() {
    let readme = file("README.md");
    let mut differences = Differences::of("README.md");
    let mut rows = 0;
    for line in readme.lines().skip_while(|line| !line.contains("begin functions")).skip(3) {
        if line.contains("end functions") {
            break;
        }
        rows += 1;
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let Some(function) = functions::all().into_iter().find(|function| function.name == cells[0]) else {
            differences.add(cells[0], "there is no such function");
            continue;
        };
        let needs: Vec<String> = function.needs.iter().map(|need| need.text()).collect();
        differences.expect(cells[0], "batch", &cells[2], &function.batch_size.to_string().as_str());
        differences.expect(cells[0], "timeout", &cells[3], &function.timeout_seconds.to_string().as_str());
        differences.expect(cells[0], "memory", &cells[4], &function.memory_mb.to_string().as_str());
        differences.expect(cells[0], "needs", &cells[5], &needs.join(", ").as_str());
        for (method, path) in function.routes() {
            if !cells[1].contains(&format!("`{method} {path}`")) {
                differences.add(cells[0], &format!("the route {method} {path} is missing"));
            }
        }
    }
    assert_eq!(rows, functions::all().len(), "rows of the table");
    differences.assert_none();
}
