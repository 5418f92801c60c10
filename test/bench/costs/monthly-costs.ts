import { prices } from './prices.ts';

/** What was measured by `npm run bench:costs`. Units are DynamoDB's request units, bytes as it counts them. */
export interface Measured {
  /** Read units of the hourly sweeps of one Moodle for each of the ERP's records, and what they cost besides. */
  sweep: { perRecord: number; fixed: number };
  /** Read units of the hourly comparison with OpenEduCat, for each of its records. */
  comparisonPerRecord: number;
  /** Read units of the import's daily sweep for each mark that came from Moodle, and of an hourly one. */
  importSweep: { perMark: number; hourly: number };
  /** Bytes of a record with its mapping, and of a mark with its copy in the index and its row of the import. */
  bytes: { record: number; mark: number };
}

/** What is taken for granted, and depends on a university, its Moodles and AWS more than on this code. */
const assumed = {
  /** Of a month. */
  hours: 730,
  nights: 30.4,
  /** Of the ERP's records that change in a night. */
  changed: 0.01,
  /** Marks come in the ten months of an academic year. */
  months: 10,
  /** A record on its way to Moodle, and a mark on its way to OpenEduCat: notes, claims and looks by key. */
  units: { change: { read: 8, write: 4 }, mark: { read: 6, write: 6 } },
  /** A course is 40 students' or so; its report, completion and attendance are looked at each hour. */
  studentsOfCourse: 40,
  readUnitsOfCourse: 2,
  /** Seconds that a function waits for Moodle for a course and hour, and for 50 changed records. */
  seconds: { course: 0.4, unit: 6, exportRun: 1, comparisonOfThousand: 0.4, sweepOfThousand: 0.2, mark: 0.1 },
  /** Gigabytes of memory of what waits, exports and pulls, and sweeps. */
  memory: { worker: 0.5, reader: 1, sweep: 1.73 },
  /** Empty answers of a queue that Lambda asks five times at once, each for 20 seconds. */
  pollsOfQueue: 657_000,
  logBytes: { run: 800, record: 400 },
} as const;

/** What is in the stack whatever happens; test/infra/costs.test.ts counts it in the template. */
export interface Fixed {
  alarms: number;
  metrics: number;
  queues: number;
  secrets: number;
  /** Whether OpenEduCat is connected. */
  erp: boolean;
}
export const fixed = {
  alone: { alarms: 46, metrics: 27, queues: 5, secrets: 0, erp: false },
  withErp: { alarms: 65, metrics: 49, queues: 6, secrets: 1, erp: true },
} as const satisfies Record<string, Fixed>;

/** A university. */
interface Size {
  name: string;
  students: number;
  moodles: number;
  /** Marks and lines of attendance that have come from Moodle and are kept. */
  marks: number;
  fixed: Fixed;
}

const sizes: readonly Size[] = [
  { name: '2,000 students, no `erp`', students: 2_000, moodles: 1, marks: 20_000, fixed: fixed.alone },
  { name: '2,000 students', students: 2_000, moodles: 1, marks: 20_000, fixed: fixed.withErp },
  { name: '20,000 students, 3 Moodles', students: 20_000, moodles: 3, marks: 400_000, fixed: fixed.withErp },
  { name: 'and a year’s attendance', students: 20_000, moodles: 3, marks: 6_000_000, fixed: fixed.withErp },
];

/** Of the ERP's records four in ten are students (test/bench/university.ts). */
const recordsOfStudent = 2.5;

/** @returns dollars a month by what is paid for */
function costsOf(size: Size, measured: Measured): Record<string, number> {
  const { students, moodles, marks, fixed } = size;
  const { hours, nights, units, seconds, memory } = assumed;
  const { million, each, gigabyte } = prices;
  const records = students * recordsOfStudent;
  const courses = students / assumed.studentsOfCourse;
  const changes = records * assumed.changed * nights * moodles;
  const newMarks = marks / assumed.months;
  const withErp = fixed.erp ? 1 : 0;

  const sweeps = hours * moodles * (records * measured.sweep.perRecord + measured.sweep.fixed);
  const comparisons = withErp * hours * records * measured.comparisonPerRecord;
  const importSweeps =
    withErp * (nights * marks * measured.importSweep.perMark + hours * measured.importSweep.hourly);
  const pulls = hours * courses * assumed.readUnitsOfCourse;
  const reads =
    sweeps + comparisons + importSweeps + pulls + changes * units.change.read + newMarks * units.mark.read;
  const writes = changes * units.change.write + newMarks * units.mark.write;

  const runs = withErp * hours * 60;
  const gigabyteSeconds =
    hours * moodles * (records / 1000) * seconds.sweepOfThousand * memory.sweep +
    hours * courses * seconds.course * memory.reader +
    withErp *
      (runs * seconds.exportRun + hours * (records / 1000) * seconds.comparisonOfThousand) *
      memory.reader +
    ((changes / 50) * seconds.unit + withErp * newMarks * seconds.mark) * memory.worker;
  const bytes = records * measured.bytes.record * (1 + moodles) * 0.5 + marks * measured.bytes.mark;
  const logged = (runs + hours * 10) * assumed.logBytes.run + (changes + newMarks) * assumed.logBytes.record;
  const secrets = fixed.secrets + moodles;
  return {
    'alarms, metrics, a dashboard':
      fixed.alarms * each.alarm + (fixed.metrics + moodles) * each.metric + each.dashboard,
    'DynamoDB, sweeps and comparisons': millions(sweeps + comparisons + importSweeps) * million.readUnits,
    'DynamoDB, what changes':
      millions(reads - sweeps - comparisons - importSweeps) * million.readUnits +
      millions(writes) * million.writeUnits,
    'storage, with point-in-time recovery': (bytes / 1e9) * (gigabyte.table + gigabyte.pointInTimeRecovery),
    Lambda:
      gigabyteSeconds * prices.lambdaGigabyteSecond +
      millions(runs + hours * 20 + changes / 50) * million.lambdaRequests,
    'queues, asked while they are empty': fixed.queues * millions(assumed.pollsOfQueue) * million.sqsRequests,
    'secrets, logs': secrets * each.secret + (logged / 1e9) * prices.logGigabyte,
  };
}

const millions = (count: number) => count / 1e6;

/** The table of docs/deploy.md. */
export function costTable(measured: Measured): string {
  const columns = sizes.map((size) => costsOf(size, measured));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const dollars = (amount: number) => (amount < 10 ? amount.toFixed(2) : amount.toFixed(0));
  const total = columns.map((costs) => Object.values(costs).reduce((sum, cost) => sum + cost, 0));
  return [
    row(['$ a month', ...sizes.map(({ name }) => name)]),
    row(['---', ...sizes.map(() => '---:')]),
    ...Object.keys(columns[0]!).map((what) => row([what, ...columns.map((costs) => dollars(costs[what]!))])),
    row(['**together**', ...total.map((amount) => `**${dollars(amount)}**`)]),
  ].join('\n');
}
