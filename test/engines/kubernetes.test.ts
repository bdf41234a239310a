import { describe } from 'node:test';
import { compareWithRecorded } from '#test/recorded/comparison.ts';
import { readAnswers, sampleOf } from '#test/recorded/recorded.ts';

describe('the Kubernetes engine against a sample of recorded responses of a kube-apiserver', () => {
  compareWithRecorded(sampleOf(readAnswers()));
});
