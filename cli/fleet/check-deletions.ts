import type { Compilation } from '#compiler/compile.ts';
import { readOwnFiles } from '#io/files/files.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import { type Existing, pathsOf } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { type BudgetVerdict, judgeDeletions } from '#review/budget.ts';

/** The limits on the deletions of a compile. */
interface DeletionJudge extends Pick<FleetSettings, 'rendered' | 'deletionBudget'> {
  /** Deletions of the 24 hours before, by cluster. */
  readonly earlier: ReadonlyMap<string, readonly DeletionRecord[]>;
}

/** Compares the deletions of a compile in a directory with the deletion budget. */
export function checkDeletions(
  directory: string,
  { rendered, deletionBudget: budget, earlier }: DeletionJudge,
  { intact, others }: Existing,
  { plan, acknowledged }: Pick<Compilation, 'plan' | 'acknowledged'>,
): BudgetVerdict {
  const prefix = `${rendered}/`;
  const paths = [...intact.flatMap((file) => pathsOf(rendered, file)), ...others.keys()];
  const below = paths.filter((path) => path.startsWith(prefix));
  const base = new Map(below.map((path) => [path.slice(prefix.length), path]));
  const head = new Map(base);
  for (const path of plan.write.keys()) {
    if (path.startsWith(prefix)) head.set(path.slice(prefix.length), path);
  }
  for (const path of plan.remove) head.delete(path.slice(prefix.length));
  const texts = readOwnFiles(directory, plan.remove);
  const read = (path: string) => parseYaml(String(texts.get(path)))[0] as KubeObject;
  return judgeDeletions({ files: base }, { files: head }, { budget, acknowledged, earlier }, read);
}
