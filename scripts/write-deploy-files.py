#!/usr/bin/env python3
"""Writes the parts of the deploy files that follow from the table of functions.

    make deploy-files        (target/release/cv-matching functions --json | scripts/write-deploy-files.py)

Run it after a change of the table and read the difference that it makes. The test `deploy_files` reads the same files in
its own way and says where they and the table differ, so that this script is a convenience and not what is trusted.
In template.yaml, docker-compose.yml and others it writes between two lines that say `begin functions` and `end functions`;
nginx/routes.conf and the files of k8s/ that say so at their top are wholly its own. The alert rules are k8s/monitoring/rules.yml.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTE = "Written by `make deploy-files` from the table of functions (`cv-matching functions`)."

table = [json.loads(line) for line in sys.stdin]
http = [one for one in table if one["kind"] == "http"]
stages = [one for one in table if one["kind"] == "queue"]
schedules = [one for one in table if one["kind"] == "schedule"]
migrate = next(one for one in table if one["kind"] == "deployment")
# Probes that every server answers are no routes of the gateway but those of system-health.
PUBLIC = {"/healthz", "/readyz", "/api/openapi.json"}


def write(path, text):
    file = ROOT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def between(path, text, name="functions"):
    """Puts `text` between the lines `begin NAME` and `end NAME` of a file."""
    file = ROOT / path
    pattern = re.compile(rf"(^[^\n]*begin {name}[^\n]*\n).*?(^[^\n]*end {name}[^\n]*$)", re.S | re.M)
    old = file.read_text()
    new, count = pattern.subn(lambda found: found[1] + text + found[2], old)
    if count != 1:
        sys.exit(f"{path} has no `begin {name}` … `end {name}`")
    file.write_text(new)


def camel(name):
    return "".join(word.capitalize() for word in name.split("-"))


def embeds(function):
    return "model" in function["needs"]


def minutes(function):
    return function["schedule"].get("every_minutes")


def cron(function):
    """The five fields of cron, UTC."""
    if minutes(function):
        return "0 * * * *" if minutes(function) == 60 else f"*/{minutes(function)} * * * *"
    at = function["schedule"]["daily_at_minute"]
    return f"{at % 60} {at // 60} * * *"


def aws_rate(function):
    """The same as EventBridge writes it."""
    if minutes(function):
        return "rate(1 hour)" if minutes(function) == 60 else f"rate({minutes(function)} minutes)"
    at = function["schedule"]["daily_at_minute"]
    return f"cron({at % 60} {at // 60} * * ? *)"


# --- template.yaml ---------------------------------------------------------------------------------------------------

def statements(function):
    grouped = {}
    for need in function["needs"]:
        kind, _, queue = need.partition(" ")
        match kind:
            case "read-files":
                grouped.setdefault("!Sub ${Files.Arn}/*", []).append("s3:GetObject")
                # Without it a file that is missing looks like one that is forbidden.
                grouped.setdefault("!GetAtt Files.Arn", []).append("s3:ListBucket")
            case "write-files":
                grouped.setdefault("!Sub ${Files.Arn}/*", []).append("s3:PutObject")
            case "delete-files":
                grouped.setdefault("!Sub ${Files.Arn}/*", []).append("s3:DeleteObject")
            case "list-files":
                grouped.setdefault("!GetAtt Files.Arn", []).append("s3:ListBucket")
            case "send":
                grouped.setdefault(f"!GetAtt {camel(queue)}Queue.Arn", []).append("sqs:SendMessage")
            case "measure":
                # Its dead letters are counted, too.
                for of in ("Queue", "DeadLetters"):
                    grouped.setdefault(f"!GetAtt {camel(queue)}{of}.Arn", []).append("sqs:GetQueueAttributes")
            case "read-dead-letters" | "redrive":
                dead = grouped.setdefault(f"!GetAtt {camel(queue)}DeadLetters.Arn", [])
                dead += ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
                if kind == "redrive":
                    dead.append("sqs:DeleteMessage")
                    grouped.setdefault(f"!GetAtt {camel(queue)}Queue.Arn", []).append("sqs:SendMessage")
            case "database" | "cache" | "model" | "chat":
                pass
            case _:
                sys.exit(f"{function['name']}: what does \"{need}\" allow?")
    if not grouped:
        return ""
    text = "      Policies:\n        - Version: '2012-10-17'\n          Statement:\n"
    for resource, actions in grouped.items():
        text += f"            - Effect: Allow\n              Action: [{', '.join(dict.fromkeys(actions))}]\n"
        text += f"              Resource: {resource}\n"
    return text


def template_function(function):
    name, kind = function["name"], function["kind"]
    text = f"""
  {camel(name)}Function:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${{AWS::StackName}}-{name}
      CodeUri: target/lambda/{name}/
      MemorySize: {function['memory_mb']}
      Timeout: {function['timeout_seconds']}
