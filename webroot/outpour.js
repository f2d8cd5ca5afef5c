/** Gives what the HTML standard finds in the bytes of an event stream; without a type it is an id alone. */
export class EventStreamParser {
  /** The pause that the hub asks for, in milliseconds. */
  retry = 0;
  #decoder = new TextDecoder();
  #line = '';
  #cr = false;
  #block = { type: '', data: '' };

  /** @param {Uint8Array} bytes however they are cut */
  push(bytes) {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text) {
      const start = this.#cr && text[0] === '\n' ? 1 : 0;
      this.#cr = text.endsWith('\r');
      text = text.slice(start);
    }
    const lines = (this.#line + text).split(/\r\n?|\n/);
    this.#line = lines.pop();
    return lines.flatMap((line) => (line ? this.#field(line) : this.#end()));
  }

  #field(line) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === 'data') {
      this.#block.data += value + '\n';
    } else if (name === 'event') {
      this.#block.type = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#block.id = value;
    } else if (name === 'retry' && /^\d+$/.test(value)) {
      this.retry = +value;
    }
    return [];
  }

  #end() {
    const { id, type, data } = this.#block;
    this.#block = { type: '', data: '' };
    const shown = data && type !== 'outpour.position';
    return data || id !== undefined ? { id, type: shown ? type || 'message' : '', data: data.slice(0, -1) } : [];
  }
}

/**
 * An EventSource that comes back from all that need not be final, can go on after a reload where it was, and reads
 * over one connection for all tabs. The hub's own words are events too, such as `outpour.truncated`. At an `error`,
 * `readyState` says whether it tries again (0), reads on without something (1) or has stopped (2), and `status` and
 * `detail` say why.
 */
export class Outpour extends EventTarget {
  readyState = 0;
  /** @type {((event: Event) => void) | null} */
  onopen = null;
  /** @type {((event: MessageEvent) => void) | null} */
  onmessage = null;
  /** @type {((event: Event & {status: number, detail: string}) => void) | null} */
  onerror = null;
  #options;
  #key;
  #place;
  #kept = {};
  #id;
  #retry = 3_000;
  #failures = 0;
  // The position that the connection began with, and how often the hub has repeated it.
  #sent = '';
  #repeats = 0;
  #timer = 0;
  #wake = () => {};
  #own = null;
  #channel = null;
  #turn = new AbortController();
  #closed = new AbortController();
  #leads = false;
  #follows = false;
  // The line that the leader's positions are on, where it is there, and whether our own position is on it.
  #line = 0;
  #theirs = '';
  #sure = false;

