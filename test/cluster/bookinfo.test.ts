import { describe } from 'node:test';
import { bookinfoScenario } from './bookinfo-scenario.ts';

describe('Bookinfo over two clusters and a mesh', () => bookinfoScenario('pushed'));
