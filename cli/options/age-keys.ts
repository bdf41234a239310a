import { InvalidArgumentError, Option } from 'commander';
import type { KeyFile } from '#io/sops/secrets.ts';

/** Returns the option `--age-key-file`, which a user can repeat. */
export function ageKeyOption(description: string): Option {
  const flags = '--age-key-file <[namespace=]file>';
  return new Option(
    flags,
    `${description}; with a namespace, only for its objects (repeatable)`,
  ).argParser((text: string, before?: readonly KeyFile[]) => [...(before ?? []), keyFileOf(text)]);
}

/** Parses `NAMESPACE=FILE` or `FILE`. A path with `=` in its first part needs `./` before it. */
function keyFileOf(text: string): KeyFile {
  const [, namespace, path = text] =
    /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)=(.*)$/s.exec(text) ?? [];
  if (path === '') throw new InvalidArgumentError('expected a file, or namespace=file');
  return { path, namespace };
}
