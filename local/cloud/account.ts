/** The one account and region everything in the embedded cloud lives in. */
export const accountId = '000000000000';
export const region = 'us-east-1';

/** @returns the ARN of a resource, e.g. `arnOf('sqs', 'push')` */
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** @returns the last part of an SQS ARN or queue URL: the queue's name */
export const lastPart = (arnOrUrl: string): string => arnOrUrl.split(/[:/]/).at(-1) ?? arnOrUrl;
