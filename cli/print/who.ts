import type { Position } from '#model/diagnostic.ts';
import { keyOf } from '#model/object.ts';
import type { ObjectRef } from '#syncer/ports/cluster.ts';
import type { Provenance } from '#syncer/status/provenance.ts';
import { named } from './events.ts';
import { place, table } from './layout.ts';

/** An object that no fleet manages. */
export interface Unmanaged {
  readonly object: ObjectRef;
  readonly cluster: string;
  readonly fleet: null;
  readonly reason: string;
}

/** An object that a fleet manages, with its sources if they are at hand. */
export interface Managed extends Provenance {
  readonly object: ObjectRef;
  readonly template?: Position;
  readonly policy?: { readonly name: string; readonly at: Position };
}

/** Formats where an object comes from: one line for each fact. */
export function formatWho(answer: Managed | Unmanaged): readonly string[] {
  const title = `${describe(answer.object)} on ${answer.cluster}`;
  if (answer.fleet === null) return [`${title}: no fleet manages it (${answer.reason})`];
  const { fleet, repository, branch, path, commit, file, template, policy } = answer;
  const rows = [
    ['fleet', `${JSON.stringify(fleet.name)} (id ${fleet.id})`],
    ['repository', repository],
    ['branch', branch],
    ['path', path],
    ['commit', commit],
    ['file', file],
    ['template', template === undefined ? '' : place(template)],
    ['policy', policy === undefined ? '' : `${policy.name}  ${place(policy.at)}`],
  ];
  return [title, ...table(rows.filter(([, value]) => value !== ''))];
}

function describe({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return named(keyOf({ apiVersion, kind, metadata }));
}
