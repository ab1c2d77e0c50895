/** `npm run check`: everything that can be said about the source without running the product, each with its own line. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name);
const opa = path.join(root, '.tools', 'bin', 'opa');

const steps: readonly (readonly [label: string, command: string, ...args: string[]])[] = [
  ['format and lint', bin('biome'), 'ci', '--error-on-warnings', '.'],
  ['types', process.execPath, bin('tsc'), '-p', '.'],
  ['module boundaries', process.execPath, bin('depcruise'), 'src', '--output-type', 'err'],
  ['unused code and dependencies', process.execPath, bin('knip')],
  ['sizes', process.execPath, 'scripts/check-sizes.ts'],
  ['policies compile strictly, and read fields that exist', process.execPath, 'scripts/check-policies.ts'],
  ['policies are formatted', opa, 'fmt', '--fail', '--list', 'policies'],
  ['generated files are fresh', process.execPath, 'src/cli/main.mjs', 'generate', '--check'],
  ['documents', process.execPath, 'scripts/check-docs.ts'],
];

let failed = 0;
for (const [label, command, ...args] of steps) {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  const ok = status === 0 && !error;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${label} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  if (ok) continue;
  failed++;
  process.stdout.write(`${error?.message ?? ''}${stdout}${stderr}\n`);
}
process.stdout.write(failed === 0 ? 'check: all good\n' : `check: ${failed} of ${steps.length} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
