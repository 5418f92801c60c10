import { exportFailures } from '#cli/commands/failures/export.ts';
import type { Page } from '#cli/console/page.ts';
import { inLines } from '#cli/output/lines.ts';
import { causesView } from './failures/causes-view.ts';
import { filterOf } from './failures/choice.ts';
import { failureView } from './failures/failure-view.ts';
import { recordsView } from './failures/records-view.ts';
import { discard, lookAtMessages, retry, workView } from './failures/work.ts';

export const failuresPage: Page = {
  path: '/failures',
  title: 'failures.title',
  views: {
    '/failures': causesView,
    '/failures/records': recordsView,
    '/failures/one': failureView,
    '/failures/work/:job': workView,
  },
  changes: { '/failures/retry': retry, '/failures/discard': discard },
  begins: { '/failures/messages': lookAtMessages },
  downloads: {
    '/failures/export': async ({ context, query }) => {
      const { text } = await exportFailures(context, filterOf(query), '-');
      return { name: 'failures.csv', type: 'text/csv', text: `${inLines(text)}\n` };
    },
  },
};
