/** What the function of a code step gave is no event; the message is a fixed text that quotes nothing. */
export class UnfitResult extends Error {
  override readonly name = 'UnfitResult';
}
