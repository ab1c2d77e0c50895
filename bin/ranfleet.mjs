#!/usr/bin/env node
// Starts the engine with the Node that the project pins, whatever Node started this file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const node = path.join(root, 'node_modules', '.bin', 'node');
if (!existsSync(node)) {
  process.stderr.write(`The project's packages are not installed.\nRun \`node ${path.join(root, 'scripts', 'ensure.mjs')} deps tools schemas\`.\n`);
  process.exit(3);
}
const { status, signal } = spawnSync(node, [path.join(root, 'src', 'cli', 'main.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(signal ? 3 : (status ?? 3));
