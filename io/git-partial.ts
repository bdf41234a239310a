import type { GitHow } from './git-process.ts';

/**
 * Fetches the contents that a clone has not, of the files at or below some paths of a commit: in
 * one request, and no others. A server without filters has sent everything with the commit.
 *
 * @returns `refused` by servers that filter, but give no single contents: where ssh or the server
 * speaks the protocol of before 2018
 */
export async function fetchMissing(
  run: (args: readonly string[], how?: GitHow) => Promise<string>,
  commit: string,
  paths: readonly string[],
): Promise<'complete' | 'refused'> {
  const walk = ['rev-list', '--objects', '--missing=print', `${commit}^{tree}`, '--', ...paths];
  const listed = await run(['--literal-pathspecs', ...walk]);
  const missing = listed.split('\n').filter((line) => line.startsWith('?'));
  if (missing.length === 0) return 'complete';
  const wanted = missing.map((line) => `${line.slice(1)}\n`).join('');
  // What the clone has says nothing of what these are: it is not told to the server.
  const plain = ['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', '--progress'];
  const args = ['--no-tags', '--no-write-fetch-head', '--filter=blob:none', '--stdin', 'origin'];
  try {
    await run([...plain, ...args], { input: wanted });
    return 'complete';
  } catch (error) {
    if (/unadvertised object/.test(String(error))) return 'refused';
    throw error;
  }
}
