import { findCiphertext } from '#model/ciphertext.ts';
import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { pointerTo } from '#model/pointer.ts';
import type { RawObject } from '../parse/documents.ts';

/**
 * Reports an object of a build that has the ciphertext of an input as a value: a generator or a chart has read a file
 * that SOPS encrypted, and nothing would decrypt the value in the cluster. Returns whether it does.
 */
export function hasEncryptedInput(
  { value, at }: RawObject,
  files: FileMap,
  report: Report,
): boolean {
  const found = findCiphertext(value);
  if (found === undefined) return false;
  const { path, text } = found;
  const inputs = text === '' ? [] : filesWith(text, files);
  const named = inputs.length === 0 ? 'an input of the build' : inputs.join(', ');
  report({
    code: 'build/encrypted-input',
    severity: 'error',
    message: `${value.kind} ${Object(value.metadata).name}: ${path.join('.')} is text that SOPS encrypted, from ${named}`,
    at: at(pointerTo(path)),
    hint: 'Regatta decrypts whole Secrets in the syncer, not inputs of builds: write a Secret, encrypt it with SOPS, and list it under resources',
  });
  return true;
}

function filesWith(text: string, files: FileMap): readonly string[] {
  const found = [...files].filter(
    ([, content]) => typeof content === 'string' && content.includes(text),
  );
  return found.map(([path]) => path);
}
