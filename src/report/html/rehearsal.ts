import type { RehearsalReport, RolloutForecast, ScenarioForecast } from '#model/forecast.ts';
import { htmlText } from '../escape.ts';
import { basisLine, conclusions, percent, rehearsalColumns, scenarioCells } from '../rehearsal.ts';

type Rehearsal = RehearsalReport<RolloutForecast>;

/** The rollouts that change, each with its table and, per scenario, when it aborts and how much work the canary has. */
export const rehearsalsHtml = (rehearsals: readonly Rehearsal[]): string => {
  if (rehearsals.length === 0) return '';
  const blocks = rehearsals.map((rehearsal, index) => {
    const { forecast, roots, agent } = rehearsal;
    const rows = forecast.scenarios.map(
      (scenario) =>
        `<tr>${scenarioCells(scenario)
          .map((cell, at) => (at === 0 ? `<th scope="row">${htmlText(cell)}</th>` : `<td>${htmlText(cell)}</td>`))
          .join('')}</tr>`,
    );
    return [
      `<details class="rehearsal"${index > 3 ? '' : ' open'}><summary><b>${htmlText(agent)}</b> <span class="reach">${htmlText(roots.join(' '))}</span></summary>`,
      `<p>${htmlText(basisLine(rehearsal))}</p>`,
      `<div class="scroll"><table class="numbers"><thead><tr>${rehearsalColumns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
      `<ul>${conclusions(rehearsal)
        .map((text) => `<li>${htmlText(text)}</li>`)
        .join('')}</ul>`,
      `<div class="plots">${forecast.scenarios.map((scenario) => plot(scenario, forecast)).join('')}</div>`,
      '</details>',
    ].join('\n');
  });
  return `<h2 id="rehearsals">Rehearsed rollouts <span class="number">${rehearsals.length}</span></h2>${blocks.join('\n')}`;
};

const [width, height, left, bottom, top] = [380, 170, 40, 28, 14];

/** One scenario: the share of rollouts that have aborted (line), and the mean share of work that the canary has (area), over time. */
const plot = (scenario: ScenarioForecast, { exposureSeconds }: RolloutForecast): string => {
  const { exposure, abortedBy, title } = scenario;
  const end = lastOf(scenario);
  const peak = Math.max(0, ...exposure);
  const most = Math.max(0.01, peak);
  const x = (at: number): number => left + ((width - left - 8) * at) / Math.max(1, end);
  const y = (share: number): number => top + (height - top - bottom) * (1 - share);
  const points = (values: readonly number[], scale: number): string =>
    values
      .slice(0, end)
      .map((value, at) => `${x(at + 0.5).toFixed(1)},${y(value / scale).toFixed(1)}`)
      .join(' ');
  const minutes = Math.round((end * exposureSeconds) / 60);
  const final = abortedBy.at(-1) ?? 0;
  return [
    `<figure><svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${htmlText(`${title}: ${percent(final)} of the rollouts abort; the canary has at most ${percent(peak)} of the work on average`)}">`,
    `<polygon class="exposure" points="${x(0)},${y(0)} ${points(exposure, most)} ${x(end).toFixed(1)},${y(0)}"/>`,
    `<polyline class="detected" points="${x(0)},${y(0)} ${points(abortedBy, 1)}"/>`,
    `<line class="axis" x1="${left}" y1="${y(0)}" x2="${width - 8}" y2="${y(0)}"/><line class="axis" x1="${left}" y1="${y(0)}" x2="${left}" y2="${y(1)}"/>`,
    `<text x="${left - 4}" y="${y(1) + 4}" class="end">100 %</text><text x="${left - 4}" y="${y(0)}" class="end">0</text>`,
    `<text x="${left}" y="${height - 10}">0</text><text x="${width - 8}" y="${height - 10}" class="end">${minutes} min</text>`,
    `<text x="${width - 8}" y="${top - 3}" class="end exposed">work of the canary, up to ${percent(peak)}</text></svg>`,
    `<figcaption>${htmlText(title)}: ${percent(final)} aborted</figcaption></figure>`,
  ].join('');
};

/** Bins that are worth showing: until nothing happens any more. */
const lastOf = ({ exposure, abortedBy }: ScenarioForecast): number => {
  const final = abortedBy.at(-1) ?? 0;
  const still = abortedBy.findLastIndex((share) => share < final) + 2;
  const exposed = exposure.findLastIndex((share) => share > 0.0005) + 2;
  return Math.min(exposure.length, Math.max(20, still, exposed));
};
