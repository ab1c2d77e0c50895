import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { schemasKey } from '#adapters/schemas.ts';
import { toolPath, toolSets } from '#adapters/tools.ts';
import { GateError, messageOf } from '#model/errors.ts';
import type { Manifest } from '#model/ports.ts';

/**
 * Folder of a pinned module in the module cache: upstream manifests are read there, verified by go.sum, and never copied into the
 * repository. @throws GateError GATE_LOCAL_MODULE when Go does not have the module.
 */
export const moduleFolder = (engineRoot: string, set: string, module: string): string => {
  const key = `${engineRoot} ${set} ${module}`;
  const known = folders.get(key) ?? findModule(engineRoot, set, module);
  folders.set(key, known);
  return known;
};

/** Each answer of the go command takes a part of a second, and several are asked for twice in one start. */
const folders = new Map<string, string>();

const findModule = (engineRoot: string, set: string, module: string): string => {
  const cwd = path.join(engineRoot, 'tools', set);
  try {
    const { Dir } = JSON.parse(
      execFileSync('go', ['mod', 'download', '-json', `${module}@${versionOf(cwd, module)}`], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, ...toolchainOf(engineRoot, set) },
      }),
    ) as { Dir: string };
    return Dir;
  } catch (cause) {
    throw new GateError('GATE_LOCAL_MODULE', 'undecided', `the module ${module} of tools/${set} is not there: ${messageOf(cause)}`, {
      hint: 'Run `node scripts/ensure.mjs local` with a module proxy in reach.',
      cause,
    });
  }
};

/** Some modules need a newer Go than the machine has; the go command takes it from the module proxy. */
const toolchainOf = (engineRoot: string, set: string): Record<string, string> => {
  const toolchain = toolSets(engineRoot)[set]?.toolchain;
  return toolchain === undefined ? {} : { GOTOOLCHAIN: toolchain };
};

const versionOf = (folder: string, module: string): string => {
  const required = readFileSync(path.join(folder, 'go.mod'), 'utf8').match(new RegExp(`(?:^|\\s)${module.replaceAll('.', '\\.')} (v\\S+)`));
  if (!required?.[1]) throw new Error(`go.mod does not require ${module}`);
  return required[1];
};

/** Objects of one kustomization, built by the pinned kustomize. */
export const buildFolder = (engineRoot: string, folder: string): Manifest[] => {
  const text = execFileSync(toolPath(engineRoot, 'gate', 'kustomize'), ['build', folder], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  return loadAll(text).filter((object): object is Manifest => typeof object === 'object' && object !== null);
};

/** Custom resource definitions of everything that the fleet declares, as `ensure.mjs` laid them out from pinned modules. */
export const fleetDefinitions = (engineRoot: string): Manifest[] => {
  const folder = path.join(engineRoot, '.tools', 'schemas', schemasKey(engineRoot), 'crds');
  if (!existsSync(folder))
    throw new GateError('GATE_TOOL_MISSING', 'undecided', 'the schemas of custom kinds are not there', { hint: 'Run `node scripts/ensure.mjs schemas`.' });
  return readdirSync(folder)
    .sort()
    .flatMap((file) => loadAll(readFileSync(path.join(folder, file), 'utf8')) as Manifest[])
    .filter((object) => object?.['kind'] === 'CustomResourceDefinition');
};
