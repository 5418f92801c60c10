import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blankUser } from '#local/moodle/state/install-site.ts';
import { Table } from '#shared/store/table.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { isWrite, type Kit, type Site, startKit, student } from '../kit.ts';
import { makeOldMoodle, type OldMoodle } from './old-moodle.ts';
import { type CliRun, runCli } from './run-cli.ts';

interface Data {
  adopted_now: number;
  counts: Record<string, Record<string, number>>;
  rows: {
    kind: string;
    verdict: string;
    idnumber: string | null;
    moodle: { id: number }[];
    evidence: string;
    overwrites: string[];
  }[];
  refused_lines: { line: number; idnumber: string; reason: string }[];
  problems: { problem: string }[];
}

type ReportLine = Record<string, string>;

/** Everything in the Moodle but what adopting may change, and when. */
function withoutIdnumbers({ moodle: { siteState } }: Site) {
  const { users, categories, courses, groups, enrolments, memberships } = siteState;
  return [users, categories, courses, groups, enrolments, memberships].map((rows) =>
    rows.all().map((row) => ({ ...row, idnumber: '', timemodified: 0, cacherev: 0 })),
  );
}

const addresses = /[\w.+-]+@[\w-]+\.\w+/;

// The cases build on each other, as an operator's steps do.
describe('adopting a Moodle that has lived for years', () => {
  let kit: Kit;
  let site: Site;
  let old: OldMoodle;
  let folder: string;
  let report: string;
  let untouched: ReturnType<typeof withoutIdnumbers>;

  beforeAll(async () => {
    kit = await startKit({ instances: [{ status: 'paused' }], moodle: { allowAccountsSameEmail: true } });
    site = kit.site();
    folder = await mkdtemp(join(tmpdir(), 'oec-moodle-adopt-'));
    report = join(folder, 'gap.csv');
    old = await makeOldMoodle(site);
    untouched = withoutIdnumbers(site);
    await kit.sync(...old.records);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await kit.stop();
  });

  const adopt = (...args: string[]): Promise<CliRun> => runCli(kit, ['adopt', '--instance', 'demo', ...args]);

  function loseMappings(idnumbers: string[]): Promise<void> {
    const remove = idnumbers.map((idnumber) => ({ instance: 'demo', idnumber }));
    return new Table(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName')).write({ remove });
  }

  async function readLines(): Promise<ReportLine[]> {
    return parse(await readFile(report, 'utf8'), { bom: true, columns: true });
  }

  /** Hands the report back as a spreadsheet of some countries saves it. */
  async function writeReviewed(lines: ReportLine[]): Promise<string> {
    const file = join(folder, 'reviewed.csv');
    await writeFile(file, stringify(lines, { header: true, delimiter: ';', bom: true }));
    return file;
  }

  it('tells what is what, and nothing wrong, without one writing call', async () => {
    let run: CliRun | undefined;
    const calls = await site.callsDuring(async () => {
      run = await adopt('--json', '--report', report);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(run?.code).toBe(1);
    const { rows, counts } = run!.json<Data>();
    const said = new Map(rows.map((row) => [row.idnumber, row]));
    const wrong = [...old.truth].filter(([idnumber, { verdict, moodleId }]) => {
      const row = said.get(idnumber);
      return row?.verdict !== verdict || (verdict === 'certain' && row.moodle[0]?.id !== moodleId);
    });
    expect(wrong.map(([idnumber, truth]) => ({ idnumber, truth, said: said.get(idnumber) }))).toEqual([]);
    expect(counts.account).toMatchObject({ certain: 213, only_in_oec: 15, conflict: 1, adopted: 0 });
    expect(counts.group).toMatchObject({ certain: 2, only_in_moodle: 1 });
    expect(await kit.mappings()).toEqual(new Map());
    expect(run!.stdout).not.toMatch(addresses);
    expect(run!.stdout).not.toContain(site.moodle.token);
  });

  it('writes down each record and what is only in Moodle, for review', async () => {
    const lines = await readLines();
    expect(new Set(lines.map(({ idnumber }) => idnumber).filter(Boolean)).size).toBe(old.truth.size);
    expect(lines.find(({ idnumber }) => idnumber === 'oec_student_130')).toMatchObject({
      kind: 'account',
      verdict: 'certain',
      record: 'op.student 130',
      evidence: 'e-mail address, first name',
      overwrites: 'lastname',
      decision: '',
    });
  });

  it('stops where the connection breaks, and says so', async () => {
    const answerLost = faults.answerLost();
    const repair = site.moodle.intercept((call, proceed) =>
      call.function === 'core_user_update_users' ? answerLost(call, proceed) : proceed(),
    );
    const run = await adopt('--apply', '--json');
    repair();
    expect(run.code).toBe(1);
    const { adopted_now, problems } = run.json<Data>();
    expect(adopted_now).toBe(7);
    expect(problems[0]?.problem).toContain('No answer from Moodle to core_user_update_users');
  });

  it('goes on, adopts what is certain by its ID number alone, and holds the rest', async () => {
    const run = await adopt('--apply');
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('213 adopted now');
    expect(run.stdout).not.toMatch(addresses);
    expect(withoutIdnumbers(site)).toEqual(untouched);
    const mappings = await kit.mappings();
    for (const [idnumber, { verdict, moodleId }] of old.truth) {
      const mapping = mappings.get(idnumber);
      if (verdict === 'certain') expect(mapping).toMatchObject({ status: 'synced', moodle_id: moodleId });
      else if (verdict === 'ambiguous')
        expect(mapping).toMatchObject({ status: 'conflict', adoption: 'undecided' });
      else expect(mapping).toBeUndefined();
    }
    expect(mappings.get('oec_student_1')?.extra_data).toEqual({ idnumber_before: 'SIS-9001' });
    expect(
      site.moodle.siteState.users.all().filter(({ idnumber }) => idnumber.startsWith('oec_')).length,
    ).toBe(213);
  });

  it('finds its own again where mappings were lost, and does nothing twice', async () => {
    const lost = ['oec_student_1', 'oec_dept_1', 'oec_batch_1@oec_subj_1_course_1'];
    await loseMappings(lost);
    let run: CliRun | undefined;
    const calls = await site.callsDuring(async () => {
      run = await adopt('--apply', '--json', '--report', report);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(run!.json<Data>()).toMatchObject({ adopted_now: 3, problems: [] });
    const mappings = await kit.mappings();
    expect(lost.map((idnumber) => mappings.get(idnumber)?.moodle_id)).toEqual(
      lost.map((idnumber) => old.truth.get(idnumber)!.moodleId),
    );
  });

  it('takes decisions from a reviewed report, and names the lines that no longer fit', async () => {
    // Since the report: somebody whose account is certain, and who is to be somebody else's.
    const late = { first_name: 'Late', last_name: 'Comer', email: 'late@example.org' };
    const account = {
      ...blankUser(),
      username: 'late',
      firstname: 'Late',
      lastname: 'Comer',
      email: late.email,
    };
    const lateId = site.moodle.siteState.users.insert(account).id;
    await kit.sync(student(5000, late));
    untouched = withoutIdnumbers(site);
    await adopt('--report', report);
    const lines = await readLines();
    const decide = (idnumber: string, decision: string, changes: ReportLine = {}) => {
      const line = lines.find((each) => each.idnumber === idnumber)!;
      Object.assign(line, { decision, ...changes });
    };
    const ambiguous = [...old.truth].filter(
      ([idnumber, { verdict }]) => verdict === 'ambiguous' && idnumber.startsWith('oec_student_'),
    );
    const namesakes = lines.filter(({ evidence }) => evidence!.includes('only the name agrees ('));
    for (const { idnumber } of namesakes.filter(({ kind }) => kind === 'account')) {
      const truth = old.truth.get(idnumber!)!;
      decide(idnumber!, truth.moodleId === undefined ? 'new' : `match ${truth.moodleId}`);
    }
    const [shared, alsoShared] = ambiguous.filter(([idnumber]) =>
      lines.find((line) => line.idnumber === idnumber)!.evidence!.includes('too little agrees'),
    );
    decide(shared![0], 'new');
    decide(alsoShared![0], `match ${old.truth.get('oec_student_1')!.moodleId}`);
    decide('oec_course_2', `MATCH ${old.truth.get('oec_course_2')!.moodleId}`);
    decide('oec_subj_3_course_1', 'new', { moodle_id: '1' });
    decide('oec_subj_3_course_2', 'skip');
    decide('oec_student_2', 'new');
    decide('oec_student_5000', 'match 1');
    const file = await writeReviewed([
      ...lines,
      { ...lines[0]!, idnumber: 'oec_student_9999', decision: 'new' },
    ]);

    let run: CliRun | undefined;
    const checked = await site.callsDuring(async () => {
      run = await adopt('--from', file, '--json');
    });
    expect(checked.filter(isWrite)).toEqual([]);
    const { refused_lines } = run!.json<Data>();
    const refused = new Map(refused_lines.map(({ idnumber, reason }) => [idnumber, reason]));
    expect([...refused.keys()].sort()).toEqual(
      [
        shared![0],
        alsoShared![0],
        'oec_subj_3_course_1',
        'oec_student_2',
        'oec_student_5000',
        'oec_student_9999',
      ].sort(),
    );
    expect(refused.get(shared![0])).toContain('e-mail address');
    expect(refused.get(alsoShared![0])).toContain('is oec_student_1.');
    expect(refused.get('oec_subj_3_course_1')).toContain('look at it again');
    expect(refused.get('oec_student_2')).toContain('has been adopted');
    expect(refused.get('oec_student_9999')).toContain('No such record');

    run = await adopt('--from', file, '--apply', '--json');
    expect(run.json<Data>()).toMatchObject({ adopted_now: 11, problems: [] });
    expect(withoutIdnumbers(site)).toEqual(untouched);
    const mappings = await kit.mappings();
    for (const { idnumber } of namesakes.filter(({ kind }) => kind === 'account')) {
      const { moodleId } = old.truth.get(idnumber!)!;
      const expected =
        moodleId === undefined ? { status: 'waiting', adoption: 'new' } : { moodle_id: moodleId };
      expect(mappings.get(idnumber!)).toMatchObject(expected);
    }
    // A line that is not carried out is an objection all the same.
    expect(site.moodle.siteState.users.get(lateId)?.idnumber).toBe('');
    expect(mappings.get('oec_student_5000')).toMatchObject({ adoption: 'undecided' });
    expect(mappings.get('oec_subj_3_course_2')).toMatchObject({ adoption: 'skipped', status: 'conflict' });
  });

  it('lets the push make nothing a second time', async () => {
    await kit.configure('demo', { status: 'active' });
    await kit.advance(2 * 60 * 60_000);
    const { users, categories, courses, groups } = site.moodle.siteState;
    const mappings = await kit.mappings();
    for (const [idnumber, { verdict, moodleId }] of old.truth) {
      const mapping = mappings.get(idnumber);
      if (verdict === 'certain') expect(mapping).toMatchObject({ status: 'synced', moodle_id: moodleId });
      if (mapping?.adoption === 'undecided' || mapping?.adoption === 'skipped') {
        expect(mapping).toMatchObject({ status: 'conflict', failure: { code: 'undecided' } });
        expect(mapping.moodle_id).toBeUndefined();
      }
    }
    // 300 old ones and one more, three of the site's own, three deleted; 15 that Moodle had not, and 10 decided to be new.
    expect(users.size).toBe(307 + 25);
    const numbered = users.all().filter(({ idnumber }) => idnumber.startsWith('oec_'));
    expect(new Set(numbered.map(({ idnumber }) => idnumber)).size).toBe(numbered.length);
    for (const id of old.strangers) expect(users.get(id)?.idnumber).not.toMatch(/^oec_/);
    expect(users.get(old.truth.get('oec_student_130')!.moodleId!)?.lastname).not.toMatch(/^Old/);
    // Arts, History; and no course or group.
    expect(
      categories
        .all()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Arts', 'Category 1', 'Chemistry', 'History', 'Old courses', 'Physics', 'Science'].sort());
    expect(courses.size).toBe(1 + 6);
    expect(groups.size).toBe(3);
    expect(await site.participant('oec_subj_1_course_1', 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it('looks at nothing but what belongs into the instance', async () => {
    await kit.addInstance('arts', { status: 'paused', scope: { departments: ['2'] } }, {});
    const run = await runCli(kit, ['adopt', '--instance', 'arts', '--json']);
    expect(run.code).toBe(0);
    const records = run.json<Data>().rows.flatMap(({ idnumber }) => idnumber ?? []);
    expect(records).toEqual(['oec_dept_2', 'oec_course_3']);
  });

  it('says which instances there are, and what is wrong with a file', async () => {
    const unknown = await runCli(kit, ['adopt', '--instance', 'elsewhere']);
    expect(unknown).toMatchObject({
      code: 1,
      stderr: 'There is no instance elsewhere.\nThere is arts, demo.\n',
    });
    const file = join(folder, 'letter.txt');
    await writeFile(file, 'Dear colleague,\n');
    const letter = await adopt('--from', file);
    expect(letter.code).toBe(1);
    expect(letter.stderr).toContain('cannot be read as a reviewed report');
  });
});
