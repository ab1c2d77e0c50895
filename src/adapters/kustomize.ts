import { loadAll } from 'js-yaml';
import { GateError, messageOf } from '#model/errors.ts';
import type { Manifest, Renderer } from '#model/ports.ts';
import { isFields } from '#util/manifest.ts';
import { type Limits, spawnLimited } from './spawn-limited.ts';

const flags = ['--load-restrictor=LoadRestrictionsRootOnly'] as const;

export const renderLimits: Limits = { timeoutMs: 15_000, memoryBytes: 512 * 2 ** 20, outputBytes: 64 * 2 ** 20 };

/** Renders with the pinned kustomize: no shell, no plugins, no network, no environment but the garbage collector's settings. */
export const createKustomize = (binary: string, key: string, limits: Limits = renderLimits): Renderer => ({
  version: `kustomize ${key} ${flags.join(' ')}`,
  build: async (directory, path) => {
    const result = await spawnLimited(binary, ['build', path, ...flags], {
      cwd: directory,
      env: { GOGC: 'off', GOMEMLIMIT: '384MiB', GOMAXPROCS: '1' },
      limits,
    });
    if (result.status !== 0) throw renderFailed(directory, path, result.stderr);
    return parseRendered(path, result.stdout);
  },
});

const renderFailed = (directory: string, path: string, stderr: string): GateError => {
  const text = withoutContent(stderr.replaceAll(`${directory}/`, '').replaceAll(directory, '.').trim());
  return new GateError('GATE_RENDER_FAILED', 'undecided', `kustomize could not build ${path}: ${innermost(text)}`, {
    hint: `Run \`ranfleet render ${path}\` after mending it.`,
    cause: text,
  });
};

/** kustomize repeats whole patches and literals in its errors, and either may hold a credential. */
const withoutContent = (text: string): string =>
  text
    .replace(/ with config: `[\s\S]*?\n`/g, '')
    .replace(/\[patch: "(?:[^"\\]|\\.)*"\]/g, 'an inline patch')
    .replace(/literal sources \[[\s\S]*\]: invalid literal source [\s\S]*, expected/g, 'a literal source: expected');

/** kustomize wraps its errors once per folder; the last part says what is wrong. */
const innermost = (text: string): string => {
  const parts = text.replace(/^Error: /, '').split(/recursed accumulation of path '[^']*': /);
  return (parts.at(-1) ?? text).slice(0, 600);
};

const parseRendered = (path: string, text: string): Manifest[] => {
  let documents: unknown[];
  try {
    documents = loadAll(text);
  } catch (cause) {
    throw new GateError('GATE_RENDER_FAILED', 'undecided', `kustomize printed something that is not YAML for ${path}: ${messageOf(cause)}`, {
      hint: 'Report this.',
      cause,
    });
  }
  const objects = documents.filter((d) => d !== null && d !== undefined);
  if (objects.every(isFields)) return objects;
  throw new GateError('GATE_RENDER_FAILED', 'undecided', `kustomize printed a document that is not an object for ${path}`, {
    hint: 'Every document needs apiVersion and kind.',
  });
};
