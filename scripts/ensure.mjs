// Makes sure of what a command needs, with nothing but the machine's own Node (20 or newer), npm and Go:
// `deps` installs the npm packages of the lock file, `tools` builds the pinned Go tools, `schemas` takes the schemas of all
// kinds out of pinned Go modules. Does nothing when all is there, then runs the program named behind `--`, if any.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const hashOf = (...files) => files.reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256')).digest('hex');
const stampIs = (file, key) => existsSync(file) && readFileSync(file, 'utf8').trim() === key;

/** Tool sets and the programs that each builds. */
const sets = { gate: ['kustomize', 'opa'] };

const fail = (message, hint) => {
  process.stderr.write(`${message}\n${hint}\n`);
  process.exit(2);
};

/** Runs a command with its output shown, and a sign of life each ten seconds. */
const run = (label, command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const started = Date.now();
    process.stderr.write(`${label} ...\n`);
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], ...options });
    const errors = [];
    child.stderr.on('data', (chunk) => errors.push(chunk));
    const tick = setInterval(() => process.stderr.write(`  ${label}: ${Math.round((Date.now() - started) / 1000)} s\n`), 10_000);
    child.on('error', (error) => {
      clearInterval(tick);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(tick);
      if (status === 0) {
        process.stderr.write(`  ${label}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
        resolve();
      } else reject(new Error(Buffer.concat(errors).toString().slice(-4000)));
    });
  });

const ensureNode = () => {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node ${process.versions.node} is too old.`, 'Install Node 20 or newer; the project brings its own Node 24 for everything else.');
};

const ensureDeps = async () => {
  const key = hashOf(at('package.json'), at('package-lock.json'));
  const stamp = at('node_modules', '.ranfleet-key');
  if (stampIs(stamp, key)) return;
  await run('npm ci', 'npm', ['ci', '--no-audit', '--no-fund']).catch((error) =>
    fail(`npm ci failed:\n${error.message}`, 'Mend what it says, then run the command again.'),
  );
  writeFileSync(stamp, key);
};

const ensureTools = async () => {
  for (const [set, programs] of Object.entries(sets)) {
    const key = hashOf(at('tools', set, 'go.sum'));
    const stamp = at('.tools', 'bin', `.${set}.key`);
    if (stampIs(stamp, key) && programs.every((p) => existsSync(at('.tools', 'bin', p)))) continue;
    if (spawnSync('go', ['version']).status !== 0)
      fail('Go is not installed, and the pinned kustomize and opa are built with it.', 'Install Go 1.26 or newer.');
    const fresh = at('.tools', `build-${set}`);
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    await run(`building ${programs.join(' and ')} (once, about 3 minutes)`, 'go', ['build', '-trimpath', '-o', `${fresh}/`, 'tool'], {
      cwd: at('tools', set),
    }).catch((error) => fail(`go build failed:\n${error.message}`, `Run it by hand to see more: cd tools/${set} && go build tool`));
    mkdirSync(at('.tools', 'bin'), { recursive: true });
    for (const program of programs) renameSync(path.join(fresh, program), at('.tools', 'bin', program));
    rmSync(fresh, { recursive: true, force: true });
    writeFileSync(stamp, `${key}\n`);
  }
};

const ensureSchemas = async () => {
  const key = hashOf(at('tools', 'schemas', 'modules.json')).slice(0, 16);
  if (existsSync(at('.tools', 'schemas', key, 'index.json'))) return;
  await run('schemas of all kinds (once, about 30 seconds)', at('node_modules', '.bin', 'node'), [at('scripts', 'schemas.ts')]).catch((error) =>
    fail(`the schemas could not be built:\n${error.message}`, 'Run it by hand to see more: node_modules/.bin/node scripts/schemas.ts'),
  );
};

/** Runs a program of the project with the Node that the project pins: the shell that runs npm scripts may still know another. */
const runPinned = (args) => {
  const { status, signal, error } = spawnSync(at('node_modules', '.bin', 'node'), args, { stdio: 'inherit' });
  if (error) fail(`the project's Node could not be started: ${error.message}`, 'Remove node_modules and run the command again.');
  process.exit(signal ? 3 : (status ?? 3));
};

const steps = { deps: ensureDeps, tools: ensureTools, schemas: ensureSchemas };
const words = process.argv.slice(2);
const split = words.indexOf('--');
const wanted = new Set(split < 0 ? words : words.slice(0, split));
if (wanted.size === 0 || [...wanted].some((w) => !Object.hasOwn(steps, w))) {
  fail('usage: node scripts/ensure.mjs [deps] [tools] [schemas] [-- program arguments...]', 'Name what to make sure of.');
}
ensureNode();
for (const [step, ensure] of Object.entries(steps)) if (wanted.has(step)) await ensure();
if (split >= 0) runPinned(words.slice(split + 1));
