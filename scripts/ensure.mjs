// Makes sure of what a command needs, with nothing but the machine's own Node (20 or newer), npm and Go:
// `deps` installs the npm packages of the lock file, `tools` builds the Go tools of the gate, `expr` the judge of conditions for the
// tests, `bench` what the gate is measured against, `local` all but these and those of the control plane,
// `schemas` takes the schemas of all kinds out of pinned Go modules, `github` fetches GitHub's interface description and `sarif` the schema of
// SARIF for the tests.
// Does nothing when all is there, then runs the program named
// behind `--`, if any.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const hashOf = (...files) => files.reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256')).digest('hex');
const stampIs = (file, key) => existsSync(file) && readFileSync(file, 'utf8').trim() === key;

/** Tool sets: what each builds, under which names. `tools` is what the gate needs, `local` all of them. */
const sets = JSON.parse(readFileSync(at('tools', 'sets.json'), 'utf8'));

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

/** A set is built anew when its modules or our own programs in it have changed; src/adapters/tools.ts says the same. */
const keyOf = (set) => {
  const folder = at('tools', set);
  const sources = readdirSync(folder, { recursive: true }).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'));
  return hashOf(...['go.sum', ...sources.sort()].map((f) => path.join(folder, f)));
};

/**
 * Two controllers listen on every address and have no flag for it: they are built from a copy of their module in which that one
 * text is another. The copy stands beside an alternative go.mod, and goes away with the build.
 */
const patchedModules = (set, fresh, env) => {
  const cwd = at('tools', set);
  const modfile = path.join(fresh, 'go.mod');
  copyFileSync(path.join(cwd, 'go.sum'), path.join(fresh, 'go.sum'));
  writeFileSync(modfile, readFileSync(path.join(cwd, 'go.mod')));
  for (const [module, files] of Object.entries(sets[set].patch)) {
    const { stdout, stderr } = spawnSync('go', ['list', '-m', '-f', '{{.Dir}} {{.Version}}', module], { cwd, env, encoding: 'utf8' });
    const [folder, version] = stdout.trim().split(' ');
    if (!folder) fail(`${module} could not be found: ${stderr}`, `Run \`go mod download\` in tools/${set}.`);
    const copy = path.join(fresh, 'patched', path.basename(set));
    cpSync(folder, copy, { recursive: true, mode: 0 });
    spawnSync('chmod', ['-R', 'u+w', copy]);
    for (const [file, [from, to]] of Object.entries(files)) {
      const text = readFileSync(path.join(copy, file), 'utf8');
      if (!text.includes(from)) fail(`${module} ${file} has no ${from} any more.`, 'Mend `patch` in tools/sets.json.');
      writeFileSync(path.join(copy, file), text.replaceAll(from, to));
    }
    appendFileSync(modfile, `\nreplace ${module} ${version} => ${copy}\n`);
  }
  return ['-modfile', modfile];
};

