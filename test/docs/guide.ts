/** Runs the commands of a guide in one shell. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '#test/command.ts';
import { type ConsoleCommand, withoutChance } from './console.ts';

/** Where the commands of a guide run. */
export interface GuidePlace {
  /** The working directory. */
  readonly cwd: string;
  /** A folder with the programs of `installPrograms`, and the caches. */
  readonly folder: string;
  readonly kubeconfig: string;
}

/** Puts `regatta` and `kubectl` into the folder `bin` of a folder. */
export async function installPrograms(folder: string, kubectl: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  const shim = join(folder, 'bin/regatta');
  await writeFile(shim, `#!/bin/sh\nexec ${process.execPath} ${command} "$@"\n`);
  await chmod(shim, 0o755);
  const link = join(folder, 'bin/kubectl');
  await rm(link, { force: true });
  await symlink(kubectl, link);
}

/** Runs the commands in order, and expects the output that the guide shows. */
export async function runCommands(
  guide: string,
  commands: readonly ConsoleCommand[],
  place: GuidePlace,
): Promise<void> {
  const printed = await runShell(commands, place);
  for (const [index, { command, output, diagram }] of commands.entries()) {
    if (diagram !== undefined) {
      assert.equal(printed[index], diagram, `${guide}: the diagram of \`${command}\``);
    }
    const got = (printed[index] ?? '').split('\n').map(withoutChance);
    for (const line of output.filter((shown) => shown.trim() !== '…')) {
      assert.ok(
        got.includes(withoutChance(line)),
        `${guide}: \`${command}\` does not print "${line}" but:\n${printed[index]}`,
      );
    }
  }
}

/** Resolves to the output of each command; rejects with the whole output when one fails. */
async function runShell(
  commands: readonly ConsoleCommand[],
  { cwd, folder, kubeconfig }: GuidePlace,
): Promise<readonly string[]> {
  const mark = '\u0001';
  const script = commands.map(({ command }) => `echo '${mark}'\n${command}\n`).join('');
  // Background processes of a guide end with the guide.
  const ending = `trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT`;
  const shell = spawn('bash', ['-e', '-c', `exec 2>&1\n${ending}\n${script}`], {
    cwd,
    env: {
      ...process.env,
      PATH: `${folder}/bin:${process.env.PATH}`,
      KUBECONFIG: kubeconfig,
      XDG_CACHE_HOME: join(folder, 'cache'),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada Author',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada Author',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    },
  });
  let said = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [status] = await once(shell, 'close');
  assert.equal(status, 0, said);
  return said.split(`${mark}\n`).slice(1);
}
