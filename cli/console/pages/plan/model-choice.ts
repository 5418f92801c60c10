import { selectField } from '#cli/console/parts.ts';
import { field, type Visit } from '#cli/console/visit.ts';
import { usageError } from '#cli/operator-error.ts';
import type { Html } from '#shared/http/html.ts';
import { isPushedModel, type PushedModel, pushedModels } from '#shared/models/models.ts';

/** A choice of the models that are pushed, all of them unless one is chosen. */
export function modelSelect({ say }: Visit): Html {
  const models = pushedModels.map((model) => [model, model] as const);
  return selectField(say('plan.model'), 'model', models, '', say('model.all'));
}

/** The model that a form names. @throws OperatorError for one that is not pushed */
export function modelOfForm({ form }: Visit): PushedModel | undefined {
  const model = field(form, 'model');
  if (model === '' || isPushedModel(model)) return model || undefined;
  throw usageError(`Records of ${model} are not pushed.`, `There are: ${pushedModels.join(', ')}.`);
}
