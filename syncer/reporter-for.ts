import type { ObjectKey } from '#model/object.ts';
import type { Desired } from './desired/desired.ts';
import type { LoopOptions } from './loop-options.ts';
import { LoopReporter } from './report/loop-reporter.ts';
import type { Session } from './session.ts';

/** Returns the reporter of a loop, which asks at each report what the loop desires and which session it has. */
export function reporterFor(
  { name, clock, log, report, redactor }: LoopOptions,
  desired: () => Desired | undefined,
  session: () => Session | undefined,
): LoopReporter {
  const known = (key: ObjectKey) => ({
    apiVersion: desired()?.objects.get(key)?.object.apiVersion,
    uid: session()?.member.cache.objects.get(key)?.uid,
  });
  const target = () => session()?.eventTarget;
  return new LoopReporter({ cluster: name, target, clock, log, report, redactor, known });
}
