import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const overviewPage: Page = {
  path: '/',
  title: 'overview.title',
  views: {
    '/': async ({ say }) => ({ title: say('overview.title'), body: html`` }),
  },
};
