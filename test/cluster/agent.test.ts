import { describe } from 'node:test';
import { bookinfoScenario } from './bookinfo-scenario.ts';

describe('Bookinfo with member1 pushed to and member2 pulling', () => bookinfoScenario('pulling'));
