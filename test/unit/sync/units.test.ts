import { describe, expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { fieldsToCreate, fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { cutUnits, pushNaming } from '#shared/moodle/push/work-unit.ts';
import { unitsAgain } from '#shared/sync/units/work.ts';

describe('cutUnits', () => {
  it('cuts ids into units of at most 50, each id once, in the order given', () => {
    const ids = Array.from({ length: 120 }, (_, index) => String(index % 110));
    const units = cutUnits('m', 'students', ids);
    expect(units.map((unit) => unit.ids.length)).toEqual([50, 50, 10]);
    expect(new Set(units.flatMap((unit) => unit.ids)).size).toBe(110);
  });
});

describe('unitsAgain', () => {
  it('sends together what waits equally long, and keeps retries apart from what only waits', () => {
    const units = unitsAgain(pushNaming('m'), [
      { service: 'students', id: '1', delaySeconds: 300, failureId: 'a' },
      { service: 'students', id: '2', delaySeconds: 300, failureId: 'b' },
      { service: 'enrolments', id: '1', delaySeconds: 300, failureId: 'c' },
      { service: 'students', id: '3', delaySeconds: 0 },
    ]);
    expect(Object.fromEntries(units)).toEqual({
      0: [{ instance: 'm', service: 'students', ids: ['3'] }],
      300: [
        { instance: 'm', service: 'students', ids: ['1', '2'], retry_of: ['a', 'b'] },
        { instance: 'm', service: 'enrolments', ids: ['1'], retry_of: ['c'] },
      ],
    });
  });

  it('keeps apart what failed for another class of reasons', () => {
    const units = unitsAgain(pushNaming('m'), [
      { service: 'students', id: '1', delaySeconds: 300, failureId: 'a', failureClass: 'refused' },
      { service: 'students', id: '2', delaySeconds: 300, failureId: 'b', failureClass: 'unreachable' },
      { service: 'students', id: '3', delaySeconds: 300, failureId: 'c', failureClass: 'refused' },
    ]);
    expect(units.get(300)?.map(({ ids }) => ids)).toEqual([['1', '3'], ['2']]);
  });

  it('cuts them into units', () => {
    const again = Array.from({ length: 60 }, (_, index) => ({
      service: 'batches' as const,
      id: String(index),
      delaySeconds: 300,
      failureId: `f${index}`,
    }));
    expect(
      unitsAgain(pushNaming('m'), again)
        .get(300)
        ?.map((unit) => unit.retry_of?.length),
    ).toEqual([50, 10]);
  });
});

describe('field ownership', () => {
  const instance = instanceSchema.parse({
    id: 'm',
    base_url: 'https://moodle.example.org',
    field_ownership: { 'user.firstname': 'moodle', 'user.email': 'create', 'user.middlename': 'moodle' },
  });
  const fields = {
    firstname: 'Ana',
    lastname: 'S',
    middlename: 'B',
    email: 'e',
    phone1: '1',
    suspended: false,
  };

  it('keeps up only what the ERP owns', () => {
    expect(fieldsToKeepUp(instance, 'user', fields)).toEqual({ lastname: 'S', suspended: false });
  });

  it('creates with all but what Moodle owns, except what Moodle asks for', () => {
    expect(fieldsToCreate(instance, 'user', fields, ['firstname', 'lastname', 'email'])).toEqual({
      firstname: 'Ana',
      lastname: 'S',
      email: 'e',
      suspended: false,
    });
  });
});
