import type { CompilerPort } from '#syncer/ports/source.ts';

/** Returns the compiler of commits that the process has fetched. */
export function openCompiler(): CompilerPort {
  return async (directory) => {
    const { compileDirectory } = await import('../fleet/compile.ts');
    return compileDirectory(directory);
  };
}
