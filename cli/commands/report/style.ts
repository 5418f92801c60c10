import { Html } from '#shared/http/html.ts';
import { states } from './count-rows.ts';

/**
 * Colours stand at least 3:1 against their background, in both modes, and differ in brightness too, for those who see
 * colours otherwise. On paper it is always the light ones.
 */
export const style = new Html(`
:root { color-scheme: light dark; --ground: #fff; --ink: #1c2430; --soft: #55606e; --line: #d5dae1; --shade: #f4f6f8;
  --synced: #20679f; --waiting: #4d94c8; --failed: #c45a11; --held: #7b4bb0; --conflict: #b3307d; --invalid: #866800;
  --permanently_failed: #a3121d; --calls: #3b6ea8; --pushed: #20679f; --pulled: #b06a00; --bad: #a3121d; --warn: #805a00;
  --good: #1d6b3a; }
@media screen and (prefers-color-scheme: dark) { :root { --ground: #12171e; --ink: #e7ebf0; --soft: #a5afbc;
  --line: #36404d; --shade: #1a212a; --synced: #4f9fe0; --waiting: #9ccbee; --failed: #f0924e; --held: #b794e6;
  --conflict: #ee7fbe; --invalid: #d9b63a; --permanently_failed: #ff7a7a; --calls: #7fb2e8; --pushed: #4f9fe0;
  --pulled: #e8ad4d; --bad: #ff8d8d; --warn: #e8c35a; --good: #74d39a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 66rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0 .75rem; }
a { color: inherit; }
.note, .soft { color: var(--soft); font-size: .9rem; }
.bad { color: var(--bad); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: .5rem 0; }
.scroll:focus-visible { outline: 2px solid var(--synced); outline-offset: 2px; }
.bar { display: flex; width: 9rem; height: 1.1rem; margin-top: .15rem; background: var(--shade); }
/* What is there is seen, however little it is. */
.bar [title] { flex-basis: 0; min-width: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0; padding: 0; list-style: none; font-size: .9rem; }
.swatch { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; border-radius: 2px; vertical-align: -1px; }
.bar *, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
table { border-collapse: collapse; width: 100%; min-width: 40rem; font-size: .9rem; }
th, td { padding: .3rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  overflow-wrap: normal; }
thead th { background: var(--shade); vertical-align: bottom; }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
/* What may be one long word. */
.long { overflow-wrap: anywhere; }
.code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .85em; }
footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
${[...states, 'calls', 'pushed', 'pulled']
  .map((key) => `.c-${key} { background: var(--${key}); }`)
  .join('\n')}
@page { size: A4; margin: 14mm; }
@media print { html { font-size: 10pt; } body { padding: 0; max-width: none; }
  table { min-width: 0; } .bar { width: 4.5rem; } .scroll { overflow: visible; } tr, .legend, dl { break-inside: avoid; }
  h2, h3, .note, .legend { break-after: avoid; } thead { display: table-header-group; } th, td { padding: .2rem .3rem; } }
`);
