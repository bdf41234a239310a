import type { Report } from '#model/diagnostic.ts';

/** One step of the compiler: reads what earlier passes added to the state and returns what it adds. */
export type Pass<Read, Added> = (state: Read, report: Report) => Added;

/** An ordered list of passes, as one function from the first state to the last. */
export interface Passes<In, Out> {
  /** Names of the passes, in order. */
  readonly names: readonly string[];
  /** Appends a pass. It is a type error unless the passes before it added everything that it reads. */
  add<Added extends object>(pass: Pass<Out, Added>): Passes<In, Out & Added>;
  run(input: In, report: Report): Out;
}

/** Returns an empty list of passes over a state. */
export function passesOver<State extends object>(): Passes<State, State> {
  return listOf<State, State>([], (state) => state);
}

function listOf<In, Out>(names: readonly string[], run: Pass<In, Out>): Passes<In, Out> {
  return {
    names,
    run,
    add: (pass) =>
      listOf([...names, pass.name], (input, report) => {
        const state = run(input, report);
        return { ...state, ...pass(state, report) };
      }),
  };
}
