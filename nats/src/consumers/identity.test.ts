import { describe, expect, test } from '@jest/globals';
import { consumerMetadata, consumerName, describeOwner, sameOwner } from './identity.ts';

const id = { clusterId: 'c1', namespace: 'flights', name: 'long-delays' };

describe('consumerName', () => {
  test('is the same for ever: consumers on brokers carry it', () => {
    expect(consumerName(id)).toBe('sj-2f7dab1de8-long-delays');
  });

  test('differs between clusters, and between jobs whose names run together', () => {
    const names = [
      id,
      { ...id, clusterId: 'c2' },
      { ...id, namespace: 'a-b', name: 'c' },
      { ...id, namespace: 'a', name: 'b-c' },
      { ...id, namespace: 'a', name: 'c' },
    ].map(consumerName);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has no character that JetStream refuses', () => {
    expect(consumerName({ ...id, name: 'x'.repeat(52) })).toMatch(/^sj-[0-9a-f]{10}-x{52}$/);
  });
});

describe('sameOwner', () => {
  const mine = consumerMetadata({ ...id, uid: 'u1' });
  test.each([
    { what: 'the same', other: mine, same: true },
    { what: 'a job made anew', other: consumerMetadata({ ...id, uid: 'u2' }), same: true },
    { what: 'with the server’s keys', other: { ...mine, '_nats.ver': '2.15.2' }, same: true },
    { what: 'another cluster', other: consumerMetadata({ ...id, clusterId: 'c2', uid: 'u1' }), same: false },
    { what: 'another namespace', other: consumerMetadata({ ...id, namespace: 'x', uid: 'u1' }), same: false },
    { what: 'another name', other: consumerMetadata({ ...id, name: 'x', uid: 'u1' }), same: false },
    { what: 'unsigned', other: {}, same: false },
  ])('$what: $same', ({ other, same }) => {
    expect(sameOwner(mine, other)).toBe(same);
  });

  test('two unsigned ones are nobody’s', () => {
    expect(sameOwner({}, {})).toBe(false);
  });
});

test('describeOwner names the job, or nobody', () => {
  expect(describeOwner(consumerMetadata({ ...id, uid: 'u' }))).toBe('job flights/long-delays of cluster c1');
  expect(describeOwner({})).toBe('nobody who signed it');
});
