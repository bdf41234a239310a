import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/** Returns the variables with which a child process reuses the code that V8 compiled for this process. */
export function codeCache(): NodeJS.ProcessEnv {
  const code = getCompileCacheDir();
  return code === undefined ? {} : { NODE_COMPILE_CACHE: dirname(code) };
}
