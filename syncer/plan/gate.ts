/** Decides which actions must wait, from the order that authors declare. */
import type { ObjectKey } from '#model/object.ts';
import { isDefinition } from '#model/replacement.ts';
import type { Desired } from '../desired/desired.ts';
import { displayName } from '../desired/sequence.ts';
import { type ActionOutcome, done, waiting } from './outcome.ts';
import type { Action, CacheSnapshot } from './plan.ts';

/** The state of a turn before an action. */
interface Progress {
  readonly desired: Desired;
  readonly snapshot: CacheSnapshot;
}

/** Blocks an apply until its dependencies are ready, and a deletion until its dependents are gone. */
export class Gate {
  readonly #progress: Progress;
  readonly #waves: readonly number[];
  /** Keys of objects that failed or wait in this turn, or that the syncer refused. */
  readonly #open = new Set<ObjectKey>();
  /** Keys of objects that the turn has pruned but that still existed then, by wave. */
  readonly #pruned = new Map<number, Set<ObjectKey>>();
  /** Why the syncer cannot list a kind of an API group, by group. */
  readonly #unlisted = new Map<string, string>();
  #hasFailures = false;
  /** The object that blocks each wave, which the gate finds once a turn; '' for none. */
  readonly #unready = new Map<number, string>();
  #dependents: ReadonlyMap<ObjectKey, readonly ObjectKey[]> | undefined;

  constructor(progress: Progress) {
    this.#progress = progress;
    const objects = [...progress.desired.objects.values()];
    this.#waves = [...new Set(objects.map(({ sequence }) => sequence.wave))];
  }

  /** Records the outcome of an action of the turn. */
  note({ key, result, message, unlisted, isUnderWay, keepsRest }: ActionOutcome): void {
    if (keepsRest) this.#hasFailures = true;
    if (result === 'failed' || result === 'refused' || result === 'waiting') this.#open.add(key);
    if (unlisted) this.#unlisted.set(groupOf(key), message);
    else if (result === 'failed' || result === 'refused' || isUnderWay) this.#hasFailures = true;
    if (result === 'pruned') this.#notePruned(key);
  }

  #notePruned(key: ObjectKey): void {
    const wave = this.#progress.snapshot.get(key)?.sequence.wave;
    if (wave === undefined) return;
    const known = this.#pruned.get(wave);
    if (known === undefined) this.#pruned.set(wave, new Set([key]));
    else known.add(key);
  }

  /**
   * True if the turn did not apply a desired object whose kind it can list. It then deletes nothing. A kind
   * that the syncer cannot list holds only the deletions in its API group.
   */
  get hasFailures(): boolean {
    return this.#hasFailures;
  }

  /** Returns the outcome of an action that must not run yet; undefined if the action may run. */
  blocked(action: Action): ActionOutcome | undefined {
    if (action.type === 'prune') return this.#pruneBlocked(action.key);
    // An earlier turn applied a drifted object in order.
    if (action.type !== 'apply' || action.cause === 'drifted') return undefined;
    const { key, desired } = action;
    const { dependsOn, wave } = desired.sequence;
    const { objects } = this.#progress.desired;
    const lost = dependsOn.find((other) => !objects.has(other));
    if (lost !== undefined) {
      const message = `depends on ${displayName(lost)}, which is not rendered for this cluster`;
      return { ...done(key, 'refused'), message };
    }
    const unready = dependsOn.find((other) => this.#isUnready(other));
    if (unready !== undefined) return this.#waitFor(key, unready);
    if (this.#waves.length < 2 || isDefinition(desired.object)) return undefined;
    const earlier = this.#unreadyBefore(wave);
    return earlier === '' ? undefined : this.#waitFor(key, earlier as ObjectKey);
  }

  #waitFor(key: ObjectKey, other: ObjectKey): ActionOutcome {
    const health = this.#progress.snapshot.get(other)?.health;
    const why = health === undefined ? 'does not exist' : `is ${health.status}`;
    const detail = health?.message ? ` (${health.message})` : '';
    const outcome = waiting(key, `waits for ${displayName(other)}, which ${why}${detail}`);
    // A failed object becomes ready only after a change in Git or in the cluster.
    return { ...outcome, retry: health?.status !== 'Failed' };
  }

  #isUnready(key: ObjectKey): boolean {
    const { snapshot } = this.#progress;
    return snapshot.get(key)?.health.status !== 'Current' || this.#open.has(key);
  }

  /** Returns an object of a lower wave that is not ready; '' if all are ready. */
  #unreadyBefore(wave: number): string {
    const known = this.#unready.get(wave);
    if (known !== undefined) return known;
    const { desired } = this.#progress;
    const earlier = [...desired.objects.values()].find(
      ({ key, sequence }) => sequence.wave < wave && this.#isUnready(key),
    );
    this.#unready.set(wave, earlier?.key ?? '');
    return earlier?.key ?? '';
  }

  #pruneBlocked(key: ObjectKey): ActionOutcome | undefined {
    const unlisted = this.#unlisted.get(groupOf(key));
    if (unlisted !== undefined) return { ...done(key, 'held'), message: unlisted, unlisted: true };
    const { desired, snapshot } = this.#progress;
    this.#dependents ??= dependentsIn(snapshot);
    const dependents = this.#dependents.get(key)?.filter((other) => snapshot.has(other)) ?? [];
    const needing = dependents.find((other) => desired.objects.has(other));
    if (needing !== undefined) {
      return { ...done(key, 'held'), message: `${displayName(needing)} depends on it` };
    }
    const wave = snapshot.get(key)?.sequence.wave ?? 0;
    const first = dependents[0] ?? this.#laterRemoved(wave);
    if (first === undefined) return undefined;
    return waiting(key, `is deleted after ${displayName(first)}`);
  }

  /** Returns an object of a later wave that the turn has pruned but that still exists. */
  #laterRemoved(wave: number): ObjectKey | undefined {
    const { snapshot } = this.#progress;
    for (const [later, keys] of this.#pruned) {
      if (later <= wave) continue;
      for (const key of keys) {
        if (snapshot.has(key)) return key;
        keys.delete(key);
      }
    }
    return undefined;
  }
}

function groupOf(key: ObjectKey): string {
  return key.slice(0, key.indexOf('/'));
}

function dependentsIn(snapshot: CacheSnapshot): ReadonlyMap<ObjectKey, readonly ObjectKey[]> {
  const dependents = new Map<ObjectKey, ObjectKey[]>();
  for (const [key, { sequence }] of snapshot) {
    for (const other of sequence.dependsOn) {
      const known = dependents.get(other);
      if (known === undefined) dependents.set(other, [key]);
      else known.push(key);
    }
  }
  return dependents;
}
