/**
 * What to tell a person about an answer that is not 2xx: the `detail` of its problem document (RFC 9457),
 * or its title, or at least its status.
 *
 * @param {Response} response
 * @returns {Promise<string>}
 */
export async function problemText(response) {
  const status = `The server answered ${`${response.status} ${response.statusText}`.trim()}.`;
  if (!/^application\/problem\+json\b/i.test(response.headers.get('content-type') ?? '')) {
    return status;
  }
  try {
    const problem = await response.json();
    return [problem.detail, problem.title].find((text) => typeof text === 'string' && text !== '') ?? status;
  } catch {
    return status;
  }
}