"""
    if embeds(function):
        text += "      Layers: [!Ref Model]\n"
    keys = {"model": "EMBEDDING_API_KEY: !If [HasEmbeddingKey, !Sub '{{resolve:secretsmanager:${EmbeddingSecretArn}:SecretString:key}}', '']",
            "chat": """LLM_BASE_URL: !Ref LlmBaseUrl
          LLM_MODEL: !Ref LlmModel
          LLM_PRICE_INPUT: !Ref LlmPriceInput
          LLM_PRICE_OUTPUT: !Ref LlmPriceOutput
          LLM_DAILY_BUDGET: !Ref LlmDailyBudget
          LLM_API_KEY: !If [HasLlmKey, !Sub '{{resolve:secretsmanager:${LlmSecretArn}:SecretString:key}}', '']"""}
    needed = [keys[need] for need in keys if need in function["needs"]]
    if needed:
        text += "".join(["      Environment:\n        Variables:\n", *(f"          {lines}\n" for lines in needed)])
    text += statements(function)
    if kind == "http":
        text += "      Events:\n"
        for number, (method, path) in enumerate(function["routes"], 1):
            text += f"""        Route{number}:
          Type: HttpApi
          Properties:
            ApiId: !Ref Api
            Method: {method}
            Path: {path}
"""
            if path in PUBLIC:
                text += "            Auth:\n              Authorizer: NONE\n"
    elif kind == "queue":
        text += f"""      Events:
        Messages:
          Type: SQS
          Properties:
            Queue: !GetAtt {camel(function['queue'])}Queue.Arn
            BatchSize: {function['batch_size']}
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig:
              MaximumConcurrency: !Ref StageConcurrency
"""
    elif kind == "schedule":
        text += f"""      Events:
        Clock:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: {aws_rate(function)}
            RetryPolicy:
              MaximumRetryAttempts: 2
              MaximumEventAgeInSeconds: 300
            DeadLetterConfig:
              Arn: !GetAtt CallDeadLetters.Arn
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        MaximumEventAgeInSeconds: 300
        DestinationConfig:
          OnFailure:
            Type: SQS
            Destination: !GetAtt CallDeadLetters.Arn
"""
    return text


def queue_metrics(metric, queues):
    """What an alarm reckons with: a metric of each queue."""
    return "".join(f"""        - Id: queue{number}
          ReturnData: false
          MetricStat:
            Period: 60
            Stat: Maximum
            Metric:
              Namespace: AWS/SQS
              MetricName: {metric}
              Dimensions:
                - {{ Name: QueueName, Value: !GetAtt {queue}.QueueName }}
""" for number, queue in enumerate(queues, 1))


def template():
    text = "".join(template_function(function) for function in table)
    for function in stages:
        queue = camel(function["queue"])
        text += f"""
  {queue}Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub ${{AWS::StackName}}-{function['queue']}
      # Six times the function's timeout, and above the lease of the rows.
      VisibilityTimeout: {max(6 * function['timeout_seconds'], 180)}
      MessageRetentionPeriod: 345600
      SqsManagedSseEnabled: true
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt {queue}DeadLetters.Arn
        maxReceiveCount: 5

  {queue}DeadLetters:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub ${{AWS::StackName}}-{function['queue']}-dead-letters
      MessageRetentionPeriod: 1209600
      SqsManagedSseEnabled: true
"""
    between("template.yaml", text)
    queues = [f"{camel(function['queue'])}Queue" for function in stages]
    dead = [f"{camel(function['queue'])}DeadLetters" for function in stages] + ["CallDeadLetters"]
    between("template.yaml", queue_metrics("ApproximateNumberOfMessagesVisible", queues), "backlog")
    between("template.yaml", queue_metrics("ApproximateAgeOfOldestMessage", queues), "oldest")
    between("template.yaml", queue_metrics("ApproximateNumberOfMessagesVisible", dead), "dead")


# --- programs --------------------------------------------------------------------------------------------------------

MAIN = """//! The function `{name}` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::{place}::{module};

