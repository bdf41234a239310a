import type { Scope } from '#model/kind-scope.ts';
import table from '../../schemas/known-kinds.json' with { type: 'json' };

/** Kinds by scope. `*` stands for all kinds of the group. */
type Kinds = Readonly<Partial<Record<Scope, readonly string[]>>>;

const groups: ReadonlyMap<string, Kinds> = new Map(Object.entries(table.groups));

/**
 * Returns the scope of a kind that a widely used controller defines; undefined for other kinds. The table names a
 * group, or with `*.` all groups that end alike, such as `*.services.k8s.aws`.
 */
export function knownScope(group: string, kind: string): Scope | undefined {
  return (
    scopeIn(groups.get(group), kind) ??
    endingsOf(group)
      .map((ending) => scopeIn(groups.get(ending), kind))
      .find((scope) => scope !== undefined)
  );
}

function scopeIn(kinds: Kinds | undefined, kind: string): Scope | undefined {
  return (['Cluster', 'Namespaced'] as const).find((scope) =>
    kinds?.[scope]?.some((name) => name === kind || name === '*'),
  );
}

/** Returns `*.b.c` and `*.c` for `a.b.c`. */
function endingsOf(group: string): readonly string[] {
  const parts = group.split('.');
  return parts.slice(1).map((_, index) => `*.${parts.slice(index + 1).join('.')}`);
}
