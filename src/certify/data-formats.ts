import type { Compatibility } from '#model/agent.ts';
import type { Manifest } from '#model/ports.ts';
import { parseImage } from '#util/image-reference.ts';
import { textAt } from '#util/manifest.ts';
import { changesImage, compatibilityOf, releaseMove } from './releases.ts';
import { factsProblem, notApplicable, orSafe, type Result, safe, unproven, unsafe } from './result.ts';
import { type ChangedUnit, pairsOf, type World } from './unit.ts';

/** Says of a Job what it does to a data format: the three stages of a migration that can be taken back until the last. */
export const migrationAnnotation = 'ranfleet.norvik.example/migration';

/**
 * R4: code that goes back must read what the newer code left behind. Proven by unchanged code, by state that is rebuilt, or by the
 * formats that the agent's facts declare for both releases.
 */
export const dataFormats = (unit: ChangedUnit, world: World): readonly Result[] => {
  const jobs = unit.head.filter((o) => migrationOf(o) !== '').flatMap((job) => migrationProblems(job, unit));
  const databases = databaseProblems(unit);
  const own = unit.root.kind === 'agent' ? agentFormats(unit, world) : [];
  const results = [...jobs, ...databases, ...own];
  return results.length > 0 ? results : [notApplicable('the unit is no agent, runs no database and migrates nothing')];
};

const migrationOf = (object: Manifest): string => textAt(object, 'metadata', 'annotations', migrationAnnotation);

const migrationProblems = (job: Manifest, unit: ChangedUnit): Result[] => {
  const stage = migrationOf(job);
  const place = { side: 'head' as const, object: job, path: ['metadata', 'annotations', migrationAnnotation] };
  if (stage === 'expand' || stage === 'migrate') return [safe('both', `${textAt(job, 'metadata', 'name')} only ${stage}s: the old code reads on`)];
  if (stage !== 'contract') return [unproven('both', `${stage} is no stage of a migration: expand, migrate or contract`, place)];
  const what = changesImage(unit) ? 'contracts the data together with new code' : 'contracts the data';
  return [unsafe('back', place, `${what}: what the old code needs is gone`)];
};

const agentFormats = (unit: ChangedUnit, world: World): readonly Result[] => {
  const agent = world.head.fleet.agents.get(unit.root.agent ?? '');
  const { from, to } = releaseMove(unit, world);
  if (!agent || from === undefined || to === undefined) return [factsProblem('both', 'unproven', '', 'the facts of the agent or its pin can not be read')];
  if (agent.state === 'S') return [notApplicable('the agent keeps nothing (state S)')];
  if (!changesImage(unit)) return [safe('both', 'the same code reads and writes the data on both sides')];
  if (agent.state === 'M') return [safe('both', 'what the agent keeps is rebuilt from the record (state M)')];
  const [before, after] = [from, to].map((release) => compatibilityOf(agent.compatibility, release));
  const file = `agents/${agent.name}/agent.yaml`;
  const missing = before?.dataFormat === undefined ? from : after?.dataFormat === undefined ? to : undefined;
  if (missing !== undefined || !before || !after) {
    return [factsProblem('both', 'unproven', file, `no entry of compatibility says which data format release ${missing} writes`)];
  }
  return [reads('forward', to, after, before, file), reads('back', from, before, after, file)];
};

const reads = (direction: 'forward' | 'back', release: string, by: Compatibility, written: Compatibility, file: string): Result => {
  const known = [by.dataFormat, ...(by.readsFormats ?? [])];
  const format = `data format ${written.dataFormat}`;
  return known.includes(written.dataFormat)
    ? safe(direction, `release ${release} reads ${format}`)
    : factsProblem(direction, 'unsafe', file, `release ${release} does not read ${format}, which the other release writes`);
};

/** A database server of a higher major version leaves files that the lower one does not open. */
const databaseProblems = (unit: ChangedUnit): readonly Result[] => {
  const databases = pairsOf(unit).filter(({ after }) => /^postgresql\.cnpg\.io\//.test(textAt(after, 'apiVersion')) && textAt(after, 'kind') === 'Cluster');
  if (databases.length === 0) return [];
  const problems = databases.flatMap(({ before, after }): Result[] => {
    const [was, now] = [before, after].map((o) => textAt(o, 'spec', 'imageName')) as [string, string];
    if (was === now) return [];
    const [major, next] = [was, now].map((image) => /^\d+/.exec(parseImage(image).tag ?? '')?.[0]);
    const place = { side: 'head' as const, object: after, path: ['spec', 'imageName'] };
    if (major === undefined || next === undefined) return [unproven('back', `the versions of the servers ${was} and ${now} are not known`, place)];
    return major === next ? [] : [unsafe('back', place, `files of PostgreSQL ${next} are not opened by ${major}`)];
  });
  return orSafe(problems, 'both', 'the database server keeps its major version');
};
