/**
 * What AWS charges in us-east-1, in dollars before taxes and without what is free. Eu-central-1 is a fifth dearer for
 * requests and storage. They change: compare with https://aws.amazon.com/pricing before you rely on them.
 */
export const prices = {
  /** When they were noted down, from public sources; those of DynamoDB's requests are in force since 1 November 2024. */
  asOf: '27 November 2026',
  million: {
    readUnits: 0.125,
    writeUnits: 0.625,
    sqsRequests: 0.4,
    lambdaRequests: 0.2,
  },
  /** Of a month. */
  gigabyte: { table: 0.25, pointInTimeRecovery: 0.2 },
  logGigabyte: 0.5,
  /** On arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  /** Of a month. */
  each: { alarm: 0.1, metric: 0.3, dashboard: 3, secret: 0.4 },
} as const;
