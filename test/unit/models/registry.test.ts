import { describe, expect, it } from 'vitest';
import { modelOf, pushedModels, sweptModels } from '#shared/models/models.ts';
import { serviceModels, servicesOver } from '#shared/models/services.ts';
import { copiedFields } from '#shared/odoo/calls/erp-models.ts';

describe.each(pushedModels)('%s', (name) => {
  const model = modelOf(name);

  it('refers to models by fields of its own', () => {
    expect(pushedModels).toEqual(expect.arrayContaining(Object.values(model.refersTo)));
    expect(Object.keys(model.fields)).toEqual(expect.arrayContaining(Object.keys(model.refersTo)));
  });

  it('names fields of its own in its ripples, its gaps and its headings', () => {
    const named = model.ripples.flatMap(({ when = [] }) => when);
    const copied = copiedFields(name, new Set(model.odoo.notCopied));
    expect(Object.keys(model.fields)).toEqual(expect.arrayContaining(named));
    expect(copied).toEqual(expect.arrayContaining(Object.keys(model.odoo.withoutField ?? {})));
  });

  it('has ripples whose ways end at the model that their service takes', () => {
    for (const { push, way } of [...model.ripples, ...(model.moved ?? [])]) {
      const steps = way === undefined ? [] : way.split(' ');
      let at: string = name;
      for (const step of steps) {
        const target = step.replace(/^[<>@]|\*$/g, '');
        if (step.startsWith('<') && at !== 'email') {
          expect(Object.values(modelOf(target as typeof name).refersTo), `${way}`).toContain(at);
        } else if (step.startsWith('>') && target !== 'email') {
          expect(Object.values(modelOf(at as typeof name).refersTo), `${way}`).toContain(target);
        }
        at = target;
      }
      expect(serviceModels[push], `${push} by ${way}`).toBe(at);
    }
  });
});

it('has each model whose records become something looked through by one sweep', () => {
  const swept = Object.values(sweptModels).flat();
  expect(swept.toSorted()).toEqual(pushedModels.filter((name) => servicesOver(name).length > 0).toSorted());
});
