import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { Repository } from '#model/fleet.ts';
import { matchesName } from '#model/name-pattern.ts';
import { nearestWord } from '#model/nearest.ts';
import { gvkOf } from '#model/object.ts';
import { fieldName, pointerTo } from '#model/pointer.ts';
import type { SyncScope, SyncSettings } from '#model/sync-settings.ts';
import { definedKinds } from './defined-kinds.ts';
import type { RawObject } from './documents.ts';
import { builtInKinds } from './scope.ts';

/**
 * Reports scopes of `spec.sync` that select nothing because of a wrong name. A scope that names no cluster or no known kind
 * is an error, because the syncer would change what the scope should protect. A namespace or an object may be yet to
 * come, so that their names are warnings.
 */
export function reportUnmatchedScopes(
  sync: SyncSettings,
  at: RawObject['at'],
  repository: Repository,
  report: Report,
): void {
  const criteria = (['suspended', 'drift', 'windows', 'fields'] as const).flatMap((field) =>
    sync[field].flatMap((scope, index) => criteriaOf(scope, ['spec', 'sync', field, `${index}`])),
  );
  if (criteria.length === 0) return;
  const known = namesIn(repository);
  for (const { criterion, pattern, path } of criteria) {
    if (matchesAny(pattern, criterion, known[criterion])) continue;
    const { severity, complaint } = complaints[criterion];
    const nearest = nearestName(pattern, known[criterion]);
    report({
      code: 'parse/unmatched-scope',
      severity,
      message: `Fleet: ${fieldName(path)} names ${pattern}, ${complaint}`,
      at: at(pointerTo(path)),
      hint: nearest === undefined ? cures[criterion] : `did you mean ${nearest}?`,
    });
  }
}

/** Prefers the same kind of another group: `batch/Job` for `apps/Job`. */
function nearestName(pattern: string, known: ReadonlySet<string>): string | undefined {
  const kind = /\/(.*)$/.exec(pattern)?.[1];
  const elsewhere = [...known].find((name) => kind !== undefined && name.endsWith(`/${kind}`));
  return elsewhere?.replace(/^\//, '') ?? nearestWord(pattern, known);
}

type Criterion = keyof SyncScope;

const complaints: Readonly<
  Record<Criterion, Pick<Diagnostic, 'severity'> & { readonly complaint: string }>
> = {
  clusters: { severity: 'error', complaint: 'but no cluster has that name' },
  kinds: {
    severity: 'error',
    complaint: 'but neither Kubernetes nor the repository defines that kind',
  },
  namespaces: { severity: 'warning', complaint: 'but no template is in that namespace' },
  names: { severity: 'warning', complaint: 'but no template has that name' },
};

const cures: Readonly<Record<Criterion, string>> = {
  clusters: 'use the metadata.name of a Cluster, or a pattern such as eu-*',
  kinds: 'write the kind with its group, such as apps/Deployment',
  namespaces: 'use the namespace of a template, or remove the name',
  names: 'use the metadata.name of a template, or remove the name',
};

interface ScopeCriterion {
  readonly criterion: Criterion;
  readonly pattern: string;
  readonly path: readonly string[];
}

function criteriaOf(scope: SyncScope, path: readonly string[]): readonly ScopeCriterion[] {
  return (Object.keys(complaints) as readonly Criterion[]).flatMap((criterion) =>
    (scope[criterion] ?? []).map((pattern, index) => ({
      criterion,
      pattern,
      path: [...path, criterion, `${index}`],
    })),
  );
}

function namesIn({ clusters, templates }: Repository): Record<Criterion, ReadonlySet<string>> {
  const objects = templates.map(({ object }) => object);
  const groupKinds = objects.flatMap((object) => {
    const { group, kind } = gvkOf(object);
    return [`${group}/${kind}`, ...definedKinds(object).map(([type]) => type)];
  });
  const kinds = [...builtInKinds, ...groupKinds];
  const namespaces = objects.flatMap(({ kind, metadata }) =>
    kind === 'Namespace' ? [metadata.name] : (metadata.namespace ?? []),
  );
  return {
    clusters: new Set(clusters.map(({ object }) => object.metadata.name)),
    kinds: new Set(kinds.flatMap((kind) => [kind, kind.slice(kind.indexOf('/') + 1)])),
    namespaces: new Set(namespaces),
    names: new Set(objects.map(({ metadata }) => metadata.name)),
  };
}

function matchesAny(pattern: string, criterion: Criterion, known: ReadonlySet<string>): boolean {
  if (criterion === 'kinds' || !pattern.includes('*')) return known.has(pattern);
  return [...known].some((name) => matchesName(pattern, name));
}
