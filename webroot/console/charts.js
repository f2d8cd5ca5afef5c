import uPlot from '../vendor/uplot/uPlot.esm.js';
import { count, millis, rate, short } from './format.js';
import { WINDOW_SECONDS } from './nodes.js';
import { element } from '../text.js';

const HEIGHT = 150;
const GAP_SECONDS = 3;

/** What each chart draws: the figures of a sample by name, the colour they have, and how they are written. */
const CHARTS = [
  { id: 'chart-delivered', write: rate, lines: [{ of: 'delivered', name: 'delivered', colour: '--accent' }] },
  {
    id: 'chart-latency',
    write: millis,
    lines: [
      { of: 'p99', name: 'p99', colour: '--accent' },
      { of: 'p50', name: 'p50', colour: '--calm' },
    ],
  },
  {
    id: 'chart-readers',
    write: count,
    lines: [
      { of: 'readers', name: 'connected', colour: '--accent' },
      { of: 'behind', name: 'behind', colour: '--waiting' },
    ],
  },
];

/** The charts of the last minutes. Drawn when `show` is called, and when their size or the colours change. */
export class Charts {
  #charts = CHARTS.map((chart) => ({ ...chart, plot: plotOf(chart), legend: legendOf(chart) }));

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#charts.forEach(({ plot }) => plot.redraw());
    });
  }

  /** @param {import('./nodes.js').Node['samples']} samples */
  show(samples) {
    const shown = withGaps(samples);
    const times = shown.map(({ time }) => time);
    for (const { plot, legend, lines, write } of this.#charts) {
      plot.setData([times, ...lines.map(({ of }) => shown.map((sample) => sample[of] ?? null))]);
      lines.forEach(({ of }, at) => {
        legend[at].textContent = write(samples.at(-1)?.[of]);
      });
    }
  }
}

/** Where nothing was heard there is no line. */
function withGaps(samples) {
  return samples.flatMap((sample, at) => {
    const before = samples[at - 1];
    return before && sample.time - before.time > GAP_SECONDS ? [{ time: before.time + 1 }, sample] : [sample];
  });
}

function plotOf({ id, lines, write }) {
  const place = document.getElementById(id);
  const soft = () => colour('--soft');
  const axis = { stroke: soft, font: '11px system-ui, sans-serif', ticks: { show: false } };
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { range: (plot, from, to) => [to - WINDOW_SECONDS, to] },
      y: { range: (plot, from, to) => [0, Math.max(to * 1.15, 1)] },
    },
    axes: [
      { ...axis, size: 26, space: 70, grid: { show: false }, values: (plot, times) => times.map(clock) },
      {
        ...axis,
        size: 44,
        space: 36,
        grid: { stroke: () => colour('--line'), width: 1 },
        values: (plot, ticks) => ticks.map(short),
      },
    ],
    series: [
      {},
      ...lines.map((line, at) => ({
        stroke: () => colour(line.colour),
        fill: at === 0 ? () => `color-mix(in srgb, ${colour(line.colour)} 10%, transparent)` : undefined,
        width: 1.75,
        points: { show: false },
        value: (plot, value) => write(value),
      })),
    ],
  };
  const plot = new uPlot(options, [[], ...lines.map(() => [])], place);
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
  return plot;
}

/** @returns {HTMLElement[]} where the newest value of each line stands */
function legendOf({ id, lines }) {
  const legend = document.getElementById(`${id}-legend`);
  return lines.map(({ name, colour: variable }) => {
    const value = element('b', '–');
    const entry = element('span', `${name} `);
    entry.dataset.colour = variable.slice(2);
    entry.append(value);
    legend.append(entry, ' ');
    return value;
  });
}

function clock(seconds) {
  const format = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Date(seconds * 1000).toLocaleTimeString(undefined, format);
}

function colour(variable) {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}
