import { type Cluster, rings } from '#model/cluster.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { compareText, uniqueSorted } from '#util/order.ts';
import { htmlText } from '../escape.ts';

/** Pixels of the drawing; the page scales it. */
const column = { width: 92, gap: 10, top: 44, padding: 6 } as const;
const tile = { least: 18, most: 54, gap: 5 } as const;
const palette = 8;

export interface MapInput {
  readonly report: GateReport;
  readonly clusters: readonly Cluster[];
  /** Clusters in which something blocks. */
  readonly blocked: ReadonlySet<string>;
}

interface Tile {
  readonly cluster: Cluster;
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** The blast radius as a picture: waves from left to right in the order of promotion, a tile for each cluster, its area the number of cells. */
export const blastMap = ({ report, clusters, blocked }: MapInput): string => {
  if (clusters.length === 0) return '<p>No cluster is known.</p>';
  const reached = new Set(report.blastRadius.clusters);
  const countries = uniqueSorted(clusters.map((c) => c.country));
  const colour = (country: string): number => countries.indexOf(country) % palette;
  const most = Math.max(1, ...clusters.map((c) => c.cells));
  const columns = rings.map((ring) =>
    layOut(
      clusters.filter((c) => c.wave === ring),
      most,
    ),
  );
  const height = Math.max(...columns.map((c) => c.height)) + column.top + column.padding;
  const width = rings.length * (column.width + column.gap) - column.gap;
  const drawn = rings.map((ring, i) => columnHtml({ ring, tiles: columns[i]?.tiles ?? [], height, reached, blocked, colour }, i));
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="Map of the blast radius"><svg class="map" viewBox="0 0 ${width} ${height}" role="img" aria-label="${count(reached.size, 'cluster')} of ${clusters.length} reached">`,
    ...drawn,
    '</svg></div>',
    `<p class="legend">${countries.map((c) => `<span><i class="key c${colour(c)}"></i>${htmlText(c === 'none' ? 'laboratory' : c)}</span>`).join(' ')} <span><i class="key far"></i>not reached</span> <span><i class="key bad"></i>something blocks here</span> <span>area: number of cells</span></p>`,
    reachedList(clusters, reached),
  ].join('\n');
};

const layOut = (clusters: readonly Cluster[], most: number): { readonly tiles: Tile[]; readonly height: number } => {
  const sorted = [...clusters].sort((a, b) => compareText(a.country, b.country) || b.cells - a.cells || compareText(a.name, b.name));
  const tiles: Tile[] = [];
  let x = column.padding;
  let y = 0;
  let line = 0;
  for (const cluster of sorted) {
    const side = Math.round(tile.least + (tile.most - tile.least) * Math.sqrt(cluster.cells / most));
    if (x + side > column.width - column.padding) {
      x = column.padding;
      y += line + tile.gap;
      line = 0;
    }
    tiles.push({ cluster, x, y, side });
    x += side + tile.gap;
    line = Math.max(line, side);
  }
  return { tiles, height: y + line };
};

interface ColumnInput {
  readonly ring: string;
  readonly tiles: readonly Tile[];
  readonly height: number;
  readonly reached: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  readonly colour: (country: string) => number;
}

const columnHtml = ({ ring, tiles, height, reached, blocked, colour }: ColumnInput, index: number): string => {
  const hit = tiles.filter((t) => reached.has(t.cluster.name)).length;
  const middle = column.width / 2;
  return [
    `<g transform="translate(${index * (column.width + column.gap)} 0)"><rect class="lane${hit > 0 ? ' hit' : ''}" width="${column.width}" height="${height}" rx="8"/>`,
    `<text class="wave" x="${middle}" y="18">${ring}</text><text class="sub" x="${middle}" y="33">${hit} of ${tiles.length}</text>`,
    ...tiles.map(({ cluster, x, y, side }) => {
      const { name, country, cells, env, tier } = cluster;
      const state = `${reached.has(name) ? 'near' : 'far'}${blocked.has(name) ? ' bad' : ''}`;
      const title = `${name}: ${count(cells, 'cell')}, ${country}, ${env}, ${tier}${reached.has(name) ? ', reached' : ', not reached'}${blocked.has(name) ? ', something blocks here' : ''}`;
      const label =
        side < 24 ? '' : `<text class="land" x="${x + side / 2}" y="${y + column.top + side / 2 + 4}">${htmlText(country === 'none' ? 'lab' : country)}</text>`;
      return `<g class="tile ${state}" data-cluster="${htmlText(name)}"><title>${htmlText(title)}</title><rect class="c${colour(country)}" x="${x}" y="${y + column.top}" width="${side}" height="${side}" rx="4"/>${label}</g>`;
    }),
    '</g>',
  ].join('');
};

/** The same as words, for readers that see no picture. */
const reachedList = (clusters: readonly Cluster[], reached: ReadonlySet<string>): string => {
  if (reached.size === 0) return '<p>No cluster is reached.</p>';
  const lines = rings.flatMap((ring) => {
    const names = clusters.filter((c) => c.wave === ring && reached.has(c.name)).map((c) => `${c.name} (${c.cells})`);
    return names.length === 0 ? [] : [`<li><b>${ring}</b> ${htmlText(names.join(', '))}</li>`];
  });
  return `<details><summary>Reached clusters by name, with cells</summary><ul>${lines.join('')}</ul></details>`;
};
