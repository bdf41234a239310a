/** Compiles a case in this process, or with the command in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, outputOf } from '#compiler/compile.ts';
import { changeFiles, readFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import { command } from '#test/command.ts';
import { answerOf } from './answer.ts';
import type { Answer, KarmadaCase } from './karmada-case.ts';
import { repositoryOf } from './repository.ts';

export async function compileInProcess(given: KarmadaCase): Promise<Answer> {
  const files = repositoryOf(given);
  const options = { profile: 'karmada', partial: true, scripts: await scriptsFor(files) } as const;
  const { desired, leftOut, overridden, writable, diagnostics } = compile(files, files, options);
  if (!writable) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const texts = new Map([...outputOf(desired)].map(([file, { text }]) => [file, text]));
  return answerOf(given, texts, { ...leftOut, overridden });
}

/** @throws Error when the command prints no JSON */
export async function compileByCommand(given: KarmadaCase): Promise<Answer> {
  const fleet = await mkdtemp(join(tmpdir(), 'regatta-case-'));
  try {
    await changeFiles(fleet, { write: repositoryOf(given), remove: [] });
    const flags = ['--profile', 'karmada', '--partial', '--output', 'json'];
    const report = JSON.parse(await run(['compile', fleet, ...flags], { XDG_CACHE_HOME: fleet }));
    const output = readFiles(fleet, ['rendered', 'bindings']);
    const texts = [...output].filter(
      (file): file is [string, string] => typeof file[1] === 'string',
    );
    return answerOf(given, new Map(texts), report);
  } finally {
    await rm(fleet, { recursive: true, force: true });
  }
}

function run(args: readonly string[], settings: NodeJS.ProcessEnv): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const env = { ...process.env, ...settings };
  const options = { env, maxBuffer: 256 * 1024 * 1024, timeout: 60_000 };
  execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => {
    if (stdout === '') reject(new Error(stderr || error?.message));
    else resolve(stdout);
  });
  return promise;
}
