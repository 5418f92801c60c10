import { type Html, html } from '#shared/http/html.ts';
import { numberOf } from '../words.ts';
import { lengthsOf, ticksUpTo } from './axis.ts';
import { type Bar, chartWidth, type Series, svg } from './chart.ts';

interface BarChart {
  id: string;
  title: string;
  description: string;
  series: readonly Series[];
  bars: readonly (Bar & { note: string })[];
  /** `share`: every bar is as long as the others and shows parts of a hundred; `count`: as long as it counts. */
  axis: 'share' | 'count';
  /** Room for the labels, in the units of the viewBox. */
  labelWidth?: number;
}

const rowHeight = 28;
const barHeight = 16;
const axisHeight = 26;
const noteWidth = 140;
/** Of the labels' letters, on average and rather too much. */
const letterWidth = 7;

/** Horizontal bars, each of its series one after another. */
export function barChart({ id, title, description, series, bars, axis, labelWidth = 120 }: BarChart): Html {
  const plot = {
    left: labelWidth,
    width: chartWidth - labelWidth - noteWidth,
    height: bars.length * rowHeight,
  };
  const ticks = axis === 'share' ? [0, 25, 50, 75, 100] : ticksUpTo(Math.max(0, ...bars.map(totalOf)));
  const most = ticks.at(-1)!;
  const grid = ticks.map((tick) => {
    const x = plot.left + (tick / most) * plot.width;
    const label = axis === 'share' ? `${tick} %` : numberOf(tick);
    return html`<line class="grid" x1="${x}" y1="0" x2="${x}" y2="${plot.height}"/>
<text class="tick" x="${x}" y="${plot.height + 16}" text-anchor="middle">${label}</text>`;
  });
  const rows = bars.map((bar, index) => {
    const y = index * rowHeight;
    const middle = y + rowHeight / 2 + 4;
    return html`<text class="label" x="${plot.left - 8}" y="${middle}" text-anchor="end">${shortened(bar.label, plot.left)}</text>
${segments(bar, series, axis === 'share' ? totalOf(bar) : most, { ...plot, y: y + (rowHeight - barHeight) / 2 })}
<text class="tick" x="${plot.left + plot.width + 10}" y="${middle}">${bar.note}</text>`;
  });
  const content = html`${grid}${rows}`;
  return svg({ id, title, description, height: plot.height + axisHeight, content });
}

function segments(
  { label, values }: Bar,
  series: readonly Series[],
  whole: number,
  { left, width, y }: { left: number; width: number; y: number },
): Html[] {
  const lengths = lengthsOf(values, width, whole);
  let x = left;
  return lengths.flatMap((length, index) => {
    const { key, title } = series[index]!;
    const start = x;
    x += length;
    if (length === 0) return [];
    return html`<rect class="c-${key}" x="${start}" y="${y}" width="${length}" height="${barHeight}"><title>${label}, ${title}: ${numberOf(values[index]!)}</title></rect>`;
  });
}

/** A label that fits; the whole of it is in the bar's tooltip and in the table. */
function shortened(label: string, width: number): string {
  const most = Math.floor(width / letterWidth);
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
}

function totalOf({ values }: Bar): number {
  return values.reduce((all, one) => all + one, 0);
}
