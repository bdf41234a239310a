/** Preloaded into a command: appends the name of each engine that the command or one of its processes reads to the file `ENGINE_READS`. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { readFile } = fs.promises;

fs.promises.readFile = function (this: unknown, ...args: Parameters<typeof readFile>) {
  const [, engine] = /([a-z]+)\.wasm\.zst$/.exec(String(args[0])) ?? [];
  if (engine !== undefined) fs.appendFileSync(process.env.ENGINE_READS ?? '', `${engine}\n`);
  return readFile.apply(this, args);
} as typeof readFile;
syncBuiltinESMExports();
