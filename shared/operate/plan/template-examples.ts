import { characterCount } from '#shared/models/fields/moodle-limits.ts';
import type { RecordPages } from '#shared/models/records.ts';
import { kindOfService, type ServiceName, serviceModels } from '#shared/models/services.ts';
import { type TemplateInUse, templatesOf } from '#shared/moodle/conventions/templates.ts';
import { type DesiredEntity, desiredOf } from '#shared/moodle/push/desired.ts';
import type { ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';

/** What a template makes of some records. */
export interface TemplateExamples {
  setting: string;
  template: string;
  /** How many records were looked at. */
  records: number;
  examples: { idnumber: string; text: string; characters: number }[];
  /** What cannot be made, and how many there are. */
  failures: { idnumber: string; reason: string }[];
  failed: number;
  /** What Moodle wants to be unique and would be called alike: not all there is, but what was met. */
  alike: { text: string; idnumbers: string[] }[];
}

/** Records that are looked at for each template: enough to see how it reads, and a page that is read in a moment. */
const lookedAt = 50;
/** As many as a person reads. */
const shown = 5;

/** What Moodle wants to be unique in the site. A group's name is in its course. */
const uniqueFields: ReadonlySet<string> = new Set(['shortname', 'username', 'idnumber']);

/**
 * What templates of an instance make of the first records of their models. Nothing is asked of Moodle.
 *
 * @param view of the instance with the settings that are to be tried
 * @param settings whose templates are shown
 */
export async function templateExamples(
  view: RecordView,
  settings: readonly string[],
  { records, services }: { records: RecordPages; services: ServiceRegistry },
): Promise<TemplateExamples[]> {
  const templates = templatesOf(view.instance).filter(
    // What enrolments have of templates is no text.
    ({ setting, service }) => settings.includes(setting) && service in kindOfService,
  );
  const found: TemplateExamples[] = [];
  for (const [service, own] of Map.groupBy(templates, (each) => each.service)) {
    const { items } = await records.page(serviceModels[service], { limit: lookedAt });
    const ids = items.map(({ id }) => id);
    const desired = await desiredOf(services.byName(service), view, ids);
    found.push(...own.map((template) => examplesOf(template, service, desired, ids.length)));
  }
  return found;
}

function examplesOf(
  { setting, text: template, field }: TemplateInUse,
  service: ServiceName,
  desired: readonly DesiredEntity[],
  records: number,
): TemplateExamples {
  const isGroup = kindOfService[service as keyof typeof kindOfService] === 'group';
  const made = desired.flatMap(({ idnumber, built }) => {
    const text = built.kind === 'entity' ? built.entity.fields[field] : undefined;
    if (built.kind !== 'entity' || !built.entity.active || typeof text !== 'string') return [];
    const place = isGroup ? String(built.entity.fields.course) : '';
    return [{ idnumber, record: built.entity.source.id, text, place }];
  });
  const failures = desired.flatMap(({ idnumber, built }) =>
    built.kind === 'failed' ? [{ idnumber, reason: built.failure.reason }] : [],
  );
  const alike =
    isGroup || uniqueFields.has(field)
      ? [...Map.groupBy(made, ({ text, place }) => `${place} ${comparable(text)}`).values()].filter(
          ({ length }) => length > 1,
        )
      : [];
  // The groups of a batch have one name, and the courses of a subject are told by one or two.
  const perRecord = new Map(made.map((each) => [`${each.record} ${each.text}`, each]));
  return {
    ...{ setting, template, records },
    examples: [...perRecord.values()]
      .slice(0, shown)
      .map(({ idnumber, text }) => ({ idnumber, text, characters: characterCount(text) })),
    failures: failures.slice(0, shown),
    failed: failures.length,
    alike: alike
      .slice(0, shown)
      .map((all) => ({ text: all[0]!.text, idnumbers: all.map(({ idnumber }) => idnumber) })),
  };
}

/** As Moodle's database compares names: without regard to case, accents and trailing blanks. */
function comparable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .trimEnd();
}
