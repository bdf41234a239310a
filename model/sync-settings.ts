/** `spec.sync` of regatta.yaml: how member clusters are brought to what Git says. */
import * as v from 'valibot';
import { wholeName } from './whole-name.ts';

/** How much may be deleted at once; what is not set has no limit. */
export interface PruneBudget {
  readonly count?: number | undefined;
  /** Of the objects of ours in that cluster. */
  readonly percent?: number | undefined;
}

/** What to do where somebody else has set a field that Git sets. All that is given must match. */
export interface FieldRule {
  /** Field managers: regular expressions of whole names. */
  readonly managers?: readonly string[] | undefined;
  /** `Kind` or `group/Kind`. */
  readonly kinds?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  /** JSON pointers, with `*` for any one step. */
  readonly paths: readonly string[];
  /** Yield leaves the field to them; Abort leaves the whole object as it is; Overwrite takes it. */
  readonly resolution: 'Yield' | 'Abort' | 'Overwrite';
}

export interface SyncSettings {
  readonly deletions: PruneBudget & {
    /** By `Kind` or `group/Kind`. */
    readonly kinds: Readonly<Record<string, PruneBudget>>;
    /** Whether the last of several namespaces may go. */
    readonly allNamespaces: boolean;
  };
  /** The first that matches decides. */
  readonly fields: readonly FieldRule[];
}

export const defaultSyncSettings: SyncSettings = {
  deletions: { percent: 50, kinds: {}, allNamespaces: false },
  fields: [],
};

const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const budget = v.strictObject({ count: v.optional(count), percent: v.optional(percent) });
const names = v.optional(v.array(v.string()));

const kind = v.pipe(
  v.string(),
  v.regex(/^([a-z0-9.-]+\/)?[A-Z][A-Za-z0-9]*$/, 'must be Kind or group/Kind'),
);

const pointer = v.pipe(
  v.string(),
  v.regex(/^(\/[^/]+)+$/, 'must be a path such as /spec/replicas, with * for any one step'),
);

const fieldRule = v.strictObject({
  managers: v.optional(v.array(wholeName)),
  kinds: v.optional(v.array(kind)),
  namespaces: names,
  names,
  paths: v.pipe(v.array(pointer), v.minLength(1)),
  resolution: v.picklist(['Yield', 'Abort', 'Overwrite']),
});

/** The shape of `spec.sync`, with its defaults. */
export const syncSettings: v.GenericSchema<unknown, SyncSettings> = v.strictObject({
  deletions: v.optional(
    v.strictObject({
      count: v.optional(count),
      percent: v.optional(percent, defaultSyncSettings.deletions.percent),
      kinds: v.optional(v.record(kind, budget), {}),
      allNamespaces: v.optional(v.boolean(), false),
    }),
    {},
  ),
  fields: v.optional(v.array(fieldRule), []),
});
