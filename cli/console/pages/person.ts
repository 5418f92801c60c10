import type { Page } from '#cli/console/page.ts';
import { html } from '#shared/http/html.ts';

export const personPage: Page = {
  path: '/person',
  title: 'person.title',
  views: {
    '/person': async ({ say }) => ({ title: say('person.title'), body: html`` }),
  },
};
