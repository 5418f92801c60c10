import { MoodleException } from '../../moodle-exception.ts';

/** What `core_course_get_contents` filters by. */
export type ContentsFilter = { [name in (typeof names)[number]]?: string };

const names = [
  'excludemodules',
  'excludecontents',
  'includestealthmodules',
  'sectionid',
  'sectionnumber',
  'cmid',
  'modname',
  'modid',
] as const;

/** @throws MoodleException `errorinvalidparam` for an unknown option or a module name that cannot be one */
export function contentsFilter(options: readonly { name: string; value: string }[]): ContentsFilter {
  const filter: ContentsFilter = {};
  for (const { name, value } of options) {
    const known = names.find((each) => each === name);
    if (!known || (known === 'modname' && !/^[a-z][a-z0-9_]*$/.test(value))) throw invalidOption(name);
    // Of an option that is given twice the first one counts.
    filter[known] ??= value;
  }
  return filter;
}

function invalidOption(name: string): MoodleException {
  return new MoodleException('errorinvalidparam', `The param "${name}" is invalid.`);
}
