/** Makes the files that git writes have the bytes that a commit has, whatever .gitattributes files say. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateFile, privateFolder } from '../files/private.ts';

/** Attributes of `info/attributes`, which come before those of the repository. */
const attributes =
  '* -filter -text -eol -ident -working-tree-encoding -export-subst -export-ignore\n';

/** Switches off the attributes that convert files, in a Git directory of our own. */
export function keepBytes(gitDirectory: string): void {
  const file = join(gitDirectory, 'info/attributes');
  // Another process may use the clone: it must never see a part of the file.
  const draft = `${file}.${process.pid}`;
  mkdirSync(join(gitDirectory, 'info'), { recursive: true, mode: privateFolder });
  writeFileSync(draft, attributes, { mode: privateFile });
  renameSync(draft, file);
}
