import { expect, it } from 'vitest';
import { batch, program, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const twoBatches = (code: string) => [
  batch(40, 1, { name: 'Morning', code: 'a1' }),
  batch(41, 1, { name: 'Morning', code }),
];

it('two batches of one name are two groups, by their codes', async () => {
  await using kit = await PushKit.start();
  await kit.sync(program(1, { subject_ids: [1] }), subject(1), ...twoBatches('a2'));
  expect(await kit.site.groups('oec_subj_1_course_1')).toEqual({
    oec_batch_40: 'Morning (a1)',
    oec_batch_41: 'Morning (a2)',
  });
});

it('codes that Moodle cannot tell apart are a conflict that names the other batch', async () => {
  await using kit = await PushKit.start();
  await kit.sync(program(1, { subject_ids: [1] }), subject(1), ...twoBatches('A1'));
  expect(kit.mapping('oec_batch_41@oec_subj_1_course_1')).toMatchObject({
    status: 'conflict',
    failure: { reason: expect.stringContaining('oec_batch_40') },
  });
  await kit.sync(batch(41, 1, { name: 'Morning', code: 'b' }));
  expect(kit.troubles()).toEqual({});
});
