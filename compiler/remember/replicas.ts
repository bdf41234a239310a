import { digestOfData } from '#model/files.ts';
import type { Replicas } from '#model/replica-requirements.ts';
import type { Interpreted } from '../interpret/interpreted.ts';
import type { Interpreter } from '../interpret/interpreter.ts';
import { type Memo, memoKey } from '../memo.ts';

/**
 * Wraps an interpreter so that it does not count the replicas of an object again, for which it
 * would read the whole object.
 *
 * @param facts - everything but the object that the answers depend on
 */
export function rememberReplicas(interpreter: Interpreter, memo: Memo, facts: object): Interpreter {
  return {
    ...interpreter,
    replicas: (object) => {
      const key = memoKey('replicas', digestOfData(facts), digestOfData(object));
      const recalled = memo.get(key) as Interpreted<Replicas> | undefined;
      if (recalled !== undefined) return recalled;
      const counted = interpreter.replicas(object);
      if (counted.type === 'known') memo.set(key, counted);
      return counted;
    },
  };
}
