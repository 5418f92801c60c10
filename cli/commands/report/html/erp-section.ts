import type { ErpReport, ErpReportFinding, ExportedModelReport, ImportReport } from '#cli/erp/erp-report.ts';
import { aboutOf, factsOfErp, statusOfModel } from '#cli/erp/erp-words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { type FailureGroup, states, stateTitle } from '../report.ts';
import { scrolledTable, type TableColumn } from './data-table.ts';

/** What the page says of the ERP. */
export function erpSection(erp: ErpReport): Html {
  const facts = factsOfErp(erp).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  const { records, failures } = erp.import;
  return html`<section id="erp" aria-labelledby="heading-erp">
<h2 id="heading-erp">ERP</h2>
<dl>${facts}</dl>
${erp.findings.length > 0 && html`<h3>Findings of the last runs</h3><ul>${erp.findings.map(findingItem)}</ul>`}
<h3>From the ERP</h3>
${
  erp.export.models.length > 0
    ? scrolledTable('Exported from the ERP', exportColumns, erp.export.models)
    : html`<p class="note">Nothing has been exported from it yet.</p>`
}
<h3>Into the ERP</h3>
${
  records.length > 0
    ? scrolledTable('Imported into the ERP', importColumns, records)
    : html`<p class="note">Nothing has been imported into it yet.</p>`
}
${
  failures.length > 0 &&
  html`<h3>What is not in the ERP as it should be, by reason</h3>${scrolledTable('Not imported, by reason', failureColumns, failures)}`
}
</section>`;
}

function findingItem(finding: ErpReportFinding): Html {
  const about = aboutOf(finding);
  const { severity, message, advice } = finding;
  return html`<li><span class="${severity === 'failed' ? 'bad' : 'warn'}">${severity}:</span> ${about && `${about}. `}${message} ${advice}</li>`;
}

const exportColumns: TableColumn<ExportedModelReport>[] = [
  { title: 'model', cell: ({ model }) => model },
  { title: 'status', cell: statusOfModel },
  { title: "read up to (ERP's time)", cell: ({ watermark }) => watermark ?? '' },
  { title: 'records in the ERP', cell: ({ records }) => records ?? '' },
];

const importColumns: TableColumn<ImportReport['records'][number]>[] = [
  { title: 'model', cell: ({ model }) => model },
  { title: 'all', cell: ({ total }) => total },
  ...states.map((state) => ({
    title: state === 'synced' ? 'in the ERP' : stateTitle(state),
    cell: ({ states: counts }: ImportReport['records'][number]) => counts[state],
  })),
];

const failureColumns: TableColumn<FailureGroup>[] = [
  {
    title: 'reason',
    cell: ({ class: failureClass, code }) => html`<span class="long">${`${failureClass}: ${code}`}</span>`,
  },
  { title: 'count', cell: ({ count }) => count },
  { title: 'what to do', cell: ({ advice }) => advice },
  { title: 'such as', cell: ({ idnumbers }) => html`<span class="long code">${idnumbers.join(', ')}</span>` },
];
