import { readOwnFiles } from '#io/files/files.ts';
import { codeFrame } from '#model/code-frame.ts';
import { type Diagnostic, diagnosticLines } from '#model/diagnostic.ts';
import { mayHoldSecrets } from '#model/secrecy.ts';
import { secretLines } from '#model/secret-lines.ts';

/** Returns the text of a source file, or undefined for a file whose lines must not be shown. */
export type ShownSource = (file: string) => string | undefined;

/**
 * Returns the sources that diagnostics on a stream may quote. If the stream is a terminal, they are
 * those of a directory. Otherwise, diagnostics quote no source.
 */
export function shownSource(
  directory: string,
  { isTTY }: Pick<NodeJS.WriteStream, 'isTTY'>,
): ShownSource {
  if (!isTTY) return () => undefined;
  const texts = new Map<string, string | undefined>();
  const read = (file: string) => {
    if (!texts.has(file)) {
      const content = readOwnFiles(directory, [file]).get(file);
      texts.set(file, typeof content === 'string' ? content : undefined);
    }
    return texts.get(file);
  };
  return (file) => (mayHoldSecrets(file, read) ? undefined : read(file));
}

/** Returns the lines of a diagnostic with a code frame where its source may be shown. */
export function linesWithFrame(diagnostic: Diagnostic, source: ShownSource): readonly string[] {
  const text = source(diagnostic.at.file);
  if (text === undefined) return diagnosticLines(diagnostic);
  const secret = secretLines(text);
  if (secret.has(diagnostic.at.line)) return diagnosticLines(diagnostic);
  const lines = text.split('\n').map((line, index) => (secret.has(index + 1) ? '' : line));
  return diagnosticLines(diagnostic, codeFrame(diagnostic, lines.join('\n')));
}
