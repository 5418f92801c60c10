import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { PartialItemFailureResponse } from '@aws-lambda-powertools/batch/types';
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * A handler of a queue's messages, one after another. A message whose work throws comes back by itself; the others
 * of its batch are done.
 */
export function sqsHandler(
  { log, metrics }: { log: Logger; metrics?: Metrics },
  work: (message: SQSRecord, context: Context) => Promise<void>,
) {
  const processor = new BatchProcessor(EventType.SQS, { logger: log });
  return middy<SQSEvent, PartialItemFailureResponse>()
    .use(injectLambdaContext(log, { resetKeys: true }))
    .use(metrics ? logMetrics(metrics) : [])
    .handler((event: SQSEvent, context: Context) =>
      processPartialResponse(event, (message: SQSRecord) => work(message, context), processor, {
        context,
        throwOnFullBatchFailure: false,
      }),
    );
}
