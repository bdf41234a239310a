import { replaced, type Sources } from './sources.ts';

/** Files that a commit changes; undefined removes a file. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** A change of Bookinfo's sources. */
export type Change = (files: Sources) => Changes;

/** Combines changes of different files. */
export function all(...changes: readonly Change[]): Change {
  return (files) => Object.assign({}, ...changes.map((change) => change(files)));
}

/** Adds Istio configuration to the control plane of the mesh. */
export function configure(text: string): Change {
  return () => ({ 'templates/reviews-rules.yaml': text });
}

/** A version of reviews. */
export type Version = 'v1' | 'v2' | 'v3';

/** Places versions of reviews; a version that is not mentioned stays on both members. */
export function placeReviews(places: Partial<Record<Version, readonly string[]>>): Change {
  return (files) => {
    const path = 'policies/reviews-propagation.yaml';
    const moved = Object.keys(places) as Version[];
    let rest = files[path] ?? '';
    for (const version of moved) {
      const entry = `    - apiVersion: apps/v1\n      kind: Deployment\n      name: reviews-${version}\n`;
      rest = replaced({ [path]: rest }, path, entry, '');
    }
    const policies = moved
      .filter((version) => (places[version] ?? []).length > 0)
      .map((version) => {
        const what = { apiVersion: 'apps/v1', kind: 'Deployment', name: `reviews-${version}` };
        return [`policies/reviews-${version}.yaml`, policy(what, places[version] ?? [])] as const;
      });
    const unplaced = moved.filter((version) => places[version]?.length === 0);
    return {
      [path]: rest,
      ...Object.fromEntries(policies),
      ...(unplaced.length > 0 && { 'templates/reviews.yaml': without(files, unplaced) }),
    };
  };
}

/** Places a Service on some members only. */
export function placeService(name: string, members: readonly string[]): Change {
  return (files) => {
    const path = 'policies/service-propagation.yaml';
    const entry = `    - apiVersion: v1\n      kind: Service\n      name: ${name}\n`;
    return {
      [path]: replaced(files, path, entry, ''),
      [`policies/service-${name}.yaml`]: policy(
        { apiVersion: 'v1', kind: 'Service', name },
        members,
      ),
    };
  };
}

/** Replaces text in a file. */
export function edit(path: string, from: string | RegExp, to: string): Change {
  return (files) => ({ [path]: replaced(files, path, from, to) });
}

/** Removes files. */
export function remove(...paths: readonly string[]): Change {
  return () => Object.fromEntries(paths.map((path) => [path, undefined]));
}

interface Selected {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

function policy(selected: Selected, clusterNames: readonly string[]): string {
  return JSON.stringify({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: `${selected.kind.toLowerCase()}-${selected.name}` },
    spec: { resourceSelectors: [selected], placement: { clusterAffinity: { clusterNames } } },
  });
}

/** Returns the templates of reviews without the Deployments of some versions. */
function without(files: Sources, versions: readonly Version[]): string {
  const documents = (files['templates/reviews.yaml'] ?? '').split(/^---\n/m);
  const names = versions.map((version) => `name: reviews-${version}\n`);
  return documents.filter((text) => !names.some((name) => text.includes(name))).join('---\n');
}
