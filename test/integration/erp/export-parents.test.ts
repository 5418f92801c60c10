import { expect, it } from 'vitest';
import { defaultSettings, parentRole } from '#local/moodle/settings.ts';
import { startKit } from '../kit.ts';
import { exportAll, exportChanges, findings, minute, recordOf } from './export-support.ts';
import { School } from './school.ts';

const moodle = { roles: [...defaultSettings.roles, parentRole] };
const asksForParents = { role_ids: { student: 5, teacher: 3, parent: parentRole.id } };

it('parents are read from where a Moodle gives them a role, and come there with their names', async () => {
  await using kit = await startKit({ schedules: 'none', erp: {}, moodle });
  const { registrar } = kit.erp;
  const school = new School(kit.erp, 2);
  const [child, other] = school.students as [number, number];
  const contact = registrar.create('res.partner', { name: 'Eva Maria Sample', email: 'eva@example.org' });
  const parent = registrar.create('op.parent', {
    ...{ name: contact, email: 'eva@example.org' },
    relationship_id: registrar.create('op.parent.relationship', { name: 'Mother' }),
    student_ids: [[6, 0, [child]]],
  });
  await exportAll(kit);
  expect(kit.erp.calls.filter(({ call }) => call.startsWith('op.parent'))).toEqual([]);
  expect(await recordOf(kit, 'op.parent', parent)).toBeUndefined();

  await kit.configure('demo', asksForParents);
  await exportAll(kit);
  expect(await recordOf(kit, 'op.parent', parent)).toMatchObject({ name: [contact, 'Eva Maria Sample'] });
  expect(await recordOf(kit, 'op.parent', parent)).not.toHaveProperty('mobile');
  const roleOver = (id: number) => `eva@example.org: role ${parentRole.id} over oec_student_${id}`;
  expect(kit.site().rolesOverUsers()).toEqual([roleOver(child)]);
  expect(await kit.site().user(`oec_parent_${parent}`)).toMatchObject({
    firstname: 'Eva Maria',
    lastname: 'Sample',
  });

  await kit.advance(minute);
  registrar.write('res.partner', contact, { name: 'Eva Maria Married' });
  registrar.write('op.parent', parent, { student_ids: [[6, 0, [child, other]]] });
  await exportChanges(kit);
  expect(await kit.site().user(`oec_parent_${parent}`)).toMatchObject({ lastname: 'Married' });
  await kit.advance(minute);
  registrar.write('res.partner', contact, { name: 'Eva Maria Sample' });
  await exportChanges(kit);
  expect(await kit.site().user(`oec_parent_${parent}`)).toMatchObject({ lastname: 'Sample' });
  expect(kit.site().rolesOverUsers()).toEqual([roleOver(child), roleOver(other)]);

  await kit.advance(minute);
  registrar.archive('op.parent', parent);
  await exportChanges(kit);
  expect(kit.site().rolesOverUsers()).toEqual([]);
  expect(await kit.site().user(`oec_parent_${parent}`)).toMatchObject({ suspended: true });
  expect(await findings(kit)).toEqual([]);
});

it('a school without parents loses nothing else', async () => {
  const erp = { withoutModules: ['openeducat_parent' as const] };
  await using kit = await startKit({ schedules: 'none', erp, moodle, instances: [asksForParents] });
  const school = new School(kit.erp, 1);
  await exportAll(kit);
  expect(await findings(kit)).toEqual(['op.parent missing-model']);
  expect(await kit.site().user(`oec_student_${school.students[0]}`)).toBeDefined();
});
