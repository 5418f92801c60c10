import { describe, expect, it } from 'vitest';
import { synthesizeStack } from '#test/infra/template.ts';

describe('the ERP side of the stack', () => {
  const { template } = synthesizeStack();
  const connected = synthesizeStack({ erp: {} }).template;
  /** What shows all alarms, and what an operator may do, is all that knows of the ERP's side from outside. */
  const knowsAll = (id: string) => /^(Dashboard|OperatorPolicy)/.test(id);
  const idsOf = ({ Resources }: typeof template) => Object.keys(Resources).filter((id) => !knowsAll(id));

  it('is there only where the configuration names it, and under names of its own', () => {
    const added = idsOf(connected).filter((id) => !idsOf(template).includes(id));
    expect(added).not.toEqual([]);
    expect(added.filter((id) => !id.startsWith('Erp'))).toEqual([]);
    expect(idsOf(template).filter((id) => id.startsWith('Erp'))).toEqual([]);
    expect(Object.keys(template.Outputs).filter((key) => key.startsWith('Erp'))).toEqual([]);
  });

  it('changes nothing else', () => {
    for (const id of idsOf(template)) expect(connected.Resources[id], id).toEqual(template.Resources[id]);
  });
});
