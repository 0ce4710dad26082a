export { buildImages, type BuildImagesOptions, type BuiltImage, type BuiltImages } from './build.ts';
export { engineAnswers, engineOf, type EngineName } from './engine.ts';
export { deployedImages, type ImageName } from './catalogue.ts';
