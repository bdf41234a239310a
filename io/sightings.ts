import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '#model/files.ts';
import type { SightingsPort } from '#syncer/ports/machine.ts';
import { makePrivate, privateFile, privateFolder } from './files/private.ts';
import { parseRemoteAddress } from './git/url.ts';

/**
 * Records when each cluster of a fleet last answered on this machine: one file per cluster, in a
 * folder that can be deleted at any time.
 *
 * @throws Error when the repository's address is unsafe
 */
export function openSightings(stateDirectory: string, repo: string): SightingsPort {
  const { url } = parseRemoteAddress(repo);
  const directory = join(stateDirectory, 'seen');
  makePrivate(directory);
  const fileOf = (cluster: string) => join(directory, digestOf(JSON.stringify([url, cluster])));
  return {
    async last(cluster) {
      const text = await readFile(fileOf(cluster), 'utf8').catch(() => '');
      const ms = Date.parse(text);
      return Number.isNaN(ms) ? undefined : ms;
    },
    async note(cluster, at) {
      // Ignores a failed write, because `regatta status` must work without a writable disk.
      await mkdir(directory, { recursive: true, mode: privateFolder })
        .then(() => writeFile(fileOf(cluster), new Date(at).toISOString(), { mode: privateFile }))
        .catch(() => {});
    },
  };
}
