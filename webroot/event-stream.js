/**
 * The text/event-stream format, read as the HTML standard says:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

const LINE_END = /\r\n?|\n/g;

/** @typedef {{type: string, data: string, lastEventId: string}} StreamEvent */

/** Takes the bytes of one response, however they are cut, and gives the events in them. */
export class EventStreamParser {
  #decoder = new TextDecoder();
  #handlers;
  #line = '';
  #endedWithCr = false;
  #data = '';
  #type = '';
  #id;
  #hasId = false;

  /**
   * @param {object} handlers
   * @param {(event: StreamEvent) => void} handlers.onEvent an event is complete
   * @param {(id: string) => void} [handlers.onId] a block that had an `id` is complete, with data or without
   * @param {(milliseconds: number) => void} [handlers.onRetry] the pause the server asks for before a reconnect
   * @param {string} [lastEventId] what an earlier response has left behind
   */
  constructor({ onEvent, onId = () => {}, onRetry = () => {} }, lastEventId = '') {
    this.#handlers = { onEvent, onId, onRetry };
    this.#id = lastEventId;
  }

  /** @param {Uint8Array} bytes the next piece; an event is given with the byte that ends it */
  push(bytes) {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') {
      return;
    }
    let start = this.#endedWithCr && text[0] === '\n' ? 1 : 0;
    for (const { 0: end, index } of text.matchAll(LINE_END)) {
      if (index < start) {
        continue;
      }
      const line = this.#line + text.slice(start, index);
      this.#line = '';
      start = index + end.length;
      this.#takeLine(line);
    }
    this.#line += text.slice(start);
    this.#endedWithCr = text.endsWith('\r');
  }

  #takeLine(line) {
    if (line === '') {
      this.#endBlock();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      return;
    }
    if (colon < 0) {
      this.#takeField(line, '');
      return;
    }
    const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    this.#takeField(line.slice(0, colon), value);
  }

  #takeField(name, value) {
    switch (name) {
      case 'event':
        this.#type = value;
        break;
      case 'data':
        this.#data += value + '\n';
        break;
      case 'id':
        if (!value.includes('\0')) {
          this.#id = value;
          this.#hasId = true;
        }
        break;
      case 'retry':
        if (/^[0-9]+$/.test(value)) {
          this.#handlers.onRetry(Number(value));
        }
        break;
      default:
        break;
    }
  }

  #endBlock() {
    const event = {
      type: this.#type || 'message',
      data: this.#data.slice(0, -1),
      lastEventId: this.#id,
    };
    const hasData = this.#data !== '';
    const hasId = this.#hasId;
    this.#data = '';
    this.#type = '';
    this.#hasId = false;
    if (hasId) {
      this.#handlers.onId(event.lastEventId);
    }
    if (hasData) {
      this.#handlers.onEvent(event);
    }
  }
}
