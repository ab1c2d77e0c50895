import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Evaluator } from '#model/evaluator.ts';
import type { PolicyInput, PolicyVerdict } from '#model/policy.ts';

export interface VerdictCacheSetup {
  readonly directory: string;
  /** Everything beside the input that a verdict follows from: engine, bundle and data. */
  readonly key: string;
  readonly open: () => Promise<Evaluator>;
}

/**
 * An evaluator that is started only for an input whose verdict is not kept: loading the policies costs more than judging one root.
 * `prepare` starts it ahead of the first such input.
 */
export const keepVerdicts = ({ directory, key, open }: VerdictCacheSetup): Evaluator => {
  let opened: Promise<Evaluator> | undefined;
  const evaluator = (): Promise<Evaluator> => {
    opened ??= open();
    opened.catch(() => {}); // told to whoever awaits an evaluation; one that was only prepared may fail unheard
    return opened;
  };
  return {
    prepare: () => void evaluator(),
    evaluate: async (input) => {
      const file = fileOf(directory, key, input);
      const kept = readVerdict(file);
      if (kept) return kept;
      const verdict = await (await evaluator()).evaluate(input);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(verdict));
      renameSync(`${file}.${process.pid}`, file);
      return verdict;
    },
    close: async () => {
      const running = await opened?.catch(() => undefined);
      await running?.close();
    },
  };
};

const fileOf = (directory: string, key: string, input: PolicyInput): string => {
  const name = createHash('sha256').update(`${key}\0`).update(JSON.stringify(input)).digest('hex');
  return path.join(directory, name.slice(0, 2), `${name}.json`);
};

/** One that can not be read, or in which no rule ran, counts as absent. */
const readVerdict = (file: string): PolicyVerdict | undefined => {
  try {
    const verdict = JSON.parse(readFileSync(file, 'utf8')) as Partial<PolicyVerdict>;
    const { deny, undecided, rules } = verdict;
    return Array.isArray(deny) && Array.isArray(undecided) && Array.isArray(rules) && rules.length > 0 ? { deny, undecided, rules } : undefined;
  } catch {
    return undefined;
  }
};
