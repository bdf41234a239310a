/** Pods that are told to fail, for demos and tests. */
import { type Fields, textAt } from '../object.ts';

/** Annotation on a pod template; its value becomes the waiting reason, such as `CrashLoopBackOff`. */
const failAnnotation = 'sandbox.regatta.dev/fail';

/** Label of pods that are scheduled and then stay Pending. */
export const neverReadyLabel = 'testbed/never-ready';

/** The reason for which the pods of these metadata fail, or undefined when they run. */
export function failureOf(metadata: Fields): string | undefined {
  return textAt(metadata, 'annotations', failAnnotation) || undefined;
}
