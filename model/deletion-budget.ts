/**
 * The settings that limit deletions, `spec.deletionBudget` of regatta.yaml. Reviews and the syncer read them
 * alike, and `overrunsOf` decides for both.
 */
import * as v from 'valibot';

/** A number of objects, or a percentage of the existing objects such as `10%`. */
export type DeletionLimit = number | string;

/** Limits that hold together, so that the strictest one decides. An empty list means no limit. */
export type DeletionLimits = readonly DeletionLimit[];

/** How many objects may be deleted within 24 hours without an acknowledgement. */
export interface DeletionBudget {
  /** Limits on what one change deletes from all clusters, which counts each object once per cluster. */
  readonly fleet: DeletionLimits;
  /** Limits on each cluster. */
  readonly cluster: DeletionLimits;
  /** Limits on each cluster, by `Kind` or `group/Kind`. */
  readonly kinds: Readonly<Record<string, DeletionLimits>>;
  /** Allow deletion of the last of several namespaces. */
  readonly allNamespaces: boolean;
}

/** `spec.deletionBudget` as the author wrote it. An absent field has its default. */
export interface GivenBudget {
  readonly fleet?: DeletionLimit | DeletionLimits | undefined;
  readonly cluster?: DeletionLimit | DeletionLimits | undefined;
  readonly kinds?: Readonly<Record<string, DeletionLimit | DeletionLimits>> | undefined;
  readonly allNamespaces?: boolean | undefined;
}

/** Limits as `spec.sync.deletions` wrote them. An absent field means no limit. */
interface FormerLimits {
  readonly count?: number | undefined;
  readonly percent?: number | undefined;
}

/** `spec.sync.deletions`, which `spec.deletionBudget` replaces. */
export interface FormerBudget extends FormerLimits {
  readonly kinds?: Readonly<Record<string, FormerLimits>> | undefined;
  readonly allNamespaces?: boolean | undefined;
}

const defaultShare = '50%';

/** The default budget. It allows no deletion of kinds whose deletion destroys data or other objects. */
export const defaultDeletionBudget: DeletionBudget = {
  fleet: [],
  cluster: [defaultShare],
  kinds: {
    CustomResourceDefinition: [0],
    Namespace: [0],
    PersistentVolume: [0],
    PersistentVolumeClaim: [0],
  },
  allNamespaces: false,
};

const limit = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0)),
  v.pipe(v.string(), v.regex(/^(100|[0-9]{1,2})%$/, 'must be a number or a share such as 10%')),
]);
const limits = v.union([limit, v.pipe(v.array(limit), v.minLength(1))]);

const kind = v.pipe(
  v.string(),
  v.regex(/^([a-z0-9.-]*\/)?[A-Z][A-Za-z0-9]*$/, 'must be Kind or group/Kind'),
);

/** Schema of `spec.deletionBudget`. */
export const givenBudget: v.GenericSchema<unknown, GivenBudget> = v.strictObject({
  fleet: v.optional(limits),
  cluster: v.optional(limits),
  kinds: v.optional(v.record(kind, limits)),
  allNamespaces: v.optional(v.boolean()),
});

const former = {
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  percent: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
};

/** Schema of `spec.sync.deletions`. */
export const formerBudget: v.GenericSchema<unknown, FormerBudget> = v.strictObject({
  ...former,
  kinds: v.optional(v.record(kind, v.strictObject(former))),
  allNamespaces: v.optional(v.boolean()),
});

/**
 * Returns the budget with its defaults. Where both settings have a limit, both hold. A limit for some kinds leaves
 * the default limits of others unchanged.
 */
export function resolveBudget(given: GivenBudget = {}, old: FormerBudget = {}): DeletionBudget {
  const { kinds: oldKinds = {}, allNamespaces: oldAll } = old;
  const { kinds = {}, allNamespaces = oldAll ?? false } = given;
  const hasShare = given.cluster !== undefined || old.percent !== undefined;
  const ofKind = (name: string) => {
    const isSet = name in kinds || name in oldKinds;
    if (!isSet) return defaultDeletionBudget.kinds[name] ?? [];
    return [...listOf(kinds[name]), ...formerLimits(oldKinds[name])];
  };
  const names = Object.keys({ ...defaultDeletionBudget.kinds, ...kinds, ...oldKinds });
  return {
    fleet: listOf(given.fleet),
    cluster: [...listOf(given.cluster), ...formerLimits(old), ...(hasShare ? [] : [defaultShare])],
    kinds: Object.fromEntries(names.map((name) => [name, ofKind(name)])),
    allNamespaces: allNamespaces && (oldAll ?? true),
  };
}

function formerLimits({ count, percent }: FormerLimits = {}): DeletionLimits {
  return [...listOf(count), ...(percent === undefined ? [] : [`${percent}%`])];
}

function listOf(given: DeletionLimit | DeletionLimits | undefined): DeletionLimits {
  if (given === undefined) return [];
  return typeof given === 'object' ? given : [given];
}
