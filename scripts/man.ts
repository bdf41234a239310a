/** `npm run man`: writes the man page, man/regatta.1. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manPage } from './man/page.ts';

writeFileSync(join(import.meta.dirname, '../man/regatta.1'), await manPage());