fn main() -> ExitCode {{
    host::{call}
}}
"""


def programs():
    text = ""
    for function in sorted(table, key=lambda one: one["name"]):
        name, kind = function["name"], function["kind"]
        text += f'[[bin]]\nname = "{name}"\ntest = false\nrequired-features = ["programs"]\n\n'
        main = ROOT / f"functions/src/bin/{name}.rs"
        if not main.exists() and kind != "deployment":
            module = name.replace("-", "_")
            place, call = {
                "http": ("http", f"http({module}::FUNCTION, {module}::router)"),
                "queue": ("stages", f"stage({module}::STAGE)"),
                "schedule": ("schedules", f"schedule({module}::SCHEDULED)"),
            }[kind]
            main.write_text(MAIN.format(name=name, place=place, module=module, call=call))
    between("functions/Cargo.toml", text.rstrip() + "\n")


# --- docker compose, nginx, LocalStack, cargo-lambda -----------------------------------------------------------------

def compose():
    text = ""
    for function in http + stages + schedules:
        name = function["name"]
        text += f"\n  {name}:\n    <<: *function\n    command: [function, {name}]\n"
        queue = function.get("queue") or (name if function["kind"] == "schedule" else None)
        if queue:
            text += "    environment:\n      <<: *environment\n"
            text += f"      QUEUE_URL: http://localstack:4566/000000000000/cv-matching-{queue}\n"
    between("docker-compose.yml", text)
    text = ""
    for function in http + stages + schedules:
        kind = {"http": "api", "queue": "worker", "schedule": "task"}[function["kind"]]
        text += f"  {function['name']}: *{kind}\n"
    between("docker-compose.prod.yml", text)


def pattern(path):
    return re.sub(r"\{\w+\}", "[^/]+", path.replace(".", r"\."))


def nginx():
    text = f"# {NOTE}\n# Which function answers a request.\n\n"
    text += 'map "$request_method $uri" $function {\n    default describe-api;\n'
    seen = []
    for function in http:
        for method, path in function["routes"]:
            methods = "(?:GET|HEAD)" if method == "GET" else method
            text += f'    "~^{methods} {pattern(path)}$" {function["name"]};\n'
            if path not in seen:
                seen.append(path)
    text += "    # Known paths with a method that none of their functions takes: one of them says so.\n"
    for path in seen:
        name = next(one["name"] for one in http if path in [route[1] for route in one["routes"]])
        text += f'    "~^[A-Z]+ {pattern(path)}$" {name};\n'
    write("nginx/routes.conf", text + "}\n")


def localstack():
    text = "QUEUES = {\n"
    for function in stages:
        text += f'    "{function["queue"]}": {max(6 * function["timeout_seconds"], 180)},\n'
    text += "}\nSCHEDULES = {\n"
    for function in schedules:
        text += f'    "{function["name"]}": ("{aws_rate(function)}", {function["timeout_seconds"]}),\n'
    between("localstack/init/ready.d/make-resources.py", text + "}\n")


def watch_router():
    paths = {}
    for function in http:
        for method, path in function["routes"]:
            paths.setdefault(path, []).append((method, function["name"]))
    text = "[workspace.metadata.lambda.watch.router]\n"
    for path, routes in paths.items():
        choices = ", ".join(f'{{ method = "{method}", function = "{name}" }}' for method, name in routes)
        text += f'"{path}" = [{choices}]\n'
    between("Cargo.toml", text)


# --- Kubernetes ------------------------------------------------------------------------------------------------------

SECURITY = """          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            runAsNonRoot: true
            capabilities: { drop: [ALL] }
            seccompProfile: { type: RuntimeDefault }
"""


def resources(function):
    """Requests are what was measured (DEPLOY.md), rounded up; limits leave room for the largest files."""
    if embeds(function):
        requests, limits = ("250m", "320Mi"), ("2", "1Gi")
    elif function["kind"] == "http":
        requests, limits = ("50m", "64Mi"), ("1", "256Mi")
    else:
        requests, limits = ("100m", "128Mi"), ("2", "1Gi")
    return f"""          resources:
            requests: {{ cpu: {requests[0]}, memory: {requests[1]} }}
            limits: {{ cpu: "{limits[0]}", memory: {limits[1]} }}
