/** A reporter for Node's test runner: prints the ten slowest files at the end of a run. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

async function* slowestFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const seconds = new Map<string, number>();
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting !== 0) continue;
    const file = relative(process.cwd(), data.file ?? '');
    seconds.set(file, (seconds.get(file) ?? 0) + data.details.duration_ms / 1000);
  }
  if (seconds.size <= 1) return;
  yield `slowest of ${seconds.size} test files\n`;
  const slowest = [...seconds].toSorted(([, a], [, b]) => b - a).slice(0, 10);
  for (const [file, time] of slowest) yield `${time.toFixed(1).padStart(7)} s  ${file}\n`;
}

/** Node's runner takes a reporter as the default export of its module. */
export { slowestFiles as default };
