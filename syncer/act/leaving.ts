import type { ObjectKey } from '#model/object.ts';
import type { ActionOutcome } from '../plan/outcome.ts';
import type { Action } from '../plan/plan.ts';

/** The objects that left Git, and those of them that the turn has deleted ahead of its other deletions. */
export class Leaving {
  readonly #actions: readonly Action[];
  readonly #deleted = new Map<ObjectKey, Promise<ActionOutcome>>();

  constructor(actions: readonly Action[]) {
    this.#actions = actions.filter(({ type }) => type in kept || type === 'prune');
  }

  /** Returns the actions on the objects of the same kind. */
  alike(key: ObjectKey): readonly Action[] {
    const kind = kindOf(key);
    return this.#actions.filter((action) => kindOf(action.key) === kind && action.key !== key);
  }

  /** Deletes an object once, even if it is in the way of several others. */
  delete(key: ObjectKey, work: () => Promise<ActionOutcome>): Promise<ActionOutcome> {
    const deletion = this.#deleted.get(key) ?? work();
    this.#deleted.set(key, deletion);
    return deletion;
  }

  /** Returns the outcomes of the deletions so far. A failed one is not among them, so that the turn repeats it. */
  async deleted(): Promise<ReadonlyMap<ObjectKey, ActionOutcome>> {
    const settled = await Promise.allSettled(this.#deleted.values());
    const done = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    return new Map(done.map((outcome) => [outcome.key, outcome]));
  }
}

/** Why an object that left Git stays for now, by the type of its action. */
export const kept: Readonly<Partial<Record<Action['type'], string>>> = {
  hold: 'it may not be deleted',
  abandon: 'its keep annotation forbids the deletion',
  release: 'Kubernetes itself created it',
  wait: 'it is being deleted',
};

function kindOf(key: ObjectKey): string {
  return key.split('/').slice(0, 2).join('/');
}
