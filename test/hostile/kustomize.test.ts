import { rows } from './rows/kustomize.ts';
import { judgeRows } from './support/judge-rows.ts';

judgeRows('kustomize', new URL('./rows/kustomize.ts', import.meta.url), rows);
