/**
 * `npm run test:long [-- --seed N] [--runs N] [--minutes N] [--real] [NAME …]`: runs the property tests, which
 * `npm test` runs about 200 times, with many more inputs. Prints the seed; the same seed gives the same inputs. Then it
 * stops a syncer 500 times, which `npm test` does 20 times, and lets several syncers of the same clusters, and two
 * fleets, disturb each other for some minutes each. With `--real`, the clusters are those of `npm run cluster:install`.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runTests } from './run-tests.ts';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '5000' },
    minutes: { type: 'string', default: '1' },
    real: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const seed = values.seed ?? String(randomInt(2 ** 31));
process.env.REGATTA_LONG_SEED = seed;
process.env.REGATTA_LONG_RUNS = values.runs;
process.env.REGATTA_LONG_MINUTES = values.minutes;
console.log(`seed ${seed}, ${values.runs} runs of each property, ${values.minutes} minutes`);
const properties = ['kustomizations', 'commit-order', 'fleets'].map(
  (name) => `test/property/${name}`,
);
const campaigns = ['test/cluster/stops', 'test/long/', 'test/faults/two-fleets'];
const only = positionals.length > 0 ? positionals : [...properties, ...campaigns];
const fleet = values.real ? 'real' : 'sandbox';
process.exitCode = await runTests({ folders: ['test'], fleet, only });
