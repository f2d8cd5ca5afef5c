const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;
const SPACED = { ',': ', ', ':': ': ' };

/**
 * The text of one member of a JSON object as its author wrote it, but for the space between the tokens.
 * Parsing and writing anew would round long numbers and drop repeated names.
 *
 * @param {string} json a valid JSON object
 * @param {string} name
 * @returns {string} empty if there is no such member
 */
export function memberText(json, name) {
  const wanted = JSON.stringify(name);
  const value = [];
  let depth = 0;
  let before = '';
  let inside = false;
  for (const [token] of json.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (inside && depth === 1 && (closes || token === ',')) {
      break;
    }
    if (closes) {
      depth--;
    }
    if (inside) {
      value.push(SPACED[token] ?? token);
    } else if (depth === 1 && token === ':' && before === wanted) {
      inside = true;
    }
    if (token === '{' || token === '[') {
      depth++;
    }
    before = token;
  }
  return value.join('');
}