  /**
   * @param {string | URL} url as of an EventSource
   * @param {object} [options]
   * @param {string | (() => string | Promise<string>)} [options.token] a function is asked before each connection
   * @param {boolean | string} [options.share] whether tabs share a connection, by default if there is no token; a
   *     text, such as the user's name, has to be the same in all of them
   * @param {boolean | string} [options.keep] whether a reload goes on where the page was, by default not; a text
   *     tells readers of one address in a page apart
   * @param {number} [options.silentAfter] milliseconds without a sign, after which it connects anew
   */
  constructor(url, options = {}) {
    super();
    const { keep = false, share = !options.token } = options;
    this.url = new URL(url, document.baseURI).href;
    this.#options = { silentAfter: 40_000, ...options, share: share !== false && 'locks' in navigator };
    this.#key = `outpour ${share} ${this.url}`;
    this.#place = `outpour ${keep} ${this.url}`;
    try {
      this.#kept = keep ? sessionStorage : {};
    } catch (failure) {
      // Whoever wants to hear of it listens from the next turn on.
      queueMicrotask(() => this.#forget(failure));
    }
    this.#id = this.#kept[this.#place] ?? '';
    for (const type of ['open', 'message', 'error']) {
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal: this.#closed.signal });
    on(window, 'pagehide', () => this.#rest());
    on(window, 'pageshow', () => this.#begin());
    on(document, 'freeze', () => this.#rest());
    on(document, 'resume', () => this.#begin());
    on(window, 'online', () => this.tryNow());
    this.#begin();
  }

  /** Where to go on from: newer than the id of the last update where other topics have moved on since. */
  get position() {
    return this.#id;
  }

  /** Cuts a pause between two tries short. */
  tryNow() {
    this.#wake();
  }

  /** Stops for good. */
  close() {
    this.readyState = 2;
    this.#closed.abort();
    this.#rest();
  }

  #begin() {
    if (!this.#options.share) {
      this.#connect();
    } else if (!this.#channel) {
      const channel = new BroadcastChannel(this.#key);
      this.#channel = channel;
      channel.onmessage = ({ data }) => this.#hear(data);
      channel.postMessage(null);
      this.#queue();
      setTimeout(() => channel === this.#channel && !this.#follows && this.#connect(), 300);
    }
  }

  #rest() {
    this.#disconnect();
    this.#turn.abort();
    this.#channel?.close();
    this.#channel = null;
    this.#leads = this.#follows = this.#sure = false;
    this.#theirs = '';
  }

  /** Waits for its turn to read for all tabs; or takes it from a tab that says nothing any more. */
  #queue(steal = false) {
    this.#turn.abort();
    this.#turn = new AbortController();
    const { signal } = this.#turn;
    const lead = () =>
      new Promise((resolve) => {
        if (signal.aborted) {
          return resolve();
        }
        signal.addEventListener('abort', resolve);
        this.#line = this.#sure ? this.#line : Math.random();
        this.#leads = true;
        this.#follows = false;
        this.#connect();
      });
    navigator.locks.request(this.#key, steal ? { steal } : { signal }, lead).catch(({ name }) => {
      if (name === 'AbortError' && !signal.aborted) {
        this.#leads = false;
        this.#queue();
      }
    });
  }

  #disconnect() {
    clearTimeout(this.#timer);
    this.#own?.abort();
    this.#own = null;
    this.#wake();
  }

  /** Reads over connections of its own until it is disconnected or refused. */
  async #connect() {
    if (this.#own) {
      return;
    }
    this.#own = new AbortController();
    const { signal } = this.#own;
    for (let asked = false; !signal.aborted; ) {
      const { status, detail, wait = 0, over = false } = await this.#readOnce(signal);
      if (signal.aborted) {
        return;
      }
      if (status === 204 || (status >= 400 && status < 500 && ![408, 425, 429].includes(status))) {
        this.close();
        this.#tell(status, detail);
        return;
      }
      // Right after the last topic has ended, the next answer says whether more can come.
      asked = over && !asked;
      if (!asked) {
        const grown = Math.min(this.#retry * 2 ** this.#failures++, this.#options.silentAfter * 0.75);
        const pause = Math.max(this.#retry, grown, wait) * (1 + Math.random() / 4);
        this.#tell(status, `${detail} Trying again in ${Math.ceil(pause / 1000)} s.`);
        await new Promise((resolve) => {
          this.#wake = () => resolve(0);
          setTimeout(resolve, pause);
        });
      }
    }
  }

  async #readOnce(stopped) {
    const { silentAfter } = this.#options;
    const silence = new AbortController();
    const signal = AbortSignal.any([stopped, silence.signal]);
    const headers = new Headers({ accept: 'text/event-stream' });
    let last = '';
    let response;
    this.#listen(() => silence.abort());
    try {
      const bearer = await this.#token(signal);
      if (bearer) {
        headers.set('authorization', `Bearer ${bearer}`);
      }
    } catch (failure) {
      return { status: 0, detail: `There is no token to send: ${failure?.message ?? failure}.` };
    }
    try {
      this.#sent = this.#id;
      this.#repeats = 0;
      if (this.#id) {
        headers.set('last-event-id', this.#id);
      }
      response = await fetch(this.url, { headers, cache: 'no-store', signal });
      const { status } = response;
      if (status !== 200 || !/^text\/event-stream\b/i.test(response.headers.get('content-type'))) {
        const { detail, title } = await response.json().catch(() => ({}));
        const wait = +response.headers.get('retry-after') * 1000 || 0;
        return { status, wait, detail: detail ?? title ?? `The answer is ${status}, without events.` };
      }
      const parser = new EventStreamParser();
      const body = response.body.getReader();
      for (let piece; !(piece = await body.read()).done && !stopped.aborted; ) {
        this.#listen(() => silence.abort());
        const blocks = parser.push(piece.value);
        this.#retry = parser.retry || this.#retry;
        last = blocks.at(-1)?.type ?? last;
        this.#read(blocks);
      }
      return { status: 0, detail: 'The hub ended the stream.', over: last === 'outpour.ended' };
    } catch {
      const silent = `Nothing was heard for ${silentAfter / 1000} s.`;
      return { status: 0, detail: silence.signal.aborted ? silent : await this.#whyNot(response, signal) };
    }
  }

  async #token(signal) {
    const { token } = this.#options;
    const late = (resolve, reject) => signal.addEventListener('abort', () => reject('token() does not answer'));
    return typeof token === 'function' ? Promise.race([token(), new Promise(late)]) : token;
  }

  /** A browser tells a page of another origin no reason; what it may not read it can still reach. */
  async #whyNot(response, signal) {
    const unread = { method: 'HEAD', mode: 'no-cors', cache: 'no-store', signal };
    const { origin } = location;
    if (response || new URL(this.url).origin === origin || !(await fetch(this.url, unread).catch(() => null))) {
      return 'The hub cannot be reached.';
    }
    return `Pages of ${origin} may not read the answer: if this stays, list that origin in http.origins of the hub.`;
  }

  /** After a sign of life: what to do if it was the last one. */
  #listen(otherwise, factor = 1) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(otherwise, this.#options.silentAfter * factor);
  }

  /** What has come over a connection of its own. */
  #read(blocks) {
    const after = this.#id;
    const served = blocks.filter((block) => this.#isServed(block));
    this.#sure ||= served.some(({ id }) => id);
    if (served.length) {
      this.#failures = 0;
    }
    if (blocks.some(({ type }) => type !== 'outpour.closing')) {
      this.#tell();
    }
    // From here on the numbers of positions mean something else, unless a part of this log is gone.
    if (blocks.some(({ type, data }) => type === 'outpour.truncated' && !/"(expired|damaged)"/.test(data))) {
      this.#line = Math.random();
    }
    this.#take(blocks);
    if (this.#leads) {
      this.#post(after, blocks);
    } else if (this.#sure && this.#theirs && number(this.#id) >= number(this.#theirs)) {
      this.#follow([]);
    }
  }

  /** Whether a block shows that the hub serves this reader: one that sends it away repeats what it came with. */
  #isServed({ id, type }) {
    if (type === 'outpour.closing' || (type === '' && id === this.#sent && this.#repeats++ === 0)) {
      return false;
    }
    return !!id || !type.startsWith('outpour.');
  }

  #post(after, blocks, trouble = []) {
    this.#channel?.postMessage({ line: this.#line, after, at: this.#id, blocks, trouble });
  }

  /** What another tab says: which reads for all, what has come; or that it is new. */
  #hear(message) {
    if (this.#leads || !message) {
      if (this.#leads && this.readyState && !message) {
        this.#post(this.#id, []);
      }
      return;
    }
    const { line, after, at, blocks, trouble } = message;
    const same = line === this.#line;
    this.#line = line;
    this.#theirs = at;
    if (!this.#id && !/[?&]last/.test(this.url)) {
      this.#id = after;
    }
    const mine = number(this.#id);
    if (this.#id === after) {
      this.#follow(blocks, trouble);
    } else if (same && this.#follows && number(after) <= mine) {
      this.#follow(blocks.filter(({ id }) => !id || number(id) > mine), trouble);
    } else if (same && this.#sure && number(at) <= mine) {
      this.#follow([], trouble);
    } else if (!same || this.#follows) {
      this.#disconnect();
      this.#follows = this.#sure = false;
      this.#connect();
    }
  }

  #follow(blocks, trouble = []) {
    this.#disconnect();
    this.#follows = this.#sure = true;
    this.#listen(() => this.#queue(true), 1.25);
    this.#tell(...trouble);
    this.#take(blocks);
  }

  #take(blocks) {
    const { origin } = new URL(this.url);
    for (const { id, type, data } of blocks) {
      if (this.readyState < 2) {
        this.#id = id ?? this.#id;
        if (type) {
          this.dispatchEvent(new MessageEvent(type, { data, lastEventId: this.#id, origin }));
        }
      }
    }
    try {
      this.#kept[this.#place] = this.#id;
    } catch (failure) {
      this.#forget(failure);
    }
  }

  /** Reads on, without what the browser's storage does not take. */
  #forget({ message }) {
    this.#kept = {};
    this.#say(0, `A reload will begin anew, since the position cannot be kept: ${message}`);
  }

  /** Says that it reads, or what hinders it. */
  #tell(status = 0, detail = '') {
    if (detail) {
      this.readyState &= 2;
      if (this.#leads) {
        this.#post(this.#id, [], [status, detail]);
      }
      this.#say(status, detail);
    } else if (!this.readyState) {
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    }
  }

  #say(status, detail) {
    this.dispatchEvent(Object.assign(new Event('error'), { status, detail }));
  }
}

function number(id) {
  return +id.slice(id.lastIndexOf('-') + 1);
}
