import type { PullSession } from '#shared/engine/pull-service.ts';
import { chunkByVariables } from '#shared/moodle/chunk-by-variables.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { parseIdnumber } from '#shared/oec/references.ts';

/**
 * Ids of the students behind Moodle's accounts. Others, such as those who enrolled themselves, are none of the ERP's:
 * they are left out and counted.
 */
export async function studentsOfAccounts(
  userids: Iterable<number>,
  { client, count }: Pick<PullSession, 'client' | 'count'>,
): Promise<Map<number, string>> {
  const students = new Map<number, string>();
  const distinct = [...new Set(userids)];
  for (const chunk of chunkByVariables(distinct, () => 1)) {
    for (const { id, idnumber } of await getUsersByField(client, 'id', chunk)) {
      const parts = parseIdnumber(idnumber);
      if (parts?.kind === 'student') students.set(id, parts.id);
    }
  }
  const unknown = distinct.length - students.size;
  if (unknown > 0) count('PeopleUnknown', unknown);
  return students;
}
