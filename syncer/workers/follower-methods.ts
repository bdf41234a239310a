import * as v from 'valibot';
import type { FollowerPort } from '../members-port.ts';
import type { SyncEvent } from '../report/events.ts';
import type { StateByCluster, TurnReport } from '../report/turns.ts';
import { type Method, method } from './calls.ts';

/** Receives each call to a member: the cluster, the method, and `ok` or the reason of the failure. */
export type OnCall = (cluster: string, call: string, result: string) => void;

interface Followed {
  readonly follower: FollowerPort;
  readonly called?: OnCall | undefined;
  /** Called when states of clusters have changed. */
  readonly noted: (states: StateByCluster, former: readonly string[]) => void;
}

const event = v.custom<SyncEvent>((value) => v.is(v.looseObject({ type: v.string() }), value));
const turn = v.custom<TurnReport>((value) => v.is(v.looseObject({ cluster: v.string() }), value));
const states = v.map(v.string(), v.picklist(['working', 'synced', 'stalled']));
const commits = v.tuple([v.string(), v.string()]);

/** Returns what a process that serves member clusters may call in the syncer. */
export function followerMethods({
  follower,
  called,
  noted,
}: Followed): Readonly<Record<string, Method>> {
  const { mayFollow, descends, changesSince } = follower;
  return {
    event: method(v.tuple([event]), ([value]) => follower.report(value)),
    turn: method(v.tuple([turn]), ([value]) => follower.turned?.(value)),
    states: method(v.tuple([states, v.array(v.string())]), (args) => noted(...args)),
    called: method(v.tuple([v.string(), v.string(), v.string()]), (args) => called?.(...args)),
    mayFollow: method(commits, (args, signal) => mayFollow(...args, signal)),
    descends: method(commits, (args, signal) => descends(...args, signal)),
    changesSince: method(commits, (args, signal) => changesSince(...args, signal)),
    refresh: () => follower.refresh(),
  };
}
