/** Lints copies of Bookinfo in this process, and counts or replaces the answers of the engine `istio`. */
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { lintDirectory } from '#cli/lint/lint.ts';
import type { EngineCall, EngineResult } from '#io/engine/call.ts';
import { engines } from '#io/engine/pool.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import '#test/commands/kept-checker.ts';

export const examples: string = join(import.meta.dirname, '../../examples');

/** Copies Bookinfo into a new folder below `folder`, adds files to the copy and returns its path. */
export function copyBookinfo(folder: string, files: Readonly<Record<string, string>>): string {
  const copy = mkdtempSync(join(folder, 'fleet-'));
  cpSync(join(examples, 'bookinfo'), copy, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(copy, path), text);
  return copy;
}

/** The result of a lint. */
export interface MeshLint {
  /** The lines of the findings that the caller accepts, with their hints. */
  readonly lines: readonly string[];
  /** The number of calls of the engine `istio`. */
  readonly calls: number;
}

/**
 * Lints a fleet repository.
 *
 * @param includes - whether the lines contain the findings of a code
 * @param answer - the answer of the engine `istio`, instead of its own
 */
export async function lintMesh(
  directory: string,
  includes: (code: string) => boolean,
  answer?: EngineResult,
): Promise<MeshLint> {
  const run = engines.run.bind(engines);
  const spy = mock.method(engines, 'run', (call: EngineCall) =>
    call.engine === 'istio' && answer !== undefined ? Promise.resolve(answer) : run(call),
  );
  try {
    const { diagnostics } = await lintDirectory(directory, { profile: 'regatta', strict: false });
    const calls = spy.mock.calls.filter(({ arguments: [call] }) => call.engine === 'istio').length;
    const included = diagnostics.filter(({ code }) => includes(code));
    return { lines: included.flatMap((found) => formatDiagnostic(found).split('\n')), calls };
  } finally {
    spy.mock.restore();
  }
}
