import { problemText } from './problem.js';

/**
 * Sends messages. One that got no answer can be sent again as it is and will still be published once:
 * it keeps its key until it is answered or changed.
 */
export class Publisher {
  #url;
  #headers;
  #unanswered = { body: '', address: '', key: '' };

  /**
   * @param {URL} url where updates are POSTed
   * @param {() => Record<string, string>} [headers] what goes along with them
   */
  constructor(url, headers = () => ({})) {
    this.#url = url;
    this.#headers = headers;
  }

  /**
   * @param {string} message
   * @param {string} topic empty for the server's default
   * @returns {Promise<string>} the id it was given
   * @throws {Error} whose message tells a person what to do
   */
  async publish(message, topic) {
    const url = new URL(this.#url);
    if (topic !== '') {
      url.searchParams.set('topic', topic);
    }
    const body = JSON.stringify({ message });
    const key = this.#keyFor(body, url.href);
    const headers = { ...this.#headers(), 'content-type': 'application/json', 'idempotency-key': key };
    const response = await fetch(url, { method: 'POST', headers, body }).catch(() => {
      throw new Error('The server cannot be reached. Send again when it is back: nothing is published twice.');
    });
    if (!response.ok) {
      throw new Error(await problemText(response));
    }
    this.#unanswered = { body: '', address: '', key: '' };
    const { id } = await response.json();
    return String(id);
  }

  #keyFor(body, address) {
    const { body: lastBody, address: lastAddress, key } = this.#unanswered;
    if (body === lastBody && address === lastAddress) {
      return key;
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const fresh = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#unanswered = { body, address, key: fresh };
    return fresh;
  }
}
