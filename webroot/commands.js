import { topicQuery } from './topics.js';

/**
 * The command that listens to what the page listens to. Safe to paste: a query as URLSearchParams writes it
 * holds no quote and no control character.
 */
export function listenCommand(eventsUrl, topics) {
  return `curl -N ${quoted(eventsUrl, topics)}`;
}

/** The command that publishes where the page publishes. */
export function publishCommand(updateUrl, topic) {
  return `curl -d '{"message":"hello"}' ${quoted(updateUrl, topic === '' ? [] : [topic])}`;
}

function quoted(url, topics) {
  const query = topicQuery(topics);
  const base = `${url.origin}${url.pathname}`.replaceAll("'", '%27');
  return query === '' ? base : `'${base}?${query}'`;
}
