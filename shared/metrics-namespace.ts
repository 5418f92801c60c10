/**
 * Where the metrics of a stage's functions are in CloudWatch: its own, since stages that share an account would
 * otherwise keep each other's alarms quiet.
 */
export function metricsNamespace(stage: string): string {
  return `OecMoodleSync/${stage}`;
}
