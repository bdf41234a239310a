/** The settings of the syncer, `spec.sync` of regatta.yaml. */
import * as v from 'valibot';
import {
  type DeletionBudget,
  defaultDeletionBudget,
  type FormerBudget,
  formerBudget,
} from './deletion-budget.ts';
import { durationMs } from './duration.ts';
import { gvkOf, type KubeObject } from './object.ts';
import { wholeName } from './whole-name.ts';

/** Resolves a conflict with another manager over a field that Git sets. All given criteria must match. */
export interface FieldRule {
  /** Regular expressions that match whole names of field managers. */
  readonly managers?: readonly string[] | undefined;
  /** Kinds as `Kind` or `group/Kind`. */
  readonly kinds?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  /** JSON pointers, in which `*` matches any single key. */
  readonly paths: readonly string[];
  /** Yield leaves the field to the other manager. Abort does not apply the object. Overwrite takes the field. */
  readonly resolution: 'Yield' | 'Abort' | 'Overwrite';
}

const fieldValidations = ['Strict', 'Warn'] as const;

/**
 * What the syncer does about a field that an API server does not keep: the object fails, or a message names the
 * field.
 */
export type FieldValidation = (typeof fieldValidations)[number];

/** Selects objects in member clusters. All given criteria must match. In names, `*` matches any text. */
export interface SyncScope {
  readonly clusters?: readonly string[] | undefined;
  /** Excludes cluster-scoped objects when set. */
  readonly namespaces?: readonly string[] | undefined;
  /** Kinds as `Kind` or `group/Kind`. */
  readonly kinds?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
}

export const driftModes = ['correct', 'report', 'freeze'] as const;

/**
 * How the syncer handles drift. correct undoes it. report only reports it. freeze leaves it and also applies no
 * changes from Git.
 */
export type DriftMode = (typeof driftModes)[number];

/** The drift mode of the objects in a scope. */
export interface DriftRule extends SyncScope {
  readonly mode: DriftMode;
}

/** A time during which the syncer may change clusters, in local time of a time zone. */
export interface ChangeWindow {
  readonly clusters?: readonly string[] | undefined;
  /** Days on which the window begins; absent means every day. */
  readonly days?: readonly Weekday[] | undefined;
  /** Start of the window, `HH:MM`. */
  readonly from: string;
  /** End of the window, `HH:MM`, which is on the next day if it is not after `from`. */
  readonly to: string;
  /** Name in the IANA time zone database. */
  readonly timeZone: string;
  /** How the syncer handles drift outside the window. */
  readonly drift: 'correct' | 'report';
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Which encrypted objects the syncer opens. */
export interface SealingRules {
  /** Kinds besides Secret that may have values that SOPS encrypted, as `Kind` or `group/Kind`. */
  readonly sealedKinds: readonly string[];
  /** Whether the syncer refuses an encrypted object without the annotation `regatta.dev/sealed-for`, or warns. */
  readonly sealedFor: 'Warn' | 'Require';
}

/** Reports whether a kind is in `sealedKinds`. */
export function isSealedKind(
  object: Pick<KubeObject, 'apiVersion' | 'kind'>,
  sealedKinds: readonly string[],
): boolean {
  const { group, kind } = gvkOf(object);
  return sealedKinds.some((one) => one === kind || one === `${group}/${kind}`);
}

/** The settings of the syncer. */
export interface SyncSettings extends SealingRules {
  /** Whether the syncer writes to a cluster in which another fleet keeps an inventory. */
  readonly sharedClusters: 'Deny' | 'Allow';
  /** What the syncer does about fields that an API server does not keep. */
  readonly fieldValidation: FieldValidation;
  /** The deletion settings of an older regatta.yaml; `deletionBudget` includes them. */
  readonly deletions?: FormerBudget | undefined;
  /** Rules for conflicts over fields. The first matching rule decides. */
  readonly fields: readonly FieldRule[];
  /** Drift modes. The first matching rule decides; the mode is correct if no rule matches. */
  readonly drift: readonly DriftRule[];
  /** Objects that the syncer does not change. */
  readonly suspended: readonly SyncScope[];
  /** Change windows. The syncer may change a cluster without windows at any time. */
  readonly windows: readonly ChangeWindow[];
  readonly health: {
    /** Milliseconds that an object may take without progress before it counts as failed; 0 means no limit. */
    readonly progressDeadlineMs: number;
  };
}

/** Everything that the syncer reads of regatta.yaml. */
export interface SyncerSettings extends SyncSettings {
  readonly deletionBudget: DeletionBudget;
}

export const defaultSyncSettings: SyncSettings = {
  sharedClusters: 'Deny',
  fieldValidation: 'Strict',
  fields: [],
  drift: [],
  suspended: [],
  windows: [],
  health: { progressDeadlineMs: 600_000 },
  sealedKinds: [],
  sealedFor: 'Warn',
};

/** The settings of the syncer in a repository without regatta.yaml. */
export const defaultSyncerSettings: SyncerSettings = {
  ...defaultSyncSettings,
  deletionBudget: defaultDeletionBudget,
};

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

const scope = { clusters: names, namespaces: names, kinds: v.optional(v.array(kind)), names };

const timeOfDay = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:30, in quotes'),
);

const changeWindow = v.strictObject({
  clusters: names,
  days: v.optional(v.pipe(v.array(v.picklist(weekdays)), v.minLength(1))),
  from: timeOfDay,
  to: timeOfDay,
  timeZone: v.optional(
    v.pipe(v.string(), v.check(isTimeZone, 'must be a time zone such as Europe/Berlin')),
    'UTC',
  ),
  drift: v.optional(v.picklist(['correct', 'report']), 'correct'),
});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const health = v.pipe(
  v.strictObject({
    progressDeadline: v.optional(
      v.pipe(
        v.string(),
        v.transform(durationMs),
        v.number('must be a time such as 90s, 10m or 1h; 0s means no limit'),
      ),
      '10m',
    ),
  }),
  v.transform(({ progressDeadline }) => ({ progressDeadlineMs: progressDeadline })),
);

/** Schema of `spec.sync`, with its defaults. */
export const syncSettings: v.GenericSchema<unknown, SyncSettings> = v.strictObject({
  sharedClusters: v.optional(v.picklist(['Deny', 'Allow']), defaultSyncSettings.sharedClusters),
  fieldValidation: v.optional(v.picklist(fieldValidations), defaultSyncSettings.fieldValidation),
  deletions: v.optional(formerBudget),
  fields: v.optional(v.array(fieldRule), []),
  drift: v.optional(v.array(v.strictObject({ ...scope, mode: v.picklist(driftModes) })), []),
  suspended: v.optional(
    v.array(
      v.pipe(v.strictObject(scope), v.check(hasCriteria, 'must have at least one criterion')),
    ),
    [],
  ),
  windows: v.optional(v.array(changeWindow), []),
  health: v.optional(health, {}),
  sealedKinds: v.optional(v.array(kind), []),
  sealedFor: v.optional(v.picklist(['Warn', 'Require']), 'Warn'),
});

function hasCriteria(given: object): boolean {
  return Object.keys(given).length > 0;
}
