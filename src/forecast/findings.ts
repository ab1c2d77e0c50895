import type { Finding } from '#model/finding.ts';
import type { RolloutForecast } from '#model/forecast.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { formatPath, objectId } from '#util/manifest.ts';
import type { RootRehearsal } from './rehearse-root.ts';
import { rehearsalRules } from './rules.ts';

/** The rise of errors that the canary of a writing agent must see. */
const mustSee = 2;

/** What the rehearsal of one Rollout objects to. Only agents that write to the network are held to it; for others an obstacle warns. */
export const rehearsalFindings = (rehearsal: RootRehearsal): Finding[] => {
  const { result, agent, rollout, root } = rehearsal;
  const isWriter = agent.tier === 'W';
  if ('obstacles' in result)
    return result.obstacles.map(({ object, path, message }) =>
      finding('open', object, path, root, `can not be rehearsed: ${message}`, isWriter ? 'undecided' : 'warn'),
    );
  if (!isWriter) return [];
  const message = objection(result.forecast, agent.rehearsal?.blindSpot);
  return message === undefined ? [] : [finding('blindSpot', rollout, ['spec', 'strategy', 'canary', 'steps'], root, message, 'deny')];
};

const objection = ({ seesFrom, scenarios }: RolloutForecast, declared: { readonly seesFrom?: number | undefined } | undefined): string | undefined => {
  if (seesFrom !== undefined && seesFrom <= mustSee) return undefined;
  const seen = seesFrom === undefined ? 'none of those rehearsed' : `${seesFrom}x`;
  if (declared === undefined) {
    const doubled = scenarios.find(({ name }) => name === `errors-${mustSee}x`)?.aborted.share ?? 0;
    return `${Math.round(100 * doubled)} of 100 rollouts abort when errors double; the smallest rise that 80 of 100 abort on is ${seen}`;
  }
  const promised = declared.seesFrom;
  if (promised === undefined || (seesFrom !== undefined && seesFrom <= promised)) return undefined;
  return `agent.yaml declares that its canary sees errors rise by ${promised}x; the smallest rise that 80 of 100 rollouts abort on is ${seen}`;
};

const finding = (rule: keyof typeof rehearsalRules, object: Manifest, path: JsonPath, root: string, message: string, effect: Finding['effect']): Finding => {
  const { code, title, solution } = rehearsalRules[rule];
  const subject = objectId(object);
  const fingerprint = fingerprintOf(code, effect, subject, formatPath(path), message);
  return { code, source: 'rehearsal', effect, title, message, solution, subject, path, roots: [root], fingerprint };
};
