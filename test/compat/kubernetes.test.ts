import { describe } from 'node:test';
import { compareWithRecorded } from '#test/recorded/comparison.ts';
import { readAnswers } from '#test/recorded/recorded.ts';

describe('the Kubernetes engine against all recorded responses of a kube-apiserver', () => {
  compareWithRecorded(readAnswers());
});
