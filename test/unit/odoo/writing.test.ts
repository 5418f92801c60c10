import { describe, expect, it } from 'vitest';
import { OdooWriter, type Values } from '#shared/odoo/calls/write.ts';
import { answering, refusal, result, type Sent } from './answering.ts';

type Row = { name: string };

/** An Odoo that gives ids from 101 on, and refuses what the rule says. */
function creating(rule: (rows: Row[]) => unknown) {
  let last = 100;
  const odoo = answering(({ method, args }: Sent) => {
    if (method === 'check_access_rights') return result(true);
    const rows = args[0] as Row[];
    return rule(rows) ?? result(rows.map(() => ++last));
  });
  return { writer: new OdooWriter(odoo.client), ...odoo };
}
const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ name: `n${index}` }));
const invalid = refusal('odoo.exceptions.ValidationError', 'No.');
const singleton = refusal('builtins.ValueError', 'Expected singleton: op.exam(1, 2)');
const creates = (sent: Sent[]) =>
  sent.filter(({ method }) => method === 'create').map(({ args }) => (args[0] as Row[]).length);

describe('creating', () => {
  it('takes a hundred a call', async () => {
    const { writer, sent } = creating(() => undefined);
    const outcomes = await writer.create('op.result.line', rows(230));
    expect(outcomes.map(({ value }) => value)).toEqual(rows(230).map((_, index) => 101 + index));
    expect(creates(sent)).toEqual([100, 100, 30]);
  });

  it('finds the one that is refused, and creates the others', async () => {
    const { writer, sent } = creating((part) =>
      part.some(({ name }) => name === 'n5') ? invalid : undefined,
    );
    const outcomes = await writer.create('op.batch', rows(8));
    expect(outcomes.map(({ value }) => value)).toEqual([101, 102, 103, 104, 105, undefined, 106, 107]);
    expect(outcomes[5]!.error).toMatchObject({ name: 'OdooValidationError' });
    expect(creates(sent)).toEqual([8, 4, 4, 2, 1, 1, 2]);
  });

  it('goes one by one where the model can only one, and remembers it', async () => {
    const { writer, sent } = creating((part) => (part.length > 1 ? singleton : undefined));
    await writer.create('op.exam', rows(3));
    await writer.create('op.exam', rows(2));
    expect(creates(sent)).toEqual([3, 1, 1, 1, 1, 1]);
  });

  it('stops when Odoo is away, and keeps what was created', async () => {
    let calls = 0;
    const { writer, sent } = creating(() => (++calls === 2 ? new Response('', { status: 502 }) : undefined));
    const outcomes = await writer.create('op.batch', rows(250));
    expect(outcomes.filter(({ value }) => value !== undefined)).toHaveLength(100);
    expect(outcomes.at(-1)!.error).toMatchObject({ code: 'http' });
    expect(creates(sent)).toEqual([100, 100]);
  });

  it('does not narrow what is refused to the user altogether', async () => {
    const denied = refusal('odoo.exceptions.AccessError', 'x');
    const { client, sent } = answering(({ method }) => (method === 'create' ? denied : result(false)));
    const outcomes = await new OdooWriter(client).create('op.batch', rows(50));
    expect(outcomes.map(({ error }) => error?.code)).toEqual(rows(50).map(() => 'access-error'));
    expect(creates(sent)).toEqual([50]);
  });

  it('does nothing for nothing', async () => {
    const { writer, sent } = creating(() => undefined);
    expect(await writer.create('op.batch', [])).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('writing', () => {
  const change = (id: number, values: Values) => ({ id, values });
  const writing = (there: number[], rule: (ids: number[]) => unknown = () => undefined) =>
    answering(({ method, args }) => {
      if (method === 'search') return result(there);
      if (method === 'check_access_rights') return result(true);
      return rule(args[0] as number[]) ?? result(true);
    });
  const written = (sent: Sent[]) =>
    sent.filter(({ method }) => method === 'write').map(({ args }) => args[0]);

  it('sends equal values together, and answers in the order of the changes', async () => {
    const { client, sent } = writing([1, 2, 3], (ids) => (ids.includes(3) ? invalid : undefined));
    const outcomes = await new OdooWriter(client).write('op.result.line', [
      change(1, { marks: 5, status: 'pass' }),
      change(2, { marks: 9, status: 'pass' }),
      change(3, { status: 'pass', marks: 5 }),
    ]);
    expect(outcomes.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'validation-error']);
    expect(written(sent)).toEqual([[1, 3], [1], [3], [2]]);
  });

  it('does not take the word of an Odoo that has not the record', async () => {
    const { client, sent } = writing([1]);
    const outcomes = await new OdooWriter(client).write('op.batch', [
      change(1, { name: 'x' }),
      change(2, { name: 'x' }),
    ]);
    expect(outcomes.map(({ error }) => error?.code)).toEqual([undefined, 'missing-record']);
    expect(written(sent)).toEqual([[1]]);
  });

  it('writes nothing when it cannot ask what is there', async () => {
    const { client } = answering(() => new Response('', { status: 502 }));
    const outcomes = await new OdooWriter(client).write('op.batch', [change(1, { name: 'x' })]);
    expect(outcomes[0]!.error).toMatchObject({ code: 'http' });
  });
});
