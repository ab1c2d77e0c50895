import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { openSettings } from '#adapters/github-settings.ts';
import { driftOf, stepsFor } from '#settings/drift.ts';
import { readSettings } from '#settings/read-settings.ts';
import { wantedParts } from '#settings/wanted-parts.ts';
import type { GitHubDouble, Routes } from './double.ts';
import { StoredSettings } from './settings.ts';
import { quickPace, startedDouble } from './started.ts';

const declared = readSettings(worktreeSnapshot(path.resolve(import.meta.dirname, '../../..')));

export interface SettingsRun {
  readonly stored: StoredSettings;
  readonly double: GitHubDouble;
  readonly apiUrl: string;
  /** What was done, step by step. */
  readonly apply: (options?: { readonly prune?: boolean }) => Promise<string[]>;
  /** The paths of all differences. */
  readonly drift: () => Promise<string[]>;
  /** Requests that change something. */
  readonly writes: () => string[];
}

/** The settings that this repository declares, before a repository on GitHub that is new. */
export const openedSettings = async (more: Routes = {}): Promise<SettingsRun> => {
  const stored = new StoredSettings();
  const { double, apiUrl } = await startedDouble({ ...stored.routes(), ...more });
  const host = openSettings({ apiUrl, token: 'secret', owner: 'norvik', repository: 'ran', pace: quickPace() });
  return {
    stored,
    double,
    apiUrl,
    apply: async ({ prune = false } = {}) => {
      const steps = stepsFor(await wantedParts(declared, host), await host.read(), { prune });
      for (const { action, part } of steps) await host[action](part);
      return steps.map(({ action, part }) => `${action} ${part.kind} ${part.name}`.trim());
    },
    drift: async () => driftOf(await wantedParts(declared, host), await host.read()).map(({ path: at }) => at),
    writes: () => double.requests.filter((r) => !r.startsWith('GET ')),
  };
};
