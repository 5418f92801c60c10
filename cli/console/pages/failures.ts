import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const failuresPage: Page = {
  path: '/failures',
  title: 'failures.title',
  views: {
    '/failures': async ({ say }) => ({ title: say('failures.title'), body: html`` }),
  },
};
