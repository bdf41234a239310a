/** Annotation and label that make pods fail, for demos and tests. */
import { type Fields, textAt } from '../object.ts';

/**
 * Annotation on a pod template; its value becomes the waiting reason, such as `CrashLoopBackOff`.
 */
const failAnnotation = 'sandbox.regatta.dev/fail';

/** Label that keeps pods Pending after they are scheduled. */
export const neverReadyLabel = 'testbed/never-ready';

/** Returns the reason why pods with this metadata fail, or undefined when they run. */
export function failureOf(metadata: Fields): string | undefined {
  return textAt(metadata, 'annotations', failAnnotation) || undefined;
}
