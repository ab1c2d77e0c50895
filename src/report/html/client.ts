/**
 * The script of the HTML report. Each function goes into the page as its own text, so none may use anything that is not in `parts`
 * or in a browser. It only moves and hides what the page already shows; without it, the page is whole.
 */

/** What is known of one finding or change for searching, filtering and grouping. */
export interface Facet {
  readonly standing: string;
  readonly rule: string;
  readonly clusters: readonly string[];
  readonly agents: readonly string[];
  /** How many findings or changes it stands for. */
  readonly count: number;
  /** Lower case, everything that a search looks at. */
  readonly text: string;
}

type Grouping = 'standing' | 'rule' | 'cluster' | 'agent';

const keysOf = (facet: Facet, by: Grouping): readonly string[] => {
  if (by === 'rule') return [facet.rule];
  if (by === 'standing') return [facet.standing];
  const names = by === 'cluster' ? facet.clusters : facet.agents;
  return names.length === 0 ? [`no ${by}`] : names;
};

const matches = (facet: Facet, words: readonly string[], standings: ReadonlySet<string>): boolean =>
  (facet.standing === '' || standings.has(facet.standing)) && words.every((word) => facet.text.includes(word));

/** How many findings the articles stand for. */
const total = (articles: readonly Element[], facets: readonly Facet[]): number =>
  articles.reduce((sum, a) => sum + (facets[Number(a.getAttribute('data-finding'))]?.count ?? 1), 0);

/** Puts the findings that are wanted into one section for each key, in the order of their first finding. */
const regroup = (home: Element, articles: readonly Element[], facets: readonly Facet[], by: Grouping): void => {
  const groups = new Map<string, Element[]>();
  for (const article of articles) {
    const facet = facets[Number(article.getAttribute('data-finding'))];
    for (const key of facet ? keysOf(facet, by) : []) groups.set(key, [...(groups.get(key) ?? []), article]);
  }
  const entries = [...groups];
  if (by === 'cluster' || by === 'agent') entries.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const used = new Set<Element>();
  const sections = entries.map(([key, members]) => {
    const section = document.createElement('section');
    section.className = 'group';
    const heading = section.appendChild(document.createElement('h3'));
    heading.textContent = `${key} `;
    const number = heading.appendChild(document.createElement('span'));
    number.className = 'number';
    number.textContent = String(total(members, facets));
    for (const member of members) section.append(used.has(member) ? member.cloneNode(true) : member);
    for (const member of members) used.add(member);
    return section;
  });
  home.replaceChildren(...sections);
};

const step = (by: number): void => {
  const all = [...document.querySelectorAll<HTMLElement>('article.finding, details.change:not([hidden])')];
  const at = all.indexOf(document.activeElement?.closest<HTMLElement>('article.finding, details.change') as HTMLElement);
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  (next?.querySelector<HTMLElement>(':scope > summary') ?? next)?.focus();
  next?.scrollIntoView({ block: 'nearest' });
};

const keys = (search: HTMLInputElement): void => {
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if (event.key === 'Escape' && isTyping) {
      search.value = '';
      search.dispatchEvent(new Event('input'));
      search.blur();
    }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') {
      event.preventDefault();
      search.focus();
    }
    if (event.key === 'j') step(1);
    if (event.key === 'k') step(-1);
  });
};

const tiles = (search: HTMLInputElement): void => {
  for (const tile of document.querySelectorAll<SVGElement>('.tile')) {
    tile.setAttribute('tabindex', '0');
    tile.setAttribute('role', 'button');
    const choose = (): void => {
      const name = tile.dataset['cluster'] ?? '';
      search.value = search.value === name ? '' : name;
      search.dispatchEvent(new Event('input'));
    };
    tile.addEventListener('click', choose);
    tile.addEventListener('keydown', (event) => event.key === 'Enter' && choose());
  }
};

const printing = (): void => {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
  });
};

const start = (): void => {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as { findings: Facet[]; changes: Facet[] };
  const home = document.getElementById('findings') as HTMLElement;
  const search = document.getElementById('search') as HTMLInputElement;
  const group = document.getElementById('group') as HTMLSelectElement;
  const result = document.getElementById('result') as HTMLElement;
  const articles = [...home.querySelectorAll('article.finding')];
  const changes = [...document.querySelectorAll<HTMLElement>('details.change')];
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name=standing]')];
  const apply = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const standings = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
    const shown = articles.filter((a) => matches(data.findings[Number(a.getAttribute('data-finding'))] as Facet, words, standings));
    regroup(home, shown, data.findings, group.value as Grouping);
    for (const change of changes) change.hidden = !matches(data.changes[Number(change.dataset['change'])] as Facet, words, standings);
    result.textContent = `${total(shown, data.findings)} of ${total(articles, data.findings)} findings, ${changes.filter((c) => !c.hidden).length} of ${changes.length} changed objects`;
    for (const tile of document.querySelectorAll<SVGElement>('.tile')) tile.classList.toggle('chosen', tile.dataset['cluster'] === search.value);
  };
  search.addEventListener('input', apply);
  for (const control of [group, ...boxes]) control.addEventListener('change', apply);
  keys(search);
  tiles(search);
  printing();
  (document.getElementById('tools') as HTMLElement).hidden = false;
  apply();
};

const parts = { keysOf, matches, total, regroup, step, keys, tiles, printing, start };

/** The script as it stands in the page. */
export const clientSource = (): string =>
  `'use strict';\n${Object.entries(parts)
    .map(([name, part]) => `const ${name} = ${part.toString()};`)
    .join('\n')}\nstart();\n`;
