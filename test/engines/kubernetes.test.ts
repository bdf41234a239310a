import { describe } from 'node:test';
import { compareWithRecorded } from '#test/recorded/comparison.ts';
import { readAnswers, sampleOf } from '#test/recorded/recorded.ts';

describe('the Kubernetes engine beside a sample of the recorded answers of a kube-apiserver', () => {
  compareWithRecorded(sampleOf(readAnswers()));
});
