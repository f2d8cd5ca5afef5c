/** For how long a node's figures are kept, at one a second. */
export const WINDOW_SECONDS = 300;
const MOST_NODES = 64;
const SILENT_MS = 5_000;

/**
 * @typedef {object} Node what is known of one node
 * @property {any} status the newest it has said
 * @property {number} heard when, by the clock of this page
 * @property {{time: number, delivered: number, p50: ?number, p99: ?number, readers: number, behind: number}[]} samples
 *     of the last minutes, oldest first
 */

/** What each node has said of itself in the last minutes; bounded in time and in number. */
export class Nodes {
  /** @type {Map<string, Node>} */
  #nodes = new Map();

  /** @param {string} json the data of an event of `outpour/status` */
  take(json) {
    const status = JSON.parse(json);
    const name = String(status.node);
    if (!this.#nodes.has(name) && this.#nodes.size === MOST_NODES) {
      return;
    }
    const node = this.#nodes.get(name) ?? { status, heard: 0, samples: [] };
    this.#nodes.set(name, node);
    node.status = status;
    node.heard = performance.now();
    node.samples.push(sampleOf(status));
    const oldest = node.samples.at(-1).time - WINDOW_SECONDS;
    while (node.samples[0].time < oldest || node.samples.length > 2 * WINDOW_SECONDS) {
      node.samples.shift();
    }
  }

  /** @returns {string[]} in a steady order */
  get names() {
    return [...this.#nodes.keys()].sort();
  }

  /** @returns {Node | undefined} */
  get(name) {
    return this.#nodes.get(name);
  }

  /** Whether a node has said nothing for some seconds, though it says something each second. */
  isSilent(name) {
    return performance.now() - (this.#nodes.get(name)?.heard ?? 0) > SILENT_MS;
  }
}

function sampleOf({ time, perSecond, latencyMillis, readers }) {
  return {
    time: Date.parse(time) / 1000,
    delivered: perSecond.delivered,
    p50: latencyMillis?.p50 ?? null,
    p99: latencyMillis?.p99 ?? null,
    readers: readers.connected,
    behind: readers.behind,
  };
}
