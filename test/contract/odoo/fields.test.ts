import { describe, expect, it } from 'vitest';
import { gapsOf } from '#shared/odoo/calls/erp-models.ts';
import { searchRead } from '#shared/odoo/calls/read.ts';
import { OdooMissingFieldError } from '#shared/odoo/client/errors.ts';
import { Makers, nowhere } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();
const makers = new Makers(odoo);

describe('the fields of a model', () => {
  it('are told with type, relation, size and selection', async () => {
    const fields = (await odoo.fields.of('op.batch'))!;
    expect(fields.get('code')).toMatchObject({ type: 'char', required: true, size: 16 });
    expect(fields.get('course_id')).toMatchObject({
      type: 'many2one',
      required: true,
      relation: 'op.course',
    });
    expect(fields.get('write_date')).toMatchObject({ type: 'datetime', readonly: true });
    const state = (await odoo.fields.of('op.student.course'))!.get('state')!;
    expect(state.selection?.map(([value]) => value)).toEqual(['running', 'finished']);
  });

  it('of a person are those of its contact too', async () => {
    const fields = (await odoo.fields.of('op.student'))!;
    expect(fields.get('email')).toMatchObject({ type: 'char' });
    expect(fields.get('partner_id')).toMatchObject({
      type: 'many2one',
      relation: 'res.partner',
      required: true,
    });
    expect(fields.get('course_detail_ids')).toMatchObject({
      type: 'one2many',
      relation: 'op.student.course',
    });
  });

  it('are none of a model that is not there', async () => {
    expect(await odoo.fields.of('op.no.such.model')).toBeUndefined();
  });

  it('are all that the export needs', async () => {
    const gaps = await gapsOf(odoo.fields, {});
    expect(gaps.filter(({ isNeeded }) => isNeeded)).toEqual([]);
  });
});

describe('a field that is not there', () => {
  const missing = { name: 'OdooMissingFieldError' };

  it('cannot be read, searched or ordered by', async () => {
    const { client } = odoo;
    await expect(searchRead(client, 'op.batch', [], ['no_such_field'], { limit: 1 })).rejects.toMatchObject(
      missing,
    );
    await expect(searchRead(client, 'op.batch', [['no_such_field', '=', 1]], [])).rejects.toMatchObject(
      missing,
    );
    const ordered = searchRead(client, 'op.batch', [], [], { order: 'no_such_field' });
    await expect(ordered).rejects.toBeInstanceOf(Error);
  });

  it('cannot be set', async () => {
    const refused = await makers.refusal('op.batch', { ...makers.batchValues(nowhere), no_such_field: 1 });
    expect(refused).toBeInstanceOf(OdooMissingFieldError);
  });
});
