import { fileURLToPath } from 'node:url';
import type { FileMap } from '#model/files.ts';
import type { ScriptEngine } from '#model/script.ts';

/** Starts the engine for a repository's scripts, or returns undefined for a repository without scripts. */
export async function scriptsFor(files: FileMap): Promise<ScriptEngine | undefined> {
  const mayHave = files
    .values()
    .some((text) => typeof text === 'string' && text.includes('ResourceInterpreterCustomization'));
  if (!mayHave) return undefined;
  const { startLua } = await import('./engine.ts');
  return startLua(wasmPath());
}

const wasm = 'liblua5.1.wasm';

/** Returns the path of the WebAssembly file, which the build copies beside the bundle. */
function wasmPath(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return fileURLToPath(
    isSource ? import.meta.resolve(`wasmoon-lua5.1/dist/${wasm}`) : new URL(wasm, import.meta.url),
  );
}
