/**
 * `node scripts/built-in-apis.ts`: writes schemas/built-in-apis.json, with Go: the kinds that API servers of
 * each supported minor version of Kubernetes serve by default. The module k8s.io/kubernetes holds what a server
 * with all APIs enabled answers to discovery, and the list of beta APIs that are enabled by default.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The last release of each supported minor version, or the newest when this was written. */
const releases = [
  ...['1.29.6', '1.30.14', '1.31.14', '1.32.13', '1.33.13', '1.34.4', '1.35.4', '1.36.3', '1.37.2'],
] as const;

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly {
        readonly resource: string;
        readonly responseKind: { readonly kind: string };
      }[];
    }[];
  }[];
}

function moduleFolder(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-apis-'));
  try {
    writeFileSync(join(folder, 'go.mod'), 'module apis\n');
    const args = ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`];
    const answer = execFileSync('go', args, { cwd: folder });
    return (JSON.parse(answer.toString()) as { readonly Dir: string }).Dir;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Returns each beta resource that is enabled by default, such as `flowcontrol.apiserver.k8s.io/v1beta3
 * flowschemas`.
 */
function enabledBetas(folder: string, groups: ReadonlyMap<string, string>): ReadonlySet<string> {
  const source = readFileSync(join(folder, 'pkg/controlplane/instance.go'), 'utf8');
  const [, list = ''] =
    /legacyBetaEnabledByDefaultResources = \[\]schema\.GroupVersionResource\{([^}]*)\}/.exec(
      source,
    ) ?? [];
  const imports = new Map(
    [...source.matchAll(/^\s+(\w+) "k8s\.io\/(?:api|kubernetes\/pkg\/apis)\/(\w+)\/(\w+)"$/gm)].map(
      ([, alias = '', group = '', version = '']) => [alias, `${groups.get(group)}/${version}`],
    ),
  );
  const entries = list.matchAll(/(\w+)\.SchemeGroupVersion\.WithResource\("(\w+)"\)/g);
  return new Set(
    [...entries].map(([, alias = '', resource]) => `${imports.get(alias)} ${resource}`),
  );
}

/** Returns the kinds of the core group, such as `v1/Pod`. The discovery of groups does not contain that group. */
function coreKinds(folder: string): readonly string[] {
  const text = readFileSync(join(folder, 'api/discovery/api__v1.json'), 'utf8');
  const { resources } = JSON.parse(text) as {
    readonly resources: readonly { readonly name: string; readonly kind: string }[];
  };
  return resources.filter(({ name }) => !name.includes('/')).map(({ kind }) => `v1/${kind}`);
}

/** Returns each kind that a server of this version serves by default, such as `apps/v1/Deployment`. */
function servedBy(version: string): readonly string[] {
  const folder = moduleFolder(version);
  const names = ['aggregated_v2.json', 'aggregated_v2beta1.json'];
  const file = names.map((name) => join(folder, 'api/discovery', name)).find(existsSync) ?? '';
  const { items } = JSON.parse(readFileSync(file, 'utf8')) as Discovery;
  const groups = new Map(
    items.map(({ metadata: { name = '' } }) => [name.replace(/\..*/, ''), name]),
  );
  const betas = enabledBetas(folder, groups);
  const kinds = items.flatMap(({ metadata: { name = '' }, versions }) =>
    versions.flatMap(({ version, resources }) => {
      const apiVersion = name === '' ? version : `${name}/${version}`;
      return resources
        .filter(({ resource }) => /^v\d+$/.test(version) || betas.has(`${apiVersion} ${resource}`))
        .map(({ responseKind }) => `${apiVersion}/${responseKind.kind}`);
    }),
  );
  return [...new Set([...coreKinds(folder), ...kinds])];
}

const minorOf = (version: string) => Number(version.split('.')[1]);
const lifetimes = new Map<string, [since: number, last: number]>();
for (const release of releases) {
  for (const kind of servedBy(release)) {
    const [since] = lifetimes.get(kind) ?? [minorOf(release)];
    lifetimes.set(kind, [since, minorOf(release)]);
  }
}
const table = {
  source: releases.map((release) => `k8s.io/kubernetes@v${release}`),
  oldest: minorOf(releases[0]),
  newest: minorOf(releases.at(-1) ?? releases[0]),
  kinds: Object.fromEntries([...lifetimes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
};
const target = join(import.meta.dirname, '../schemas/built-in-apis.json');
writeFileSync(target, `${JSON.stringify(table)}\n`);
