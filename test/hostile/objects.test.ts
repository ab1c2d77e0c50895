import { rows } from './rows/objects.ts';
import { judgeRows } from './support/judge-rows.ts';

judgeRows('objects', new URL('./rows/objects.ts', import.meta.url), rows);
