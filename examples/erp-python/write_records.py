"""Writes records of the ERP into the table of oec-moodle-sync, and deletes those that are gone.

    pip install boto3
    RECORDS_TABLE=… python write_records.py changes.jsonl

The table's name is the stack's output RecordsTableName. Each line of the file is a change: {"model": "op.student",
"record": {…}} with the record as Odoo's read() gives it, or {"model": "op.student", "deleted": 26}. From Odoo itself call
write() and delete(). The writer needs the managed policy of the stack's output RecordsWriterPolicyArn, and nothing else.
"""

import json
import os
import sys
from decimal import Decimal
from itertools import groupby

import boto3

table = boto3.resource("dynamodb").Table(os.environ["RECORDS_TABLE"])


def write(model, records):
    """Writes whole records: a field that is left out counts as empty. Leave image fields out (400 kB an item)."""
    with table.batch_writer(overwrite_by_pkeys=["model", "id"]) as batch:
        for record in records:
            batch.put_item(Item={**storable(record), "model": model, "id": str(record["id"])})


def delete(model, record_id):
    """Deletes a record. What it had in Moodle is suspended or hidden, never deleted."""
    table.delete_item(Key={"model": model, "id": str(record_id)})


def storable(record):
    """boto3 takes no floats; everything else that Odoo's read() gives is fine as it is."""
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value
        for name, value in record.items()
    }


def main(path):
    with open(path, encoding="utf-8") as lines:
        changes = [json.loads(line) for line in lines if line.strip()]
    # In the order of the file: a record that is written, deleted and written again is there in the end.
    for (model, is_deleted), group in groupby(changes, lambda change: (change["model"], "deleted" in change)):
        if is_deleted:
            for change in group:
                delete(model, change["deleted"])
        else:
            write(model, [change["record"] for change in group])
    print(f"{len(changes)} changes written")


if __name__ == "__main__":
    main(sys.argv[1])
