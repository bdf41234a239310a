/** Collects all that has left a running syncer, by the channels of the registry. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '#model/object.ts';
import { ApiClient } from '#test/api/client.ts';
import type { Channel } from './exits.ts';
import type { HostileFleet } from './hostile-fleet.ts';
import type { Canary } from './scan.ts';

/** Texts that left on a channel, and the canaries that Git or the cluster holds there in the open. */
export interface Sent {
  readonly text: string;
  readonly except?: readonly Canary[];
}

/** What the test itself collects. */
interface Collected {
  readonly printed: string;
  /** Answers of the HTTP servers. */
  readonly answers: string;
  /** Folders with state, caches and other files. */
  readonly folders: readonly string[];
}

/** Returns what left on each channel. A channel of the registry that is not here is a type error. */
export async function channelsOf(
  { scenario, echo }: HostileFleet,
  { printed, answers, folders }: Collected,
): Promise<Readonly<Record<Channel | 'output', Sent>>> {
  const objects = await objectsOf(scenario.fleet.kubeconfig);
  const events = objects.filter(({ kind }) => kind === 'Event');
  const others = objects.filter(({ kind }) => kind !== 'Event');
  const sentTo = (pattern: RegExp) => ({
    text: echo.received.flatMap(({ path, body }) => (pattern.test(path) ? body : [])).join('\n'),
  });
  return {
    output: { text: printed },
    log: { text: printed.split('\n').filter(isLogLine).join('\n') },
    'events of members': { text: JSON.stringify(events) },
    'objects of members': { text: JSON.stringify(others) },
    'commit statuses': sentTo(/^\/forge\//),
    notifications: sentTo(/^\/notify\//),
    traces: sentTo(/^\/v1\/traces$/),
    probes: { text: answers },
    caches: { text: folders.flatMap(filesIn).map(textOf).join('\n'), except: inGit },
  };
}

/** Returns the paths of the requests that belong to no channel of the registry and did not go to an API server. */
export function unlistedRequests({ echo }: HostileFleet): readonly string[] {
  const listed =
    /^(?:\/(?:forge|notify)\/|\/v1\/traces$|(?:http:\/\/proxied\.invalid)?\/(?:api|apis|version)\b)/;
  return echo.received.map(({ path }) => path).filter((path) => !listed.test(path));
}

/** The values that stand in the repository in the open, and thus in its clone and in what compile remembers. */
const inGit: readonly Canary[] = ['plainSecret', 'annotation', 'valuesPassword', 'valuesWord'];

function isLogLine(line: string): boolean {
  return line.startsWith('{"level":');
}

function textOf(file: string): string {
  return readFileSync(file, 'latin1');
}

/** Returns the paths of all files below a folder. */
function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.map((entry) => join(folder, entry)).filter((path) => statSync(path).isFile());
}

/** Returns the files and folders that other users of the machine may read. */
export function openPaths(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const paths = [folder, ...entries.map((entry) => join(folder, entry))];
  return paths.filter((path) => (statSync(path).mode & 0o077) !== 0);
}

/** Returns all objects of member1 but those that hold the secrets of Git: Secrets and the sealed ConfigMap. */
async function objectsOf(kubeconfig: string): Promise<readonly KubeObject[]> {
  const client = ApiClient.of(kubeconfig, 'member1');
  const lists = await Promise.all(
    ['configmaps', 'events', 'namespaces', 'leases', 'deployments'].map((plural) =>
      client.call({ path: `${groups[plural] ?? '/api/v1'}/${plural}` }),
    ),
  );
  client.close();
  const objects = lists.flatMap(({ body }) => {
    const { items = [], kind = '' } = body as { items?: readonly KubeObject[]; kind?: string };
    return items.map((item) => ({ ...item, kind: kind.replace(/List$/, '') }));
  });
  return objects.filter(({ kind, metadata }) => kind !== 'ConfigMap' || metadata.name !== 'sealed');
}

const groups: Readonly<Record<string, string>> = {
  leases: '/apis/coordination.k8s.io/v1',
  deployments: '/apis/apps/v1',
};
