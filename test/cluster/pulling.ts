import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitServer } from '#test/git-server.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { type AgentPlace, agentPlace } from './agent-access.ts';
import type { FleetRepo } from './fleet-repo.ts';

/** The flags and variables that connect an agent to its cluster and to a Git server. */
export interface Pulling {
  readonly place: AgentPlace;
  readonly server: GitServer;
  readonly flags: readonly string[];
}

/** Serves the repository to clients with its token, and prepares member2 for an agent. */
export async function makePulling(fleet: TestFleet, repo: FleetRepo): Promise<Pulling> {
  const place = await agentPlace(fleet, 'member2', join(repo.directory, 'serviceaccount'));
  const login = { username: 'member2', password: 'hunter2' };
  const server = await GitServer.start({ root: repo.directory, login });
  execFileSync('git', ['-C', repo.url, 'config', 'uploadpack.allowFilter', 'true']);
  const token = join(repo.directory, 'token');
  await writeFile(token, login.password);
  const flags = ['--git-user', 'member2', '--git-token-file', token];
  return { place, server, flags };
}

/** Returns the Git object ids of all files in an agent's clone. */
export async function contentsOf(state: string): Promise<readonly string[]> {
  const [clone = ''] = await readdir(state);
  const args = ['-C', join(state, clone), 'cat-file', '--batch-check', '--batch-all-objects'];
  const text = execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return text.split('\n').flatMap((line) => (/ blob /.test(line) ? [line.slice(0, 40)] : []));
}

/** Returns the Git object ids of all files below a folder, in the whole history. */
export function contentsBelow(repo: FleetRepo, ...paths: readonly string[]): ReadonlySet<string> {
  const args = ['-C', repo.url, 'log', '--format=', '--raw', '--no-abbrev', 'main', '--', ...paths];
  const text = execFileSync('git', args, { encoding: 'utf8' });
  return new Set([...text.matchAll(/^:\d+ \d+ \w+ (\w+)/gm)].map(([, oid = '']) => oid));
}
