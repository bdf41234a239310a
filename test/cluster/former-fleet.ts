/** A fleet with two members, of which member2 leaves. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import type { SyncStatus } from '#syncer/status/status.ts';
import { configMap } from './objects.ts';
import { onBoth, type Scenario } from './scenario.ts';

interface Kubeconfig {
  readonly contexts: readonly { readonly name: string; readonly context: object }[];
}

/** Syncs two objects with both members, and resolves to the commit. */
export async function joinBoth(scenario: Scenario): Promise<string> {
  const commit = await scenario.repo.push({
    ...onBoth('default/configmap_a.json', configMap('a', '1')),
    ...onBoth('default/configmap_b.json', configMap('b', '1')),
  });
  const { status, events } = await scenario.once();
  assert.equal(status, 0, JSON.stringify(events));
  return commit;
}

/** Removes the directory of member2. */
export function leaveSecond(scenario: Scenario): Promise<string> {
  return scenario.repo.push({ 'rendered/member2': undefined });
}

/** Returns what `regatta status` prints, and expects its exit status. */
export async function statusesOf(
  scenario: Scenario,
  exit: number,
  ...flags: readonly string[]
): Promise<readonly SyncStatus[]> {
  const { status, text } = await scenario.regatta('status', '-o', 'json', ...flags);
  assert.equal(status, exit, text);
  return JSON.parse(text);
}

/** Writes the members' kubeconfig with other contexts: new name → name of the context that it copies. */
export async function withContexts(
  { fleet, repo }: Scenario,
  names: Readonly<Record<string, string>>,
): Promise<string> {
  const config = load(await readFile(fleet.kubeconfig, 'utf8')) as Kubeconfig;
  const contexts = Object.entries(names).map(([name, from]) => {
    return { ...config.contexts.find((one) => one.name === from), name };
  });
  const file = join(repo.directory, `kubeconfig-${Object.keys(names).join('-')}`);
  await writeFile(file, dump({ ...config, contexts }), { mode: 0o600 });
  return file;
}
