//! `scripts/check-deploy-files.py`, which `make test` runs on the deploy files: an error of each kind that is planted into a
//! copy of them is found.

use std::fs;
use std::path::Path;
use std::process::Command;

use cv_matching_tests::{checkout, fetched, folder};

/// What is planted: in which file, in the place of what, and what the check has to say.
const PLANTED: [(&str, &str, &str, &str); 6] = [
    ("template.yaml", "MemorySize: 256", "MemorySize: much", "cfn-lint template.yaml"),
    (
        "docker-compose.yml",
        "    restart: unless-stopped",
        "    restarts: unless-stopped",
        "docker-compose.yml: ",
    ),
    ("docker-compose.prod.yml", "replicas: 1", "replicate: 1", "docker-compose.prod.yml: "),
    ("k8s/overlays/local/parts.yaml", "containerPort:", "containersPort:", "k8s/overlays/local/parts.yaml: "),
    (
        "k8s/overlays/local/kustomization.yaml",
        "  - parts.yaml",
        "  - part.yaml",
        "kustomize k8s/overlays/local: ",
    ),
    (
        "k8s/overlays/production/kustomization.yaml",
        "kind: IntegrationSource",
        "kind: IntegrationSauce",
        "k8s/overlays/production: ",
    ),
];

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn an_error_of_each_kind_is_found() {
    let folder = folder();
    let root = folder.path();
    for name in [
        "template.yaml",
        "docker-compose.yml",
        "docker-compose.prod.yml",
        "k8s/base",
        "k8s/common",
        "k8s/overlays/local",
        "k8s/overlays/production",
        "localstack",
        "nginx",
        "scripts/check-deploy-files.py",
    ] {
        copy(&checkout().join(name), &root.join(name));
    }
    for (file, right, wrong, _) in PLANTED {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert!(text.contains(right), "{file} has no {right}");
        fs::write(root.join(file), text.replacen(right, wrong, 1)).unwrap();
    }
    let output = Command::new(fetched::python("checks"))
        .arg(root.join("scripts/check-deploy-files.py"))
        .env("CV_MATCHING_LOCAL", fetched::local())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "nothing was found");
    let without_kustomize = String::from_utf8_lossy(&output.stdout).contains("there is no kustomize");
    for (file, _, wrong, words) in PLANTED {
        if without_kustomize && file.contains("overlays") {
            fetched::not_tested("overlays as kustomize builds them: there is no kustomize or kubectl");
            continue;
        }
        assert!(said.contains(words), "{file} with {wrong:?} passes: {said}");
    }
}
