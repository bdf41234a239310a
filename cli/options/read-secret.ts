import { readFileSync } from 'node:fs';

/** What a file holds, without the blanks around it. @throws Error when it can't be read, or is empty */
export function readSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new Error(`${file} is empty`);
  return secret;
}
