import { describe, expect, it } from 'vitest';
import { synthesizeStack } from '#test/infra/template.ts';

describe('the ERP side of the stack', () => {
  const { template } = synthesizeStack();
  const connected = synthesizeStack({ erp: {} }).template;
  /** What shows all alarms is the one thing that knows of the ERP's side from outside. */
  const idsOf = ({ Resources }: typeof template) => Object.keys(Resources).filter((id) => !isDashboard(id));
  const isDashboard = (id: string) => id.startsWith('Dashboard');

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
