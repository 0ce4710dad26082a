export { compileExpression, type CompiledExpression, type Evaluate } from './expression.ts';
export { type MessageView } from './compile/message-fields.ts';
export { type ExpressionProblem } from './problem.ts';
export { EvaluationError } from './evaluation-error.ts';
export { InexactNumber } from './values/inexact-number.ts';
export { compileTemplate, type CompiledTemplate, type Render, type TemplateKind } from './template.ts';
export { escapeKeyToken } from './templates/kv-key.ts';
