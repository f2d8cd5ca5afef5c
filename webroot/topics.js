/** Topics and patterns as a person types them, and as the page's address keeps them. */

const WORD = /"((?:[^"\\]|\\.)*)"|[^\s,]+/gs;

/**
 * Separated by spaces or commas; one that holds either stands in double quotes.
 *
 * @param {string} text
 * @returns {string[]} each once
 */
export function parseTopics(text) {
  const words = Array.from(text.matchAll(WORD), ([word, quoted]) =>
    quoted === undefined ? word : quoted.replace(/\\(.)/gs, '$1'),
  );
  return [...new Set(words.filter((word) => word !== ''))];
}

/** The way back: what `parseTopics` reads as these topics. */
export function formatTopics(topics) {
  return topics
    .map((topic) => (/[\s,"]/.test(topic) ? `"${topic.replace(/["\\]/g, '\\$&')}"` : topic))
    .join(' ');
}

/** A query of repeated `topic` parameters, readable: a slash stays a slash. */
export function topicQuery(topics) {
  return new URLSearchParams(topics.map((topic) => ['topic', topic])).toString().replaceAll('%2F', '/');
}

/** @param {string} search the query of the page's address */
export function topicsInQuery(search) {
  const topics = new URLSearchParams(search).getAll('topic').filter((topic) => topic !== '');
  return [...new Set(topics)];
}

/** Whether this is a pattern, which can be listened to but not published on. */
export function isPattern(topic) {
  return topic.includes('*');
}
