const APART_MS = 5_000;
const GATHER_MS = 500;
const LONGEST = 200;

/** Tells a screen reader of new messages: a summary now and then, never each of a flood. */
export class Announcer {
  #region;
  #count = 0;
  #latest = null;
  #timer = 0;
  #spoken = -APART_MS;

  /** @param {HTMLElement} region a polite live region */
  constructor(region) {
    this.#region = region;
  }

  /** @param {() => import('./message.js').Entry} describe the newest message; called if it is read out */
  add(describe) {
    this.#count++;
    this.#latest = describe;
    if (this.#timer === 0) {
      const wait = Math.max(GATHER_MS, this.#spoken + APART_MS - performance.now());
      this.#timer = setTimeout(() => this.#speak(), wait);
    }
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#count = 0;
    this.#region.textContent = '';
  }

  #speak() {
    const { topics, text } = this.#latest();
    const many = this.#count === 1 ? '' : `${this.#count.toLocaleString('en')} new messages. The latest `;
    const where = topics.length === 0 ? '' : `on ${topics.join(', ')}: `;
    this.#region.textContent = `${many}${where}${text.slice(0, LONGEST)}`;
    this.#timer = 0;
    this.#count = 0;
    this.#spoken = performance.now();
  }
}
