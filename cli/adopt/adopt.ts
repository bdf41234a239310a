/** Writes drifted values of member clusters into the sources that rendered them. */
import type { Decisions } from '#compiler/decisions.ts';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import type { ObjectKey } from '#model/object.ts';
import { hiddenText } from '#model/redaction.ts';
import { compileDirectory } from '../fleet/compile.ts';
import { decideDirectory } from '../fleet/decide.ts';
import { editScalar } from './edit-scalar.ts';
import type { ReportedDrift } from './reported-drift.ts';
import {
  type Change,
  clustersWith,
  filesOf,
  type LocatedOrigin,
  leavesOf,
  objectIn,
  soleOrigin,
  valuePosition,
} from './source.ts';

/** The result for one drifted field. */
export interface Adoption {
  readonly key: ObjectKey;
  readonly path: string;
  readonly clusters: readonly string[];
  /** Position of the changed value, as `file:line`, or a remark if no change is necessary; '' for a refused field. */
  readonly at: string;
  /** Why Regatta refused the field; '' for a changed field. */
  readonly reason: string;
}

/**
 * Adopts each field whose value is on one line of a source, if every cluster with the value of that
 * line has drifted to the same new value. After each edit, `adopt` compiles the repository again, and
 * undoes the edit if anything but that field would change.
 *
 * @throws Error when the repository in the directory does not compile
 */
export async function adopt(
  directory: string,
  drifts: readonly ReportedDrift[],
): Promise<readonly Adoption[]> {
  const adoptions: Adoption[] = [];
  for (const change of changesOf(drifts)) adoptions.push(await adoptOne(directory, change));
  const reason = 'the object was deleted in the cluster; remove its source by hand';
  for (const { cluster, key } of drifts.filter(({ deleted }) => deleted)) {
    adoptions.push({ key, path: 'the object', clusters: [cluster], at: '', reason });
  }
  return adoptions;
}

function changesOf(drifts: readonly ReportedDrift[]): readonly Change[] {
  const all = drifts.flatMap(({ cluster, key, changes }) =>
    changes.map((change) => ({ ...change, key, cluster })),
  );
  const same = Map.groupBy(all, ({ key, path, live }) => JSON.stringify([key, path, live]));
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, clusters: group.map(({ cluster }) => cluster) }];
  });
}

async function adoptOne(directory: string, change: Change): Promise<Adoption> {
  const { key, path, clusters } = change;
  const refused = (reason: string): Adoption => ({ key, path, clusters, at: '', reason });
  const unfit = unfitness(change);
  if (unfit !== undefined) return refused(unfit);
  const decisions = await decided(directory);
  if (clusters.every((cluster) => rendersLiveValue(decisions, cluster, change)))
    return { key, path, clusters, at: 'the sources have this value already', reason: '' };
  const source = soleOrigin(decisions, change);
  if (typeof source === 'string') return refused(source);
  const { file, line } = source.at;
  const edit = editOf(directory, source, change);
  if (edit === undefined)
    return refused(`${file}:${line} does not contain the field as a single value`);
  const stale = await staleFiles(directory, decisions);
  const write = (text: string) =>
    changeFiles(directory, { write: new Map([[file, text]]), remove: [] });
  await write(edit.after);
  const fault = await faultAfter(directory, change, { decisions, stale });
  if (fault === '') return { key, path, clusters, at: `${file}:${edit.line}`, reason: '' };
  await write(edit.before);
  return refused(fault);
}

/** Returns why no source may get the live value of a change; undefined if a source may. */
function unfitness({ key, desired, live }: Change): string | undefined {
  if (!isScalar(desired) || !isScalar(live))
    return 'the field is added, removed or not a single value';
  const isSecret = key.startsWith('/Secret/') || [desired, live].includes(hiddenText);
  return isSecret ? 'values of Secrets are never written into sources' : undefined;
}

/** Reports whether the sources already render the live value for a cluster. */
function rendersLiveValue(decisions: Decisions, cluster: string, change: Change): boolean {
  const object = objectIn(decisions, cluster, change.key);
  const leaves = object === undefined ? [] : leavesOf(object, change);
  return leaves.includes(change.live) && !leaves.includes(change.desired);
}

/** The text of a source file before and after an edit of the value in one line, which is 1-based. */
interface SourceEdit {
  readonly before: string;
  readonly after: string;
  readonly line: number;
}

/** Returns the edit that gives a source the live value; undefined if its line does not contain the desired value. */
function editOf(directory: string, source: LocatedOrigin, change: Change): SourceEdit | undefined {
  const { file } = source.at;
  const before = readOwnFiles(directory, [file]).get(file);
  if (typeof before !== 'string') return undefined;
  const at = valuePosition(before, source);
  if (at === undefined) return undefined;
  const after = editScalar(before, { ...at, before: change.desired, after: change.live });
  return after === undefined ? undefined : { before, after, line: at.line };
}

async function decided(directory: string): Promise<Decisions> {
  const { decisions, diagnostics } = await decideDirectory(directory, 'regatta', {
    shown: ({ repository }) => repository.templates,
  });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new Error(`${directory} does not compile: ${error.message}`);
  return decisions;
}

/** Returns why `adopt` must undo an edit: more than the field changed. Returns '' for an edit that may stay. */
async function faultAfter(
  directory: string,
  change: Change,
  { decisions: before, stale }: { decisions: Decisions; stale: ReadonlySet<string> },
): Promise<string> {
  const after = await decided(directory).catch((error: unknown) => String(error));
  if (typeof after === 'string') return after;
  for (const cluster of clustersWith(before, change.key)) {
    const [old, now] = [before, after].map((one) => objectIn(one, cluster, change.key));
    const changed = JSON.stringify(old) !== JSON.stringify(now);
    const has = now !== undefined && leavesOf(now, change).includes(change.live);
    if (changed !== change.clusters.includes(cluster) || (changed && !has)) {
      return 'the edited source would not render the value of the cluster';
    }
  }
  const expected = new Set(
    change.clusters.flatMap((cluster) => filesOf(before, cluster, change.key)),
  );
  const touched = await staleFiles(directory, before);
  const more = [...touched].find((file) => !stale.has(file) && !expected.has(file));
  return more === undefined ? '' : `the edit would also change ${more}`;
}

/** Returns the rendered files that a compile would change. */
async function staleFiles(
  directory: string,
  { settings: { rendered } }: Decisions,
): Promise<ReadonlySet<string>> {
  const { changed } = await compileDirectory(directory, { check: true });
  return new Set(changed.filter((file) => file.startsWith(`${rendered}/`)));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
