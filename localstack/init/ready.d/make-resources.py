"""Makes what the functions find on AWS: the bucket with its notification, the queues with their dead-letter queues, and the
rules that put a message into a scheduled function's queue when it is time. Can be run again at any time: what is there is
brought to what it says here. LocalStack runs it when it is ready; by hand, AWS_ENDPOINT_URL says where LocalStack is.
"""

import json
import os

import boto3

PREFIX = os.environ.get("RESOURCE_PREFIX", "cv-matching")
ENDPOINT = os.environ.get("AWS_ENDPOINT_URL", "http://localhost:4566")
REGION = os.environ.get("AWS_REGION", "us-east-1")
ACCOUNT = "000000000000"
RECEIVES = 5

# A queue's name, and for how long a message that was received is hidden from others, in seconds; a scheduled function's
# name, when it runs, and how long that may take.
# begin functions: written by `make deploy-files`
QUEUES = {
    "cv-upload": 180,
    "cv-parse": 360,
    "cv-embed": 360,
    "cv-match": 360,
    "match-explain": 360,
    "job-embed": 360,
}
SCHEDULES = {
    "process-batch-cv-parsing": ("rate(5 minutes)", 300),
    "compute-pending-cv-embeddings": ("rate(10 minutes)", 300),
    "compute-pending-job-embeddings": ("rate(15 minutes)", 300),
    "generate-matches-for-new-cvs": ("rate(20 minutes)", 300),
    "generate-batch-explanations": ("rate(30 minutes)", 300),
    "retry-failed-embeddings": ("rate(1 hour)", 60),
    "cleanup-old-data": ("cron(0 2 * * ? *)", 900),
}
# end functions


def client(service):
    return boto3.client(
        service, endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def arn(service, name):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def make_queue(sqs, name, attributes):
    try:
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueNameExists:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def make_queues(sqs, queues):
    for queue, visibility in queues.items():
        name = f"{PREFIX}-{queue}"
        make_queue(sqs, f"{name}-dead-letters", {"MessageRetentionPeriod": "1209600"})
        redrive = {"deadLetterTargetArn": arn("sqs", f"{name}-dead-letters"), "maxReceiveCount": RECEIVES}
        make_queue(sqs, name, {"VisibilityTimeout": str(visibility), "RedrivePolicy": json.dumps(redrive)})


def make_bucket(s3):
    if PREFIX not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=PREFIX)
    prefix = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "upload/"}]}}
    notification = {
        "Id": "uploads",
        "QueueArn": arn("sqs", f"{PREFIX}-cv-upload"),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": prefix,
    }
    s3.put_bucket_notification_configuration(
        Bucket=PREFIX, NotificationConfiguration={"QueueConfigurations": [notification]}
    )


def make_rules(events):
    there = {rule["Name"]: rule.get("ScheduleExpression") for rule in events.list_rules(NamePrefix=PREFIX)["Rules"]}
    for name, (when, _) in SCHEDULES.items():
        rule = f"{PREFIX}-{name}"
        if there.get(rule) == when:
            continue
        # LocalStack goes on with the times of a rule's first version when it is only put again.
        if rule in there:
            events.remove_targets(Rule=rule, Ids=[name])
            events.delete_rule(Name=rule)
        events.put_rule(Name=rule, ScheduleExpression=when, State="ENABLED")
        target = {"Id": name, "Arn": arn("sqs", rule), "Input": json.dumps({"task": name})}
        events.put_targets(Rule=rule, Targets=[target])


sqs = client("sqs")
make_queues(sqs, QUEUES)
make_queues(sqs, {name: timeout + 5 for name, (_, timeout) in SCHEDULES.items()})
make_bucket(client("s3"))
make_rules(client("events"))
print(f"{len(QUEUES)} queues, {len(SCHEDULES)} schedules and the bucket {PREFIX} are there")
