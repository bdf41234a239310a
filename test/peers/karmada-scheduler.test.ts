/** Compares Regatta's placement with that of Karmada's own scheduler: see karmada-scheduler/README.md. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Answer,
  answerOf,
  askedOf,
  essence,
  type Question,
} from './karmada-scheduler/question.ts';
import { questions } from './karmada-scheduler/questions.ts';

const file = join(import.meta.dirname, 'fixtures/karmada-scheduler.jsonl');
const oracle = process.env.KARMADA_SCHEDULER;

interface Answered {
  readonly question: Question;
  readonly answer: Answer;
}

function ask(command: string, asked: readonly Question[]): readonly Answered[] {
  const input = asked.map((question) => JSON.stringify(askedOf(question))).join('\n');
  const { stdout, stderr, status } = spawnSync(command, { input, maxBuffer: 2 ** 28 });
  assert.equal(status, 0, String(stderr));
  const answers = String(stdout).trim().split('\n');
  return asked.map((question, index) => ({ question, answer: JSON.parse(answers[index] ?? '') }));
}

if (oracle !== undefined && process.env.UPDATE_ANSWERS === '1') {
  const answered = ask(oracle, fc.sample(questions, { seed: 1, numRuns: 300 }));
  writeFileSync(file, answered.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

describe('Karmada’s scheduler', () => {
  it('gives the recorded answers that Regatta gives, too', () => {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    assert.ok(lines.length >= 300);
    for (const [index, line] of lines.entries()) {
      const { question, answer }: Answered = JSON.parse(line);
      assert.equal(essence(answerOf(question)), essence(answer), `line ${index + 1}`);
    }
  });

  it('gives the same answers as Regatta to new questions', {
    skip: oracle === undefined && 'no KARMADA_SCHEDULER',
  }, () => {
    const seed = Date.now() % 2 ** 31;
    for (const { question, answer } of ask(
      oracle ?? '',
      fc.sample(questions, { seed, numRuns: 5000 }),
    )) {
      const asked = `seed ${seed}: ${JSON.stringify(question)}`;
      assert.equal(essence(answerOf(question)), essence(answer), asked);
    }
  });
});
