import { describe } from 'node:test';
import { compareWithRecorded } from '#test/recorded/comparison.ts';
import { readAnswers } from '#test/recorded/recorded.ts';

describe('the Kubernetes engine beside all recorded answers of a kube-apiserver', () => {
  compareWithRecorded(readAnswers());
});
