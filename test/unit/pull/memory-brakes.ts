import { type BrakeState, type BrakeStore, brakeStateSchema } from '#shared/sync/limits/brake.ts';

/** The brakes of one instance in memory, by what they brake. */
export function memoryBrakes(brakes: Map<string, BrakeState>): BrakeStore {
  const stateOf = (name: string) => brakes.get(name) ?? brakeStateSchema.parse({});
  return {
    getBrake: async (_instance, name) => stateOf(name),
    saveBrake: async (_instance, name, state) => {
      brakes.set(name, { ...state, revision: state.revision + 1 });
      return true;
    },
    addHolds: async (_instance, name, change) => {
      const state = stateOf(name);
      brakes.set(name, { ...state, holds: state.holds + change });
    },
  };
}
