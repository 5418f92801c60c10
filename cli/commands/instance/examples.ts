import { type Deployment, openWorld } from '#cli/connection/deployment.ts';
import type { Lines } from '#cli/output/lines.ts';
import { table } from '#cli/output/table.ts';
import { templatesOf } from '#shared/moodle/conventions/templates.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { services } from '#shared/moodle/services.ts';
import { type TemplateExamples, templateExamples } from '#shared/operate/plan/template-examples.ts';

/** What the templates that are changed make of some records. @param instance with the changed settings */
export async function examplesOfChanges(
  deployment: Deployment,
  instance: Instance,
  changes: readonly { name: string }[],
): Promise<TemplateExamples[]> {
  const settings = changes.map(({ name }) => name);
  if (!templatesOf(instance).some(({ setting }) => settings.includes(setting))) return [];
  const { instances } = await deployment.instances.list();
  const release = instances.find(({ id }) => id === instance.id)?.release;
  const view = openWorld(deployment, { ...instance, release });
  return templateExamples(view, settings, { records: deployment.records, services });
}

/** The same for people. A template for students and teachers has nothing to show where there are none of one kind. */
export function examplesText(all: readonly TemplateExamples[]): Lines {
  const shown = all.filter(({ records }) => records > 0);
  return shown.flatMap(({ setting, template, records, examples, failures, failed, alike }) => [
    `${setting}=${template}, of the first ${records} records:`,
    examples.length > 0 &&
      table(
        ['', 'becomes', 'characters'],
        examples.map(({ idnumber, text, characters }) => [idnumber, text, characters]),
      ),
    ...alike.map(({ text, idnumbers }) => `  Called alike: ${idnumbers.join(', ')} (${text})`),
    failed > 0 && `  Not to be made: ${failed}.`,
    ...failures.map(({ idnumber, reason }) => `  ${idnumber}: ${reason}`),
  ]);
}
