/** `npm run schemas`: writes the JSON Schemas of Regatta's own kinds, docs/schemas/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindSchemas } from './json-schemas/kinds.ts';

const folder = join(import.meta.dirname, '../docs/schemas');
mkdirSync(folder, { recursive: true });
for (const [file, text] of kindSchemas()) writeFileSync(join(folder, file), text);
