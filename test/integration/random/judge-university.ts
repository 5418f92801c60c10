import type { Kit } from '../kit.ts';
import { judgeDuplicates, judgeMessages } from './books.ts';
import { judgePeople, judgePlaces } from './people-oracle.ts';
import type { SeenMoodle } from './seen-moodle.ts';
import { coursesOf, judgeCategories, judgeCourses, judgeGroups } from './structure-oracle.ts';
import type { Holdings } from './university.ts';
import type { Verdicts } from './verdicts.ts';

/** Compares what is in Moodle, and in the mappings and queues, with what the records say. */
export async function judgeUniversity(
  university: Holdings,
  seen: SeenMoodle,
  kit: Kit,
  verdicts: Verdicts,
): Promise<void> {
  const mappings = [...(await kit.mappings()).values()];
  const courses = coursesOf(university);
  judgeCategories(university, seen, verdicts);
  judgeCourses(university, seen, courses, verdicts);
  judgeGroups(university, seen, courses, verdicts);
  judgePeople(university, seen, verdicts);
  judgePlaces(university, seen, courses, verdicts);
  judgeDuplicates(seen, mappings, verdicts);
  await judgeMessages(kit, mappings, verdicts);
}
