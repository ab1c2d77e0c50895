import { rows } from './rows/yaml.ts';
import { judgeRows } from './support/judge-rows.ts';

judgeRows('yaml', new URL('./rows/yaml.ts', import.meta.url), rows);
