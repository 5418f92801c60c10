import { type Html, html } from '#shared/http/html.ts';
import { numberOf } from '../words.ts';
import { ticksUpTo } from './axis.ts';
import { type Bar, chartWidth, type Series, svg } from './chart.ts';

interface ColumnChart {
  id: string;
  title: string;
  description: string;
  series: readonly Series[];
  columns: readonly Bar[];
}

const plot = { left: 64, top: 10, width: chartWidth - 64 - 8, height: 150 };
const axisHeight = 26;
/** Every third label has room. */
const labelEvery = 3;

/** Columns from left to right, each of its series on top of the others. */
export function columnChart({ id, title, description, series, columns }: ColumnChart): Html {
  const totals = columns.map(({ values }) => values.reduce((all, one) => all + one, 0));
  const ticks = ticksUpTo(Math.max(0, ...totals));
  const most = ticks.at(-1)!;
  const bottom = plot.top + plot.height;
  const heightOf = (value: number) => (value / most) * plot.height;
  const grid = ticks.map((tick) => {
    const y = bottom - heightOf(tick);
    return html`<line class="grid" x1="${plot.left}" y1="${y}" x2="${plot.left + plot.width}" y2="${y}"/>
<text class="tick" x="${plot.left - 8}" y="${y + 4}" text-anchor="end">${numberOf(tick)}</text>`;
  });
  const step = plot.width / columns.length;
  const drawn = columns.map(({ label, values }, index) => {
    const x = plot.left + index * step;
    let y = bottom;
    const parts = values.flatMap((value, at) => {
      if (value === 0) return [];
      y -= heightOf(value);
      const { key, title: name } = series[at]!;
      return html`<rect class="c-${key}" x="${rounded(x + step * 0.15)}" y="${rounded(y)}" width="${rounded(step * 0.7)}" height="${rounded(heightOf(value))}"><title>${label}, ${name}: ${numberOf(value)}</title></rect>`;
    });
    const tick =
      index % labelEvery === 0 &&
      html`<text class="tick" x="${rounded(x + step / 2)}" y="${bottom + 18}" text-anchor="middle">${label}</text>`;
    return html`${parts}${tick}`;
  });
  const content = html`${grid}${drawn}`;
  return svg({ id, title, description, height: bottom + axisHeight, content });
}

function rounded(length: number): number {
  return Math.round(length * 100) / 100;
}
