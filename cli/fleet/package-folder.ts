import { join } from 'node:path';

/** Returns the folder of the installed package, or of the checkout. */
export function packageFolder(): string {
  // The bundle is in dist/, this source file in cli/fleet/.
  return join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../..' : '..');
}
