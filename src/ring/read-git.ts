import type { z } from 'zod';
import { GateError, isGateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import { type Quarantine, quarantineSchema } from '#model/quarantine.ts';
import { type BreakGlass, breakGlassSchema, type StopTheLine, stopSchema } from '#model/stop.ts';
import { parseFacts } from '#util/source-yaml.ts';
import type { PlanInput } from './world.ts';

const patterns = {
  quarantine: /^agents\/([^/_][^/]*)\/quarantine\.yaml$/,
  breakGlass: /^break-glass\/([^/]+)\.yaml$/,
  release: /^agents\/([^/_][^/]*)\/releases\/([^/]+)\/kustomization\.yaml$/,
};

/**
 * What one revision says of promotions beside the facts of the fleet.
 * @throws GateError GATE_MALFORMED with file and line of everything that is to be mended
 */
export const readPromotionFacts = (snapshot: Snapshot): Pick<PlanInput, 'releases' | 'quarantines' | 'stop' | 'breakGlass'> => {
  const problems: string[] = [];
  const quarantines = readAll(snapshot, patterns.quarantine, quarantineSchema, problems);
  const glasses = readAll(snapshot, patterns.breakGlass, breakGlassSchema, problems);
  const stops = readAll(snapshot, /^(stop-the-line)\.yaml$/, stopSchema, problems);
  for (const [name, glass] of glasses)
    if (glass.name !== name) problems.push(`break-glass/${name}.yaml:1: its name is ${glass.name}, that of its file is ${name}`);
  if (problems.length > 0) throw new GateError('GATE_MALFORMED', 'usage', problems.join('\n'), { hint: 'The fields and their meaning are in docs/schemas/.' });
  return { releases: releasesIn(snapshot), quarantines, breakGlass: [...glasses.values()], stop: stops.get('stop-the-line') };
};

const readAll = <T extends z.ZodType<Quarantine | BreakGlass | StopTheLine>>(
  snapshot: Snapshot,
  pattern: RegExp,
  schema: T,
  problems: string[],
): Map<string, z.infer<T>> => {
  const found = new Map<string, z.infer<T>>();
  for (const file of [...snapshot.files.keys()].sort()) {
    const [, name] = pattern.exec(file) ?? [];
    if (name === undefined) continue;
    try {
      found.set(name, parseFacts(file, snapshot.read(file).toString(), schema));
    } catch (error) {
      if (!isGateError(error)) throw error;
      problems.push(error.message);
    }
  }
  return found;
};

const releasesIn = ({ files }: Snapshot): Map<string, string[]> => {
  const releases = new Map<string, string[]>();
  for (const file of files.keys()) {
    const [, agent, release] = patterns.release.exec(file) ?? [];
    if (agent === undefined || release === undefined) continue;
    releases.set(agent, [...(releases.get(agent) ?? []), release]);
  }
  return releases;
};
