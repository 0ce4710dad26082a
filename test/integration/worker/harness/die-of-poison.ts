/** Preloaded into a worker under test: it dies at once when it parses a payload that holds the marker. */
const MARKER = '"poison":true';
const parse = JSON.parse.bind(JSON);

JSON.parse = (text: string, ...rest: [reviver?: (this: unknown, key: string, value: unknown) => unknown]): unknown => {
  if (text.includes(MARKER)) process.kill(process.pid, 'SIGKILL');
  return parse(text, ...rest) as unknown;
};
