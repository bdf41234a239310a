import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { changeFiles } from '#io/files/files.ts';
import { baseText, caseNames, filesOf } from './cases.ts';

/** A message of `istioctl analyze`. */
export interface AnalyzeMessage {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  /** File and line, such as `case.yaml:12`; absent if istioctl names none. */
  readonly at?: string;
}

/** What istioctl says about a case beyond what it says about the sound files. */
export interface IstioctlAnswer {
  readonly analyze: readonly AnalyzeMessage[];
  /** Lines of `istioctl validate`, which name no line. */
  readonly validate: readonly string[];
}

export const answersFile: string = join(import.meta.dirname, 'fixtures/answers.json');

/** Returns the answers that `node scripts/record-broken-meshes.ts` recorded, by the name of the case. */
export function recordedAnswers(): Readonly<Record<string, IstioctlAnswer>> {
  return JSON.parse(readFileSync(answersFile, 'utf8'));
}

/** Runs the real `istioctl` on all cases. */
export async function askIstioctl(
  istioctl: string,
): Promise<Readonly<Record<string, IstioctlAnswer>>> {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-istioctl-'));
  const answers: Record<string, IstioctlAnswer> = {};
  try {
    await changeFiles(folder, { write: new Map([['base.yaml', baseText()]]), remove: [] });
    const known = await analyze(istioctl, folder, ['base.yaml']);
    for (const name of caseNames) {
      await changeFiles(folder, { write: filesOf(name), remove: [] });
      const own = new Set(known.map((one) => wordsOf(one).replaceAll(/\bshop\b/g, name)));
      const all = await analyze(istioctl, folder, ['base.yaml', 'case.yaml']);
      answers[name] = {
        analyze: all.filter((one) => !own.has(wordsOf(one))),
        validate: await validate(istioctl, folder),
      };
    }
    return answers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wordsOf({ code, message }: AnalyzeMessage): string {
  return `${code} ${message}`;
}

async function run(
  istioctl: string,
  folder: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  try {
    return await promisify(execFile)(istioctl, args, { cwd: folder });
  } catch (error) {
    // istioctl exits with another status than 0 after it has found something.
    const { stdout, stderr } = Object(error);
    if (typeof stdout !== 'string') throw error;
    return { stdout, stderr };
  }
}

async function analyze(
  istioctl: string,
  folder: string,
  files: readonly string[],
): Promise<readonly AnalyzeMessage[]> {
  const { stdout, stderr } = await run(istioctl, folder, [
    ...['analyze', '--use-kube=false', '--all-namespaces', '-o', 'json'],
    ...files,
  ]);
  const all = `${stdout}${stderr}`;
  const [json] = /^\[(?:\]|\s*\{[\s\S]*^\])/m.exec(all) ?? [];
  if (json === undefined) throw new Error(`istioctl analyze printed no answer: ${all}`);
  // An object that istioctl cannot read is in a line of its own.
  const skipped = all
    .split('\n')
    .filter((line) => line.endsWith(' - skipping'))
    .map((line) => line.replace(/^\S+\t/, ''));
  const found = JSON.parse(json);
  const messages = found.map(
    (one: Readonly<Record<string, string>>): AnalyzeMessage => ({
      code: one['code'] ?? '',
      level: one['level'] ?? '',
      message: one['message'] ?? '',
      ...(one['reference'] && { at: one['reference'] }),
    }),
  );
  return [...skipped.map((message) => ({ code: '', level: 'Error', message })), ...messages];
}

async function validate(istioctl: string, folder: string): Promise<readonly string[]> {
  const { stdout, stderr } = await run(istioctl, folder, ['validate', '-f', 'case.yaml']);
  // istioctl prints each line twice if it refuses the file.
  const lines = `${stdout}${stderr}`.split('\n').map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '' && !/ is valid$|occurred:$/.test(line));
}
