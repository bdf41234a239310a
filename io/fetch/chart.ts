import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RemoteSource } from '#model/remote-source.ts';
import { findProgram, runProcess } from '../template-process.ts';
import { complaintOf } from '../template-words.ts';

/**
 * A chart as it was packaged, fetched by Helm with the user's own settings and logins.
 *
 * @throws Error that says what Helm says
 */
export async function downloadChart({
  repository,
  name,
  version,
}: Extract<RemoteSource, { type: 'chart' }>): Promise<Uint8Array> {
  const program = findProgram(['helm']);
  if (program === undefined) throw new Error('helm is not on the PATH');
  const directory = mkdtempSync(join(tmpdir(), 'regatta-fetch-'));
  try {
    const isRegistry = repository.startsWith('oci://');
    const place = isRegistry
      ? [`${repository.replace(/\/+$/, '')}/${name}`]
      : [name, '--repo', repository];
    // A registry of this machine has no certificate.
    const isOwn = /^oci:\/\/(localhost|127\.0\.0\.1)[:/]/.test(repository);
    const flags = ['--version', version, '--destination', directory];
    const args = ['pull', ...place, ...flags, ...(isOwn ? ['--plain-http'] : [])];
    // Its index is asked for anew each time.
    const environment = { ...process.env, HELM_CACHE_HOME: join(directory, '.cache'), LC_ALL: 'C' };
    const result = await runProcess(program.path, args, { directory, environment });
    if (!result.ok) throw new Error(`helm says: ${complaintOf(result, directory)}`);
    const file = readdirSync(directory).find((entry) => entry.endsWith('.tgz'));
    if (file === undefined) throw new Error('helm has fetched nothing');
    return readFileSync(join(directory, file));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
