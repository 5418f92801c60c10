import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const adoptPage: Page = {
  path: '/adopt',
  title: 'adopt.title',
  views: {
    '/adopt': async ({ say }) => ({ title: say('adopt.title'), body: html`` }),
  },
};
