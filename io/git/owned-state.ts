/**
 * Gives each process a separate part of the state directory, and removes the files that killed processes left
 * there.
 */
import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../files/names.ts';
import { narrow, privateFile } from '../files/private.ts';
import { hasEnded, ownProcess } from '../process-identity.ts';

/** Maximum number of processes that follow one repository with one state directory. */
const maxOwners = 32;

/** Interval at which an owner shows that it is alive, in milliseconds. */
const signOfLifeMs = 60_000;

/** Time without a sign of life after which an owner that this process cannot see counts as ended, in milliseconds. */
const goneMs = 10 * 60_000;

/**
 * Returns a path that no other process uses until this one ends: `base`, or `base-2` and so on while others run. A
 * path of an earlier process is used again, without the locks and partial files that it left in its clones.
 *
 * @throws Error when too many processes use the state directory
 */
export function ownState(base: string): string {
  for (let n = 1; n <= maxOwners; n++) {
    const path = n === 1 ? base : `${base}-${n}`;
    const file = `${path}.owner`;
    const taken = take(file);
    if (taken === 'no') continue;
    narrow(file);
    if (taken === 'new') for (const end of ['.git', '.commits.git']) removeLeftovers(path + end);
    return path;
  }
  throw new Error(`${maxOwners} processes use ${base} already: pass another --state-dir`);
}

const owned = new Set<string>();

function take(file: string): 'new' | 'already' | 'no' {
  if (owned.has(file)) return 'already';
  const owner = read(file);
  if (owner !== undefined && !isGone(owner, file)) return 'no';
  if (owner !== undefined && !evict(file, owner)) return 'no';
  if (!create(file)) return 'no';
  if (owned.size === 0) {
    setInterval(() => owned.forEach(touch), signOfLifeMs).unref();
    process.once('exit', () => owned.forEach(remove));
  }
  owned.add(file);
  return 'new';
}

function isGone(owner: string, file: string): boolean {
  return hasEnded(owner) ?? Date.now() - statSync(file).mtimeMs > goneMs;
}

/** Removes the file of a process that has ended. Returns false when another process did so at the same time. */
function evict(file: string, owner: string): boolean {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return false;
  }
  if (read(aside) === owner) {
    rmSync(aside);
    return true;
  }
  // A new owner has taken the place meanwhile.
  renameSync(aside, file);
  return false;
}

/** Creates the file with its content in one step. Returns false when it exists. */
function create(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, ownProcess(), { mode: privateFile });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function remove(file: string): void {
  rmSync(file, { force: true });
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Someone has deleted the state directory. The clone is created again.
  }
}

/** Removes the lock files, partial packs and work trees of processes that were killed. */
function removeLeftovers(clone: string): void {
  rmSync(join(clone, 'worktrees'), { recursive: true, force: true });
  const locks = namesIn(clone).concat(below(clone, 'refs'), below(clone, 'objects'));
  for (const path of locks) {
    if (/(\.lock|\/tmp_[^/]+|^gc\.pid)$/.test(path)) rmSync(join(clone, path), { force: true });
  }
}

function below(clone: string, folder: string): readonly string[] {
  return namesIn(join(clone, folder), true).map((name) => `${folder}/${name}`);
}
