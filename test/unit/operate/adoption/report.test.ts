import { describe, expect, it } from 'vitest';
import { askAbout } from '#cli/commands/adopt/ask.ts';
import type { Survey } from '#shared/operate/adoption/adoption.ts';
import { type ReviewedLine, review, weighed } from '#shared/operate/adoption/decisions.ts';
import { ReportFormatError, readReport, reportCsv } from '#shared/operate/adoption/report-csv.ts';
import { compareAccounts } from '#shared/operate/adoption/survey.ts';
import { account, person } from './sides.ts';

const named = (firstname: string, email: string) => ({ firstname, lastname: 'Silva', email });

/** Two records and three accounts: Ana is certain, Ben has two namesakes. */
function surveyed(): Survey {
  const desired = [
    person(1, named('Ana', 'ana@example.org')),
    person(2, named('Ben', 'ben@example.org')),
    person(3, named('=Cem', 'cem@example.org')),
  ];
  const accounts = [
    account(7, named('Ana', 'ana@example.org')),
    account(8, named('Ben', 'one@example.com')),
    account(9, named('Ben', 'two@example.com')),
    account(2, named('Admin', 'admin@example.org'), { isProtected: true }),
  ];
  const observed = new Map(accounts.map((each) => [`account ${each.id}`, each]));
  return { rows: compareAccounts(desired, accounts), desired, observed, lastAccountId: 9 };
}

/** The report with decisions filled in, by idnumber. */
function reviewed(
  survey: Survey,
  decisions: Record<string, string>,
  change = (text: string) => text,
): ReviewedLine[] {
  const [header, ...lines] = reportCsv(survey.rows).trimEnd().split('\n');
  const filled = lines.map((line) => line + (decisions[/oec_\w+/.exec(line)?.[0] ?? ''] ?? ''));
  return readReport(change([header, ...filled].join('\n')));
}

/** A decision about Ben, as it is kept. */
const keptOf = (survey: Survey, decision: string) => {
  const { kind, verdict, idnumber } = survey.rows[1]!;
  const who = 'arn:aws:iam::000000000000:user/ana';
  return { kind, verdict, idnumber, moodleIds: '8 | 9', decision, who, at: '2026-11-28T08:00:00.000Z' };
};

const outcome = (survey: Survey, lines: ReviewedLine[]) => {
  const { decisions, refused } = review(lines, survey);
  return {
    decisions: [...decisions].map(([{ idnumber }, decision]) => [idnumber, decision]),
    refused: refused.map(({ said: { line }, reason }) => `${line}: ${reason}`),
  };
};

