import type { Deployment } from '#cli/connection/deployment.ts';
import { noteAction } from '#cli/note-action.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { candidateIds, type Decision, decisionText } from '#shared/operate/adoption/decisions.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';
import { type KeptDecision, keptDecisions } from '#shared/store/tables/kept-decisions.ts';

/**
 * Keeps what somebody has decided about a record for whoever applies it, and notes in the operators' log who it was.
 *
 * @param known the decisions that were kept when it was decided
 * @returns undefined where somebody else has decided in the meantime
 */
export async function keepDecision(
  deployment: Deployment,
  { id }: Pick<Instance, 'id'>,
  row: Row,
  decision: Decision,
  known: readonly Pick<KeptDecision, 'idnumber' | 'at'>[],
): Promise<KeptDecision | undefined> {
  const { kind, verdict, idnumber } = row;
  const text = decisionText(decision);
  const noted = await noteAction(deployment, `adopt: ${text}`, new Map([[id, [idnumber]]]));
  const own = { idnumber, kind, verdict, moodleIds: candidateIds(row), decision: text, ...noted };
  const before = known.findLast((each) => each.idnumber === idnumber);
  return (await deployment.open(keptDecisions).keep(id, own, before?.at)) ? own : undefined;
}
