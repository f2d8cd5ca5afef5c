import { rowOf } from './log-row.js';

/** How many messages are kept on the page. */
export const MOST_ROWS = 500;
const NEAR_THE_END = 48;
const FEW = 4;

/**
 * The list of messages: at most 500 rows, drawn once per frame, following the newest until the reader scrolls away.
 * What waits to be drawn is bounded too, and is made into rows only if it will be seen.
 */
export class LogView {
  #scroller;
  #list;
  #onChange;
  #waiting = [];
  #skipped = 0;
  #unseen = 0;
  #paused = false;
  #following = true;
  #top = 0;
  #frame = 0;

  /**
   * @param {HTMLElement} scroller what scrolls
   * @param {HTMLOListElement} list inside it
   * @param {() => void} onChange anything a button or counter may want to show has changed
   */
  constructor(scroller, list, onChange) {
    this.#scroller = scroller;
    this.#list = list;
    this.#onChange = onChange;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    list.addEventListener('click', () => this.#follow(this.#isNearTheEnd()));
    new ResizeObserver(() => this.#keepUp()).observe(scroller);
  }

  /** @param {() => import('./message.js').Entry} describe called when, and only if, the row is drawn */
  add(describe) {
    this.#waiting.push(describe);
    if (this.#waiting.length >= 2 * MOST_ROWS) {
      this.#skipped += this.#waiting.splice(0, this.#waiting.length - MOST_ROWS).length;
    }
    this.#drawSoon();
  }

  clear() {
    this.#list.replaceChildren();
    this.#waiting = [];
    this.#skipped = 0;
    this.#unseen = 0;
    this.#following = true;
    this.#onChange();
  }

  /** While paused nothing moves; what arrives waits. */
  set paused(paused) {
    this.#paused = paused;
    this.#drawSoon();
  }

  get paused() {
    return this.#paused;
  }

  get following() {
    return this.#following;
  }

  /** How many have arrived that a pause or the scroll position hides. */
  get unseen() {
    return this.#unseen + this.#waiting.length + this.#skipped;
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  jumpToNewest() {
    this.#follow(true);
    this.#keepUp();
  }

  #drawSoon() {
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#draw();
      });
    }
  }

  #draw() {
    if (!this.#paused && this.#waiting.length > 0) {
      const newest = this.#waiting.slice(-MOST_ROWS);
      const arrived = this.#skipped + this.#waiting.length;
      const rows = newest.map((describe) => rowOf(describe()));
      this.#waiting = [];
      this.#skipped = 0;
      if (rows.length <= FEW) {
        rows.forEach((row) => row.classList.add('fresh'));
      }
      this.#append(rows);
      this.#unseen = this.#following ? 0 : this.#unseen + arrived;
    }
    this.#onChange();
  }

  #append(rows) {
    this.#list.append(...rows);
    const surplus = this.#list.childElementCount - MOST_ROWS;
    if (surplus > 0) {
      this.#removeOldest(surplus);
    }
    this.#keepUp();
  }

  /** What the reader looks at stays where it is. */
  #removeOldest(count) {
    const before = this.#following ? 0 : this.#scroller.scrollHeight;
    const range = document.createRange();
    range.setStartBefore(this.#list.children[0]);
    range.setEndAfter(this.#list.children[count - 1]);
    range.deleteContents();
    if (!this.#following) {
      this.#scroller.scrollTop -= before - this.#scroller.scrollHeight;
    }
  }

  #keepUp() {
    if (this.#following) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
      this.#top = this.#scroller.scrollTop;
    }
  }

  /** Only going up ends following: a log that was resized is not one that was scrolled. */
  #scrolled() {
    const wentUp = this.#scroller.scrollTop < this.#top;
    this.#top = this.#scroller.scrollTop;
    this.#follow(this.#isNearTheEnd() || (this.#following && !wentUp));
  }

  #follow(following) {
    this.#following = following;
    if (following) {
      this.#unseen = 0;
    }
    this.#onChange();
  }

  #isNearTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
  }
}
