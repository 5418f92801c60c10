import { type Html, html } from '#shared/http/html.ts';

/** One of the things that a chart shows side by side or on top of each other. */
export interface Series {
  /** Names its colour in the style sheet: `synced` is coloured by `.c-synced`. */
  key: string;
  title: string;
}

/** One bar or column: a value for each series. */
export interface Bar {
  label: string;
  values: readonly number[];
}

/** What a chart has around it. */
export interface ChartFrame {
  /** Unique on the page. */
  id: string;
  title: string;
  /** What it shows in a sentence, for those who cannot see it. */
  description: string;
  series: readonly Series[];
  chart: Html;
  /** The table with the same figures. */
  table: Html;
}

/** Room of a chart, in the units of its viewBox. */
export const chartWidth = 720;

/** A chart with its title, its legend, and under it a table of the same figures. */
export function figure({ id, title, description, series, chart, table }: ChartFrame): Html {
  return html`<figure id="${id}" aria-labelledby="${id}-caption">
<figcaption id="${id}-caption">${title}</figcaption>
<p class="note">${description}</p>
${series.length > 1 && legend(series)}
<div class="scroll" tabindex="0" role="group" aria-label="Chart: ${title}">${chart}</div>
<div class="scroll" tabindex="0" role="group" aria-label="Table: ${title}">${table}</div>
</figure>`;
}

/** The drawing itself. Its title and description are what a screen reader says in its place. */
export function svg({
  id,
  title,
  description,
  height,
  content,
}: {
  id: string;
  title: string;
  description: string;
  height: number;
  content: Html;
}): Html {
  return html`<svg viewBox="0 0 ${chartWidth} ${height}" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description} The table below holds the figures.</desc>
${content}</svg>`;
}

function legend(series: readonly Series[]): Html {
  const entries = series.map(
    ({ key, title }) => html`<li><span class="swatch b-${key}"></span>${title}</li>`,
  );
  return html`<ul class="legend">${entries}</ul>`;
}
