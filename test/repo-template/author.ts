import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command } from '#test/command.ts';

/** Returns the environment of an author whose home is this folder. */
export function authorEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada Author',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada Author',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
}

/** Installs the regatta of this checkout into a clone; replaces `npm ci`. */
export async function installRegatta(clone: string): Promise<void> {
  const bin = join(clone, 'node_modules/.bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'regatta'), `#!/bin/sh\nexec ${process.execPath} ${command} "$@"\n`);
  await chmod(join(bin, 'regatta'), 0o755);
}
