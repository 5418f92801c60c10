import type { Page } from '#cli/console/page.ts';
import { beginPlan, choosePlan } from './plan/choose.ts';
import { beginPush, pushed } from './plan/push.ts';
import { plannedRecord } from './plan/record.ts';
import { plannedRecords } from './plan/records.ts';
import { planSummary } from './plan/summary.ts';

/** What a push would do, without one writing call; and the push itself. */
export const planPage: Page = {
  path: '/plan',
  title: 'plan.title',
  views: {
    '/plan': choosePlan,
    '/plan/found/:job': planSummary,
    '/plan/found/:job/:instance': plannedRecords,
    '/plan/found/:job/:instance/record': plannedRecord,
    '/plan/pushed/:job': pushed,
  },
  begins: { '/plan/begin': beginPlan },
  changes: { '/plan/push': beginPush },
};
