import type { Program } from '#shared/oec/program.ts';
import type { World } from './world.ts';

/** Whether a department lies in the instance's part of the tree. A department that cannot be read counts as outside. */
export async function departmentInScope(world: World, departmentId: string | undefined): Promise<boolean> {
  const { departments } = world.instance.scope;
  if (departments.length === 0) return true;
  const visited = new Set<string>();
  for (let id = departmentId; id !== undefined && !visited.has(id); ) {
    if (departments.includes(id)) return true;
    visited.add(id);
    const department = await world.read('op.department', id);
    id = department.state === 'valid' ? department.record.parentId : undefined;
  }
  return false;
}

/**
 * Whether a program lies in the instance's departments. Its root program decides: a child program saved by an
 * office clerk gets that clerk's department by default (seen on Odoo 18).
 */
export async function programInScope(world: World, program: Program): Promise<boolean> {
  if (world.instance.scope.departments.length === 0) return true;
  const visited = new Set([program.id]);
  let root = program;
  while (root.parentId !== undefined && !visited.has(root.parentId)) {
    visited.add(root.parentId);
    const parent = await world.read('op.course', root.parentId);
    if (parent.state !== 'valid') break;
    root = parent.record;
  }
  return departmentInScope(world, root.departmentId);
}

/** Whether a person belongs to the instance's companies. A contact without a company belongs to all of them, as in Odoo. */
export function companyInScope(world: World, companyId: string | undefined): boolean {
  const { companies } = world.instance.scope;
  return companies.length === 0 || companyId === undefined || companies.includes(companyId);
}

/** Whether any of the programs lies in the instance's departments. */
export async function anyProgramInScope(world: World, programIds: string[]): Promise<boolean> {
  for (const program of await world.readMany('op.course', [...new Set(programIds)])) {
    if (program.state === 'valid' && (await programInScope(world, program.record))) return true;
  }
  return false;
}
