import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { kinds } from '#shared/odoo/import/models.ts';
import { neededRights } from '#shared/operate/check-erp/needed-rights.ts';

const guide = readFileSync(new URL('../../../docs/openeducat-setup.md', import.meta.url), 'utf8');
const operations = ['read', 'create', 'write', 'unlink'] as const;

/** `read create` by model, of rights that name models more than once. */
function byModel(rights: Iterable<[model: string, operation: string]>): Record<string, string> {
  const all = Map.groupBy(rights, ([model]) => model);
  const ordered = [...all].map(([model, each]) => {
    const named = new Set(each.map(([, operation]) => operation));
    return [model, operations.filter((operation) => named.has(operation)).join(' ')] as const;
  });
  return Object.fromEntries(ordered.toSorted());
}

/** Where Moodles ask for all that there is. */
const all = { takesParents: true, readsTerms: true };

/** What every internal user may do without being given it. */
const contacts = { 'res.partner': 'read' };

describe('the rights of the ERP user', () => {
  const needed = byModel(
    neededRights(undefined, all).flatMap(({ model, operations: each }) =>
      each.map((one): [string, string] => [model, one]),
    ),
  );

  it('let the import write what follows Moodle once it is made', () => {
    const written = Object.entries(kinds).filter(([, { isMadeOnce, follows }]) => !isMadeOnce || follows);
    const rights = byModel(
      neededRights('x_moodle_completion', all).flatMap(({ model, operations: each }) =>
        each.map((one): [string, string] => [model, one]),
      ),
    );
    for (const [model] of written) expect(`${model} ${rights[model]}`).toContain('write');
  });

  it('are those of the table in the guide, and no other', () => {
    const [, part = ''] = guide.split('| model | read | create | write | delete | what for |\n');
    const rows = part.split('\n\n')[0]!.split('\n').slice(1);
    const listed = rows.flatMap((row) => {
      const [models = '', ...cells] = row.split('|').slice(1);
      const given = operations.filter((_, index) => cells[index]!.trim() === 'yes');
      return [...models.matchAll(/`([a-z.]+)`/g)].flatMap(([, model]) =>
        given.map((operation): [string, string] => [model!, operation]),
      );
    });
    expect({ ...byModel(listed), ...contacts }).toEqual(needed);
  });

  it('are those of the file in the guide that Odoo imports', () => {
    const [, file = ''] = /```csv\n(id,name,model_id[\s\S]*?)```/.exec(guide) ?? [];
    const rows = parse(file, { columns: true }) as Record<string, string>[];
    const listed = rows.flatMap((row) => {
      const model = row['model_id/id']!.replace(/^\w+\.model_op_/, '');
      return operations
        .filter((operation) => row[`perm_${operation}`] === '1')
        .map((operation): [string, string] => [model, operation]);
    });
    const plain = ([model, given]: [string, string]) => [
      model.replace(/^op\./, '').replaceAll('.', '_'),
      given,
    ];
    const { 'res.partner': _contacts, ...models } = needed;
    expect(byModel(listed)).toEqual(Object.fromEntries(Object.entries(models).map(plain).toSorted()));
  });
});
