import * as v from 'valibot';
import { expressionFault } from './expression.ts';

/** Schema of a regular expression that must match a whole name. */
export const wholeName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? expressionFault(dataset.value) : undefined;
    if (fault !== undefined) addIssue({ message: fault });
  }),
);
