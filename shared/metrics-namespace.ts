/** Where the functions' own metrics are in CloudWatch: the stack sets it, dashboard, alarms and `report` read it. */
export const metricsNamespace = 'OecMoodleSync';
