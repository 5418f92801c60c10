import { type Html, html } from '#shared/http/html.ts';
import { type Figures, figureNames, figureTitles, type LastDay } from '../report.ts';
import { minuteOf, numberOf } from '../words.ts';
import { figure, type Series } from './chart.ts';
import { columnChart } from './column-chart.ts';
import { dataTable } from './data-table.ts';

/** What the page says of the last day. */
export function lastDaySection(day: LastDay): Html {
  return html`<section id="last-day" aria-labelledby="heading-last-day">
<h2 id="heading-last-day">The last day</h2>
<p class="note">Since ${minuteOf(day.from)} UTC, of all instances together. Calls of health checks are not among them.</p>
${callsFigure(day)}
${changesFigure(day)}
</section>`;
}

function callsFigure(day: LastDay): Html {
  return hourFigure(day, {
    id: 'calls',
    title: 'Calls of Moodle by hour',
    description: `${numberOf(day.total.calls)} calls of its web services, of which ${numberOf(day.total.calls_failed)} were refused or not answered.`,
    series: [{ key: 'calls', title: figureTitles.calls }],
    columns: ['calls', 'calls_failed'],
  });
}

function changesFigure(day: LastDay): Html {
  return hourFigure(day, {
    id: 'changes',
    title: 'Changes by hour',
    description: `${numberOf(day.total.pushed)} entities made, adopted or changed in Moodle, and ${numberOf(day.total.pulled)} records brought from Moodle.`,
    series: [
      { key: 'pushed', title: figureTitles.pushed },
      { key: 'pulled', title: figureTitles.pulled },
    ],
    columns: figureNames.filter((name) => name !== 'calls' && name !== 'calls_failed'),
  });
}

type Hour = LastDay['hours'][number];

function hourFigure(
  { hours, total }: LastDay,
  {
    id,
    title,
    description,
    series,
    columns,
  }: {
    id: string;
    title: string;
    description: string;
    series: readonly (Series & { key: keyof Figures })[];
    columns: readonly (keyof Figures)[];
  },
): Html {
  const chart = columnChart({
    id: `${id}-chart`,
    title,
    description,
    series,
    columns: hours.map((hour) => ({
      label: hour.hour.slice(11, 16),
      values: series.map(({ key }) => hour[key]),
    })),
  });
  const rows = [...hours, { hour: '', ...total }];
  const table = dataTable<Hour>({
    caption: title,
    columns: [
      { title: 'hour (UTC)', cell: ({ hour }) => (hour === '' ? 'all' : minuteOf(hour)) },
      ...columns.map((name) => ({ title: figureTitles[name], cell: (hour: Hour) => hour[name] })),
    ],
    rows,
  });
  return figure({ id, title, description, series, chart, table });
}