"""


def container(function, extra="", probes="", arguments=""):
    return f"""        - name: function
          image: cv-matching
          args: [function, {function['name']}{arguments}]
          envFrom:
            - configMapRef: {{ name: cv-matching }}
            - secretRef: {{ name: cv-matching }}
{extra}{probes}{resources(function)}{SECURITY}"""


def labels(function, indent, more=""):
    space = " " * indent
    return (
        f"{space}app.kubernetes.io/name: {function['name']}\n"
        f"{space}app.kubernetes.io/part-of: cv-matching\n"
        f"{space}app.kubernetes.io/component: {function['kind']}\n{more}"
    )


SCALE = {
    "http": ("hpa.autoscaling.knative.dev", "cpu", 70, 3, 10),
    "queue": ("hpa.autoscaling.knative.dev", "cpu", 75, 5, 20),
    "schedule": ("kpa.autoscaling.knative.dev", "concurrency", 1, 0, 1),
}


def knative_service(function):
    kind, metric, target, least, most = SCALE[function["kind"]]
    probes = """          ports:
            - containerPort: 8000
          readinessProbe:
            httpGet: { path: /readyz }
          livenessProbe:
            httpGet: { path: /healthz }
"""
    # Knative's own limit for requests, unless its administrator raises it.
    timeout = min(function["timeout_seconds"], 600)
    return f"""---
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: {function['name']}
  labels:
{labels(function, 4, "    networking.knative.dev/visibility: cluster-local" + chr(10))}spec:
  template:
    metadata:
      labels:
{labels(function, 8)}      annotations:
        autoscaling.knative.dev/class: {kind}
        autoscaling.knative.dev/metric: {metric}
        autoscaling.knative.dev/target: "{target}"
        autoscaling.knative.dev/min-scale: "{least}"
        autoscaling.knative.dev/max-scale: "{most}"
    spec:
      serviceAccountName: cv-matching
      automountServiceAccountToken: false
      timeoutSeconds: {timeout}
      containers:
{container(function, probes=probes)}"""


def disruption(function, label):
    return f"""---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {function['name']}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {label}: {function['name']}
"""


def sink(function):
    return f"""  sink:
    ref:
      apiVersion: serving.knative.dev/v1
      kind: Service
      name: {function['name']}
"""


def knative():
    head = f"# {NOTE}\n"
    write("k8s/base/http-functions.yaml", head + "".join(map(knative_service, http)))
    write("k8s/base/stages.yaml", head + "".join(map(knative_service, stages)))
    text = head
    for function in schedules:
        text += knative_service(function)
        text += f"""---
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata:
  name: {function['name']}
spec:
  schedule: "{cron(function)}"
  timezone: Etc/UTC
  contentType: application/json
  data: '{{"task": "{function['task']}"}}'
{sink(function)}"""
    write("k8s/base/schedules.yaml", text)
    text = head + "# Region and account are set by each overlay.\n"
    for function in stages:
        text += f"""---
apiVersion: sources.knative.dev/v1alpha1
kind: IntegrationSource
metadata:
  name: {function['queue']}
spec:
  aws:
    sqs:
      arn: arn:aws:sqs:REGION:ACCOUNT:cv-matching-{function['queue']}
      region: REGION
      autoCreateQueue: false
      deleteAfterRead: true
      maxMessagesPerPoll: {function['batch_size']}
      waitTimeSeconds: 20
      visibilityTimeout: {max(6 * function['timeout_seconds'], 180)}
    auth:
      serviceAccountName: cv-matching
{sink(function)}"""
    write("k8s/base/queue-sources.yaml", text)
    label = "serving.knative.dev/service"
    write("k8s/base/disruption-budgets.yaml", head + "".join(disruption(one, label) for one in http + stages))


def deployment(function):
    extra = ""
    if function["kind"] == "queue":
        extra = f"""          env:
            - name: QUEUE_URL
              value: $(SQS_QUEUE_URL_PREFIX){function['queue']}
"""
    extra += """          ports:
            - { name: http, containerPort: 8000 }
