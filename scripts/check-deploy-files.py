#!/usr/bin/env python3
"""Checks the deploy files against the schemas of their makers: template.yaml by cfn-lint, docker-compose.yml by the compose
specification, k8s/ by Kubernetes' own schemas (strict), each overlay as kustomize builds it where there is a kustomize,
.github/workflows by actionlint where there is one.

    .local/checks/bin/python scripts/check-deploy-files.py        (`make test` runs it; scripts/setup.sh --test fetches it)

`sam validate --lint` is run too where there is a `sam`. What could not be checked is said at the end.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import compose_spec
import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCAL = Path(os.environ.get("CV_MATCHING_LOCAL", ROOT / ".local"))
# The kinds of these have no schema here; tests/deploy_files holds their fields against what is documented.
WITHOUT_SCHEMA = ("serving.knative.dev/", "sources.knative.dev/", "keda.sh/", "monitoring.coreos.com/")
KUBERNETES = "1.33"

problems = []
skipped = []


def run(*command, **options):
    return subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, **options)


def check_template():
    linter = shutil.which("cfn-lint", path=f"{LOCAL / 'localstack/bin'}:{os.environ['PATH']}")
    if linter is None:
        skipped.append("cfn-lint: run scripts/setup.sh --test")
    else:
        found = run(linter, "template.yaml")
        if found.returncode:
            problems.append(f"cfn-lint template.yaml:\n{found.stdout}{found.stderr}")
    sam = shutil.which("sam", path=f"{LOCAL / 'deploy-checks/bin'}:{os.environ['PATH']}")
    if sam is None:
        skipped.append("sam validate: run scripts/setup.sh --deploy-checks")
        return
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    found = run(sam, "validate", "--lint", "--region", "us-east-1", env=environment)
    if found.returncode:
        problems.append(f"sam validate --lint:\n{found.stdout}{found.stderr}")


def check_compose():
    for name in ("docker-compose.yml", "docker-compose.prod.yml"):
        document = yaml.safe_load((ROOT / name).read_text())
        document = {key: value for key, value in document.items() if not key.startswith("x-")}
        try:
            # Without this it would pass over what it does not know, and with it what is misspelt.
            compose_spec.ComposeSpecification.model_validate(document, extra="forbid")
        except ValueError as error:
            problems.append(f"{name}: {error}")


def check_manifests(where, text):
    for document in yaml.safe_load_all(text):
        if document is None or document["kind"] == "Kustomization":
            continue
        name = f"{where}: {document['kind']} {document['metadata']['name']}"
        if document["apiVersion"].startswith(WITHOUT_SCHEMA):
            continue
        try:
            kubernetes_validate.validate(document, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            problems.append(f"{name}: {error.message}")


def check_places(where, text):
    """What overlays are to put in must be put in."""
    for document in yaml.safe_load_all(text):
        written = yaml.dump({key: value for key, value in document.items() if key != "data"})
        written += str({key: value for key, value in (document.get("data") or {}).items() if not key.endswith(".py")})
        for word in (":REGION", "'REGION'", ".REGION.", ": REGION", "ACCOUNT:", "/ACCOUNT/"):
            if word in written:
                problems.append(f"{where}: {document['kind']} {document['metadata']['name']}: \"{word}\" was not put in")


def kustomize():
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        return ["kubectl", "kustomize"]
    skipped.append("overlays as kustomize builds them: there is no kustomize or kubectl")
    return None


def check_kubernetes():
    for file in sorted((ROOT / "k8s").rglob("*.yaml")):
        check_manifests(str(file.relative_to(ROOT)), file.read_text())
    command = kustomize()
    overlays = [*sorted((ROOT / "k8s/overlays").iterdir()), ROOT / "k8s/monitoring"]
    for overlay in overlays if command else []:
        built = run(*command, overlay)
        name = str(overlay.relative_to(ROOT))
        if built.returncode:
            problems.append(f"kustomize {name}: {built.stderr}")
        else:
            check_manifests(name, built.stdout)
            check_places(name, built.stdout)


def check_workflows():
    linter = shutil.which("actionlint", path=f"{LOCAL / 'deploy-checks/bin'}:{os.environ['PATH']}")
    if linter is None:
        skipped.append("workflows: run scripts/setup.sh --deploy-checks")
        return
    found = run(linter, "-color=false", *sorted((ROOT / ".github/workflows").glob("*.yml")))
    if found.returncode:
        problems.append(f"actionlint:\n{found.stdout}{found.stderr}")


check_template()
check_compose()
check_workflows()
check_kubernetes()
for what in skipped:
    print(f"check-deploy-files: NOT CHECKED: {what}")
if problems:
    sys.exit("check-deploy-files: error:\n" + "\n".join(problems))
print("check-deploy-files: the deploy files are well-formed")
