import { describe, expect, test } from '@jest/globals';
import { chooseWay, type EngineFact, type Facts } from './choose-way.ts';

const facts: Facts = { engines: [], image: 'node:1', isLinux: true, isRoot: true, hasGo: true };
const none: EngineFact[] = [
  { provider: 'docker', answers: false },
  { provider: 'podman', answers: false },
];
const ready: EngineFact[] = [
  { provider: 'docker', answers: false },
  { provider: 'podman', answers: true, hasImage: true },
];
const imageless: EngineFact[] = [{ provider: 'docker', answers: true, hasImage: false }];

describe('chooseWay', () => {
  test.each<[string, Partial<Facts>, object]>([
    ['an engine with the image', { engines: ready }, { way: 'kind', provider: 'podman', image: 'node:1' }],
    ['no engine', { engines: none }, { way: 'local', reason: 'no docker engine answers and no podman engine answers' }],
    [
      'an engine without the image',
      { engines: imageless },
      { way: 'local', reason: "docker answers but can't get the node image node:1" },
    ],
    [
      'local components wanted beside an engine',
      { engines: ready, way: 'local' },
      { way: 'local', reason: 'it was asked for' },
    ],
  ])('%s', (_case, over, expected) => {
    expect(chooseWay({ ...facts, ...over })).toMatchObject(expected);
  });

  test.each<[string, Partial<Facts>, string]>([
    ['kind wanted and no engine', { engines: none, way: 'kind' }, 'kind: no docker engine answers'],
    ['no engine on another system', { engines: none, isLinux: false }, 'they need Linux'],
    ['no engine and no root', { engines: none, isRoot: false }, 'they need root'],
    ['no engine and no Go', { engines: none, hasGo: false }, 'no go on the PATH'],
    ['local components wanted without root', { way: 'local', isRoot: false }, 'kind: not wanted'],
  ])('%s: says what to install', (_case, over, expected) => {
    expect(() => chooseWay({ ...facts, ...over })).toThrow(expected);
    expect(() => chooseWay({ ...facts, ...over })).toThrow('Install and start Docker or Podman');
  });
});
