/** What an action has to wait for, by what authors say of order. */
import type { ObjectKey } from '#model/object.ts';
import { isDefinition } from '#model/replacement.ts';
import type { Desired } from '../desired/desired.ts';
import { show } from '../desired/sequence.ts';
import { type ActionOutcome, done, waiting } from './outcome.ts';
import type { Action, CacheSnapshot } from './plan.ts';

/** What a turn knows when it comes to an action. */
interface Progress {
  readonly desired: Desired;
  readonly snapshot: CacheSnapshot;
}

/** Holds actions up until what they depend on is ready, or what depends on them is gone. */
export class Gate {
  readonly #progress: Progress;
  readonly #waves: readonly number[];
  /** What the turn has left undone so far. */
  readonly #open = new Set<ObjectKey>();
  readonly #pruned: ObjectKey[] = [];
  #troubled = false;
  /** By wave: what keeps it from beginning, found once a turn. */
  readonly #unready = new Map<number, string>();
  #dependents: ReadonlyMap<ObjectKey, readonly ObjectKey[]> | undefined;

  constructor(progress: Progress) {
    this.#progress = progress;
    const objects = [...progress.desired.objects.values()];
    this.#waves = [...new Set(objects.map(({ sequence }) => sequence.wave))];
  }

  /** Takes in what an action of the turn has come to. */
  note({ key, result }: ActionOutcome): void {
    if (result === 'failed' || result === 'refused' || result === 'waiting') this.#open.add(key);
    if (result === 'failed' || result === 'refused') this.#troubled = true;
    if (result === 'pruned') this.#pruned.push(key);
  }

  /** Something that Git wants is not there, so nothing that left Git goes yet. */
  get isTroubled(): boolean {
    return this.#troubled;
  }

  /** The outcome of an action that can't be carried out yet. */
  blocked(action: Action): ActionOutcome | undefined {
    if (action.type === 'prune') return this.#pruneBlocked(action.key);
    // What somebody has changed was in order once.
    if (action.type !== 'apply' || action.cause === 'drifted') return undefined;
    const { key, desired } = action;
    const { dependsOn, wave } = desired.sequence;
    const { objects } = this.#progress.desired;
    const lost = dependsOn.find((other) => !objects.has(other));
    if (lost !== undefined) {
      const message = `depends on ${show(lost)}, which Git does not want in this cluster`;
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
    const why = health === undefined ? 'is not there' : `is ${health.status}`;
    const detail = health?.message ? ` (${health.message})` : '';
    const outcome = waiting(key, `waits for ${show(other)}, which ${why}${detail}`);
    // What has failed gets ready by a change of Git or of the cluster alone.
    return { ...outcome, retry: health?.status !== 'Failed' };
  }

  #isUnready(key: ObjectKey): boolean {
    const { snapshot } = this.#progress;
    return snapshot.get(key)?.health.status !== 'Current' || this.#open.has(key);
  }

  /** An object of a lower wave that is not ready; '' when all are. */
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
    const { desired, snapshot } = this.#progress;
    this.#dependents ??= dependentsIn(snapshot);
    const dependents = this.#dependents.get(key)?.filter((other) => snapshot.has(other)) ?? [];
    const needing = dependents.find((other) => desired.objects.has(other));
    if (needing !== undefined) {
      return { ...done(key, 'held'), message: `${show(needing)} depends on it` };
    }
    const wave = snapshot.get(key)?.sequence.wave ?? 0;
    const [first] = [...dependents, ...this.#laterLeft(wave)];
    if (first === undefined) return undefined;
    return waiting(key, `is deleted after ${show(first)}`);
  }

  /** What left Git and is of a later wave, and is still there. */
  #laterLeft(wave: number): readonly ObjectKey[] {
    const { snapshot } = this.#progress;
    return this.#pruned.filter((key) => (snapshot.get(key)?.sequence.wave ?? wave) > wave);
  }
}

function dependentsIn(snapshot: CacheSnapshot): ReadonlyMap<ObjectKey, readonly ObjectKey[]> {
  const dependents = new Map<ObjectKey, ObjectKey[]>();
  for (const [key, { sequence }] of snapshot) {
    for (const other of sequence.dependsOn) {
      const known = dependents.get(other) ?? [];
      dependents.set(other, [...known, key]);
    }
  }
  return dependents;
}
