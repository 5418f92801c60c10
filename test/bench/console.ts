import { readFileSync } from 'node:fs';
import { LocalSystem } from '#local/local-system.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { synthesizeQuietly } from '#local/synthesize-quietly.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { Item } from '#shared/store/documents.ts';
import { Table } from '#shared/store/table.ts';
import { startConsole } from '#test/integration/console/kit.ts';
import { linksOfAll, mappingsOfAll, universityOf } from './university.ts';

/**
 * How much processor each page of the console takes for a university of 100,000 records, 5,000 of which have failed:
 * `npm run bench:console -- [records] [failures]`. Counted is the console's own process, by Linux's /proc.
 */
const count = Number(process.argv[2] ?? 100_000);
const failureCount = Number(process.argv[3] ?? 5_000);

const system = await LocalSystem.start({ functions: 'modules', synthesize: withoutWork });
const moodle = await SimulatedMoodle.start();
await system.register({ id: 'demo', base_url: moodle.url, token: moodle.token });
console.log(`Writing ${count} records with their links and mappings …`);
const [somebody] = await writeUniversity();
const running = await startConsole(system);
try {
  const { headers } = await fetch(running.address, { redirect: 'manual' });
  const cookie = headers.getSetCookie()[0]!.split(';')[0]!;
  const paths = [
    '/',
    '/failures',
    '/failures/records?reason=refused/code-1&page=3',
    `/person/student/${somebody}`,
    `/person/student/${somebody}/marks`,
    '/plan',
    '/adopt',
    '/held',
    '/held/brake?instance=demo&service=students',
    '/settings',
  ];
  const spent: number[] = [];
  for (const path of paths) {
    // The first one pays for what is loaded once.
    for (const round of ['first', 'again']) {
      const before = processorSeconds(running.pid);
      const answer = await fetch(`${running.origin}${path}`, { headers: { cookie } });
      const { length } = await answer.text();
      const seconds = processorSeconds(running.pid) - before;
      spent.push(seconds);
      console.log(
        `${path.padEnd(36)} ${round}  ${answer.status}  ${seconds.toFixed(2)} s  ${length} characters`,
      );
      if (answer.status !== 200) throw new Error(`${path} was not shown.`);
    }
  }
  if (Math.max(...spent) > 2) throw new Error('A page took more than two seconds of processor.');
} finally {
  await running.stop();
  await moodle.stop();
  await system.stop();
}

/** The stack without what would begin to work at what is written. */
async function withoutWork({ outdir }: { outdir: string }) {
  const { template, assetDirectory } = await synthesizeQuietly({ outdir, config: {}, isTemplateOnly: true });
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).filter(
      ([, { Type }]) => !['AWS::Lambda::EventSourceMapping', 'AWS::Scheduler::Schedule'].includes(Type),
    ),
  );
  return { template: { ...template, Resources }, assetDirectory };
}

/** @returns ids of students */
async function writeUniversity(): Promise<string[]> {
  const instance = instanceSchema.parse({ id: 'demo', base_url: moodle.url });
  const items = universityOf(count);
  const synced = await mappingsOfAll(instance, items);
  const step = Math.floor(synced.length / failureCount);
  const mappings = synced.map((mapping, index) => ({
    ...mapping,
    ...(index % step === 0 && {
      status: index % 3 === 0 ? 'permanently_failed' : 'failed',
      attention: `${index % 3 === 0 ? 'permanently_failed' : 'failed'}#2026-11-01T08:00:00.000Z`,
      last_failed_at: '2026-11-01T08:00:00.000Z',
      attempts: 4,
      failure: {
        ...{ class: 'refused', code: `code-${index % 7}`, reason: 'Moodle refused it.' },
        advice: 'Look at what Moodle says.',
      },
    }),
  }));
  const { dynamodb } = system.cloud.clients;
  const write = (table: string, put: unknown[]) =>
    new Table(dynamodb, system.cloud.resource(table)).write({ put: put as Item[] });
  await write('RecordsTableName', items);
  await write('LinksTableName', linksOfAll(items));
  await write('MappingsTableName', mappings);
  return items.flatMap(({ model, id }) => (model === 'op.student' ? id : []));
}

/** Processor seconds of a process until now. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  // In ticks of 10 ms, as Linux counts everywhere.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
