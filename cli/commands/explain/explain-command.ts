import { Command } from 'commander';
import { type CommandContext, runs } from '#cli/command.ts';
import type { PersonModel } from '#shared/operate/explain/person.ts';
import { type ExplainOptions, explain } from './explain.ts';

const kinds: { name: string; noun: string; model: PersonModel }[] = [
  { name: 'student', noun: 'student', model: 'op.student' },
  { name: 'faculty', noun: 'teacher', model: 'op.faculty' },
  { name: 'parent', noun: 'parent', model: 'op.parent' },
];

/** `oec-moodle explain …`: why somebody is not in a course. */
export function explainCommand(): Command {
  const command = new Command('explain').description('Why a person is, or is not, in a course.');
  for (const { name, noun, model } of kinds) {
    runs(
      command
        .command(name)
        .description(
          `goes from the record of a ${noun} to each course in Moodle, and says what stands in the way`,
        )
        .argument('<who>', `the ${noun}'s id in the ERP, number, or e-mail address (which is not printed)`)
        .option(
          '--course <course>',
          "only this course: its subject's id or code, its short name or its ID number",
        )
        .option('--instance <id>', 'only in this Moodle')
        .option('--offline', 'do not ask Moodle itself')
        .addHelpText(
          'after',
          `
What the ERP says, what the link has pushed, and what Moodle says now are gone through in order. Moodle is only
read, and left alone where it is known to be away. The exit code is 1 where something stands in the way.

Examples:
  oec-moodle explain ${name} 26
  oec-moodle explain ${name} 26 --course PHY101_BSCPHY-1 --instance main
  oec-moodle explain ${name} someone@your.university --offline`,
        ),
      (context: CommandContext, options: ExplainOptions, who: string) =>
        explain(context, options, model, who),
    );
  }
  return command;
}
