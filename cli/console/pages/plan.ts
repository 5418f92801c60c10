import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const planPage: Page = {
  path: '/plan',
  title: 'plan.title',
  views: {
    '/plan': async ({ say }) => ({ title: say('plan.title'), body: html`` }),
  },
};
