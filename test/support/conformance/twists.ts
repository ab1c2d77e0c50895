import { add, endless, followWeight, instant, judgeInBackground, judgeInline, metric, setSteps, type Twist, waitForPerson } from './draft.ts';

/** By name: every name is in the catalogue of recorded scenarios. */
export const twists: Readonly<Record<string, Twist>> = {
  plain: () => {},
  'inline-success': (draft, draw) => judgeInline(draft, draw, [metric('a', 'S'), metric('b', 'S', { count: 2, interval: '3s' })]),
  'inline-failure': (draft, draw) => judgeInline(draft, draw, [metric('a', draw.one(['F', 'SF', 'SSF'])), metric('b', 'S', { interval: '3s' })]),
  'inline-failures-within-limit': (draft, draw) => judgeInline(draft, draw, [metric('a', 'SFSFS', { count: 5, failureLimit: draw.one([1, 2]) })]),
  'inline-inconclusive': (draft, draw) => judgeInline(draft, draw, [metric('a', draw.one(['I', 'SI']))]),
  'inconclusive-resumed': (draft, draw) => {
    judgeInline(draft, draw, [metric('a', `I${draw.one(['S', 'F'])}`, { count: 2 })]);
    add(draft, { at: instant(draw, 16, 18), kind: 'resume' });
  },
  'inconclusive-promoted': (draft, draw) => {
    judgeInline(draft, draw, [metric('a', 'SI')]);
    add(draft, { at: instant(draw, 20, 22), kind: 'promote' });
  },
  'inconclusive-scaled-aborted': (draft, draw) => {
    judgeInline(draft, draw, [metric('a', 'I')]);
    add(draft, { at: instant(draw, 15, 16), kind: 'replicas', replicas: draft.replicas + 2 }, { at: instant(draw, 19, 21), kind: 'abort' });
  },
  'inline-errors-recovered': (draft, draw) => judgeInline(draft, draw, [metric('a', 'ESS', { count: 2, consecutiveErrorLimit: 2 })]),
  'inline-errors': (draft, draw) => judgeInline(draft, draw, [metric('a', 'SE', { consecutiveErrorLimit: draw.one([0, 1]) })]),
  'background-failure': (draft, draw) => {
    judgeInBackground(draft, [metric('c', `${'S'.repeat(draw.whole(1, 3))}F`, endless)]);
    setSteps(draft, { setWeight: 30 }, { pause: { duration: '20s' } });
  },
  'background-inconclusive': (draft) => {
    judgeInBackground(draft, [metric('c', 'SSI', endless)]);
    setSteps(draft, { setWeight: 30 }, { pause: { duration: '20s' } });
  },
  'background-cut-short': (draft, draw) =>
    judgeInBackground(draft, [metric('c', 'S', endless), metric('d', 'S', { ...endless, initialDelay: `${draw.whole(2, 5)}s` })]),
  'background-starting-step': (draft) => {
    judgeInBackground(draft, [metric('c', 'SSF', endless)], { startingStep: 2 });
    setSteps(draft, { setWeight: 20 }, { pause: { duration: '4s' } }, { setWeight: 50 }, { pause: { duration: '15s' } });
  },
  'background-never-measures': (draft) => judgeInBackground(draft, [metric('c', 'F', { ...endless, initialDelay: '10m' })]),
  'dry-run-failure': (draft, draw) => judgeInline(draft, draw, [metric('a', 'S'), metric('trial', 'F', { count: 4 })], ['tri.l']),
  'dry-run-matches-nothing': (draft, draw) => judgeInline(draft, draw, [metric('a', 'S')], [draw.one(['nothing', '*'])]),
  'consecutive-successes': (draft, draw) =>
    judgeInline(draft, draw, [metric('a', draw.one(['FSS', 'SFSFS']), { count: 5, failureLimit: 3, consecutiveSuccessLimit: 2 })]),
  'user-abort': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 8, 10), kind: 'abort' });
  },
  'abort-and-retry': (draft, draw) => {
    judgeInline(draft, draw, [metric('a', 'FS', { count: 1, interval: undefined })]);
    add(draft, { at: instant(draw, 16, 18), kind: 'retry' });
  },
  'abort-while-scaling': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 1, 1) + 0.3, kind: 'abort' });
  },
  'new-template-midway': (draft, draw) => {
    setSteps(draft, { setWeight: 40 }, { pause: { duration: '8s' } }, { setWeight: 70 }, { pause: { duration: '2s' } });
    add(draft, { at: instant(draw, 6, 8), kind: 'release', template: 'v3' });
  },
  'new-template-during-analysis': (draft, draw) => {
    judgeInline(draft, draw, [metric('a', 'S', { count: 5 })]);
    add(draft, { at: instant(draw, 11, 12), kind: 'release', template: 'v3' });
  },
  'new-template-after-abort': (draft, draw) => {
    waitForPerson(draft, draw);
    add(
      draft,
      { at: instant(draw, 7, 8), kind: 'abort' },
      { at: instant(draw, 15, 16), kind: 'release', template: 'v3' },
      { at: instant(draw, 25, 26), kind: 'promote' },
    );
  },
  'back-to-stable': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 8, 10), kind: 'release', template: 'v1' });
  },
  'back-to-stable-after-abort': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 7, 8), kind: 'abort' }, { at: instant(draw, 16, 18), kind: 'release', template: 'v1' });
  },
  'back-after-promotion': (draft, draw) => {
    setSteps(draft, { setWeight: 50 }, { pause: { duration: '2s' } });
    add(draft, { at: instant(draw, 20, 22), kind: 'release', template: 'v1' });
  },
  'back-within-window': (draft, draw) => {
    draft.fields = { ...draft.fields, rollbackWindow: { revisions: 3 } };
    setSteps(draft, { setWeight: 50 }, { pause: { duration: '2s' } });
    add(draft, { at: instant(draw, 20, 22), kind: 'release', template: 'v1' });
  },
  'steps-edited': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 8, 9), kind: 'steps', steps: [{ setWeight: 60 }, { pause: { duration: '3s' } }] });
  },
  'steps-edited-after-abort': (draft, draw) => {
    waitForPerson(draft, draw);
    add(
      draft,
      { at: instant(draw, 7, 8), kind: 'abort' },
      { at: instant(draw, 15, 16), kind: 'steps', steps: [{ setWeight: 60 }, { pause: { duration: '3s' } }] },
    );
  },
  'scaled-up-in-pause': (draft, draw) => {
    setSteps(draft, { setWeight: 40 }, { pause: { duration: '8s' } }, { setWeight: 70 }, { pause: { duration: '2s' } });
    add(draft, { at: instant(draw, 6, 8), kind: 'replicas', replicas: draft.replicas + draw.whole(1, 3) });
  },
  'scaled-down-in-pause': (draft, draw) => {
    draft.replicas = draw.whole(4, 6);
    setSteps(draft, { setWeight: 40 }, { pause: { duration: '8s' } }, { setWeight: 70 }, { pause: { duration: '2s' } });
    add(draft, { at: instant(draw, 8, 9), kind: 'replicas', replicas: 2 });
  },
  'scaled-up-during-abort': (draft, draw) => {
    waitForPerson(draft, draw);
    const at = instant(draw, 8, 9);
    add(draft, { at, kind: 'abort' }, { at: at + 0.7, kind: 'replicas', replicas: draft.replicas + 2 });
  },
  'promoted-in-full': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 8, 9), kind: 'promoteFull' });
  },
  'promoted-past-pause': (draft, draw) => {
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 8, 9), kind: 'promote' });
  },
  'promoted-past-analysis': (draft, draw) => {
    judgeInline(draft, draw, [metric('a', 'S', { count: 6 })]);
    add(draft, { at: instant(draw, 12, 13), kind: 'promote' });
  },
  'paused-by-hand': (draft, draw) => {
    setSteps(draft, { setWeight: 40 }, { pause: { duration: '6s' } }, { setWeight: 70 }, { pause: { duration: '2s' } });
    add(draft, { at: instant(draw, 5, 6), kind: 'pause', paused: true }, { at: instant(draw, 16, 18), kind: 'pause', paused: false });
  },
  'never-ready': (draft, draw) => {
    draft.readyAfter = { ...draft.readyAfter, v2: null };
    draft.fields = { ...draft.fields, progressDeadlineSeconds: draw.whole(6, 9), progressDeadlineAbort: false };
  },
  'never-ready-aborted': (draft, draw) => {
    draft.readyAfter = { ...draft.readyAfter, v2: null };
    draft.fields = { ...draft.fields, progressDeadlineSeconds: draw.whole(6, 9), progressDeadlineAbort: true };
  },
  'fixed-scale': (draft, draw) => {
    draft.isRouted = true;
    setSteps(
      draft,
      { setCanaryScale: { replicas: 2 } },
      { setWeight: 20 },
      { pause: { duration: '2s' } },
      { setCanaryScale: { weight: draw.one([50, 60]) } },
      { setWeight: 30 },
      { pause: { duration: '2s' } },
      { setCanaryScale: { matchTrafficWeight: true } },
      { setWeight: 70 },
      { pause: { duration: '2s' } },
    );
  },
  'stable-follows-weight': (draft, draw) => {
    draft.isRouted = true;
    draft.replicas = draw.whole(3, 5);
    followWeight(draft);
  },
  'stable-follows-weight-aborted': (draft, draw) => {
    draft.isRouted = true;
    draft.replicas = draw.whole(3, 5);
    followWeight(draft);
    setSteps(draft, { setWeight: 20 }, { pause: { duration: '2s' } }, { setWeight: 60 }, { pause: {} });
    add(draft, { at: instant(draw, 18, 20), kind: 'abort' });
  },
  'stable-unready-at-abort': (draft, draw) => {
    draft.isRouted = true;
    draft.replicas = draw.whole(2, 4);
    waitForPerson(draft, draw);
    add(
      draft,
      { at: 9.03, kind: 'podsUnready', template: 'v1', count: 1 },
      { at: 10.53, kind: 'abort' },
      { at: instant(draw, 16, 18), kind: 'podsReady', template: 'v1' },
    );
  },
  'least-pods': (draft) => {
    draft.isRouted = true;
    draft.replicas = 4;
    draft.canary = { ...draft.canary, minPodsPerReplicaSet: 2 };
    setSteps(draft, { setWeight: 10 }, { pause: { duration: '3s' } }, { setWeight: 60 }, { pause: { duration: '2s' } });
  },
  'progress-threshold': (draft) => {
    draft.isRouted = true;
    draft.replicas = 4;
    draft.canary = { ...draft.canary, replicaProgressThreshold: { type: 'Percent', value: 50 } };
  },
  'canary-kept-after-abort': (draft, draw) => {
    draft.isRouted = true;
    draft.canary = { ...draft.canary, abortScaleDownDelaySeconds: draw.one([0, 3]) };
    waitForPerson(draft, draw);
    add(draft, { at: instant(draw, 8, 9), kind: 'abort' });
  },
  'least-ready-seconds': (draft, draw) => {
    draft.fields = { ...draft.fields, minReadySeconds: draw.whole(2, 3) };
  },
  'large-steps': (draft, draw) => {
    draft.isRouted = false;
    draft.replicas = draw.whole(5, 6);
    draft.canary = { ...draft.canary, maxSurge: draw.one([2, '50%']), maxUnavailable: draw.one([0, 1]) };
  },
  'no-surge': (draft, draw) => {
    draft.isRouted = false;
    draft.replicas = draw.whole(3, 4);
    draft.canary = { ...draft.canary, maxSurge: 0, maxUnavailable: 1 };
  },
};