describe('a report that is handed back', () => {
  it.each([
    ['as it was', (text: string) => text],
    ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with semicolons', (text: string) => text.replaceAll(',', ';')],
  ])('is read %s', (_how, change) => {
    const survey = surveyed();
    const lines = reviewed(survey, { oec_student_2: ' Match 9 ', oec_student_3: 'NEW' }, change);
    expect(outcome(survey, lines)).toEqual({
      decisions: [
        ['oec_student_2', { match: 9 }],
        ['oec_student_3', 'new'],
      ],
      refused: [],
    });
  });

  it.each([
    ['maybe', '3: The decision is none of'],
    ['match 7', '3: The account 7 is oec_student_1.'],
    ['match 2', '3: The account 2 administers Moodle'],
    ['match 99', '3: Moodle has no account 99.'],
  ])('is not believed where it says %s', (decision, refusal) => {
    const survey = surveyed();
    const { decisions, refused } = outcome(survey, reviewed(survey, { oec_student_2: decision }));
    expect(decisions).toEqual([]);
    expect(refused).toEqual([expect.stringContaining(refusal)]);
  });

  it('cannot make new what the push would find by its address, nor give one account to two records', () => {
    const survey = surveyed();
    const lines = reviewed(survey, {
      oec_student_1: 'new',
      oec_student_2: 'match 8',
      oec_student_3: 'match 8',
    });
    expect(outcome(survey, lines)).toEqual({
      decisions: [['oec_student_2', { match: 8 }]],
      refused: [
        expect.stringContaining('2: The account 7 has the same e-mail address'),
        '4: The account 8 is oec_student_2.',
      ],
    });
  });

  it('may give what was certain to another record', () => {
    const survey = surveyed();
    const lines = reviewed(survey, { oec_student_1: 'skip', oec_student_2: 'match 7' });
    expect(outcome(survey, lines)).toEqual({
      decisions: [
        ['oec_student_1', 'skip'],
        ['oec_student_2', { match: 7 }],
      ],
      refused: [],
    });
  });

  it('is stale where other accounts have come into question', () => {
    const survey = surveyed();
    const lines = reviewed(survey, { oec_student_2: 'match 8' }).map((line) => ({ ...line, moodleIds: '8' }));
    expect(outcome(survey, lines).refused).toEqual([expect.stringContaining('ambiguous (8 | 9) now')]);
  });

  it('says what it lacks', () => {
    expect(() => readReport('kind,verdict\n')).toThrow(ReportFormatError);
    expect(() => readReport('a,b,c,d,e\n1,2,3,4,5\n')).toThrow('no column kind, verdict');
    expect(() => readReport('kind,verdict,idnumber,moodle_id,decision\na,"b\n')).toThrow(ReportFormatError);
  });

  it('holds no formula that a spreadsheet would calculate', () => {
    expect(reportCsv(surveyed().rows)).toContain("'=Cem Silva");
  });
});

describe('questions', () => {
  it('offer what can be done, and end when the person has had enough', async () => {
    const survey = surveyed();
    const asked: unknown[] = [];
    const before = review([], survey);
    const keep = async () => true;
    const decisions = await askAbout(survey, before, keep, {
      begin: async () => true,
      ask: async ({ idnumber }, choices) => {
        asked.push([idnumber, ...choices.map(({ value }) => value)]);
        return { match: 9 };
      },
    });
    expect(asked).toEqual([['oec_student_2', { match: 8 }, { match: 9 }, 'new', 'skip', 'stop']]);
    expect([...decisions.values()]).toEqual([{ match: 9 }]);
    const ask = async () => 'stop' as const;
    expect(await askAbout(survey, before, keep, { begin: async () => true, ask })).toEqual(new Map());
    expect(await askAbout(survey, before, keep, { begin: async () => false })).toEqual(new Map());
  });

  it('do not ask again what is decided, and leave alone what somebody else has decided meanwhile', async () => {
    const survey = surveyed();
    const ask = async () => ({ match: 9 });
    const begin = async () => true;
    const decided = review([keptOf(survey, 'match 8')], survey);
    expect(decided.decisions.size).toBe(1);
    const asked = (before: typeof decided, isKept: boolean) =>
      askAbout(survey, before, async () => isKept, { begin, ask });
    expect(await asked(decided, true)).toEqual(new Map());
    expect(await asked(review([], survey), false)).toEqual(new Map());
  });
});

describe('what is kept', () => {
  it('counts while all stands as it was, and beside the lines of a report', () => {
    const survey = surveyed();
    const kept = keptOf(survey, 'match 8');
    expect(review([kept], survey).refused).toEqual([]);
    const since = { ...kept, moodleIds: '8' };
    expect(review([since], survey).refused).toEqual([
      { said: since, reason: expect.stringContaining('ambiguous (8 | 9) now') },
    ]);
    const [line] = readReport(reportCsv(survey.rows, [kept]));
    expect(line).toMatchObject({ decision: 'match 8', decided: expect.stringContaining(kept.who) });
    expect(readReport(reportCsv(survey.rows, [since]))).toEqual([]);
    const other = { ...line!, decision: 'match 9' };
    expect(weighed([other], [kept])).toEqual({ said: [other], refused: [] });
    const unknowing = { ...other, decided: '' };
    expect(weighed([unknowing], [kept])).toEqual({
      said: [],
      refused: [{ said: unknowing, reason: expect.stringContaining('has decided “match 8”') }],
    });
  });
});
