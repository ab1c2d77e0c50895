import type { ContainerInput } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { count } from '#util/count.ts';
import { asList, valueAt } from '#util/manifest.ts';
import { compareVersions } from '#util/version.ts';
import { type Pods, podsOf } from './pods.ts';
import { releaseMove } from './releases.ts';
import { factsProblem, notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { type ChangedUnit, isSame, type World } from './unit.ts';

interface Held {
  readonly pods: Pods;
  readonly container: ContainerInput;
}

/** Revisions that a workload keeps when it says nothing (Kubernetes and argo-rollouts alike). */
const defaultHistory = 10;

/**
 * R6: the old pods must get their image again. Proven by digests, by a registry that the head still allows and that keeps more digests
 * than lie between the two sides, and by unchanged pull secrets.
 */
export const images = (unit: ChangedUnit, world: World): readonly Result[] => {
  const [old, now] = [heldIn(unit.base), heldIn(unit.head)];
  if (old.length + now.length === 0) return [notApplicable('no side runs a container of its own')];
  const problems = [
    ...old.flatMap((held) => imageProblems('back', 'base', held, world)),
    ...now.flatMap((held) => imageProblems('forward', 'head', held, world)),
    ...retention(unit, world, old),
    ...pullSecrets(unit),
  ];
  const kept = Object.entries(retained(world)).map(([registry, n]) => `${registry} keeps ${n} digests`);
  return orSafe(problems, 'both', `${count(old.length + now.length, 'image')} by digest; ${kept.join(', ')}`);
};

const heldIn = (objects: readonly Manifest[]): Held[] => podsOf(objects).flatMap((pods) => pods.workload.containers.map((container) => ({ pods, container })));

const imageProblems = (direction: 'forward' | 'back', side: 'base' | 'head', { pods, container }: Held, { head }: World): Result[] => {
  const { image } = container;
  const place = { side, object: pods.object, path: [...container.path, 'image'] };
  if (image.digest === null) return [unsafe(direction, place, `${image.raw || 'the image'} has no digest: nobody knows what comes back`)];
  // An allow-list that forgets a registry stops the old pods at the gate, and later at admission.
  const isAllowed = head.fleet.config.registries.includes(image.registry);
  return isAllowed ? [] : [unsafe(direction, place, `${image.registry} is not among the registries of fleet.yaml`)];
};

/** Fewer of both sides: a change that promises more does not profit from it. */
const retained = ({ base, head }: World): Record<string, number> => {
  const [was, now] = [base.fleet.config.retainedDigests ?? {}, head.fleet.config.retainedDigests ?? {}];
  return Object.fromEntries(Object.entries(was).flatMap(([registry, n]) => (now[registry] === undefined ? [] : [[registry, Math.min(n, now[registry])]])));
};

const retention = (unit: ChangedUnit, world: World, old: readonly Held[]): Result[] => {
  const between = releasesBetween(unit, world);
  return old.flatMap(({ pods, container }): Result[] => {
    const { registry } = container.image;
    const kept = retained(world)[registry];
    const history = Number(valueAt(pods.object, 'spec', 'revisionHistoryLimit') ?? defaultHistory);
    const needed = Math.max(between, history) + 1;
    if (kept === undefined) return [factsProblem('back', 'unproven', 'fleet.yaml', `retainedDigests does not say how many digests ${registry} keeps`)];
    if (kept >= needed) return [];
    return [factsProblem('back', 'unsafe', 'fleet.yaml', `${registry} keeps ${kept} digests, and going back takes ${needed}`)];
  });
};

/** Releases of the agent that are newer than the one that the base pins: so many digests may have come after it. */
const releasesBetween = (unit: ChangedUnit, world: World): number => {
  const { from } = releaseMove(unit, world);
  if (from === undefined) return 0;
  const folder = `agents/${unit.root.agent}/releases/`;
  const versions = [...world.head.snapshot.files.keys()].filter((f) => f.startsWith(folder)).map((f) => f.slice(folder.length).split('/')[0] ?? '');
  return new Set(versions.filter((v) => (compareVersions(v, from) ?? 0) > 0)).size;
};

const pullSecrets = (unit: ChangedUnit): Result[] => {
  const of = (objects: readonly Manifest[]): unknown => podsOf(objects).map(({ workload }) => asList(workload.spec['imagePullSecrets']));
  const [was, now] = [of(unit.base), of(unit.head)];
  if (isSame(was, now)) return [];
  return [unproven('back', 'the pull secrets change, and nothing shows that the old ones still open the registry')];
};
