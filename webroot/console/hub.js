import { problemText } from '../problem.js';

const KEY = 'outpour console token';

/** The hub as an operator asks it: with the token that this tab keeps, if there is one. */
export class Hub {
  constructor() {
    addEventListener('hashchange', () => this.#takeFromAddress() && location.reload());
    this.#takeFromAddress();
  }

  /** Takes the token out of the link that the hub prints at its start, and keeps it out of the history. */
  #takeFromAddress() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token === null) {
      return false;
    }
    history.replaceState(null, '', location.pathname + location.search);
    this.token = token;
    return true;
  }

  /** @returns {string} empty if there is none */
  get token() {
    return sessionStorage.getItem(KEY) ?? '';
  }

  set token(token) {
    if (token === '') {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, token);
    }
  }

  /** @returns {Record<string, string>} what goes along with each request */
  get headers() {
    return this.token === '' ? {} : { authorization: `Bearer ${this.token}` };
  }

  /**
   * @param {string} topic of whom; empty for all
   * @param {string} after the last of the page before; empty for the first
   * @throws {Error} whose message tells a person what is wrong
   */
  async readers(topic, after, limit) {
    const url = new URL('readers', document.baseURI);
    Object.entries({ topic, after, limit }).forEach(([name, value]) => value && url.searchParams.set(name, value));
    return (await this.#ask(url)).json();
  }

  /** Ends a reader's stream. */
  async end(id) {
    await this.#ask(new URL(`readers/${encodeURIComponent(id)}`, document.baseURI), 'DELETE');
  }

  async #ask(url, method = 'GET') {
    const response = await fetch(url, { method, headers: this.headers, cache: 'no-store' }).catch(() => {
      throw new Error('The hub cannot be reached.');
    });
    if (!response.ok) {
      throw new Error(await problemText(response));
    }
    return response;
  }
}
