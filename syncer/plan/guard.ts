/** What holds back the deletions of a plan that look like a mistake. */
import type { ObjectKey } from '#model/object.ts';
import { renderedPathOf } from '#model/rendered.ts';
import type { PruneBudget, SyncSettings } from '#model/sync-settings.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Action } from './plan.ts';

type Deletions = SyncSettings['deletions'];

/** Up to so many deletions are everyday work, whatever their share: the percentage is for more. */
const everyday = 10;

/**
 * The plan with `hold` in place of each deletion that the settings don't allow. A budget that is
 * exceeded holds back all that it counts, as there is no telling which of them are meant. What the
 * repository says is meant is not counted.
 *
 * @param acknowledged - files of the cluster's directory, by their paths there
 */
export function holdBack(
  actions: readonly Action[],
  inventory: Inventory,
  deletions: Deletions,
  acknowledged: ReadonlySet<string>,
): readonly Action[] {
  const isMeant = (key: ObjectKey) => acknowledged.has(renderedPathOf(key));
  const isDoomed = ({ type, key }: Action) => type === 'prune' && !isMeant(key);
  const doomed = actions.filter(isDoomed).map(({ key }) => key);
  if (doomed.length === 0) return actions;
  const all = [...inventory.keys()];
  const reasonOf = reasons(doomed, all, deletions);
  return actions.map((action) => {
    if (!isDoomed(action)) return action;
    const reason = reasonOf(action.key);
    return reason === undefined ? action : { type: 'hold', key: action.key, reason };
  });
}

function reasons(
  doomed: readonly ObjectKey[],
  all: readonly ObjectKey[],
  { kinds, allNamespaces, ...whole }: Deletions,
): (key: ObjectKey) => string | undefined {
  const overall = overrun({ doomed, all, budget: whole, free: everyday, of: 'objects' });
  if (overall !== undefined) return () => `${overall} (spec.sync.deletions in regatta.yaml)`;
  const byKind = new Map(
    Object.entries(kinds).map(([kind, budget]) => {
      const ours = (keys: readonly ObjectKey[]) => keys.filter((key) => isOfKind(key, kind));
      return [kind, overrun({ doomed: ours(doomed), all: ours(all), budget, free: 0, of: kind })];
    }),
  );
  const namespaces = allNamespaces ? undefined : lastNamespaces(doomed, all);
  return (key) => {
    const kind = Object.keys(kinds).find((name) => isOfKind(key, name) && byKind.get(name));
    if (kind !== undefined)
      return `${byKind.get(kind)} (spec.sync.deletions.kinds in regatta.yaml)`;
    return namespaces !== undefined && isNamespaced(key) ? namespaces : undefined;
  };
}

interface Count {
  readonly doomed: readonly ObjectKey[];
  readonly all: readonly ObjectKey[];
  readonly budget: PruneBudget;
  /** So many may go without a look at the percentage. */
  readonly free: number;
  readonly of: string;
}

/** By how much deletions exceed a budget, in words; undefined when they don't. */
function overrun({ doomed, all, budget, free, of }: Count): string | undefined {
  const { count, percent } = budget;
  const what = `would delete ${doomed.length} of ${all.length} ${of}`;
  if (count !== undefined && doomed.length > count) return `${what}, allowed are ${count}`;
  if (percent === undefined || doomed.length <= free) return undefined;
  const share = (100 * doomed.length) / all.length;
  return share > percent ? `${what}, allowed are ${percent} %` : undefined;
}

/** Why no namespace may go when all of several would, and nothing in them either. */
function lastNamespaces(
  doomed: readonly ObjectKey[],
  all: readonly ObjectKey[],
): string | undefined {
  const count = (keys: readonly ObjectKey[]) =>
    keys.filter((key) => isOfKind(key, 'Namespace')).length;
  const gone = count(doomed);
  if (gone < 2 || gone < count(all)) return undefined;
  return `would delete all ${gone} namespaces (spec.sync.deletions.allNamespaces in regatta.yaml)`;
}

/** Whether it is a namespace, or in one. */
function isNamespaced(key: ObjectKey): boolean {
  return isOfKind(key, 'Namespace') || key.split('/')[2] !== '';
}

/** @param kind - `Kind` of any group, or `group/Kind` */
function isOfKind(key: ObjectKey, kind: string): boolean {
  const [group, name] = key.split('/');
  return kind.includes('/') ? `${group}/${name}` === kind : name === kind;
}
