import { at, fact, look, path, type Stage, wellNetwork } from './stage.ts';

/** `w1` has verified 1.1.0, and `se` in w3 could have it: a healthy network, a Wednesday at one in the morning. */
export const candidate = (changes: Partial<Stage> = {}): Stage => {
  const when = changes.at ?? at('01:00');
  const clusters = changes.clusters ?? path;
  return {
    at: when,
    pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0' } },
    facts: [
      fact('mro', 'w0', '1.1.0', at('10:00', '2027-03-01')),
      fact('mro', 'w1', '1.1.0', at('10:00', '2027-03-02')),
      fact('mro', 'w3', '1.0.0', at('10:00', '2027-02-01')),
    ],
    samples: wellNetwork(when, clusters),
    releases: { mro: ['1.0.0', '1.1.0'] },
    ...changes,
  };
};

export const noon = at('12:00');

/** Release 1.1.0 is in w0 to w3; w3 and the rings after it have verified 1.0.0 before. */
export const moving = (changes: Partial<Stage> = {}): Stage => ({
  at: noon,
  pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.1.0', w5: '1.0.0', w6b: '1.0.0' } },
  releases: { mro: ['1.0.0', '1.1.0'] },
  facts: [
    fact('mro', 'w0', '1.1.0', at('10:00', '2027-03-01')),
    fact('mro', 'w1', '1.1.0', at('10:00', '2027-03-02')),
    fact('mro', 'w3', '1.0.0', at('10:00', '2027-02-01')),
    fact('mro', 'w5', '1.0.0', at('10:00', '2027-02-01')),
    fact('mro', 'w6b', '1.0.0', at('10:00', '2027-02-01')),
  ],
  samples: wellNetwork(noon),
  pinnedAt: { 'mro/w3': at('10:00') },
  ...changes,
});

/** A look at a cluster that runs 1.1.0, a minute ago. */
export const seen = (name: string, changes: Parameters<typeof look>[3], when = at('11:59')) => look('mro', name, when, { release: '1.1.0', ...changes });
