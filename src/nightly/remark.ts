import type { Finding } from '#model/finding.ts';

/** All numbers of the nightly look, days where their names say nothing else. */
export const nightlyLimits = {
  /** A ring that has not taken a release for so long after it appeared lags. */
  pinLag: 30,
  /** Rules are announced for so long before they come into force; waivers have the same term in `waiverLimits`. */
  ruleAhead: 30,
  /** A cluster that was not seen for so long is unknown, and one that runs something else for so long does not follow its pin. */
  unseenHours: 24,
} as const;

/** One thing that went wrong, or will, although nobody changed it. */
export interface Remark extends Pick<Finding, 'effect' | 'message' | 'solution'> {
  /** `nightly.pin_behind`, or the code of the finding that it repeats. */
  readonly code: string;
  /** The agent that it is about; null for the fleet as a whole. */
  readonly agent: string | null;
  readonly file?: string;
  readonly line?: number;
}

/** A finding as a remark about the agent whose folder or root it names. */
export const remarkOf = ({ code, effect, message, solution, file, line, roots, subject }: Finding): Remark => ({
  code,
  effect,
  agent: agentIn([...roots, file ?? '', subject]),
  message,
  solution,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
});

/** The one agent that paths lead to; null where they lead to several, or to none. */
export const agentIn = (paths: readonly string[]): string | null => {
  const agents = new Set(paths.flatMap((path) => /^agents\/([^/_][^/]*)\//.exec(path)?.[1] ?? []));
  return agents.size === 1 ? ([...agents][0] ?? null) : null;
};
