import type { ServiceName } from './entity.ts';

/** What an entity can be in Moodle: the kinds that have an id and an idnumber of their own there. */
export const moodleKinds = ['category', 'course', 'group', 'account'] as const;
export type MoodleKind = (typeof moodleKinds)[number];

/** The services whose entities are such, and which. */
export const kindOfService = {
  departments: 'category',
  programs: 'category',
  subjects: 'course',
  batches: 'group',
  students: 'account',
  faculty: 'account',
} as const satisfies Partial<Record<ServiceName, MoodleKind>>;
