/** `spec.sync` of regatta.yaml: how member clusters are brought to what Git says. */
import * as v from 'valibot';
import { durationMs } from './duration.ts';
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

/** Objects in member clusters. All that is given must match; names of any kind may hold `*` for any text. */
export interface SyncScope {
  readonly clusters?: readonly string[] | undefined;
  /** Nothing without a namespace is in it. */
  readonly namespaces?: readonly string[] | undefined;
  /** `Kind` or `group/Kind`. */
  readonly kinds?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
}

export const driftModes = ['correct', 'report', 'freeze'] as const;

/** correct: put right; report: told and left; freeze: left, and nothing that Git says is written. */
export type DriftMode = (typeof driftModes)[number];

export interface DriftRule extends SyncScope {
  readonly mode: DriftMode;
}

/** When clusters may be changed, in local time of a time zone. */
export interface ChangeWindow {
  readonly clusters?: readonly string[] | undefined;
  /** Days on which it begins; all of them unless given. */
  readonly days?: readonly Weekday[] | undefined;
  /** `HH:MM`; not before `from`: the next day's. */
  readonly from: string;
  readonly to: string;
  /** As in the IANA data base. */
  readonly timeZone: string;
  /** What is done about drift outside of it. */
  readonly drift: 'correct' | 'report';
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Weekday = (typeof weekdays)[number];

export interface SyncSettings {
  readonly deletions: PruneBudget & {
    /** By `Kind` or `group/Kind`. */
    readonly kinds: Readonly<Record<string, PruneBudget>>;
    /** Whether the last of several namespaces may go. */
    readonly allNamespaces: boolean;
  };
  /** The first that matches decides. */
  readonly fields: readonly FieldRule[];
  /** The first that matches decides; correct unless one does. */
  readonly drift: readonly DriftRule[];
  /** What is left as it is. */
  readonly suspended: readonly SyncScope[];
  /** A cluster that none is for may be changed at any time. */
  readonly windows: readonly ChangeWindow[];
  readonly health: {
    /** So many milliseconds may an object be on its way without any progress; 0 is no limit. */
    readonly progressDeadlineMs: number;
  };
}

export const defaultSyncSettings: SyncSettings = {
  deletions: { percent: 50, kinds: {}, allNamespaces: false },
  fields: [],
  drift: [],
  suspended: [],
  windows: [],
  health: { progressDeadlineMs: 600_000 },
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
        v.number('must be a time such as 90s, 10m or 1h; 0s is no limit'),
      ),
      '10m',
    ),
  }),
  v.transform(({ progressDeadline }) => ({ progressDeadlineMs: progressDeadline })),
);

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
  drift: v.optional(v.array(v.strictObject({ ...scope, mode: v.picklist(driftModes) })), []),
  suspended: v.optional(
    v.array(v.pipe(v.strictObject(scope), v.check(saysWhat, 'must say what'))),
    [],
  ),
  windows: v.optional(v.array(changeWindow), []),
  health: v.optional(health, {}),
});

function saysWhat(given: object): boolean {
  return Object.keys(given).length > 0;
}
