import { type Node } from '../syntax/node.ts';
import { emitIndex, emitSelect } from './access.ts';
import { emitCall } from './calls.ts';
import { type Code, type Place } from './code.ts';
import { emitList, emitLiteral, emitMap } from './literals.ts';
import { emitIf, emitLogic } from './logic.ts';
import { emitName } from './names.ts';
import { emitBinary, emitUnary } from './operators.ts';

/** Compiles a node of any kind. Throws a Refusal for what can't be right on any message. */
export function emit(node: Node, place: Place): Code {
  switch (node.kind) {
    case 'literal':
      return emitLiteral(node, place);
    case 'name':
      return emitName(node, place);
    case 'select':
      return emitSelect(node, place);
    case 'index':
      return emitIndex(node, place);
    case 'call':
      return emitCall(node, place);
    case 'list':
      return emitList(node, place);
    case 'map':
      return emitMap(node, place);
    case 'binary':
      return emitBinary(node, place);
    case 'unary':
      return emitUnary(node, place);
    case 'logic':
      return emitLogic(node, place);
    case 'if':
      return emitIf(node, place);
  }
}
