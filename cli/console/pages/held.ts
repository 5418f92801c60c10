import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const heldPage: Page = {
  path: '/held',
  title: 'held.title',
  views: {
    '/held': async ({ say }) => ({ title: say('held.title'), body: html`` }),
  },
};
