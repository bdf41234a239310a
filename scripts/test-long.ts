/**
 * `npm run test:long [-- --seed N] [--runs N] [NAME …]`: runs the property tests, which `npm test` runs
 * about 200 times, with many more inputs. Prints the seed; the same seed gives the same inputs. Then it stops a
 * syncer 500 times, which `npm test` does 20 times.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runTests } from './run-tests.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '5000' } },
  allowPositionals: true,
});
const seed = values.seed ?? String(randomInt(2 ** 31));
process.env.REGATTA_LONG_SEED = seed;
process.env.REGATTA_LONG_RUNS = values.runs;
console.log(`seed ${seed}, ${values.runs} runs of each property`);
const properties = ['kustomizations', 'commit-order', 'fleets'].map(
  (name) => `test/property/${name}`,
);
const only = positionals.length > 0 ? positionals : [...properties, 'test/cluster/stops'];
process.exitCode = await runTests({ folders: ['test'], fleet: 'sandbox', only });
