import type { Program } from '#shared/models/program.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';

/**
 * Where something lies, seen from an instance that is for some departments only. `unknown`: a record that decides it
 * cannot be read, so that nothing may be taken away for its sake.
 */
export type Scope = 'inside' | 'outside' | 'unknown';

/** Where a department lies in the instance's part of the tree. */
export async function scopeOfDepartment(view: RecordView, departmentId: string | undefined): Promise<Scope> {
  const { departments } = view.instance.scope;
  if (departments.length === 0) return 'inside';
  const visited = new Set<string>();
  for (let id = departmentId; id !== undefined; ) {
    if (departments.includes(id)) return 'inside';
    // Nobody knows where departments belong that lie below each other in a circle.
    if (visited.has(id)) return 'unknown';
    visited.add(id);
    const department = await view.read('op.department', id);
    if (department.state === 'invalid') return 'unknown';
    id = department.state === 'valid' ? department.record.parentId : undefined;
  }
  return 'outside';
}

/**
 * Where a program lies. Its root program decides: a child program saved by an office clerk gets that clerk's
 * department by default (seen on Odoo 18).
 */
export async function scopeOfProgram(view: RecordView, program: Program): Promise<Scope> {
  if (view.instance.scope.departments.length === 0) return 'inside';
  const visited = new Set([program.id]);
  let root = program;
  while (root.parentId !== undefined) {
    if (visited.has(root.parentId)) return 'unknown';
    visited.add(root.parentId);
    const parent = await view.read('op.course', root.parentId);
    if (parent.state === 'invalid') return 'unknown';
    if (parent.state === 'missing') break;
    root = parent.record;
  }
  return scopeOfDepartment(view, root.departmentId);
}

/** Whether a person belongs to the instance's companies. A contact without a company belongs to all of them, as in Odoo. */
export function companyInScope(view: RecordView, companyId: string | undefined): boolean {
  const { companies } = view.instance.scope;
  return companies.length === 0 || companyId === undefined || companies.includes(companyId);
}

/** Where those lie who are inside with any one of these programs. */
export async function scopeOfPrograms(view: RecordView, programIds: string[]): Promise<Scope> {
  const scopes = new Set<Scope>();
  for (const program of await view.readMany('op.course', [...new Set(programIds)])) {
    if (program.state === 'valid') scopes.add(await scopeOfProgram(view, program.record));
    else if (program.state === 'invalid' && !program.retired) scopes.add('unknown');
  }
  return widest(scopes);
}

/** The scope of somebody whom any one of these would bring in. */
export function widest(scopes: ReadonlySet<Scope>): Scope {
  if (scopes.has('inside')) return 'inside';
  return scopes.has('unknown') ? 'unknown' : 'outside';
}
