import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { toRecordChanges } from '#functions/record-changes.ts';
import { concernsImport, importUnits, isImportedModel } from '#shared/odoo/import/models.ts';
import { erpQueue } from '#shared/store/erp/erp-queue.ts';

const environment = readEnvironment(['ERP_QUEUE_URL']);
const log = new Logger();
const queue = erpQueue(new SQSClient(awsOptions), environment.ERP_QUEUE_URL);

/** Queues what a pull has written, or what is gone of that, for the import. An error has the batch tried again, in halves. */
export const handler = middy<DynamoDBStreamEvent, void>()
  .use(injectLambdaContext(log))
  .handler(async (event: DynamoDBStreamEvent): Promise<void> => {
    const pulled = toRecordChanges(event, isImportedModel).filter(concernsImport);
    const units = importUnits(pulled);
    await queue.send(units);
    log.info('Changes queued', { changes: event.Records.length, pulled: pulled.length, units: units.length });
  });
