"""Starts the emulator (ministack 1.5.33), with five things put right from outside."""

import json
import os
import signal
import sys
import threading

from ministack import app
from ministack.core import iam_actions
from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

# IAM has no actions for SQS's batch calls: sqs:SendMessage allows SendMessageBatch too, and so on. The emulator asks
# for an action that no policy of a real account could name.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
extract_iam_action = iam_actions.extract_iam_action


def action_of_request(*arguments, **named):
    action = extract_iam_action(*arguments, **named)
    if action and action.startswith("sqs:"):
        return action.removesuffix("Batch")
    return action


iam_actions.extract_iam_action = action_of_request

# The ARN of a schedule names its group; the emulator checks permissions as if all schedules were in the default one.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
extract_resource_arn = iam_actions.extract_resource_arn


def resource_of_request(service, method, path, headers, body, query_params, *others):
    arn = extract_resource_arn(service, method, path, headers, body, query_params, *others)
    if service != "scheduler" or ":schedule/default/" not in arn:
        return arn
    in_body = json.loads(body or b"{}").get("GroupName") if method in ("POST", "PUT") else None
    in_query = query_params.get("groupName")
    in_query = in_query[0] if isinstance(in_query, list) else in_query
    return arn.replace(":schedule/default/", f":schedule/{in_body or in_query or 'default'}/")


iam_actions.extract_resource_arn = resource_of_request

# A template's reference to a secret is its ARN, which a policy needs; the emulator gives its name.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
secret_handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
create_secret, update_secret, delete_secret = (secret_handlers[key] for key in ("create", "update", "delete"))


def create_with_arn(*arguments):
    _name, attributes = create_secret(*arguments)
    return attributes["Arn"], attributes


def update_by_arn(arn, *others, **named):
    name, _secret = secretsmanager._resolve(arn)
    _name, attributes = update_secret(name, *others, **named)
    return attributes["Arn"], attributes


def delete_by_arn(arn, *others):
    name, _secret = secretsmanager._resolve(arn)
    return delete_secret(name, *others)


secret_handlers.update(create=create_with_arn, update=update_by_arn, delete=delete_by_arn)

# A test has a deployment fail by leaving this file: nothing in the template could make it fail here.
dashboard_handlers = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Dashboard"]
create_dashboard = dashboard_handlers["create"]


def create_unless_refused(*arguments):
    if os.path.exists("refuse-dashboards"):
        raise RuntimeError("The test refuses it")
    return create_dashboard(*arguments)


dashboard_handlers.update(create=create_unless_refused)

# It knows no alarms on an expression. Nothing looks at alarms here: one on the expression's first metric stands for it.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
alarm_record = provisioners._cw_metric_alarm_record


def alarm_of_first_metric(name, properties):
    queries = properties.get("Metrics") or []
    first = next((query["MetricStat"] for query in queries if "MetricStat" in query), None)
    if first is None:
        return alarm_record(name, properties)
    others = {key: value for key, value in properties.items() if key != "Metrics"}
    metric = {"Period": first["Period"], "Statistic": first["Stat"], **first["Metric"]}
    return alarm_record(name, {**others, **metric})


provisioners._cw_metric_alarm_record = alarm_of_first_metric

# With TLS it would also listen on port 443, which is not the test's to take.
app._port_is_bindable = lambda *_arguments: False


def end_with_parent():
    # Standard input ends when the test does, however it does; the functions' processes are in this group too.
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()
app.main()
