import type { ServiceName } from '#shared/models/services.ts';
import { type TemplateUse, template } from './template.ts';

/**
 * The records that a template may name, by the service whose entities it is for, and the ways from such a record to those
 * that are pushed when a field of it has changed (shared/models/model.ts); the empty way leads to itself.
 */
const ways: Partial<Record<ServiceName, Readonly<Record<string, readonly string[]>>>> = {
  departments: { department: [''] },
  programs: { program: [''], department: ['<op.course'] },
  subjects: {
    subject: [''],
    program: ['>op.subject'],
    batch: ['>op.course >op.subject'],
    // The sweeps find what their change means.
    term: [],
    year: [],
    department: ['<op.course >op.subject', '<op.subject'],
  },
  students: { student: [''], person: [''] },
  faculty: { teacher: [''], person: [''] },
  enrolments: {
    enrolment: ['>op.student'],
    batch: ['<op.student.course >op.student'],
    program: ['<op.student.course >op.student'],
    term: [],
    year: [],
    student: [''],
  },
  teaching: { teacher: [''] },
  batches: { batch: [''], program: ['<op.batch'], department: ['<op.course <op.batch'] },
};

/** The ways from the records of a root to those of a service that may name them. */
export function waysFrom(root: string, service: ServiceName): readonly string[] {
  return ways[service]?.[root] ?? [];
}

export function isNamedBy(root: string, service: ServiceName): boolean {
  return waysFrom(root, service).length > 0;
}

/** A template for entities of a service. */
export function templateFor(service: ServiceName, keepsApart?: TemplateUse['keepsApart']) {
  return template({ roots: Object.keys(ways[service] ?? {}), keepsApart });
}
