import { rows } from './rows/tree.ts';
import { judgeRows } from './support/judge-rows.ts';

judgeRows('tree', new URL('./rows/tree.ts', import.meta.url), rows);
