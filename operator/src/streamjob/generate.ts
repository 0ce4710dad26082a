import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS_PATH, reasonsPage } from './reasons-page.ts';

writeFileSync(join(import.meta.dirname, '../../..', REASONS_PATH), reasonsPage());
