import { expect, it } from 'vitest';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { cutUnits } from '#shared/moodle/push/work-unit.ts';
import { program, subject } from '#test/integration/records.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { PushKit } from './push-kit.ts';

const ids = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const importing = 'core_course_import_course';

/** A Moodle whose nine courses wait for a template that has just been made. */
async function waiting(): Promise<PushKit> {
  const kit = await PushKit.start({ settings: { course_template: 'TPL' } });
  await kit.sync(program(1, { subject_ids: ids.map(Number) }), ...ids.map((id) => subject(Number(id))));
  expect(Object.values(kit.troubles())).toEqual(ids.map(() => 'failed: notemplate'));
  await createCourses(kit.site.client, [{ fullname: 'Template', shortname: 'TPL', categoryid: 1 }]);
  return kit;
}

const imports = (kit: PushKit) => kit.moodle.calls.filter(({ function: name }) => name === importing).length;

it('a unit begins with no copy that it might not bring to an end: the rest have units of their own', async () => {
  await using kit = await waiting();
  kit.forgetQueue();
  kit.moodle.intercept((call, proceed) => {
    if (call.function === importing) kit.clock.advanceTo(kit.clock.now() + 30_000);
    return proceed();
  });
  await kit.workOff(cutUnits('demo', 'subjects', ids)[0]!);
  expect(imports(kit)).toBe(4);
  expect(kit.waiting()).toEqual(
    ids.slice(4).map((id) => ({ unit: { instance: 'demo', service: 'subjects', ids: [id] }, seconds: 0 })),
  );
  await kit.settle();
  expect(kit.troubles()).toEqual({});
  expect(imports(kit)).toBe(9);
});

it('a copy that takes too long is held against its course, and not against the Moodle', async () => {
  await using kit = await waiting();
  kit.moodle.intercept(faults.times(9, importing, faults.gatewayTimeoutAfterwards()));
  await kit.workOff(cutUnits('demo', 'subjects', ids)[0]!);
  expect(Object.values(kit.troubles())).toEqual(ids.map(() => 'failed: contentindoubt'));
  expect(kit.toldBreaker).toEqual([]);
  await kit.advance(6 * 60_000);
  expect(kit.troubles()).toEqual({});
  expect(imports(kit)).toBe(9);
});
