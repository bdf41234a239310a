/**
 * The public charts and kustomizations for comparisons of the engines. They are part of Go modules; the
 * Go command downloads the modules that sources.json lists and checks their digests.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** One Go module with charts or kustomizations. */
export interface Source {
  readonly module: string;
  readonly version: string;
  /** Digest of the module, in the format of go.sum. */
  readonly sum: string;
  /** Folders of the module that are kept. */
  readonly folders: readonly string[];
  /** Parts of paths to skip, because these large folders only repeat other cases. */
  readonly except?: readonly string[];
  /** Number of folders with a Chart.yaml. */
  readonly charts: number;
  /** Number of folders with a kustomization. */
  readonly kustomizations: number;
}

const list = join(import.meta.dirname, 'sources.json');
const run = promisify(execFile);

export async function readSources(): Promise<readonly Source[]> {
  return JSON.parse(await readFile(list, 'utf8')) as readonly Source[];
}

/**
 * Returns the folder with all sources, one below the path of each module. The first call downloads
 * them, about 120 MB; later ones find them in the user's cache folder until sources.json changes.
 *
 * @throws Error when Go is missing, or a module cannot be downloaded or has another digest
 */
export async function downloadSources(): Promise<string> {
  const kept = (await readSources()).map(({ sum, folders }) => [sum, folders]);
  const digest = createHash('sha256').update(JSON.stringify(kept));
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'regatta', `compat-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  try {
    await downloadInto(draft);
    await rename(join(draft, 'kept'), folder);
  } catch (error) {
    // If the folder exists now, another process was faster.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Output of `go mod download -json` for one module. */
interface Downloaded {
  readonly Path: string;
  readonly Version: string;
  readonly Dir?: string;
  readonly Sum?: string;
  readonly Error?: string;
}

/** Downloads Go's module cache to the draft folder, and copies the kept folders to `kept`. */
async function downloadInto(draft: string): Promise<void> {
  const sources = await readSources();
  await mkdir(draft, { recursive: true });
  const names = sources.map(({ module, version }) => `${module}@${version}`);
  const { stdout } = await run('go', ['mod', 'download', '-json', ...names], {
    cwd: draft,
    env: { ...process.env, GOMODCACHE: join(draft, 'modules'), GOFLAGS: '-modcacherw' },
    maxBuffer: 16 * 1024 * 1024,
  });
  const downloads = readJsonStream(stdout) as readonly Downloaded[];
  for (const source of sources) {
    const found = downloads.find(({ Path }) => Path === source.module);
    if (found?.Dir === undefined || found.Sum !== source.sum) {
      const cause = found?.Error ?? `its digest is ${found?.Sum}, not ${source.sum}`;
      throw new Error(`cannot download ${source.module}@${source.version}: ${cause}`);
    }
    for (const folder of source.folders) {
      const target = join(draft, 'kept', source.module, folder);
      await cp(join(found.Dir, folder), target, { recursive: true });
    }
  }
}

/** Reads concatenated JSON objects, each of which ends with the line `}`. */
function readJsonStream(text: string): readonly unknown[] {
  const objects = text.split(/^\}$/m).filter((part) => part.trim() !== '');
  return objects.map((part): unknown => JSON.parse(`${part}}`));
}