const buildSet = async (set, key) => {
  const { packages, programs, ldflags = '', tags, toolchain, minutes, patch } = sets[set];
  const env = { ...process.env, ...(toolchain ? { GOTOOLCHAIN: toolchain } : {}) };
  if (spawnSync('go', ['version']).status !== 0) fail(`Go is not installed, and the pinned tools (${set}) are built with it.`, 'Install Go 1.26 or newer.');
  const fresh = at('.tools', `build-${set}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const flags = ['-trimpath', '-ldflags', `-s -w ${ldflags}`, ...(tags ? ['-tags', tags] : []), ...(patch ? patchedModules(set, fresh, env) : [])];
  await run(
    `building ${Object.values(programs).join(', ')} (once, about ${minutes === 1 ? 'a minute' : `${minutes} minutes`} on two cores)`,
    'go',
    ['build', ...flags, '-o', `${fresh}/`, ...packages],
    {
      cwd: at('tools', set),
      env,
    },
  ).catch((error) => fail(`go build failed:\n${error.message}`, `Run it by hand to see more: cd tools/${set} && go build ${packages.join(' ')}`));
  mkdirSync(at('.tools', 'bin'), { recursive: true });
  for (const [built, name] of Object.entries(programs)) renameSync(path.join(fresh, built), at('.tools', 'bin', name));
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(at('.tools', 'bin', `.${set}.key`), `${key}\n`);
};

const ensureTools = async (names) => {
  for (const set of names) {
    const key = keyOf(set);
    const isBuilt = Object.values(sets[set].programs).every((p) => existsSync(at('.tools', 'bin', p)));
    if (!isBuilt || !stampIs(at('.tools', 'bin', `.${set}.key`), key)) await buildSet(set, key);
  }
};

const ensureSchemas = async () => {
  const builders = readdirSync(at('scripts', 'schemas')).sort();
  const sources = [at('tools', 'schemas', 'modules.json'), at('scripts', 'schemas.ts'), ...builders.map((name) => at('scripts', 'schemas', name))];
  const key = hashOf(...sources).slice(0, 16); // src/adapters/schemas.ts says the same
  if (existsSync(at('.tools', 'schemas', key, 'index.json'))) return;
  await run('schemas of all kinds (once, about 30 seconds)', at('node_modules', '.bin', 'node'), [at('scripts', 'schemas.ts')]).catch((error) =>
    fail(`the schemas could not be built:\n${error.message}`, 'Run it by hand to see more: node_modules/.bin/node scripts/schemas.ts'),
  );
};

/** GitHub's OpenAPI description, 13 MB of a package of 385 MB: fetched beside the other packages, and only this file is kept. */
const ensureGithub = async () => {
  const folder = at('tools', 'github');
  const target = at('.tools', 'github', hashOf(path.join(folder, 'package-lock.json')).slice(0, 16));
  if (existsSync(path.join(target, 'api.json'))) return;
  const fresh = at('.tools', `build-github-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(path.join(folder, file), path.join(fresh, file));
  await run("GitHub's interface description (once, 29 MB)", 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: fresh }).catch((error) =>
    fail(`npm ci in tools/github failed:\n${error.message}`, 'Mend what it says, then run the command again.'),
  );
  mkdirSync(target, { recursive: true });
  const source = path.join(fresh, 'node_modules', '@octokit', 'openapi', 'generated', 'api.github.com.json');
  copyFileSync(source, path.join(target, 'part.json'));
  renameSync(path.join(target, 'part.json'), path.join(target, 'api.json'));
  rmSync(fresh, { recursive: true, force: true });
};

const ensureSarif = async () => {
  const key = hashOf(at('tools', 'sarif', 'module.json'), at('scripts', 'sarif.ts')).slice(0, 16); // test/support/sarif-schema.ts says the same
  const target = at('.tools', 'sarif', key, 'schema.json');
  if (existsSync(target)) return;
  await run("SARIF's schema (once)", at('node_modules', '.bin', 'node'), [at('scripts', 'sarif.ts'), target]).catch((error) =>
    fail(`the schema of SARIF could not be fetched:\n${error.message}`, 'Mend what it says, then run the command again.'),
  );
};

/** Runs a program of the project with the Node that the project pins: the shell that runs npm scripts may still know another. */
const runPinned = (args) => {
  const { status, signal, error } = spawnSync(at('node_modules', '.bin', 'node'), args, { stdio: 'inherit' });
  if (error) fail(`the project's Node could not be started: ${error.message}`, 'Remove node_modules and run the command again.');
  process.exit(signal ? 3 : (status ?? 3));
};

const steps = {
  deps: ensureDeps,
  tools: () => ensureTools(['gate']),
  expr: () => ensureTools(['expr']),
  bench: () => ensureTools(['bench']),
  local: () => ensureTools(Object.keys(sets).filter((set) => set !== 'bench')),
  schemas: ensureSchemas,
  github: ensureGithub,
  sarif: ensureSarif,
};
const words = process.argv.slice(2);
const split = words.indexOf('--');
const wanted = new Set(split < 0 ? words : words.slice(0, split));
if (wanted.size === 0 || [...wanted].some((w) => !Object.hasOwn(steps, w))) {
  fail(
    'usage: node scripts/ensure.mjs [deps] [tools] [expr] [bench] [local] [schemas] [github] [sarif] [-- program arguments...]',
    'Name what to make sure of.',
  );
}
ensureNode();
for (const [step, ensure] of Object.entries(steps)) if (wanted.has(step)) await ensure();
if (split >= 0) runPinned(words.slice(split + 1));
