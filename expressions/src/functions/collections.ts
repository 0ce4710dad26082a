import { burn } from '../runtime/budget.ts';
import { KeyedMap } from '../values/keyed-map.ts';
import { overload } from './overload.ts';
import { sizeOf } from './strings.ts';

const sizeOfText = (text: string): bigint => BigInt(sizeOf(text));
const sizeOfArray = (list: ArrayLike<unknown>): bigint => BigInt(list.length);

export const collectionFunctions = [
  overload('size(string): int', sizeOfText),
  overload('size(bytes): int', sizeOfArray),
  overload('size(list): int', sizeOfArray),
  overload('size(map): int', sizeOfMap),
  overload('string.size(): int', sizeOfText),
  overload('bytes.size(): int', sizeOfArray),
  overload('list.size(): int', sizeOfArray),
  overload('map.size(): int', sizeOfMap),
];

function sizeOfMap(map: object): bigint {
  const size = map instanceof KeyedMap ? map.$entries.size : Object.keys(map).length;
  burn(size);
  return BigInt(size);
}
