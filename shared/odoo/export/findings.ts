import type { PushedModel } from '#shared/models/models.ts';
import { isBrakeOn } from '#shared/sync/limits/brake.ts';
import type { ExportFinding } from './export-state.ts';
import type { ModelState, Named } from './model-state.ts';

type Text = { code: string; severity: ExportFinding['severity']; message: string; advice: string };

/** What a person should know of the models, in their order. */
export function findingsOf(states: ReadonlyMap<PushedModel, ModelState>): ExportFinding[] {
  return [...states].flatMap(([model, state]) => findingsOfModel(model, state));
}

/** How many records of a model wait for the operator's word to be deleted; undefined where none do. */
export function heldOf({ brake, gone }: ModelState): number | undefined {
  return gone !== undefined && isBrakeOn(brake) ? gone.count : undefined;
}

function findingsOfModel(model: PushedModel, state: ModelState): ExportFinding[] {
  const { refused, older, replaced, unstorable, incomplete } = state;
  return [
    ...state.gaps.map((gap) => gapFinding(model, gap)),
    ...(refused
      ? [{ model, severity: 'failed' as const, ...refused, advice: refusedAdvice(refused.code) }]
      : []),
    ...heldFinding(model, state),
    ...about(model, older, texts.older),
    ...about(model, replaced, texts.replaced),
    ...about(model, unstorable, texts.unstorable),
    ...(incomplete ? [{ model, ...incompleteTexts[incomplete] }] : []),
  ];
}

function refusedAdvice(code: string): string {
  if (code === 'access-error')
    return 'Give the user of the API key the access rights that docs/openeducat-setup.md lists.';
  return "Look into Odoo's server log. The other models are exported; this one is tried again each minute.";
}

const texts = {
  older: {
    code: 'older-records',
    severity: 'failed',
    message:
      'The ERP has records in an older state than they were read in before: a backup was restored, it seems. They ' +
      'stay as they were, and nothing is deleted.',
    advice:
      'Look at the records that are named. Where the ERP is right, give your word that its records count; where it ' +
      'is not, restore it, or save the records there once more.',
  },
  replaced: {
    code: 'other-records',
    severity: 'failed',
    message:
      'Under ids that the records table knows the ERP has other records, made at another time: a backup was restored ' +
      'and the ids were given again, or it is another database. They are not taken over, since their people would ' +
      'get the accounts of others.',
    advice:
      'Look at the records that are named, and make them once more in the ERP, so that they get new ids. Give your ' +
      'word that they count only where the account in Moodle is to go to the new record.',
  },
  unstorable: {
    code: 'unstorable',
    severity: 'failed',
    message: 'Records do not fit into the records table, which takes 400 kB each.',
    advice: 'Shorten the texts of the records that are named in the ERP.',
  },
} as const satisfies Record<string, Text>;

const incompleteTexts = {
  short: {
    code: 'incomplete-reading',
    severity: 'warning',
    message:
      'The ERP answered fewer records than it says that it has. What is gone from it was not looked for.',
    advice:
      'Nothing, unless it comes again each hour: then look for a module that changes how records are searched.',
  },
  hidden: {
    code: 'hidden-records',
    severity: 'failed',
    message: 'Records that were read before are hidden from the user of the API key. Nothing is deleted.',
    advice: 'Look for record rules and for companies that the user was taken out of.',
  },
  'too-long': {
    code: 'comparison-too-long',
    severity: 'failed',
    message:
      'All records could not be read in the time that a run has, so what is gone from the ERP is not found, and what ' +
      'was missed is not made good for.',
    advice: 'Look at how long the calls of the ERP take, and give its server more workers.',
  },
} as const satisfies Record<NonNullable<ModelState['incomplete']>, Text>;

function about(model: PushedModel, records: Named | undefined, text: Text): ExportFinding[] {
  return records ? [{ model, ...text, ...records }] : [];
}

function gapFinding(model: PushedModel, gap: ModelState['gaps'][number]): ExportFinding {
  const { field, consequence, isNeeded } = gap;
  return {
    code: field === undefined ? 'missing-model' : 'missing-field',
    severity: isNeeded ? 'failed' : 'warning',
    model,
    ...(field !== undefined && { field }),
    message: `The ERP has no ${field === undefined ? `model ${model}` : `field ${field} of ${model}`}. ${consequence}`,
    advice: isNeeded
      ? 'Install the OpenEduCat module that brings it, or look for one that has taken it away.'
      : 'Nothing where the school does without it; else install the OpenEduCat module that brings it.',
  };
}

function heldFinding(model: PushedModel, state: ModelState): ExportFinding[] {
  const held = heldOf(state);
  if (held === undefined) return [];
  return [
    {
      code: 'deletions-held',
      severity: 'failed',
      model,
      message: `Of ${state.gone!.of} records the ERP no longer has ${held}. None of them is deleted.`,
      advice: `Look into the ERP whether they were deleted on purpose; then: oec-moodle erp release ${model}.`,
      count: held,
      ids: state.gone!.ids.slice(0, 50),
    },
  ];
}
