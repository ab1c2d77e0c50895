import { rows } from './rows/bytes.ts';
import { judgeRows } from './support/judge-rows.ts';

judgeRows('bytes', new URL('./rows/bytes.ts', import.meta.url), rows);
