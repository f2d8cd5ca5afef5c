/*
 * Run in the page by PageIT. Checks its modules that need no server, and gives back what was not as expected.
 */
const [done] = arguments;
const encoder = new TextEncoder();
const wrong = [];

function expect(what, actual, expected) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    wrong.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }
}

/** What is read: `#id` for an id, `type|data` for an event, and last, a number for a retry. */
function readStream(EventStreamParser, pieces) {
  const parser = new EventStreamParser();
  const blocks = pieces.flatMap((piece) => parser.push(piece));
  const seen = blocks.flatMap(({ id, type, data }) => [
    ...(id === undefined ? [] : [`#${id}`]),
    ...(type === '' ? [] : [`${type}|${data}`]),
  ]);
  return parser.retry === 0 ? seen : [...seen, parser.retry];
}

const STREAMS = [
  ['nothing', '', []],
  ['one event', 'data: a\n\n', ['message|a']],
  ['no blank line, no event', 'data: a\n', []],
  ['CR', 'data: a\r\rdata: b\r\r', ['message|a', 'message|b']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['message|a', 'message|b']],
  ['CRLF between lines', 'data: a\r\ndata: b\r\n\r\n', ['message|a\nb']],
  ['every line end', 'data: a\rdata: b\ndata: c\r\n\r\n', ['message|a\nb\nc']],
  ['LF after CR LF is a line of its own', 'data: a\r\n\ndata: b\n\r\n', ['message|a', 'message|b']],
  ['a BOM at the start only', '\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n', ['message|a', 'message|\uFEFFc']],
  ['one space after the colon', 'data:a\ndata: b\ndata:  c\n\n', ['message|a\nb\n c']],
  ['a field without a colon', 'data\n\n', ['message|']],
  ['two empty lines of data', 'data\ndata\n\n', ['message|\n']],
  ['empty data', 'data:\n\ndata: \n\n', ['message|', 'message|']],
  ['comments', ': hello\n:\ndata: a\n: and more\n\n:\n\n', ['message|a']],
  ['a name', 'event: add\ndata: 1\n\ndata: 2\n\n', ['add|1', 'message|2']],
  ['a name without data', 'event: add\n\ndata: 2\n\n', ['message|2']],
  ['an empty name', 'event:\ndata: 1\n\n', ['message|1']],
  ['the last name', 'event: a\nevent: b\ndata: 1\n\n', ['b|1']],
  ['ids stay', 'id: 1\ndata: a\n\ndata: b\n\n', ['#1', 'message|a', 'message|b']],
  ['an id alone', 'id: e-7\n\ndata: b\n\n', ['#e-7', 'message|b']],
  ['an id that is not complete', 'id: 1\ndata: a\n\nid: 2\n', ['#1', 'message|a']],
  ['an empty id', 'id: 1\n\nid\ndata: a\n\n', ['#1', '#', 'message|a']],
  ['an id with NUL', 'id: 1\n\nid: 2\0\ndata: a\n\n', ['#1', 'message|a']],
  ['retry', 'retry: 2873\nretry: 1x\nretry:-1\nretry: \nretry:07\n\n', [7]],
  ['unknown and miscased fields', 'Data: a\n data: b\ndata : c\nfoo: d\n\n', []],
  ['colons in a value', 'data: a: b\ndata::c\n\n', ['message|a: b\n:c']],
  ['no line ends to SSE', 'data: a\u2028b\u2029c\u0085d\u000Be\u000Cf\n\n', ['message|a\u2028b\u2029c\u0085d\u000Be\u000Cf']],
  ['beyond ASCII', 'event: größe\ndata: 💧→\n\n', ['größe|💧→']],
  ['an event inside data', 'data: a\ndata: event: admin\n\n', ['message|a\nevent: admin']],
];

function checkStreams({ EventStreamParser }) {
  for (const [name, text, expected] of STREAMS) {
    const bytes = encoder.encode(text);
    const singly = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(`${name}, by bytes`, readStream(EventStreamParser, singly), expected);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(`${name}, cut at ${cut}`, readStream(EventStreamParser, pieces), expected);
    }
  }
  const notUtf8 = Uint8Array.of(0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a);
  expect('not UTF-8', readStream(EventStreamParser, [notUtf8]), ['message|\uFFFD']);
}

function checkTopics({ parseTopics, formatTopics, topicQuery, topicsInQuery }) {
  expect('separators', parseTopics(' a, b/*  c/**,,a\t'), ['a', 'b/*', 'c/**']);
  expect('quotes', parseTopics('"a b", "c,d" "e\\"f" ""'), ['a b', 'c,d', 'e"f']);
  const odd = ['plain', 'a b', 'c,d', 'e"f', 'back\\slash', 'a \\"b', 'größe', "it's", 'a&topic=b', '<b>#'];
  expect('typed and read', parseTopics(formatTopics(odd)), odd);
  expect('written and read', topicsInQuery(`?${topicQuery(odd)}`), odd);
  expect('a readable query', topicQuery(['orders/**', 'a b']), 'topic=orders/**&topic=a+b');
}

function checkJson({ memberText }) {
  const data = (text) => memberText(`{"topics":["data"],"time":"data","event":null,"data":${text}}`, 'data');
  expect('numbers as they are', data('{"n":9007199254740993,"x":1e400}'), '{"n": 9007199254740993, "x": 1e400}');
  expect('names twice', data('{"a":1,"a":2}'), '{"a": 1, "a": 2}');
  expect('space between tokens', data('[ 1 ,\t2 , { } ]'), '[1, 2, {}]');
  expect('strings as they are', data('"a ,  \\"b\\" : {"'), '"a ,  \\"b\\" : {"');
  expect('a member of that name inside', data('{"data":{"data":[1]}}'), '{"data": {"data": [1]}}');
  expect('null', data('null'), 'null');
  expect('no such member', memberText('{"a":{"data":1}}', 'data'), '');
  const long = 'x\\"'.repeat(400_000);
  expect('a long string', data(`"${long}"`).length, long.length + 2);
}

const modules = ['outpour', 'topics', 'json-text'].map((name) => import(`/${name}.js`));
Promise.all(modules)
  .then(([stream, topics, json]) => {
    checkStreams(stream);
    checkTopics(topics);
    checkJson(json);
  })
  .catch((failure) => wrong.push(String(failure)))
  .then(() => done(wrong));
