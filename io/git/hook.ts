import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { type Checkout, hooksPath, isInTree, locateCheckout, unsetCommand } from './checkout.ts';
import { isOwnHook, preCommitScript } from './pre-commit.ts';

/** The paths that `installHook` wrote. */
export interface InstalledHook {
  readonly hook: string;
  readonly copy: string;
}

/**
 * Copies an installed package into the Git directory of the clone that contains a directory, and writes the
 * pre-commit hook that runs the copy. An earlier copy and an earlier hook of Regatta are replaced.
 *
 * @param installed - folder of the installed package
 * @throws Error when git would not run the hook, a branch could change what the hook runs, or another hook exists
 */
export async function installHook(
  directory: string,
  installed: string,
  signal: AbortSignal,
): Promise<InstalledHook> {
  if (!existsSync(join(installed, 'dist/regatta.mjs')))
    throw new Error(`${installed} has no bundle to copy: run npm run build there`);
  const checkout = await locateCheckout(directory, signal);
  const node = realpathSync(process.execPath);
  const hooks = join(checkout.shared, 'hooks');
  const hook = join(hooks, 'pre-commit');
  await refuseOtherFolder(checkout, hooks, signal);
  if (isInTree(checkout, node))
    throw new Error(
      `${node} is in the work tree, where a branch can replace it: run this command with a Node outside of it`,
    );
  refuseOtherHook(hook);
  const copy = copyPackage(installed, checkout.shared);
  mkdirSync(hooks, { recursive: true });
  const draft = `${hook}.${process.pid}`;
  writeFileSync(draft, preCommitScript({ node, prefix: checkout.prefix }), { mode: 0o755 });
  renameSync(draft, hook);
  return { hook, copy };
}

/** Refuses a clone in which git runs hooks of another folder, or of a folder in a work tree. */
async function refuseOtherFolder(
  checkout: Checkout,
  hooks: string,
  signal: AbortSignal,
): Promise<void> {
  const set = await hooksPath(checkout.root, signal);
  if (set !== undefined && resolve(checkout.root, set.value) !== hooks)
    throw new Error(
      `git does not run the hooks in ${hooks}, because core.hooksPath is ${JSON.stringify(set.value)}: run ${unsetCommand(set.scope)} first`,
    );
  if (isInTree(checkout, hooks))
    throw new Error(
      `${hooks} is a link into the work tree, where a branch can add hooks: remove the link`,
    );
}

function refuseOtherHook(hook: string): void {
  const stats = lstatSync(hook, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isFile() && isOwnHook(readFileSync(hook, 'utf8')))) return;
  throw new Error(`${hook} exists, and regatta hook install did not write it: move it away first`);
}

/** The parts of a package that the hook needs. `package.json` keeps Node from reading that of the work tree. */
const parts = ['bin', 'dist', 'package.json'];

function copyPackage(installed: string, shared: string): string {
  const copy = join(shared, 'regatta');
  const draft = `${copy}.${process.pid}`;
  try {
    for (const part of parts) {
      // Some package managers install links.
      cpSync(join(installed, part), join(draft, part), { recursive: true, dereference: true });
    }
    rmSync(copy, { recursive: true, force: true });
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return copy;
}
