import { memberText } from './json-text.js';

/**
 * @typedef {object} Entry what one line of the log shows; all of it is plain text
 * @property {'message' | 'notice'} kind
 * @property {Date} time
 * @property {string[]} topics
 * @property {string} event the event's name, or empty
 * @property {string} text
 * @property {boolean} isJson whether the text is JSON rather than words
 * @property {string} id
 */

const TRUNCATED = {
  expired: 'Some messages are gone: they are older than what the server retains.',
  'rolled-back': 'The server went back to an earlier state of its log; what came after it is gone.',
  future: 'The server has not reached the last position seen here. Going on from now.',
  unknown: 'The server does not know the last position seen here; messages may be missing. Going on from now.',
  damaged: 'Some messages are gone: a part of the log is damaged and cannot be read. Going on after it.',
};

const CLOSING = {
  shutdown: 'it shuts down',
  expired: 'the token has expired',
  revoked: 'the right to read was revoked',
  slow: 'this page read too slowly',
  limit: 'there are too many connections',
  overload: 'it is overloaded',
  unavailable: 'its log cannot be reached',
  'ended-by-operator': 'an operator ended it',
};

/**
 * @param {MessageEvent} event
 * @param {Date} arrived
 * @returns {Entry}
 */
export function entryOf(event, arrived) {
  return isNotice(event) ? noticeOf(event, arrived) : messageOf(event, arrived);
}

/** Whether the server itself speaks, and not a publisher. */
export function isNotice(event) {
  return event.type.startsWith('outpour.');
}

function messageOf(event, arrived) {
  const envelope = parsed(event.data);
  const entry = {
    kind: 'message',
    time: arrived,
    topics: [],
    event: event.type === 'message' ? '' : event.type,
    text: event.data,
    isJson: false,
    id: event.lastEventId,
  };
  if (!isObject(envelope) || !('data' in envelope)) {
    return entry;
  }
  const { topics, time, event: name, data } = envelope;
  const sent = new Date(typeof time === 'string' ? time : NaN);
  const words = isObject(data) && Object.keys(data).length === 1 ? data.message : data;
  const isJson = typeof words !== 'string';
  return {
    ...entry,
    time: Number.isNaN(sent.getTime()) ? arrived : sent,
    topics: Array.isArray(topics) ? topics.map(String) : [],
    event: typeof name === 'string' ? name : entry.event,
    text: isJson ? memberText(event.data, 'data') : words,
    isJson,
  };
}

function noticeOf(event, arrived) {
  const data = parsed(event.data);
  return {
    kind: 'notice',
    time: arrived,
    topics: [],
    event: event.type,
    text: noticeText(event, isObject(data) ? data : {}),
    isJson: false,
    id: event.lastEventId,
  };
}

function noticeText(event, data) {
  switch (event.type) {
    case 'outpour.resumed':
      return `Resumed after ${data.from}. The log has grown by ${data.missed} since.`;
    case 'outpour.truncated': {
      const text = TRUNCATED[data.reason] ?? 'Some messages are gone.';
      return `${text} (${data.reason}; asked for ${data.asked ?? 'nothing'}, earliest is ${data.earliest})`;
    }
    case 'outpour.closing':
      return `The server closes this stream: ${CLOSING[data.reason] ?? data.reason}. (${data.reason})`;
    case 'outpour.ended':
      return `The topic ${data.topic} has ended.`;
    default:
      return event.data;
  }
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
