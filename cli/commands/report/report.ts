import type { Check } from '#cli/commands/doctor/check.ts';
import type { ErpReport } from '#cli/erp/erp-report.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { BrakedService } from '#shared/moodle/brakes.ts';
import type { Health } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { QueueDepth } from '#shared/store/queues/queue-watch.ts';
import type { DriftGroup, FailureGroup, KindCounts } from './count-rows.ts';
import type { OpenedBreaker } from './opened-breaker.ts';

/**
 * How the link fares, and the shape of `report --json`. Times are ISO 8601 in UTC. Holds no token, no name and no
 * e-mail address.
 */
export interface Report {
  stack: string;
  made_at: string;
  /** Whether only what is not as it should be was read: how many have arrived is not known then. */
  brief: boolean;
  /** What somebody has to look at, the worst first. */
  attention: Check[];
  instances: InstanceReport[];
  /** The ERP's side, where the stack has one. */
  erp?: ErpReport;
  /** Instances whose settings cannot be read. */
  unreadable: string[];
  /** What waits for all instances together: a queue does not tell whose messages it holds. */
  queues: QueueReport[];
  /** Absent where CloudWatch would not tell; `problems` says why. */
  last_day?: LastDay;
  /** What could not be found out. */
  problems: string[];
}

export interface InstanceReport {
  id: string;
  base_url: string;
  status: Instance['status'];
  /** Of the last check; absent where there was none. */
  health?: Health;
  last_successful_sync?: string;
  seconds_since_success: number;
  stale_after_hours: number;
  stale: boolean;
  /** Absent where the breaker is closed. */
  breaker?: OpenedBreaker;
  /** The services whose brake is on. */
  brakes_on: BrakedService[];
  /** How many entities are in which state; services without any are left out. */
  records: ServiceCounts[];
  failures: FailureGroup[];
  /** When its Moodle was compared with the mappings last; absent where it never was. */
  compared_at?: string;
  /** What Moodle held otherwise then. */
  drift: DriftGroup[];
  /** Entities whose last change in Moodle is in the hours of `last_day`, by service. */
  changed_last_day: { service: ServiceName; count: number }[];
}

export type ServiceCounts = Omit<KindCounts, 'kind'> & { service: ServiceName };

export type QueueReport = QueueDepth & {
  name: string;
  /** Whether a message in it needs a person. */
  is_dead_letter: boolean;
};

/** What the functions counted, for all instances together. */
export interface LastDay {
  /** From the beginning of the first hour on. */
  from: string;
  hours: ({ hour: string } & Figures)[];
  total: Figures;
}

export const figureNames = ['calls', 'calls_failed', 'pushed', 'pulled', 'given_up'] as const;
/**
 * calls: of Moodle, by push and pull. calls_failed: those of them that Moodle refused or did not answer. pushed:
 * entities made, adopted or changed in Moodle. pulled: records written for the ERP. given_up: entities whose last
 * attempt failed.
 */
export type Figures = Record<(typeof figureNames)[number], number>;

export const figureTitles: Record<keyof Figures, string> = {
  calls: 'calls of Moodle',
  calls_failed: 'of them refused or unanswered',
  pushed: 'entities changed in Moodle',
  pulled: 'records brought from Moodle',
  given_up: 'entities given up',
};
