import { gvkOf, isFieldMap, type KubeObject, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';

/** Time for which an API server may still have the old schema of a kind, in milliseconds. */
const lingersMs = 30_000;

/** Time for which an answer about the definitions of the cluster counts, in milliseconds. */
const answerMs = 1000;

interface DefinitionsOptions {
  readonly port: Pick<ClusterPort, 'list'>;
  readonly clock: Clock;
  /** Returns the time by the clock of the API server, in milliseconds since the epoch. */
  readonly serverNow: () => number;
}

/** When the newest definition of each API group changed, by the clock of the API server. */
type ChangeByGroup = ReadonlyMap<string, number>;

/**
 * Finds out which kinds have a new CustomResourceDefinition: the syncer has just changed it, or the definition itself
 * shows that another process has.
 */
export class RecentDefinitions {
  readonly #options: DefinitionsOptions;
  readonly #since = new Map<string, number>();
  #answer: Promise<ChangeByGroup> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
  }

  /** Records a change of an object. Objects other than definitions do not matter. */
  note(object: KubeObject): void {
    const { spec } = object;
    if (gvkOf(object).kind !== 'CustomResourceDefinition' || !isFieldMap(spec)) return;
    const { group, names } = spec;
    if (isFieldMap(names)) this.#since.set(`${group}/${names.kind}`, this.#options.clock.now());
  }

  /** Reports whether `note` has just recorded the definition of the object's kind. */
  hasNoted(key: ObjectKey): boolean {
    const since = this.#since.get(key.split('/').slice(0, 2).join('/'));
    return since !== undefined && this.#options.clock.now() - since < lingersMs;
  }

  /**
   * Reports whether an API server may still have the old schema of the object's kind. The cluster shows when the
   * definitions of the API group last changed, also by another process.
   */
  async concern(key: ObjectKey, stop: AbortSignal): Promise<boolean> {
    if (this.hasNoted(key)) return true;
    const [group = ''] = key.split('/');
    // Kubernetes' own groups have no definition.
    if (!group.includes('.')) return false;
    const changedAt = (await this.#changes(stop)).get(group);
    return changedAt !== undefined && this.#options.serverNow() - changedAt < lingersMs;
  }

  /** Asks the cluster, once for all objects that fail together. */
  #changes(stop: AbortSignal): Promise<ChangeByGroup> {
    const now = this.#options.clock.now();
    if (this.#answer !== undefined && now - this.#askedAt < answerMs) return this.#answer;
    this.#askedAt = now;
    this.#answer = this.#listChanges(stop);
    return this.#answer;
  }

  async #listChanges(stop: AbortSignal): Promise<ChangeByGroup> {
    const kind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    const query = { kind, label: '', detail: 'metadata' } as const;
    const listed = await this.#options.port.list(query, stop).catch((error: unknown) => {
      // Without permission to list definitions, the syncer knows only what it did itself.
      if (!(error instanceof ClusterError)) throw error;
      return { objects: [] };
    });
    const changes = new Map<string, number>();
    for (const { metadata } of listed.objects) {
      const group = metadata.name.slice(metadata.name.indexOf('.') + 1);
      changes.set(group, Math.max(changes.get(group) ?? 0, changedAt(metadata)));
    }
    return changes;
  }
}

/** Returns when a definition was created or its specification last changed; 0 if it does not say. */
function changedAt({ creationTimestamp, managedFields }: KubeObject['metadata']): number {
  const entries = Array.isArray(managedFields) ? managedFields.filter(isFieldMap) : [];
  const writes = entries.filter(({ subresource }) => !subresource);
  const times = [creationTimestamp, ...writes.map(({ time }) => time)];
  return Math.max(0, ...times.map((time) => Date.parse(String(time)) || 0));
}