"""
    probes = """          startupProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 1
            failureThreshold: 30
          readinessProbe:
            httpGet: { path: /readyz, port: http }
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            failureThreshold: 6
"""
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {function['name']}
  labels:
{labels(function, 4)}spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: {function['name']}
  template:
    metadata:
      labels:
{labels(function, 8)}    spec:
      serviceAccountName: cv-matching
      automountServiceAccountToken: false
      # What is held when the pod ends is finished first.
      terminationGracePeriodSeconds: {max(function['timeout_seconds'], 30) + 5}
      containers:
{container(function, extra, probes)}"""


def without_knative():
    head = f"# {NOTE}\n"
    text = head
    for function in http:
        _, _, target, least, most = SCALE["http"]
        text += deployment(function)
        text += f"""---
apiVersion: v1
kind: Service
metadata:
  name: {function['name']}
spec:
  selector:
    app.kubernetes.io/name: {function['name']}
  ports:
    - {{ name: http, port: 80, targetPort: http }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {function['name']}
spec:
  scaleTargetRef: {{ apiVersion: apps/v1, kind: Deployment, name: {function['name']} }}
  minReplicas: {least}
  maxReplicas: {most}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {{ type: Utilization, averageUtilization: {target} }}
"""
        text += disruption(function, "app.kubernetes.io/name")
    write("k8s/without-knative/http-functions.yaml", text)
    text = head + "# Account and region are set by the overlay.\n"
    for function in stages:
        _, _, target, least, most = SCALE["queue"]
        text += deployment(function)
        text += f"""---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {function['name']}
spec:
  scaleTargetRef:
    name: {function['name']}
  minReplicaCount: {least}
  maxReplicaCount: {most}
  triggers:
    - type: aws-sqs-queue
      metadata:
        queueURL: https://sqs.REGION.amazonaws.com/ACCOUNT/cv-matching-{function['queue']}
        queueLength: "50"
        awsRegion: REGION
        identityOwner: operator
    - type: cpu
      metricType: Utilization
      metadata:
        value: "{target}"
"""
        text += disruption(function, "app.kubernetes.io/name")
    write("k8s/without-knative/stages.yaml", text)
    text = head
    for function in schedules:
        text += f"""---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {function['name']}
  labels:
{labels(function, 4)}spec:
  schedule: "{cron(function)}"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 120
  jobTemplate:
    spec:
      backoffLimit: 1
      activeDeadlineSeconds: {function['timeout_seconds']}
      ttlSecondsAfterFinished: 3600
      template:
        metadata:
          labels:
{labels(function, 12)}        spec:
          restartPolicy: Never
          serviceAccountName: cv-matching
          automountServiceAccountToken: false
          containers:
{indented(container(function, arguments=', --once'), 4)}"""
    write("k8s/without-knative/schedules.yaml", text)


def indented(text, by):
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


# --- monitoring ------------------------------------------------------------------------------------------------------

def monitoring():
    """The rules as the Prometheus operator takes them, and the targets beside docker compose."""
    rules = (ROOT / "k8s/monitoring/rules.yml").read_text()
    text = f"""# Written by `make deploy-files` from rules.yml.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: cv-matching
  labels: {{ app.kubernetes.io/part-of: cv-matching }}
spec:
"""
    write("k8s/monitoring/prometheus-rule.yaml", text + indented(rules[rules.index("groups:"):], 2))
    names = [one["name"] for one in http + stages + schedules if one["name"] != "metrics"]
    between("k8s/monitoring/prometheus.yml", "".join(f"          - {name}\n" for name in names))


# --- README ----------------------------------------------------------------------------------------------------------

def readme():
    text = "| function | called by | batch | timeout s | memory MiB | needs |\n| --- | --- | --- | --- | --- | --- |\n"
    for function in table:
        called = function["trigger"]
        if function["kind"] == "http":
            called = "<br>".join(f"`{method} {path}`" for method, path in function["routes"])
        needs = ", ".join(function["needs"])
        text += f"| {function['name']} | {called} | {function['batch_size']} | {function['timeout_seconds']} "
        text += f"| {function['memory_mb']} | {needs} |\n"
    between("README.md", text)


programs()
template()
compose()
nginx()
localstack()
watch_router()
knative()
without_knative()
monitoring()
readme()
