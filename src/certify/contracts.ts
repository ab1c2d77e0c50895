import type { Manifest } from '#model/ports.ts';
import { asList, objectId, textAt, valueAt } from '#util/manifest.ts';
import { compareVersions } from '#util/version.ts';
import { frozenFacts, requirementsOf } from './frozen-facts.ts';
import { changesImage, distanceOf, releaseMove } from './releases.ts';
import { factsProblem, notApplicable, type Result, safe, unsafe } from './result.ts';
import { byId, type ChangedUnit, type Transition, transitionsOf, type World } from './unit.ts';

/**
 * R11: what others call must still be there, on the way forward and on the way back. Proven by the rendered ports and routes, by the
 * releases that the frozen configurations of the same ring require, and by what the version says of itself (Semantic Versioning 2.0.0).
 */
export const contracts = (unit: ChangedUnit, world: World): readonly Result[] => {
  const doors = [...unit.base, ...unit.head].flatMap(doorsOf);
  if (doors.length === 0 && unit.root.kind !== 'agent') return [notApplicable('the unit is no agent and serves no port or route')];
  const closed = transitionsOf(unit).flatMap((way) => closedDoors(way));
  const asked = unit.root.kind === 'agent' ? callers(unit, world) : [];
  const results = [...closed, ...asked];
  return results.some((r) => r.verdict === 'unsafe' || r.verdict === 'unproven')
    ? results
    : [...results, safe('both', `${doors.length / 2} ports and routes on each side`)];
};

interface Door {
  readonly object: Manifest;
  readonly name: string;
}

/** What callers name: a port of a Service, or a path of a route. */
const doorsOf = (object: Manifest): Door[] => {
  const kind = textAt(object, 'kind');
  if (kind === 'Service') return asList(valueAt(object, 'spec', 'ports')).map((p) => ({ object, name: `port ${String(valueAt(p, 'port'))}` }));
  if (!/^(HTTP|GRPC|TLS|TCP)Route$/.test(kind)) return [];
  const hosts = asList(valueAt(object, 'spec', 'hostnames')).map((h) => ({ object, name: `host ${String(h)}` }));
  const matches = asList(valueAt(object, 'spec', 'rules')).flatMap((rule) => asList(valueAt(rule, 'matches')));
  return [...hosts, ...matches.map((m) => ({ object, name: `match ${JSON.stringify(m)}` }))];
};

/** Forward only: a door that the change opens is used by those that require the newer release, and they are asked below. */
const closedDoors = (way: Transition): Result[] => {
  if (way.direction === 'back') return [];
  const after = byId(way.to);
  return way.from.flatMap(doorsOf).flatMap(({ object, name }): Result[] => {
    const next = after.get(objectId(object));
    if (!next)
      return [
        unsafe(
          way.direction,
          { side: way.fromSide, object, path: [] },
          `${textAt(object, 'kind')} ${textAt(object, 'metadata', 'name')} goes, and with it ${name}`,
        ),
      ];
    if (doorsOf(next).some((d) => d.name === name)) return [];
    return [unsafe(way.direction, { side: way.toSide, object: next, path: ['spec'] }, `${name} is not served any more`)];
  });
};

const callers = (unit: ChangedUnit, world: World): readonly Result[] => {
  const { from, to } = releaseMove(unit, world);
  const agent = unit.root.agent ?? '';
  if (from === undefined || to === undefined) return [factsProblem('both', 'unproven', '', 'the pin of the agent can not be read')];
  if (from === to && !changesImage(unit)) return [safe('both', 'the release stays, and with it what it says to others')];
  const [lower, higher] = (compareVersions(from, to) ?? 0) > 0 ? [to, from] : [from, to];
  const direction = lower === to ? 'forward' : 'back';
  const ring = unit.root.ring ?? '';
  const needing = [...world.head.fleet.pins.keys()].flatMap((other) =>
    requirementsOf(world.head, other, ring).flatMap((r) =>
      r.agent === agent && (compareVersions(r.atLeast, lower) ?? 1) > 0 ? [`${other} (at least ${r.atLeast})`] : [],
    ),
  );
  const own = [...unmet(unit, world, 'head'), ...unmet(unit, world, 'base')];
  if (needing.length > 0) {
    const order = `${needing.join(', ')} in ${ring} needs more than ${lower}: take that back first`;
    return [...own, factsProblem(direction, 'unsafe', `agents/${agent}`, order)];
  }
  const distance = distanceOf(from, to);
  if (distance === undefined || distance === 'major') {
    const why = distance === 'major' ? 'is another major version, which says of itself that it breaks its callers' : 'is no version';
    return [...own, factsProblem('both', 'unproven', `agents/${agent}`, `${higher} ${why}; callers declare what they need with requires`)];
  }
  const words = { same: 'one release', patch: 'a patch apart', minor: 'a minor version apart' }[distance];
  return [...own, safe('both', `${from} and ${to} are ${words}, and no frozen configuration in ${ring} requires more than ${lower}`)];
};

/** What one side's own release requires of others, against what the ring pins at the head. */
const unmet = (unit: ChangedUnit, { head }: World, side: 'base' | 'head'): Result[] =>
  (frozenFacts(unit[side])?.requires ?? []).flatMap((r): Result[] => {
    const pinned = head.fleet.pins.get(r.agent)?.get((unit.root.ring ?? '') as never)?.release;
    if (pinned !== undefined && (compareVersions(pinned, r.atLeast) ?? -1) >= 0) return [];
    const direction = side === 'head' ? 'forward' : 'back';
    return [
      factsProblem(
        direction,
        'unsafe',
        `agents/${unit.root.agent}`,
        `the release of ${side} requires ${r.agent} ${r.atLeast}, and ${unit.root.ring} pins ${pinned ?? 'none'}`,
      ),
    ];
  });
