/** The form that sends a message and says what became of it. */
export class Composer {
  #publisher;
  #messageField;
  #topicField;
  #outcome;
  #fallback = '';
  #sending = false;

  /**
   * @param {object} parts
   * @param {HTMLFormElement} parts.form
   * @param {HTMLInputElement} parts.messageField
   * @param {HTMLInputElement} parts.topicField
   * @param {HTMLElement} parts.outcome where the answer is told
   * @param {import('./publisher.js').Publisher} parts.publisher
   */
  constructor({ form, messageField, topicField, outcome, publisher }) {
    this.#publisher = publisher;
    this.#messageField = messageField;
    this.#topicField = topicField;
    this.#outcome = outcome;
    form.addEventListener('submit', (submit) => {
      submit.preventDefault();
      this.#send();
    });
  }

  /** @param {string} topic what an empty topic field means; empty for the server's default */
  set fallback(topic) {
    this.#fallback = topic;
    this.#topicField.placeholder = topic || 'default topic';
  }

  /** Where a message goes now; empty for the server's default topic. */
  get topic() {
    return this.#topicField.value.trim() || this.#fallback;
  }

  async #send() {
    if (this.#sending) {
      return;
    }
    const message = this.#messageField.value;
    this.#sending = true;
    this.#tell('Sending …', 'pending');
    try {
      const id = await this.#publisher.publish(message, this.topic);
      if (this.#messageField.value === message) {
        this.#messageField.value = '';
      }
      this.#tell(`Published as ${id}`, 'done');
    } catch (failure) {
      this.#tell(failure.message, 'failed');
    } finally {
      this.#sending = false;
    }
  }

  #tell(text, outcome) {
    this.#outcome.textContent = text;
    this.#outcome.dataset.outcome = outcome;
  }
}
