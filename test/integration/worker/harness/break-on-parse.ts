/** Preloaded into a worker under test: a library breaks in the middle of its work, with an error that quotes the payload. */
const parse = JSON.parse.bind(JSON);

JSON.parse = (text: string, ...rest: [reviver?: (this: unknown, key: string, value: unknown) => unknown]): unknown => {
  if (text.includes('top secret'))
    setImmediate(() => {
      throw new Error(`cannot handle ${text}`);
    });
  return parse(text, ...rest) as unknown;
};
