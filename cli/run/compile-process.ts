/**
 * The child process in which `regatta sync --compile` compiles a directory, its only argument. It answers with
 * one message.
 */
import { endFirst } from '#io/child/end-first.ts';
import { redactor } from '#io/redactor.ts';
import { byPosition, type Diagnostic } from '#model/diagnostic.ts';
import { errorMessage } from '#model/error.ts';
import type { Compiled } from '#syncer/ports/source.ts';
import { redactTexts } from '#syncer/report/exits.ts';
import { compileDirectory } from '../fleet/compile.ts';
import { exitOnCrash } from '../print/output.ts';

/** The message of the process: the result of the compile, or the error that prevented it. */
export type CompileReply = Compiled | { readonly error: string };

/** Maximum size of the diagnostics in a message, in characters. */
const maxAnswer = 4 * 1024 ** 2;

exitOnCrash();
// The parent has ended, and does not use the result.
process.once('disconnect', () => process.exit(1));
endFirst();
const [, , directory = ''] = process.argv;
process.send?.(redactTexts(await reply(directory), redactor), () => process.exit(0));

async function reply(directory: string): Promise<CompileReply> {
  try {
    const { ok, diagnostics } = await compileDirectory(directory);
    return { ok, diagnostics: firstOf(diagnostics) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

/** Returns as many diagnostics as fit into a message: errors before others. */
function firstOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const [errors, others] = [
    diagnostics.filter(({ severity }) => severity === 'error'),
    diagnostics.filter(({ severity }) => severity !== 'error'),
  ];
  let size = 0;
  const fits = (diagnostic: Diagnostic) => {
    size += JSON.stringify(diagnostic).length;
    return size <= maxAnswer;
  };
  return [...errors, ...others].filter(fits).toSorted(byPosition);
}
